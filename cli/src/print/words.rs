//! The receipt's vocabulary in words.

use super::{account, short_account};
use opg_primitives::{
    attestation::{AttestationFormat, TcbStatus, Vendor},
    checks::{Check, CheckResult},
    claims::{Basis, Cell, Claim, Redo, Standing},
    disclosure::{FieldDisclosure, Form, ReadableBy},
    enclave::{EnclaveFault, FinishReason},
    ids::{Account, PlatformId},
    mode::Mode,
    receipt::Selection,
    reference::ModelBinding,
    request::{DeclineReason, Outcome, Refusal},
    revocation::{Reason, Revocation, Subject, Taint},
    standing::{Grade, SetupTrust},
};

/// The last line of every receipt.
pub const FOOTER: &str = "None of this says that the answer is true or good.";

/// What is said.
pub const fn claim(claim: Claim) -> &'static str {
    match claim {
        Claim::ModeAsked => "mode asked for, or the default",
        Claim::ModeAchieved => "mode achieved, under this policy",
        Claim::Answerer => "who answered",
        Claim::Payee => "who was paid",
        Claim::Location => "where it ran",
        Claim::ModelAsked => "the model that was asked",
        Claim::ModelRan => "the model that ran",
        Claim::KeyOfNetwork => "the key is of the named network",
        Claim::InputBytes => "the bytes of the input",
        Claim::InputForwarded => "this input was forwarded",
        Claim::InputUsed => "this input was used",
        Claim::Preparation => "preparation of the input",
        Claim::ParametersForwarded => "parameters were forwarded",
        Claim::Parameters => "parameters and seed",
        Claim::Output => "the output",
        Claim::Execution => "output follows from model and input",
        Claim::SingleAnswer => "a single answer, not the best of many",
        Claim::Usage => "what was used",
        Claim::AfterBlock => "made after the lease's block",
        Claim::BeforeBlock => "made before the receipt's block",
        Claim::ClockTimes => "times by a clock",
        Claim::Price => "price, split, refund",
        Claim::InputReaders => "who can read the input",
        Claim::Delivered => "delivered to the requester",
        Claim::NothingMissing => "nothing of the provider's is missing",
    }
}

/// How well a cell is supported. A proof that somebody could have forged says so.
pub fn standing(cell: &Cell, forgeable_by: Option<&Account>) -> String {
    match cell.standing {
        Standing::Absent if cell.basis.contains(&Basis::Opening) => "for who opens it".into(),
        Standing::Absent => "Absent".into(),
        Standing::NotApplicable => "not applicable".into(),
        Standing::Signed => "Signed".into(),
        Standing::Attested => "Attested".into(),
        Standing::Proven if cell.basis.contains(&Basis::ForgeableSetup) => match forgeable_by {
            Some(by) => format!("Proven unless {} forged it", short_account(by)),
            None => "Proven unless those who ran the setup forged it".into(),
        },
        Standing::Proven => "Proven: computed as committed".into(),
        Standing::Enforced => "Enforced".into(),
    }
}

/// What a cell rests on.
pub fn basis(basis: &[Basis]) -> String {
    let words: Vec<_> = basis
        .iter()
        .map(|basis| match basis {
            Basis::Runtime => "the runtime's rules",
            Basis::WorkerKey => "the provider's worker key",
            Basis::SessionKey => "an enclave's session key",
            Basis::Vendor => "a hardware vendor",
            Basis::Approval => "an approved measurement",
            Basis::Setup => "a setup with no known secret",
            Basis::ForgeableSetup => "a forgeable setup",
            Basis::ModelOwner => "the model owner's word",
            Basis::Upstream => "what an upstream said",
            Basis::Host => "the operator's host",
            Basis::Voucher => "the requester's word",
            Basis::Opening => "the opening of a commitment",
        })
        .collect();
    if words.is_empty() {
        "-".into()
    } else {
        words.join(", ")
    }
}

/// Who can redo the check.
pub const fn redo(redo: Redo) -> &'static str {
    match redo {
        Redo::Nobody => "nobody",
        Redo::HolderOfOpening => "who holds the opening",
        Redo::Anyone => "anyone",
    }
}

