//! Private requests: whom an input may be sealed to, and the call that delivers it.
//!
//! Everything that decides to whose key an input is sealed is read with a proof ([`super::proof`]):
//! the lease, the provider's enclaves with their keys, what approves their code, what was revoked, and
//! the chain's clock.

use super::{
    attestation::Enclave,
    open,
    raw::{blake2_key, identity_key, value_key, Arguments},
    At, Chain, Included,
};
use crate::{error::Result, keys::Signer};
use opg_primitives::{
    attestation::Vendor,
    ids::{Account, Commitment, EnclaveId, EncryptionKey, ModelId, RequestId},
    reference::{ModelBinding, ReferenceValue},
    revocation::{RevocationStatus, Subject},
    sealed::SealedBytes,
    Attempt, BlockNumber,
};
use subxt::ext::scale_decode::DecodeAsType;

/// A lease for which the input is to be delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Undelivered {
    /// The commitment to the input.
    pub input: Commitment,
    /// The attempt.
    pub attempt: Attempt,
    /// Who holds it.
    pub provider: Account,
    /// The last block in which something can be delivered.
    pub until: BlockNumber,
}

/// An enclave that may answer, and so may be sealed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// Its id.
    pub enclave: EnclaveId,
    /// The key that inputs are sealed to.
    pub key: EncryptionKey,
    /// Who vouches for the hardware.
    pub vendor: Vendor,
    /// How its code binds the model: an upstream reads what is forwarded to it.
    pub binding: ModelBinding,
    /// The block in which its newest document was verified.
    pub verified: BlockNumber,
    /// The last second in which it may answer.
    pub valid_until: u64,
}

/// What of the state says whether an enclave may answer.
struct Standing {
    enclave: Enclave,
    reference: Option<ReferenceValue>,
    revoked: bool,
}

impl Standing {
    /// The enclave as one to seal to, if it may answer for `provider`, of `model`, in block `now` at that
    /// second: what the runtime asks when the input is delivered and when the answer comes.
    fn recipient(
        &self,
        id: EnclaveId,
        (provider, model): (&Account, &ModelId),
        (now, seconds): (BlockNumber, u64),
    ) -> Option<Recipient> {
        let Self { enclave, reference, revoked } = self;
        let reference = reference.as_ref()?;
        let may = enclave.session.provider == *provider
            && seconds <= enclave.valid_until
            && !revoked
            && reference.id() == enclave.measurement
            && reference.approves(model, now)
            && reference.is_of(&enclave.configuration, model);
        may.then_some(Recipient {
            enclave: id,
            key: enclave.session.encryption_key,
            vendor: enclave.vendor,
            binding: reference.binding,
            verified: enclave.verified,
            valid_until: enclave.valid_until,
        })
    }
}

/// The subjects whose revocation an answer of the enclave rests on.
fn subjects(id: EnclaveId, enclave: &Enclave) -> [Subject; 4] {
    [
        Subject::Tcb(enclave.vendor, enclave.tcb),
        Subject::Measurement(enclave.measurement),
        Subject::Platform(enclave.platform),
        Subject::Enclave(id),
    ]
}

/// The enclave to seal to among those that may answer: one that shows the input to nobody before one that
/// does; of equals the one whose document is newest, since one that was started again before has lost its
/// keys.
pub fn choose(recipients: Vec<Recipient>) -> Option<Recipient> {
    let keeps =
        |it: &Recipient| it.vendor != Vendor::Development && it.binding != ModelBinding::Upstream;
    recipients.into_iter().max_by_key(|it| (keeps(it), it.verified, it.valid_until, it.enclave.0))
}

