//! What the chain holds of money, and of what money is paid for, in one block.

use crate::rpc::{entry, Rpc};
use anyhow::{ensure, Context};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

const ACCOUNTS: [&str; 2] = ["System", "Account"];
/// The maps that nothing may change: all accounts with their nonces, what is held of them and why, the
/// bonds, the models.
const MAPS: [[&str; 2]; 4] =
    [ACCOUNTS, ["Balances", "Holds"], ["Providers", "Providers"], ["Models", "Versions"]];
/// The values that nothing may change: how many receipts there are, and open requests.
const VALUES: [[&str; 2]; 2] = [["Receipts", "CounterForLog"], ["Inference", "CounterForRequests"]];
const ISSUANCE: [&str; 2] = ["Balances", "TotalIssuance"];
const ERA: [&str; 2] = ["Staking", "ActiveEra"];
/// What the treasury's account begins with; zeros follow.
const TREASURY: &[u8; 12] = b"modlopg/trsy";
/// The most entries of a map that are read; the node gives no more at once.
const PAGE: usize = 1000;

/// One block's money.
pub(super) struct Money {
    /// The era. At its end the chain mints, into the treasury alone.
    era: Option<String>,
    issuance: u128,
    treasury: u128,
    /// Everything else, by storage key.
    entries: BTreeMap<String, String>,
}

impl Money {
    /// Reads the best block's.
    pub async fn read(rpc: &Rpc) -> anyhow::Result<Self> {
        let block = rpc.call("chain_getBlockHash", json!([])).await?;
        let mut keys: Vec<String> = VALUES.into_iter().chain([ISSUANCE, ERA]).map(key).collect();
        for map in MAPS {
            let params = json!([key(map), PAGE, null, block]);
            let found: Vec<String> =
                serde_json::from_value(rpc.call("state_getKeysPaged", params).await?)?;
            ensure!(found.len() < PAGE, "{} has more entries than are read", map.join("."));
            keys.extend(found);
        }
        let sets = rpc.call("state_queryStorageAt", json!([keys, block])).await?;
        let mut entries = BTreeMap::new();
        for set in sets.as_array().context("no list of changes")? {
            for change in set["changes"].as_array().context("no changes")? {
                // What is not stored has no value.
                if let (Some(key), Some(value)) = (change[0].as_str(), change[1].as_str()) {
                    entries.insert(key.to_owned(), value.to_owned());
                }
            }
        }
        let era = entries.remove(&key(ERA));
        let issuance = entries.remove(&key(ISSUANCE)).context("no issuance")?;
        let (map, tail) = (key(ACCOUNTS), format!("{}{}", hex::encode(TREASURY), "00".repeat(20)));
        let of_treasury = |key: &&String| key.starts_with(&map) && key.ends_with(&tail);
        let account = entries.keys().find(of_treasury).cloned();
        let treasury = account.and_then(|key| entries.remove(&key));
        Ok(Self {
            era,
            issuance: amount(&issuance, 0)?,
            // A nonce and three counters stand before what is free.
            treasury: treasury.map_or(Ok(0), |record| amount(&record, 16))?,
            entries,
        })
    }

    /// What of it is different in `after`.
    pub fn differences(&self, after: &Self) -> Vec<String> {
        let mut found = Vec::new();
        let minted = after.issuance.wrapping_sub(self.issuance);
        let gained = after.treasury.wrapping_sub(self.treasury);
        if minted != gained || (minted != 0 && self.era == after.era) {
            found.push(format!(
                "the issuance was {} and is {}, the treasury had {} and has {}",
                self.issuance, after.issuance, self.treasury, after.treasury
            ));
        }
        let keys: BTreeSet<&String> = self.entries.keys().chain(after.entries.keys()).collect();
        for key in keys {
            let [was, is] = [self, after].map(|money| money.entries.get(key));
            if was != is {
                found.push(format!("{} was {was:?} and is {is:?}", name(key)));
            }
        }
        found
    }
}

fn key([pallet, name]: [&str; 2]) -> String {
    entry(pallet, name)
}

/// How people call a storage key: its entry, and what of it is the key within a map.
fn name(full: &str) -> String {
    let known = MAPS.into_iter().chain(VALUES);
    let found = known.map(|entry| (entry, key(entry))).find(|(_, key)| full.starts_with(key));
    match found {
        Some((entry, key)) => format!("{} {}", entry.join("."), &full[key.len()..]),
        None => full.to_owned(),
    }
}

/// The amount at byte `at` of a stored value.
fn amount(stored: &str, at: usize) -> anyhow::Result<u128> {
    let bytes = hex::decode(stored.trim_start_matches("0x"))?;
    let amount = bytes.get(at..at + 16).context("a stored value is too short for an amount")?;
    Ok(u128::from_le_bytes(amount.try_into()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(era: &str, issuance: u128, treasury: u128, account: &str) -> Money {
        let account = (format!("{}00ab", key(ACCOUNTS)), account.to_owned());
        Money { era: Some(era.into()), issuance, treasury, entries: [account].into() }
    }

    #[test]
    fn the_same_money_has_no_differences() {
        let before = money("0x01", 100, 10, "0x05");
        assert!(before.differences(&money("0x01", 100, 10, "0x05")).is_empty());
    }

    #[test]
    fn an_account_that_changed_is_named() {
        let found = money("0x01", 100, 10, "0x05").differences(&money("0x01", 100, 10, "0x06"));
        let expected = "System.Account 00ab was Some(\"0x05\") and is Some(\"0x06\")";
        assert_eq!(found, [expected]);
    }

    #[test]
    fn what_the_end_of_an_era_mints_into_the_treasury_is_no_difference() {
        let before = money("0x01", 100, 10, "0x05");
        assert!(before.differences(&money("0x02", 103, 13, "0x05")).is_empty());
        assert_eq!(before.differences(&money("0x01", 103, 13, "0x05")).len(), 1);
        assert_eq!(before.differences(&money("0x02", 103, 12, "0x05")).len(), 1);
    }

    #[test]
    fn money_that_only_changes_hands_with_the_treasury_is_a_difference() {
        let before = money("0x01", 100, 10, "0x05");
        assert_eq!(before.differences(&money("0x01", 100, 11, "0x05")).len(), 1);
    }
}
