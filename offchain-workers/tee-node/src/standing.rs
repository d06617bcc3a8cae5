//! Whether the chain would take an answer of these keys, by its last final block.
//!
//! Trust is taken away as it is given: a document ends, a measurement is revoked or approved no more. An
//! answer that comes after that is refused, and may cost the provider's bond; so no job is taken then.

use opg_primitives::{
    enclave::EnclaveFault,
    ids::{Digest, ModelId},
    reference::ModelBinding,
    request::DeclineReason,
};
use opg_worker_api::server::Refusal;
use std::collections::BTreeMap;

/// What the chain says of each model: how approved code has to bind it, or why these keys may not answer.
pub type Verdicts = BTreeMap<ModelId, Result<ModelBinding, EnclaveFault>>;

/// How these keys stand with the chain, as far as is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nobody looks: it is taken for granted that they may answer.
    Granted,
    /// By the last final block that was looked at; a model that is not among these is as one of keys
    /// that the chain does not have.
    Known(Verdicts),
}

/// Whether code that binds models so gives answers that name what ran `inside`, or what an upstream
/// called its own if nothing did.
fn agrees(binding: ModelBinding, inside: Option<Digest>) -> bool {
    match (binding, inside) {
        (ModelBinding::InImage(image), Some(ran)) => image == ran,
        (ModelBinding::Loaded, Some(_)) | (ModelBinding::Upstream, None) => true,
        (ModelBinding::InImage(_) | ModelBinding::Loaded, None)
        | (ModelBinding::Upstream, Some(_)) => false,
    }
}

impl Standing {
    /// Of keys that the chain does not have yet, as far as is known.
    pub const fn unknown() -> Self {
        Self::Known(Verdicts::new())
    }

    /// Whether an answer of `model` would be taken, of which this runs `inside`; nothing does if an
    /// upstream outside is asked.
    ///
    /// # Errors
    /// [`Refusal`], with what to do about it.
    pub fn check(&self, model: &ModelId, inside: Option<Digest>) -> Result<(), Refusal> {
        use DeclineReason::{Busy, NotServed};
        let Self::Known(verdicts) = self else { return Ok(()) };
        let here = if inside.is_some() { "inside" } else { "by an upstream outside" };
        let (reason, why) = match verdicts.get(model).unwrap_or(&Err(EnclaveFault::Unknown)) {
            Ok(binding) if agrees(*binding, inside) => return Ok(()),
            Ok(binding) => {
                let approved = match binding {
                    ModelBinding::InImage(_) => "for a network of its image",
                    ModelBinding::Loaded => "for what it loads and runs inside",
                    ModelBinding::Upstream => "for an upstream outside",
                };
                let why = format!(
                    "this code is approved {approved}, and here the model runs {here}: serve it as \
                     approved, or have this way approved"
                );
                (NotServed, why)
            }
            Err(EnclaveFault::Unknown) => {
                (Busy, "these keys are not on chain yet: opg enclave register".into())
            }
            Err(EnclaveFault::Expired) => {
                let why =
                    "the document of these keys is past its time on chain, or nearly: register \
                           the newest one, opg enclave register";
                (Busy, why.into())
            }
            Err(EnclaveFault::Revoked) => {
                let why =
                    "these keys, their code, their machine or its firmware were revoked: see \
                           opg enclave show; mend what was revoked, and restart for new keys";
                (NotServed, why.into())
            }
            // Said of a lease, never of keys.
            Err(EnclaveFault::NotTheDelivered) => {
                (NotServed, "the input was sealed to another enclave".into())
            }
            Err(EnclaveFault::NotApproved) => {
                let why = format!(
                    "the chain does not approve of this code for the model, which runs {here}: see \
                     opg enclave show; have its measurement approved for this way of serving"
                );
                (NotServed, why)
            }
        };
        Err(Refusal { reason, why })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MODEL: ModelId = ModelId([4; 32]);
    const RAN: Digest = Digest([1; 32]);

    fn check(
        verdict: Result<ModelBinding, EnclaveFault>,
        inside: Option<Digest>,
    ) -> Result<(), Refusal> {
        Standing::Known(Verdicts::from([(MODEL, verdict)])).check(&MODEL, inside)
    }

    #[test]
    fn a_model_is_served_only_in_the_way_that_its_code_is_approved_for() {
        use ModelBinding::{InImage, Loaded, Upstream};
        for (binding, inside, served) in [
            (InImage(RAN), Some(RAN), true),
            (InImage(Digest([2; 32])), Some(RAN), false),
            (InImage(RAN), None, false),
            (Loaded, Some(RAN), true),
            (Loaded, None, false),
            (Upstream, None, true),
            (Upstream, Some(RAN), false),
        ] {
            let checked = check(Ok(binding), inside);
            assert_eq!(checked.is_ok(), served, "{binding:?}, {inside:?}: {checked:?}");
            if let Err(refusal) = checked {
                assert_eq!(refusal.reason, DeclineReason::NotServed);
                assert!(refusal.why.starts_with("this code is approved"), "{}", refusal.why);
            }
        }
    }

    #[test]
    fn each_fault_is_refused_with_what_to_do_about_it_in_a_line_that_is_not_cut() {
        use DeclineReason::{Busy, NotServed};
        for (fault, reason, says) in [
            (EnclaveFault::Unknown, Busy, "these keys are not on chain yet"),
            (EnclaveFault::Expired, Busy, "register the newest one"),
            (EnclaveFault::Revoked, NotServed, "were revoked"),
            (EnclaveFault::NotApproved, NotServed, "does not approve"),
        ] {
            for inside in [None, Some(RAN)] {
                let refusal = check(Err(fault), inside).unwrap_err();
                assert_eq!(refusal.reason, reason, "{fault:?}");
                assert!(refusal.why.contains(says), "{}", refusal.why);
                assert!(refusal.why.contains("opg enclave"), "{}", refusal.why);
                assert_eq!(opg_worker_api::Text::new(&refusal.why).as_str(), refusal.why);
            }
        }
    }

    #[test]
    fn keys_of_which_nothing_is_known_may_not_answer_and_those_that_nobody_looks_for_may() {
        let refusal = Standing::unknown().check(&MODEL, None).unwrap_err();
        assert!(refusal.why.contains("not on chain yet"), "{}", refusal.why);
        assert_eq!(Standing::Granted.check(&MODEL, None), Ok(()));
    }
}