/// A check's name in the table of standings, and what it is.
pub const fn check(check: Check) -> (&'static str, &'static str) {
    match check {
        Check::WorkerSignature => ("k1", "the worker's signature, by a key of the provider"),
        Check::SessionSignature => ("k2", "the signature of an enclave's session key"),
        Check::EnclaveValid => ("k3", "the enclave is valid and approved for this model"),
        Check::Vouched => ("k4", "the enclave's code observes it itself"),
        Check::Proof => ("k5", "the proof, under the model's key"),
        Check::InputRecomputed => ("k6", "the input's commitment, recomputed"),
        Check::OutputRecomputed => ("k6", "the output, recomputed"),
        Check::BindingRecomputed => ("k6", "the binding to request, attempt, provider and lease"),
        Check::WeightsRecomputed => ("k6", "the commitment to the weights, recomputed"),
        Check::RuntimeState => ("k7", "the runtime's own state"),
        Check::SetupTrusted => ("k8", "the setup rule lets `Proven` stand bare"),
        Check::LeafVerified => ("k9", "a leaf of a root, with its own signature"),
    }
}

/// The check of `opg audit --check` that redoes a check of the runtime.
pub const fn redone_by(check: Check) -> &'static str {
    match check {
        Check::WorkerSignature | Check::SessionSignature => "signature",
        Check::EnclaveValid | Check::Vouched => "enclave",
        Check::Proof | Check::BindingRecomputed | Check::WeightsRecomputed => "proof",
        Check::InputRecomputed => "input",
        Check::OutputRecomputed => "output",
        Check::RuntimeState => "state",
        Check::SetupTrusted => "setup",
        Check::LeafVerified => "inclusion",
    }
}

/// How a check ended.
pub const fn result(result: CheckResult) -> &'static str {
    match result {
        CheckResult::Pass => "pass",
        CheckResult::Fail => "fail",
        CheckResult::NotClaimed => "not claimed",
        CheckResult::CouldNotCheck => "could not check",
    }
}

/// How a lease ended.
pub fn outcome(outcome: Outcome) -> String {
    match outcome {
        Outcome::Settled => "settled: good evidence, paid".into(),
        Outcome::NoProvider => "failed: no provider was eligible".into(),
        Outcome::Declined(DeclineReason::NoPayload) => {
            "failed: the requester's input was not delivered in time".into()
        }
        Outcome::Declined(reason) => format!("declined by the provider: {}", declined(reason)),
        Outcome::Cancelled => "cancelled by the requester".into(),
        Outcome::NotAcknowledged => "failed: the provider did not acknowledge in time".into(),
        Outcome::EvidenceRefused(reason) => {
            format!("failed: the evidence was refused, {}", refused(reason))
        }
        Outcome::NotDelivered => "failed: the provider did not deliver in time".into(),
        Outcome::AbortedByGovernance => "aborted: governance tightened the rules".into(),
    }
}

const fn declined(reason: DeclineReason) -> &'static str {
    match reason {
        DeclineReason::NoPayload => "the input's bytes did not come",
        DeclineReason::PayloadMismatch => "the bytes do not match the commitment",
        DeclineReason::Unfit => "the input does not fit the model",
        DeclineReason::Busy => "no worker can serve it now",
        DeclineReason::NotServed => "the model is not served",
    }
}

const fn refused(reason: Refusal) -> &'static str {
    match reason {
        Refusal::WrongMode => "it is of another mode than the lease",
        Refusal::FormatDisabled => "its verifier is switched off",
        Refusal::UnknownWorkerKey => "the worker key is not the provider's",
        Refusal::BadSignature => "the worker's signature does not verify",
        Refusal::MalformedOutput => "the output does not have the model's form",
        Refusal::NoVerifyingKey => "the model has no verifying key of that version",
        Refusal::MalformedProof => "the proof is no proof",
        Refusal::WrongInputCount => "the number of public inputs is not the key's",
        Refusal::InvalidProof => "the proof does not verify",
        Refusal::UnderFloor => "it supports less than the class asks",
        Refusal::Enclave(fault) => enclave_fault(fault),
        Refusal::BadSessionSignature => "the enclave's signature does not verify",
        Refusal::WrongModel => "the model that ran is not the one that was asked",
    }
}

