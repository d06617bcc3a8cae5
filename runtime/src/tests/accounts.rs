//! What a proxy may do, and what it may not do by another way.

use super::chain::{signed, Chain};
use crate::{
    configs::accounts::ProxyType, constants::currency::OPG, genesis_config_presets::LOCAL,
    Balances, Runtime, RuntimeCall,
};
use frame_support::traits::InstanceFilter;
use sp_keyring::Sr25519Keyring::{Alice, Bob, Charlie};

fn transfer() -> RuntimeCall {
    pallet_balances::Call::<Runtime>::transfer_allow_death {
        dest: Charlie.to_account_id().into(),
        value: OPG,
    }
    .into()
}

fn proxied(call: RuntimeCall) -> pallet_proxy::Call<Runtime> {
    pallet_proxy::Call::proxy {
        real: Alice.to_account_id().into(),
        force_proxy_type: None,
        call: Box::new(call),
    }
}

fn with_proxy(proxy_type: ProxyType) -> Chain {
    let mut chain = Chain::new(LOCAL);
    let add = pallet_proxy::Call::<Runtime>::add_proxy {
        delegate: Bob.to_account_id().into(),
        proxy_type,
        delay: 0,
    };
    assert_eq!(chain.block_with(|| vec![signed(Alice, 0, add)]), [Ok(Ok(()))]);
    chain
}

fn charlie(chain: &mut Chain) -> u128 {
    chain.execute(|| Balances::free_balance(Charlie.to_account_id()))
}

#[test]
fn a_proxy_for_everything_transfers() {
    let mut chain = with_proxy(ProxyType::Any);
    let before = charlie(&mut chain);
    chain.block_with(|| vec![signed(Bob, 0, proxied(transfer()))]);
    assert_eq!(charlie(&mut chain), before + OPG);
}

#[test]
fn a_narrow_proxy_does_not_transfer_not_even_in_a_batch() {
    for proxy_type in [ProxyType::NonTransfer, ProxyType::Governance, ProxyType::Staking] {
        let mut chain = with_proxy(proxy_type);
        let before = charlie(&mut chain);
        let batch = pallet_utility::Call::<Runtime>::batch_all { calls: vec![transfer()] };
        let dispatched_as =
            pallet_utility::Call::<Runtime>::as_derivative { index: 0, call: Box::new(transfer()) };
        let results = chain.block_with(|| {
            vec![
                signed(Bob, 0, proxied(transfer())),
                signed(Bob, 1, proxied(batch.into())),
                signed(Bob, 2, proxied(dispatched_as.into())),
            ]
        });
        assert!(results.iter().all(Result::is_ok), "each is valid and fails inside");
        assert_eq!(charlie(&mut chain), before, "{proxy_type:?}");
    }
}

#[test]
fn a_proxy_type_is_a_superset_only_of_what_it_allows() {
    let types = [ProxyType::Any, ProxyType::NonTransfer, ProxyType::Governance, ProxyType::Staking];
    let remark = || frame_system::Call::<Runtime>::remark { remark: vec![] }.into();
    let chill = || pallet_staking::Call::<Runtime>::chill {}.into();
    let vote =
        || pallet_conviction_voting::Call::<Runtime>::remove_vote { class: None, index: 0 }.into();
    let spend = || pallet_treasury::Call::<Runtime>::payout { index: 0 }.into();
    let calls: [RuntimeCall; 5] = [transfer(), remark(), chill(), vote(), spend()];
    for wide in types {
        for narrow in types.iter().filter(|narrow| wide.is_superset(narrow)) {
            for call in calls.iter().filter(|call| narrow.filter(call)) {
                assert!(wide.filter(call), "{wide:?} over {narrow:?}: {call:?}");
            }
        }
    }
}
