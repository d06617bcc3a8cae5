//! SCALE bytes in and out.

use super::{At, Chain};
use crate::error::{Failure, Result};
use codec::{Decode, Encode};
use subxt::{
    ext::{
        scale_decode::DecodeAsType,
        scale_encode::{EncodeAsFields, Error as EncodeError, FieldIter, TypeResolver},
    },
    storage::DynamicAddress,
};

/// The arguments of a call, encoded, with the names that the runtime must give them.
pub(super) struct Arguments(Vec<(&'static str, Vec<u8>)>);

impl Arguments {
    pub fn new() -> Self {
        Self(Vec::new())
    }

    /// Adds an argument.
    pub fn with(mut self, name: &'static str, value: &impl Encode) -> Self {
        self.0.push((name, value.encode()));
        self
    }
}

/// A call of the runtime.
pub(super) struct Call {
    /// The pallet's name.
    pub pallet: &'static str,
    /// The call's name.
    pub name: &'static str,
    /// Its arguments.
    pub arguments: Arguments,
}

/// A call that is encoded already.
struct Encoded(Vec<u8>);

impl Encode for Encoded {
    fn encode_to<T: codec::Output + ?Sized>(&self, to: &mut T) {
        to.write(&self.0);
    }
}

impl Chain {
    /// `calls` as one call: all of them, or none if one fails.
    pub(super) fn together(&self, at: &At, calls: &[Call]) -> Result<Call> {
        let encode = |call: &Call| {
            let variant = at
                .metadata_ref()
                .pallet_by_name(call.pallet)
                .and_then(|pallet| pallet.call_variant_by_name(call.name))
                .ok_or_else(|| {
                    self.other_runtime(format!("it has no call {}.{}", call.pallet, call.name))
                })?;
            let wanted = variant.fields.iter().map(|field| field.name.as_deref().unwrap_or(""));
            if !wanted.eq(call.arguments.0.iter().map(|(name, _)| *name)) {
                return Err(self.other_runtime(format!(
                    "its call {}.{} takes other arguments",
                    call.pallet, call.name
                )));
            }
            let mut bytes = self.call_index(at, call.pallet, call.name)?.to_vec();
            call.arguments.0.iter().for_each(|(_, argument)| bytes.extend_from_slice(argument));
            Ok(Encoded(bytes))
        };
        let calls = calls.iter().map(encode).collect::<Result<Vec<_>>>()?;
        Ok(Call {
            pallet: "Utility",
            name: "batch_all",
            arguments: Arguments::new().with("calls", &calls),
        })
    }
}

impl EncodeAsFields for Arguments {
    fn encode_as_fields_to<R: TypeResolver>(
        &self,
        fields: &mut dyn FieldIter<'_, R::TypeId>,
        _: &R,
        out: &mut Vec<u8>,
    ) -> std::result::Result<(), EncodeError> {
        let wanted: Vec<String> =
            fields.map(|field| field.name.unwrap_or_default().to_owned()).collect();
        let given: Vec<&str> = self.0.iter().map(|(name, _)| *name).collect();
        if wanted != given {
            return Err(EncodeError::custom_string(format!(
                "the runtime's call takes ({}), this program gives ({})",
                wanted.join(", "),
                given.join(", ")
            )));
        }
        self.0.iter().for_each(|(_, bytes)| out.extend_from_slice(bytes));
        Ok(())
    }
}

impl Chain {
    /// Another runtime than this program was made for.
    pub(super) fn other_runtime(&self, what: impl std::fmt::Display) -> Failure {
        Failure::unavailable(format!(
            "the node runs another runtime than this program knows: {what}"
        ))
        .at(&self.url)
        .help("update opg, or ask a node of the chain that you mean")
    }

    /// Asks a view function, and reads its whole answer as `T`.
    pub(super) async fn view<T: Decode>(
        &self,
        at: &At,
        pallet: &str,
        function: &str,
        arguments: impl Encode,
    ) -> Result<T> {
        let (value, _) = self.ask_view(at, pallet, function, arguments).await?;
        exactly(&value).ok_or_else(|| self.unreadable(pallet, function))
    }

    /// Asks a view function, and reads of its answer what `T` names, whatever else is there.
    pub(super) async fn view_parts<T: DecodeAsType>(
        &self,
        at: &At,
        pallet: &str,
        function: &str,
        arguments: impl Encode,
    ) -> Result<T> {
        let (value, of_type) = self.ask_view(at, pallet, function, arguments).await?;
        T::decode_as_type(&mut value.as_slice(), of_type, at.metadata_ref().types())
            .map_err(|_| self.unreadable(pallet, function))
    }

    /// A view function's answer as bytes, and its type.
    async fn ask_view(
        &self,
        at: &At,
        pallet: &str,
        function: &str,
        arguments: impl Encode,
    ) -> Result<(Vec<u8>, u32)> {
        let name = || format!("{pallet}.{function}");
        let metadata = at.metadata_ref();
        let view = metadata
            .pallet_by_name(pallet)
            .and_then(|pallet| pallet.view_function_by_name(function))
            .ok_or_else(|| self.other_runtime(format!("it has no view function {}", name())))?;
        let (id, of_type) = (*view.query_id(), view.output_ty());
        // The runtime takes the arguments as one byte string; the client's own encoder leaves its
        // length out.
        let request = (id, arguments.encode()).encode();
        let answer =
            at.view_functions().call_raw(Some(&request)).await.map_err(|error| self.lost(error))?;
        let value = std::result::Result::<Vec<u8>, ViewError>::decode(&mut answer.as_slice())
            .map_err(|error| self.other_runtime(format!("{} answers {error}", name())))?
            .map_err(|error| self.other_runtime(format!("{} answers {error:?}", name())))?;
        Ok((value, of_type))
    }

    fn unreadable(&self, pallet: &str, function: &str) -> Failure {
        self.other_runtime(format!("{pallet}.{function} answers what this program cannot read"))
    }

    /// Reads a storage entry whose key is `key`; none if there is nothing.
    pub(super) async fn storage<T: Decode>(&self, at: &At, key: Vec<u8>) -> Result<Option<T>> {
        use subxt::error::StorageError;
        match at.storage().fetch_raw(key).await {
            Ok(bytes) => exactly(&bytes)
                .map(Some)
                .ok_or_else(|| self.other_runtime("a storage entry cannot be read")),
            Err(StorageError::NoValueFound) => Ok(None),
            Err(error) => Err(self.lost(error)),
        }
    }

    /// All keys' last 32 bytes and values of a map whose key is a hash of the chain's own.
    pub(super) async fn hash_map<T: Decode>(
        &self,
        at: &At,
        pallet: &str,
        entry: &str,
    ) -> Result<Vec<([u8; 32], T)>> {
        let address: DynamicAddress<([u8; 32],)> = subxt::dynamic::storage(pallet, entry);
        let mut entries = at.storage().iter(address, ()).await.map_err(|error| {
            self.other_runtime(format!("it has no storage {pallet}.{entry}: {error}"))
        })?;
        let mut found = Vec::new();
        while let Some(entry) = entries.next().await {
            let entry = entry.map_err(|error| self.lost(error))?;
            let unreadable = || self.other_runtime(format!("{pallet} has an unreadable entry"));
            let key = entry.key_bytes().last_chunk::<32>().ok_or_else(unreadable)?;
            found.push((*key, exactly(entry.value().bytes()).ok_or_else(unreadable)?));
        }
        Ok(found)
    }

    /// Reads a constant of the runtime.
    pub(super) fn constant<T: Decode>(&self, at: &At, pallet: &str, name: &str) -> Result<T> {
        at.metadata_ref()
            .pallet_by_name(pallet)
            .and_then(|pallet| pallet.constant_by_name(name))
            .and_then(|constant| exactly(constant.value()))
            .ok_or_else(|| self.other_runtime(format!("it has no constant {pallet}.{name}")))
    }
}

/// The `T` that `bytes` are, to the last one.
pub(super) fn exactly<T: Decode>(mut bytes: &[u8]) -> Option<T> {
    T::decode(&mut bytes).ok().filter(|_| bytes.is_empty())
}

/// Why a view function could not be asked. Printed as it is.
#[allow(dead_code)]
#[derive(Debug, Decode)]
enum ViewError {
    /// No view functions at all.
    NotImplemented,
    /// Not this one.
    NotFound([u8; 32]),
    /// Its arguments do not decode.
    Codec,
}

/// The key of a plain storage value.
pub(super) fn value_key(pallet: &str, entry: &str) -> Vec<u8> {
    let twox = sp_crypto_hashing::twox_128;
    [twox(pallet.as_bytes()), twox(entry.as_bytes())].concat()
}

/// The key of an entry of a map whose key is a hash of the chain's own.
pub(super) fn identity_key(pallet: &str, entry: &str, key: [u8; 32]) -> Vec<u8> {
    [value_key(pallet, entry), key.to_vec()].concat()
}

/// The key of an entry of a map that hashes its key by `Blake2_128Concat`.
pub(super) fn blake2_key(pallet: &str, entry: &str, key: &impl Encode) -> Vec<u8> {
    let key = key.encode();
    let mut full = value_key(pallet, entry);
    full.extend(sp_crypto_hashing::blake2_128(&key));
    full.extend(key);
    full
}
