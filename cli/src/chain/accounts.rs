//! Balances.

use super::{raw::Arguments, At, Chain, Included};
use crate::{error::Result, keys::Signer};
use codec::Compact;
use codec::{Decode, Encode};
use opg_primitives::{ids::Account, Balance};

/// What an account has, in units of 10^-18 OPG.
#[derive(Clone, Copy, Debug, Default, serde::Serialize)]
pub struct Funds {
    /// Free.
    #[serde(with = "opg_primitives::text::amount")]
    pub free: Balance,
    /// On hold: escrows, bonds, deposits.
    #[serde(with = "opg_primitives::text::amount")]
    pub held: Balance,
}

/// `System.Account`, as far as it is read.
#[derive(Decode)]
struct Info {
    _nonce: u32,
    _references: [u32; 3],
    free: Balance,
    reserved: Balance,
    _frozen: Balance,
    _flags: u128,
}

/// An address, as `Balances` takes it.
#[derive(Encode)]
enum Address {
    #[codec(index = 0)]
    Id(Account),
}

impl Chain {
    /// What `account` has.
    pub async fn funds(&self, at: &At, account: &Account) -> Result<Funds> {
        let info: Option<Info> = self.storage(at, Self::account_key(account)).await?;
        Ok(info.map_or_else(Funds::default, |info| Funds { free: info.free, held: info.reserved }))
    }

    /// Sends `amount` to `to`.
    pub async fn transfer(&self, from: &Signer, to: Account, amount: Balance) -> Result<Included> {
        let arguments =
            Arguments::new().with("dest", &Address::Id(to)).with("value", &Compact(amount));
        self.submit(from, "Balances", "transfer_keep_alive", arguments).await
    }
}