/// Why an enclave may not answer.
pub const fn enclave_fault(fault: EnclaveFault) -> &'static str {
    match fault {
        EnclaveFault::Unknown => "the provider has no such enclave",
        EnclaveFault::Expired => "the enclave's attestation had ended",
        EnclaveFault::Revoked => "the enclave was revoked",
        EnclaveFault::NotApproved => "the enclave's code was not approved for this model",
        EnclaveFault::NotTheDelivered => "the input was sealed to another enclave",
    }
}

/// Who vouches for hardware.
pub const fn vendor(vendor: Vendor) -> &'static str {
    match vendor {
        Vendor::Aws => "AWS",
        Vendor::Intel => "Intel",
        Vendor::Amd => "AMD",
        Vendor::Development => "the development vendor, which vouches for nothing",
    }
}

/// Which machine; `known` where it is one.
pub fn platform(platform: &PlatformId, known: bool) -> String {
    match known {
        true => platform.to_string(),
        false => format!(
            "not known: its cloud hides which of its machines it is, and has {platform} for all of them"
        ),
    }
}

/// What was revoked, why, and for which blocks.
pub fn taint(taint: &Taint) -> String {
    let Taint { subject, revocation: Revocation { reason, at, since, until } } = taint;
    let subject = match subject {
        Subject::Tcb(of, status) => {
            format!("all firmware of {} that is {}", vendor(*of), tcb(*status))
        }
        Subject::Measurement(id) => format!("measurement {id}"),
        Subject::Platform(id) => format!("platform {id}"),
        Subject::Enclave(id) => format!("enclave {id}"),
    };
    let blocks = match until {
        Some(until) => format!("from block {since} to {until}"),
        None => format!("from block {since} on"),
    };
    let why = match reason {
        Reason::Advisory(advisory) => format!("the vendor published {advisory}"),
        Reason::FaultyCode => "the code does other than it was approved for".into(),
        Reason::KeysLeaked => "somebody else has a key that should be inside alone".into(),
        Reason::PlatformAttacked => "somebody attacked the machine from outside of it".into(),
        Reason::OnRequest => "its provider asked for it".into(),
    };
    format!("{subject} was revoked in block {at}, {blocks}: {why}")
}

/// A form of attestation documents.
pub const fn format(format: AttestationFormat) -> &'static str {
    match format {
        AttestationFormat::Nitro => "a Nitro Enclaves document",
        AttestationFormat::Tdx => "a TDX quote",
        AttestationFormat::Sgx => "an SGX quote",
        AttestationFormat::SevSnp => "an SEV-SNP report",
    }
}

/// What a vendor says of a platform's firmware.
pub const fn tcb(status: TcbStatus) -> &'static str {
    match status {
        TcbStatus::UpToDate => "up to date, as the vendor says",
        TcbStatus::SwHardeningNeeded => "software inside has to harden itself",
        TcbStatus::ConfigurationNeeded => "the platform is to be configured otherwise",
        TcbStatus::ConfigurationAndSwHardeningNeeded => {
            "the platform is to be configured otherwise, and software inside to harden itself"
        }
        TcbStatus::OutOfDate => "older than the vendor recommends",
        TcbStatus::OutOfDateConfigurationNeeded => {
            "older than the vendor recommends, and to be configured otherwise"
        }
    }
}

/// How code binds the model that it says ran.
pub const fn binding(binding: ModelBinding) -> &'static str {
    match binding {
        ModelBinding::InImage(_) => "the network is part of the measured image",
        ModelBinding::Loaded => "the code hashes the bytes that it maps, and signs their digest",
        ModelBinding::Upstream => "the code forwards to an upstream, which says what it runs",
    }
}

/// Who approved a measurement.
pub fn approver(by: Option<&Account>) -> String {
    by.map_or_else(|| "governance".into(), account)
}

