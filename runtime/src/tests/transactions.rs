//! What a transaction passes.

use super::chain::{extension, signed, Chain};
use crate::{
    genesis_config_presets::LOCAL, Balances, Executive, Runtime, RuntimeCall, TxExtension,
    UncheckedExtrinsic,
};
use frame_support::dispatch::GetDispatchInfo;
use frame_system::offchain::CreateAuthorizedTransaction;
use sp_keyring::Sr25519Keyring::{Alice, Bob};
use sp_runtime::{
    traits::TransactionExtension,
    transaction_validity::{InvalidTransaction, TransactionSource, TransactionValidityError},
};

fn remark() -> frame_system::Call<Runtime> {
    frame_system::Call::remark { remark: b"hello".to_vec() }
}

#[test]
fn the_extensions_stand_in_their_order() {
    let names: Vec<_> = <TxExtension as TransactionExtension<RuntimeCall>>::metadata()
        .into_iter()
        .map(|extension| extension.identifier)
        .collect();
    assert_eq!(
        names,
        [
            "AuthorizeCall",
            "CheckNonZeroSender",
            "CheckSpecVersion",
            "CheckTxVersion",
            "CheckGenesis",
            "CheckMortality",
            "CheckNonce",
            "CheckWeight",
            "ChargeTransactionPayment",
            "CheckMetadataHash",
            "WeightReclaim",
        ]
    );
}

#[test]
fn a_transaction_that_nobody_authorised_is_refused() {
    let mut chain = Chain::new(LOCAL);
    chain.blocks(1);
    chain.execute(|| {
        let transaction = <Runtime as CreateAuthorizedTransaction<
            frame_system::Call<Runtime>,
        >>::create_authorized_transaction(remark().into());
        let validity = Executive::validate_transaction(
            TransactionSource::External,
            transaction,
            Default::default(),
        );
        let refused = TransactionValidityError::Invalid(InvalidTransaction::UnknownOrigin);
        assert_eq!(validity, Err(refused));
    });
}

#[test]
fn a_bare_transaction_is_refused() {
    let mut chain = Chain::new(LOCAL);
    let results = chain.block_with(|| vec![UncheckedExtrinsic::new_bare(remark().into())]);
    assert!(results[0].is_err());
}

#[test]
fn a_signature_by_another_key_or_for_another_nonce_is_refused() {
    let mut chain = Chain::new(LOCAL);
    let results = chain.block_with(|| {
        let mut forged = signed(Alice, 0, remark());
        if let sp_runtime::generic::Preamble::Signed(address, ..) = &mut forged.preamble {
            *address = Bob.to_account_id().into();
        }
        vec![forged, signed(Alice, 1, remark()), signed(Alice, 0, remark())]
    });
    assert_eq!(results[0], Err(InvalidTransaction::BadProof.into()));
    assert_eq!(results[1], Err(InvalidTransaction::Future.into()));
    assert_eq!(results[2], Ok(Ok(())));
}

#[test]
fn a_metadata_hash_is_refused_where_the_runtime_was_built_without_one() {
    if cfg!(feature = "metadata-hash") {
        return;
    }
    let mut chain = Chain::new(LOCAL);
    chain.block_with(|| {
        let mut with_hash = extension(0);
        with_hash.9 = frame_metadata_hash_extension::CheckMetadataHash::new(true);
        let payload = crate::SignedPayload::new(RuntimeCall::from(remark()), with_hash);
        assert!(payload.is_err());
        Vec::new()
    });
}

#[test]
fn a_transfer_costs_less_than_a_thousandth_of_an_opg() {
    let mut chain = Chain::new(LOCAL);
    chain.block_with(|| {
        let transfer = pallet_balances::Call::<Runtime>::transfer_keep_alive {
            dest: Bob.to_account_id().into(),
            value: 1,
        };
        let transaction = signed(Alice, 0, transfer);
        let length = codec::Encode::encoded_size(&transaction) as u32;
        let info = transaction.get_dispatch_info();
        let fee = crate::TransactionPayment::compute_fee(length, &info, 0);
        let milli = crate::constants::currency::MILLI_OPG;
        assert!(fee > milli / 10 && fee < milli, "{fee}");
        let before = Balances::free_balance(Alice.to_account_id());
        assert!(before > fee);
        vec![transaction]
    });
}
