//! Which chains take the documents of the development vendor, and what registering an enclave weighs and
//! costs.

use super::{
    chain::Chain,
    enclave::Newcomer,
    registration::{begun, brought, PROVIDER},
};
use crate::{
    configs::{
        attestation::{AttestationBaseDeposit, AttestationByteDeposit, AttestationHoldReason},
        governance::origins::Origin,
    },
    genesis_config_presets::{DEVELOPMENT, LOCAL, TESTNET},
    Attestation, Balance, Balances, Runtime, RuntimeEvent,
};
use codec::MaxEncodedLen;
use frame_support::{dispatch::GetDispatchInfo, traits::fungible::InspectHold, weights::Weight};
use opg_primitives::ids::Digest;
use pallet_attestation::{CollateralId, Document, Enclave, Enclaves, Error, Fault, Tee};
use sp_runtime::DispatchError;

#[test]
fn development_and_local_take_a_document_of_the_development_vendor() {
    for preset in [DEVELOPMENT, LOCAL] {
        let mut chain = begun(preset);
        let enclave = Newcomer::new(&mut chain, PROVIDER, 1, &[]);
        let document = chain.execute(|| enclave.document());
        assert_eq!(brought(&mut chain, &enclave, document), Ok(()), "{preset}");
    }
}

#[test]
fn testnet_refuses_a_document_of_the_development_vendor() {
    let mut chain = begun(TESTNET);
    let enclave = Newcomer::new(&mut chain, PROVIDER, 1, &[]);
    let document = chain.execute(|| enclave.document());
    let refused = Error::<Runtime>::Refused(Fault::UntrustedRoot);
    assert_eq!(brought(&mut chain, &enclave, document), Err(refused.into()));
}

#[test]
fn a_registration_holds_its_deposit_and_its_end_gives_it_back() {
    let mut chain = begun(DEVELOPMENT);
    let enclave = Newcomer::new(&mut chain, PROVIDER, 1, &[]);
    let held = |chain: &mut Chain| {
        let who = PROVIDER.to_account_id();
        chain.execute(|| Balances::balance_on_hold(&AttestationHoldReason::get(), &who))
    };
    enclave.register(&mut chain);
    let bytes = Enclave::max_encoded_len() as Balance;
    let deposit = AttestationBaseDeposit::get() + bytes * AttestationByteDeposit::get();
    assert_eq!(held(&mut chain), deposit);

    let id = chain.execute(|| enclave.id());
    let retire = pallet_attestation::Call::<Runtime>::retire { enclave: id };
    chain.done(PROVIDER, vec![retire.into()]);
    assert_eq!(held(&mut chain), 0);
    chain.execute(|| {
        assert!(!Enclaves::<Runtime>::contains_key(id));
        Attestation::do_try_state().expect("the state is in order");
    });
}

#[test]
fn the_second_document_of_an_instance_weighs_less_since_its_issuers_are_known() {
    let mut chain = begun(DEVELOPMENT);
    let mut weight = |number: u8| -> u64 {
        let enclave = Newcomer::new(&mut chain, PROVIDER, number, &[]);
        enclave.register(&mut chain);
        let of = |event: RuntimeEvent| match event {
            RuntimeEvent::System(frame_system::Event::ExtrinsicSuccess { dispatch_info }) => {
                Some(dispatch_info.weight.ref_time())
            }
            _ => None,
        };
        // Beside it the block has the inherent that sets the time.
        chain.events().into_iter().filter_map(of).max().expect("it succeeded")
    };
    let (first, second) = (weight(1), weight(2));
    assert!(second < first, "{second} after {first}");
}

#[test]
fn whoever_enacts_policies_approves_code_and_nobody_who_signs_does() {
    let mut chain = begun(LOCAL);
    let enclave = Newcomer::new(&mut chain, PROVIDER, 1, &[]);
    let value = enclave.approval(chain.number(), chain.number() + 10);
    chain.execute(|| {
        let approved = |origin| Attestation::approve(origin, Box::new(value.clone()));
        let signed = crate::RuntimeOrigin::signed(PROVIDER.to_account_id());
        assert_eq!(approved(signed), Err(DispatchError::BadOrigin));
        assert_eq!(approved(Origin::Treasurer.into()), Err(DispatchError::BadOrigin));
        assert_eq!(approved(Origin::PolicyAdmin.into()), Ok(()));
        Attestation::do_try_state().expect("the state is in order");
    });
}

/// With `--nocapture` it prints what each format weighs.
#[test]
fn the_dearest_registration_takes_less_than_a_third_of_a_block() {
    let empty = || Default::default();
    let collateral =
        CollateralId { tee: Tee::Tdx, fmspc: [0; 6], pce_id: [0; 2], pck_ca: Digest::default() };
    let documents = [
        ("Nitro", Document::Nitro(empty())),
        ("DCAP", Document::Dcap { quote: empty(), collateral, events: Default::default() }),
        ("SEV-SNP", Document::SevSnp { report: empty(), endorsement: Digest::default() }),
    ];
    let most: Weight = <Runtime as frame_system::Config>::BlockWeights::get().max_block;
    let mut chain = begun(DEVELOPMENT);
    let enclave = Newcomer::new(&mut chain, PROVIDER, 1, &[]);
    for (format, document) in documents {
        let weight = enclave.call(document).get_dispatch_info().call_weight;
        println!("{format}: {} us", weight.ref_time() / 1_000_000);
        assert!(weight.ref_time() < most.ref_time() / 3, "{format}: {weight:?}");
    }
}