/// Why an answer ended where it did.
pub const fn finish(reason: FinishReason) -> &'static str {
    match reason {
        FinishReason::Stop => "it was whole",
        FinishReason::Length => "it reached the length that was asked for",
        FinishReason::ContentFilter => "the upstream withheld the rest",
        FinishReason::ToolCalls => "it calls tools",
    }
}

/// A mode and what a good receipt of it establishes, and what it does not.
pub const fn mode(mode: Mode) -> (&'static str, &'static str) {
    match mode {
        Mode::Plain => (
            "that the provider's worker key signed this output for this request",
            "that any model ran at all: output and model are the provider's word",
        ),
        Mode::Tee => (
            "that code which hardware vouches for handled the request; what of it the code observed \
             itself, its approval says",
            "that the hardware was not opened, and what the code only repeats from outside; before an \
             enclave answers, nothing: which one it will be is not known yet",
        ),
        Mode::ZkMl => (
            "that the circuit under the model's key gives this output for this input",
            "that nobody kept the setup's secret, unless the setup rule says so; how the input was \
             prepared",
        ),
    }
}

/// In what form a field is on chain, and who can read it.
pub fn disclosure(field: FieldDisclosure) -> (&'static str, &'static str) {
    let form = match field.form {
        Form::Public => "in clear",
        Form::Committed => "as a salted commitment",
        Form::Encrypted => "as a ciphertext",
        Form::Withheld => "not on chain",
        Form::NotApplicable => "there is none",
    };
    let readers = match field.readable_by {
        ReadableBy::Everyone => "everyone",
        ReadableBy::Providers => "the requester and the providers that held a lease",
        ReadableBy::Enclave => "the requester and the enclaves that it was sealed to",
        ReadableBy::Upstream => {
            "the requester, the enclaves that it was sealed to and their upstream"
        }
        ReadableBy::HoldersOfSalt => "who holds the salt",
        ReadableBy::ModelOwner => "the model's owner and whom it gave them",
        ReadableBy::Nobody => "-",
        ReadableBy::Requester => "the requester, and the enclave that gave it",
    };
    (form, readers)
}

/// How a provider came to its lease.
pub fn selection(selection: Selection) -> String {
    match selection {
        Selection::Drawn { redraws: 0 } => "drawn by stake".into(),
        Selection::Drawn { redraws: 1 } => "drawn by stake, after a redraw".into(),
        Selection::Drawn { redraws } => format!("drawn by stake, after {redraws} redraws"),
        Selection::Named => "named by the requester".into(),
    }
}

/// The letter with its word, never alone.
pub fn grade(grade: Grade) -> String {
    format!("evidence {grade:?}")
}

/// The rule that gave a letter.
pub const fn rule(grade: Grade, setup: SetupTrust) -> &'static str {
    match (grade, setup) {
        (Grade::A, _) => {
            "A: model, input, output and execution are all Proven, and the setup rule lets that \
             stand bare"
        }
        (Grade::B, _) => "B: the execution is Attested, on a platform whose holder is known",
        (Grade::C, SetupTrust::Forgeable) => {
            "C: model, input, output and execution are all Proven, but who ran the setup could \
             have forged that"
        }
        (Grade::C, _) => "C: Attested, with a reservation that the table names",
        (Grade::D, _) => "D: reserved",
        (Grade::E, SetupTrust::ForgeableByInterested) => {
            "E: all Proven, but who ran the setup could have forged that and is paid for this answer"
        }
        (Grade::E, _) => "E: the execution is a signed word, or nothing was said of it",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_claims_have_the_same_words() {
        let mut words: Vec<_> = Claim::ALL.iter().map(|c| claim(*c)).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), Claim::ALL.len());
    }

    #[test]
    fn every_check_is_redone_by_one_that_the_audit_has() {
        for check in Check::ALL {
            assert!(crate::audit::NAMES.contains(&redone_by(check)), "{check:?}");
        }
    }

    #[test]
    fn a_grade_never_stands_alone() {
        assert_eq!(grade(Grade::B), "evidence B");
    }
}
