//! The setup rule, k8: when `Proven` may stand bare.
//!
//! Whoever kept the secret of a trusted setup can prove anything under its key. So a receipt says
//! `Proven` alone only where nobody could have kept it, or where the reader has a reason to trust
//! one who took part; else it names who could have forged the proof.

use crate::{
    ids::Account,
    model::{ModelVersion, Setup},
    standing::SetupTrust,
};

/// The accounts that a receipt is about, as far as they are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parties {
    requester: Option<Account>,
    provider: Option<Account>,
    owner: Account,
    owner_is_paid: bool,
}

impl Parties {
    /// Who has to do with an answer of `model`: who asks, and who answers and is paid. Each is none
    /// where it is not known yet.
    ///
    /// The model's owner is paid where its royalty is above zero, even where rounding leaves
    /// nothing of it.
    pub fn of(model: &ModelVersion, requester: Option<Account>, provider: Option<Account>) -> Self {
        Self { requester, provider, owner: model.owner, owner_is_paid: model.royalty > 0 }
    }

    /// Whether `account` answers or is paid.
    fn are_paid(&self, account: &Account) -> bool {
        self.provider.as_ref() == Some(account) || (self.owner_is_paid && *account == self.owner)
    }
}

/// What can be said of a proof under a key with `setup`, and which account could have forged it.
///
/// `recognised` tells which contributors governance recognises.
///
/// A ceremony that neither the requester nor a recognised account took part in may be one person
/// under many names. Where it has several contributors no single one is named, since each of them
/// would have had to take part in the forgery; where all of them are paid by the receipt they count
/// as interested. Where it has none, it rests on the word of the model's owner.
pub fn apply(
    setup: &Setup,
    parties: &Parties,
    recognised: impl Fn(&Account) -> bool,
) -> (SetupTrust, Option<Account>) {
    match setup {
        Setup::Transparent => (SetupTrust::Bare, None),
        Setup::Ceremony { contributors, .. } => {
            let trusted =
                |who: &Account| parties.requester.as_ref() == Some(who) || recognised(who);
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
    use crate::{
        artefact::Artefact,
        ids::Digest,
        mode::{Mode, ModeSet},
        model::{ExecutionProfile, Ingredients, ModelStatus},
        policy::ClassId,
        CircuitInterface,
    };
    use opg_zkml_statement::{InputSpec, OutputSpec};
    use proptest::prelude::*;

    const REQUESTER: Account = Account([1; 32]);
    const PROVIDER: Account = Account([2; 32]);
    const OWNER: Account = Account([3; 32]);
    const STRANGER: Account = Account([4; 32]);
    const RECOGNISED: Account = Account([5; 32]);

    /// An owner with a royalty, and one without.
    const PAID: Parties = Parties {
        requester: Some(REQUESTER),
        provider: Some(PROVIDER),
        owner: OWNER,
        owner_is_paid: true,
    };
    const UNPAID: Parties = Parties { owner_is_paid: false, ..PAID };

    fn between(parties: &Parties, setup: &Setup) -> (SetupTrust, Option<Account>) {
        apply(setup, parties, |who| *who == RECOGNISED)
    }

    fn of(setup: &Setup) -> (SetupTrust, Option<Account>) {
        between(&PAID, setup)
    }

    fn ceremony(contributors: &[Account]) -> Setup {
        Setup::Ceremony {
            contributors: contributors.to_vec().try_into().unwrap(),
            transcript: Digest([9; 32]),
        }
    }

    fn model(royalty: u32) -> ModelVersion {
        ModelVersion {
            owner: OWNER,
            artefact: Artefact::Circuit {
                ingredients: Ingredients {
                    network: Digest([6; 32]),
                    quantiser: 1,
                    compiler: 1,
                    circuit: Digest([7; 32]),
                },
                interface: CircuitInterface {
                    input: InputSpec { shape: vec![4].try_into().unwrap(), bits: 8 },
                    output: OutputSpec::Argmax { classes: 10 },
                },
            },
            profile: ExecutionProfile::IntExact,
            class: ClassId(b"general".to_vec().try_into().unwrap()),
            modes: ModeSet::of(&[Mode::ZkMl]),
            royalty,
            status: ModelStatus::Active,
            registered: 1,
        }
    }

    #[test]
    fn an_owner_is_paid_exactly_by_a_royalty_above_zero() {
        let of = |royalty| Parties::of(&model(royalty), Some(REQUESTER), Some(PROVIDER));
        assert_eq!(of(0), UNPAID);
        assert_eq!(of(1), PAID);
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
    fn a_ceremony_does_not_stand_bare_for_a_requester_who_is_not_known() {
        let unknown = Parties { requester: None, ..PAID };
        assert_eq!(
            between(&unknown, &ceremony(&[OWNER, REQUESTER])),
            (SetupTrust::Forgeable, None)
        );
    }

    #[test]
    fn a_ceremony_of_unrecognised_contributors_is_forgeable_by_them_together() {
        assert_eq!(of(&ceremony(&[STRANGER, OWNER])), (SetupTrust::Forgeable, None));
    }

    #[test]
    fn a_ceremony_of_one_is_a_sole_setup() {
        for account in [STRANGER, PROVIDER, OWNER] {
            for parties in [PAID, UNPAID] {
                assert_eq!(
                    between(&parties, &ceremony(&[account])),
                    between(&parties, &Setup::Sole(account))
                );
            }
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
    fn a_ceremony_with_an_owner_who_is_not_paid_has_one_without_interest() {
        assert_eq!(between(&UNPAID, &ceremony(&[PROVIDER, OWNER])), (SetupTrust::Forgeable, None));
    }

    #[test]
    fn a_ceremony_of_nobody_rests_on_the_owner() {
        let nobody = ceremony(&[]);
        assert_eq!(of(&nobody), (SetupTrust::ForgeableByInterested, Some(OWNER)));
        assert_eq!(between(&UNPAID, &nobody), (SetupTrust::Forgeable, Some(OWNER)));
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
    fn a_sole_setup_by_the_provider_or_a_paid_owner_is_forgeable_by_the_interested() {
        for paid in [PROVIDER, OWNER] {
            assert_eq!(of(&Setup::Sole(paid)), (SetupTrust::ForgeableByInterested, Some(paid)));
        }
    }

    #[test]
    fn a_sole_setup_by_an_owner_who_is_not_paid_is_forgeable_by_it_like_a_strangers() {
        assert_eq!(between(&UNPAID, &Setup::Sole(OWNER)), (SetupTrust::Forgeable, Some(OWNER)));
    }

    #[test]
    fn an_owner_without_a_royalty_who_answers_itself_is_interested() {
        let own = Parties { provider: Some(OWNER), ..UNPAID };
        for setup in [Setup::Sole(OWNER), ceremony(&[])] {
            assert_eq!(between(&own, &setup), (SetupTrust::ForgeableByInterested, Some(OWNER)));
        }
    }

    #[test]
    fn a_provider_who_is_not_known_is_not_counted_as_paid() {
        let unknown = Parties { provider: None, ..PAID };
        assert_eq!(
            between(&unknown, &Setup::Sole(PROVIDER)),
            (SetupTrust::Forgeable, Some(PROVIDER))
        );
    }

    #[test]
    fn a_sole_setup_by_a_requester_who_answers_itself_is_forgeable_by_the_interested() {
        let own = Parties { provider: Some(REQUESTER), ..PAID };
        assert_eq!(
            apply(&Setup::Sole(REQUESTER), &own, |_| true),
            (SetupTrust::ForgeableByInterested, Some(REQUESTER))
        );
    }

    proptest! {
        #[test]
        fn a_ceremony_stands_bare_exactly_with_a_contributor_to_trust(
            who in prop::collection::vec(1u8..8, 0..32), owner_is_paid in any::<bool>(),
        ) {
            let parties = Parties { owner_is_paid, ..PAID };
            let contributors: Vec<_> = who.iter().map(|byte| Account([*byte; 32])).collect();
            let bare = contributors.contains(&REQUESTER) || contributors.contains(&RECOGNISED);
            let (trust, forger) = between(&parties, &ceremony(&contributors));
            prop_assert_eq!(trust == SetupTrust::Bare, bare);
            if bare {
                prop_assert_eq!(forger, None);
            }
            if trust == SetupTrust::ForgeableByInterested {
                prop_assert!(parties.are_paid(&forger.unwrap()));
            }
        }
    }
}