impl Chain {
    /// The lease of a private request for which nothing was delivered yet; none if there is none, or it
    /// is too late. The entry is proven; what its bytes mean is read by the node's description of its
    /// types, and a wrong one leads to a delivery that the chain refuses.
    pub async fn undelivered(&self, at: &At, request: RequestId) -> Result<Option<Undelivered>> {
        let of_type = at
            .metadata_ref()
            .pallet_by_name("Inference")
            .and_then(|pallet| pallet.storage())
            .and_then(|storage| storage.entry_by_name("Requests"))
            .map(|entry| entry.value_ty())
            .ok_or_else(|| self.other_runtime("it has no storage Inference.Requests"))?;
        let key = identity_key("Inference", "Requests", request.0);
        let mut proven = self.proven(at, &[key]).await?;
        let Some(bytes) = proven.next_bytes() else { return Ok(None) };
        let types = at.metadata_ref().types();
        let request = open::Request::decode_as_type(&mut bytes.as_slice(), of_type, types)
            .map_err(|error| self.other_runtime(format!("a request cannot be read: {error}")))?;
        let open::Stage::Leased(lease) = request.stage else { return Ok(None) };
        let open::Lease { provider, ack_by, acknowledged, delivery } = lease;
        let awaited = delivery.is_none() && acknowledged.is_none() && proven.number < ack_by;
        Ok(awaited.then_some(Undelivered {
            input: Commitment(request.input),
            attempt: request.attempt,
            provider: Account(provider),
            until: ack_by,
        }))
    }

    /// The enclaves of `provider` that may answer for it, of `model`, in the block of `at`.
    pub async fn recipients(
        &self,
        at: &At,
        provider: Account,
        model: ModelId,
    ) -> Result<Vec<Recipient>> {
        let keys =
            [blake2_key("Attestation", "ByProvider", &provider), value_key("Timestamp", "Now")];
        let mut proven = self.proven(at, &keys).await?;
        let ids: Vec<EnclaveId> = self.next_proven(&mut proven)?.unwrap_or_default();
        let milliseconds: u64 = self.next_proven(&mut proven)?.unwrap_or_default();
        let now = (proven.number, milliseconds / 1_000);

        let keys: Vec<_> =
            ids.iter().map(|id| identity_key("Attestation", "Enclaves", id.0)).collect();
        let mut proven = self.proven(at, &keys).await?;
        let mut enclaves = Vec::new();
        for id in ids {
            if let Some(enclave) = self.next_proven::<Enclave>(&mut proven)? {
                enclaves.push((id, enclave));
            }
        }

        let mut found = Vec::new();
        for (id, enclave) in enclaves {
            let measurement = enclave.measurement.0;
            let mut keys = vec![identity_key("Attestation", "ReferenceValues", measurement)];
            let revoked = |subject: Subject| blake2_key("Attestation", "Revoked", &subject);
            keys.extend(subjects(id, &enclave).into_iter().map(revoked));
            let mut proven = self.proven(at, &keys).await?;
            let reference = self.next_proven(&mut proven)?;
            let mut revoked = false;
            for _ in 1..keys.len() {
                let status = self.next_proven::<RevocationStatus>(&mut proven)?;
                revoked |= status.is_some_and(|status| status.revoked.is_some());
            }
            let standing = Standing { enclave, reference, revoked };
            found.extend(standing.recipient(id, (&provider, &model), now));
        }
        Ok(found)
    }

