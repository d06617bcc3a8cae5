//! The setup rule, k8: when `Proven` may stand bare.
//!
//! Whoever kept the secret of a trusted setup can prove anything under its key. So a receipt says
//! `Proven` alone only where nobody could have kept it, or where the reader has a reason to trust
//! one who took part; else it names who could have forged the proof.

use opg_primitives::{ids::Account, model::Setup, standing::SetupTrust};

/// The accounts that a receipt is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parties {
    /// Who asks.
    pub requester: Account,
    /// Who answers, and is paid.
    pub provider: Account,
    /// The model's owner, who is paid a royalty.
    pub owner: Account,
}

impl Parties {
    /// Whether `account` answers or is paid.
    fn are_paid(&self, account: &Account) -> bool {
        *account == self.provider || *account == self.owner
    }
}

/// What can be said of a proof under a key with `setup`, and which account could have forged it.
///
/// `recognised` tells which contributors governance recognises.
///
/// A ceremony that neither the requester nor a recognised account took part in may be one person
/// under many names. Where it has several contributors no single one is named, since each of them
/// would have had to take part in the forgery; where all of them are paid by the receipt, or there
/// are none, they count as interested.
pub fn apply(
    setup: &Setup,
    parties: &Parties,
    recognised: impl Fn(&Account) -> bool,
) -> (SetupTrust, Option<Account>) {
    match setup {
        Setup::Transparent => (SetupTrust::Bare, None),
        Setup::Ceremony { contributors, .. } => {
            let trusted = |who: &Account| *who == parties.requester || recognised(who);
            if contributors.iter().any(trusted) {
                return (SetupTrust::Bare, None);
            }
            match contributors.as_slice() {
                // Nobody says that they took part: then it is the word of who registered the key.
                [] => unless_forged_by(parties.owner, parties),
                [only] => unless_forged_by(*only, parties),
                several if several.iter().all(|who| parties.are_paid(who)) => {
                    (SetupTrust::ForgeableByInterested, several.first().copied())
                }
                _ => (SetupTrust::Forgeable, None),
            }
        }
        Setup::Sole(account) => unless_forged_by(*account, parties),
    }
}

fn unless_forged_by(account: Account, parties: &Parties) -> (SetupTrust, Option<Account>) {
    let trust = match parties.are_paid(&account) {
        true => SetupTrust::ForgeableByInterested,
        false => SetupTrust::Forgeable,
    };
    (trust, Some(account))
}

#[cfg(test)]
mod tests {
    use super::*;
    use opg_primitives::ids::Digest;
    use proptest::prelude::*;

    const REQUESTER: Account = Account([1; 32]);
    const PROVIDER: Account = Account([2; 32]);
    const OWNER: Account = Account([3; 32]);
    const STRANGER: Account = Account([4; 32]);
    const RECOGNISED: Account = Account([5; 32]);

    const PARTIES: Parties = Parties { requester: REQUESTER, provider: PROVIDER, owner: OWNER };

    fn of(setup: &Setup) -> (SetupTrust, Option<Account>) {
        apply(setup, &PARTIES, |who| *who == RECOGNISED)
    }

    fn ceremony(contributors: &[Account]) -> Setup {
        Setup::Ceremony {
            contributors: contributors.to_vec().try_into().unwrap(),
            transcript: Digest([9; 32]),
        }
    }

    #[test]
    fn without_a_secret_proven_stands_bare() {
        assert_eq!(of(&Setup::Transparent), (SetupTrust::Bare, None));
    }

    #[test]
    fn a_ceremony_with_the_requester_stands_bare() {
        assert_eq!(of(&ceremony(&[OWNER, REQUESTER])), (SetupTrust::Bare, None));
    }

    #[test]
    fn a_ceremony_with_a_recognised_contributor_stands_bare() {
        assert_eq!(of(&ceremony(&[OWNER, STRANGER, RECOGNISED])), (SetupTrust::Bare, None));
    }

    #[test]
    fn a_ceremony_of_unrecognised_contributors_is_forgeable_by_them_together() {
        assert_eq!(of(&ceremony(&[STRANGER, OWNER])), (SetupTrust::Forgeable, None));
    }

    #[test]
    fn a_ceremony_of_one_is_a_sole_setup() {
        for account in [STRANGER, PROVIDER, OWNER] {
            assert_eq!(of(&ceremony(&[account])), of(&Setup::Sole(account)));
        }
    }

    #[test]
    fn a_ceremony_of_those_who_are_paid_is_forgeable_by_the_interested() {
        assert_eq!(
            of(&ceremony(&[PROVIDER, OWNER])),
            (SetupTrust::ForgeableByInterested, Some(PROVIDER))
        );
    }

    #[test]
    fn a_ceremony_of_nobody_rests_on_the_owner() {
        assert_eq!(of(&ceremony(&[])), (SetupTrust::ForgeableByInterested, Some(OWNER)));
    }

    #[test]
    fn a_sole_setup_by_a_stranger_is_forgeable_by_it() {
        assert_eq!(of(&Setup::Sole(STRANGER)), (SetupTrust::Forgeable, Some(STRANGER)));
    }

    #[test]
    fn recognition_does_not_help_a_sole_setup() {
        assert_eq!(of(&Setup::Sole(RECOGNISED)), (SetupTrust::Forgeable, Some(RECOGNISED)));
        assert_eq!(of(&Setup::Sole(REQUESTER)), (SetupTrust::Forgeable, Some(REQUESTER)));
    }

    #[test]
    fn a_sole_setup_by_the_provider_or_the_owner_is_forgeable_by_the_interested() {
        for paid in [PROVIDER, OWNER] {
            assert_eq!(of(&Setup::Sole(paid)), (SetupTrust::ForgeableByInterested, Some(paid)));
        }
    }

    #[test]
    fn a_sole_setup_by_a_requester_who_answers_itself_is_forgeable_by_the_interested() {
        let own = Parties { provider: REQUESTER, ..PARTIES };
        assert_eq!(
            apply(&Setup::Sole(REQUESTER), &own, |_| true),
            (SetupTrust::ForgeableByInterested, Some(REQUESTER))
        );
    }

    proptest! {
        #[test]
        fn a_ceremony_stands_bare_exactly_with_a_contributor_to_trust(
            who in prop::collection::vec(1u8..8, 0..32)
        ) {
            let contributors: Vec<_> = who.iter().map(|byte| Account([*byte; 32])).collect();
            let bare = contributors.contains(&REQUESTER) || contributors.contains(&RECOGNISED);
            let (trust, forger) = of(&ceremony(&contributors));
            prop_assert_eq!(trust == SetupTrust::Bare, bare);
            if bare {
                prop_assert_eq!(forger, None);
            }
            if trust == SetupTrust::ForgeableByInterested {
                prop_assert!(PARTIES.are_paid(&forger.unwrap()));
            }
        }
    }
}