    /// Delivers the input of a private request to the enclave that it is sealed to.
    pub async fn deliver(
        &self,
        signer: &Signer,
        request: RequestId,
        attempt: Attempt,
        enclave: EnclaveId,
        sealed: &SealedBytes,
    ) -> Result<Included> {
        let arguments = Arguments::new()
            .with("request", &request)
            .with("attempt", &attempt)
            .with("enclave", &enclave)
            .with("sealed", sealed);
        self.submit(signer, "Inference", "deliver", arguments).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::tests::fixture::{reference, PROVIDER, STRANGER};
    use opg_primitives::{
        attestation::{AttestationFormat, Configuration, Counter, Session, TcbStatus},
        enclave::Location,
        ids::{Challenge, Digest, GenesisHash, PlatformId, SessionKey},
        names::Address,
    };

    const MODEL: ModelId = ModelId([3; 32]);
    const ID: EnclaveId = EnclaveId([4; 32]);
    const KEY: EncryptionKey = EncryptionKey([5; 32]);
    const UNTIL: u64 = 1_000;

    /// An enclave that may answer in block 20 at any second up to [`UNTIL`].
    fn good() -> Standing {
        let reference = reference();
        let configuration = Configuration {
            schema: reference.schema,
            models: vec![MODEL].try_into().unwrap(),
            upstream: None,
            payee: PROVIDER,
            rewriting: None,
        };
        let enclave = Enclave {
            session: Session {
                genesis: GenesisHash([7; 32]),
                provider: PROVIDER,
                challenge: Challenge([0; 32]),
                session_key: SessionKey([1; 32]),
                encryption_key: KEY,
                tls_key: None,
                endpoint: Address::try_from("").unwrap(),
                configuration: configuration.id(),
                answered: Counter::default(),
            },
            configuration,
            vendor: reference.vendor,
            format: AttestationFormat::SevSnp,
            measurement: reference.id(),
            platform: PlatformId([6; 32]),
            platform_known: true,
            tcb: TcbStatus::UpToDate,
            advisories: Default::default(),
            challenged: 10,
            registered: 11,
            verified: 11,
            valid_until: UNTIL,
            document: Digest([0; 32]),
            document_at: Location { block: 11, extrinsic: Some(1) },
            key_epoch: 0,
        };
        Standing { enclave, reference: Some(reference), revoked: false }
    }

    fn asked(standing: &Standing, now: BlockNumber, seconds: u64) -> Option<Recipient> {
        standing.recipient(ID, (&PROVIDER, &MODEL), (now, seconds))
    }

    #[test]
    fn an_enclave_that_may_answer_is_sealed_to_by_its_registered_key() {
        let found = asked(&good(), 20, UNTIL).unwrap();
        assert_eq!((found.enclave, found.key), (ID, KEY));
    }

    /// Why it may not answer, and what makes it so.
    type Spoilt = (&'static str, fn(&mut Standing));

    #[test]
    fn an_enclave_that_may_not_answer_is_never_sealed_to() {
        let cases: [Spoilt; 8] = [
            ("of another provider", |it| it.enclave.session.provider = STRANGER),
            ("past its time", |it| it.enclave.valid_until = UNTIL - 1),
            ("revoked", |it| it.revoked = true),
            ("of code that nobody approved", |it| it.reference = None),
            ("of other code", |it| it.enclave.measurement.0[0] ^= 1),
            ("whose approval is over", |it| it.reference.as_mut().unwrap().until = 19),
            ("of another model", |it| {
                it.enclave.configuration.models = vec![ModelId([9; 32])].try_into().unwrap();
            }),
            ("set up by another schema", |it| it.enclave.configuration.schema += 1),
        ];
        for (what, alter) in cases {
            let mut standing = good();
            alter(&mut standing);
            assert_eq!(asked(&standing, 20, UNTIL), None, "{what}");
        }
    }

    #[test]
    fn of_several_one_that_shows_the_input_to_nobody_is_sealed_to_and_then_the_newest() {
        let one = asked(&good(), 20, UNTIL).unwrap();
        let newer = Recipient { verified: 12, enclave: EnclaveId([1; 32]), ..one };
        let one = Recipient { vendor: Vendor::Amd, binding: ModelBinding::Loaded, ..one };
        let newer = Recipient { vendor: Vendor::Amd, binding: ModelBinding::Loaded, ..newer };
        assert_eq!(choose(vec![newer, one]), Some(newer));
        assert_eq!(choose(vec![one, newer]), Some(newer));
        let forwards = Recipient { binding: ModelBinding::Upstream, ..newer };
        let simulated = Recipient { vendor: Vendor::Development, ..newer };
        assert_eq!(choose(vec![one, forwards, simulated]), Some(one));
        assert_eq!(choose(vec![forwards]), Some(forwards));
        assert_eq!(choose(Vec::new()), None);
    }
}
