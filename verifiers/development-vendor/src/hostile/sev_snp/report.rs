//! The report: its form, what it says of the guest, and of the key that signed it.

use super::{good, refused, Hostile};
use crate::{
    sev_snp::{sign, SevSnpReport, SigningKey, POLICY},
    Chain,
};
use alloc::{format, vec, vec::Vec};

const R_OFFSET: usize = 0x2a0;
const BEHIND_S: usize = R_OFFSET + 144;

pub(super) fn all() -> Vec<Hostile> {
    let chain = good().chain().sign();
    let mut all = lengths(&chain);
    all.extend(forms(&chain));
    all.extend(reserved(&chain));
    all.extend(guests(&chain));
    all.extend(keys(&chain));
    all.extend(signatures(&chain));
    all
}

/// The report is altered before it is signed, by the good report's key.
fn altered(
    chain: &Chain,
    name: &str,
    rule: &'static str,
    error: &str,
    alter: impl FnOnce(&mut SevSnpReport),
) -> Hostile {
    let mut report = good();
    alter(&mut report);
    refused(name, rule, report.sign_with(&chain.leaf_key), chain, error)
}

fn lengths(chain: &Chain) -> Vec<Hostile> {
    let report = good().sign();
    let lengths = [0, 4, 0x50, 0x90, 0x180, 0x1a0, R_OFFSET, report.len() - 1, report.len() + 1];
    let cut = |length: usize| {
        let mut bytes = report.clone();
        bytes.resize(length, 0);
        refused(
            format!("{length}-bytes"),
            "a report has 1184 bytes",
            bytes,
            chain,
            format!("WrongLength {{ found: {length} }}"),
        )
    };
    lengths.into_iter().map(cut).collect()
}

fn forms(chain: &Chain) -> Vec<Hostile> {
    let version = |version: u32| {
        let (name, error) = (format!("version-{version}"), format!("UnknownVersion({version})"));
        altered(chain, &name, "the layout is known", &error, |report| report.version = version)
    };
    let algorithm = |algorithm: u32| {
        let name = format!("algorithm-{algorithm}");
        let error = format!("UnknownSignatureAlgorithm({algorithm})");
        altered(chain, &name, "the algorithm is ECDSA on P-384", &error, |report| {
            report.signature_algorithm = algorithm;
        })
    };
    vec![version(0), version(1), version(6), algorithm(0), algorithm(2)]
}

fn reserved(chain: &Chain) -> Vec<Hostile> {
    let at = |offset: usize, version: u32| {
        let mut signed = SevSnpReport { version, ..good() }.signed_bytes();
        signed[offset] = 1;
        refused(
            format!("byte-{offset:#x}-of-version-{version}"),
            "a byte without meaning is zero",
            sign(signed, &chain.leaf_key),
            chain,
            format!("ReservedBytes {{ offset: {offset} }}"),
        )
    };
    let mut behind = good().sign();
    behind[BEHIND_S] = 1;
    vec![
        at(0x3a, 3),  // in the current TCB version
        at(0x4c, 3),  // behind the key's flags
        at(0x18b, 3), // behind CPUID
        at(0x188, 2), // CPUID, before there was one
        at(0x1eb, 3), // behind the firmware's version
        at(0x1f8, 4), // mitigations, before there were any
        at(0x208, 5), // behind the mitigations
        refused(
            "byte-behind-the-signature",
            "a byte without meaning is zero",
            behind,
            chain,
            format!("ReservedBytes {{ offset: {BEHIND_S} }}"),
        ),
    ]
}

fn guests(chain: &Chain) -> Vec<Hostile> {
    let policy = |name: &str, rule: &'static str, error: &str, policy: u64| {
        altered(chain, name, rule, error, |report| report.policy = policy)
    };
    let bit = |bit: u32| 1u64 << bit;
    vec![
        policy("debug", "the host may not debug", "DebugAllowed", POLICY | bit(19)),
        policy(
            "leave-to-migrate",
            "no migration agent may be associated",
            "MigrationAgentAllowed",
            POLICY | bit(18),
        ),
        policy(
            "policy-without-bit-17",
            "bit 17 of the policy is one",
            "ReservedPolicyBits",
            POLICY & !bit(17),
        ),
        policy(
            "policy-with-bit-63",
            "a bit without meaning is zero",
            "ReservedPolicyBits",
            POLICY | bit(63),
        ),
        altered(chain, "migration-agent", "no migration agent", "MigrationAgent", |report| {
            report.report_id_ma = [0x22; 32];
        }),
        altered(chain, "vmpl-1", "VMPL 0 asks", "LowerPrivilege(1)", |report| report.vmpl = 1),
        altered(
            chain,
            "asked-for-by-the-host",
            "VMPL 0 asks",
            "LowerPrivilege(4294967295)",
            |report| report.vmpl = u32::MAX,
        ),
        altered(
            chain,
            "processor-of-another-product",
            "the processor is of the root's product line",
            "ProductMismatch(Report)",
            |report| report.cpuid = [0x19, 0x11, 0x01],
        ),
        altered(
            chain,
            "unknown-processor",
            "the processor is of the root's product line",
            "ProductMismatch(Report)",
            |report| report.cpuid = [0x17, 0x31, 0x00],
        ),
    ]
}

fn keys(chain: &Chain) -> Vec<Hostile> {
    let flags = |name: &str, rule: &'static str, error: &str, flags: u32| {
        altered(chain, name, rule, error, |report| report.key_flags = flags)
    };
    vec![
        flags("key-flag-5", "a bit without meaning is zero", "ReservedKeyBits", 1 << 5),
        flags("author-key-without-digest", "an author key has a digest", "AuthorKeyMismatch", 1),
        altered(
            chain,
            "digest-without-author-key",
            "a digest has an author key",
            "AuthorKeyMismatch",
            |report| report.author_key_digest = [5; 48],
        ),
        altered(chain, "signed-by-none", "a VCEK or a VLEK signs", "UnknownSigningKey", |report| {
            *report = report.clone().signed_by(SigningKey::None)
        }),
        flags("signed-by-a-future-key", "a VCEK or a VLEK signs", "UnknownSigningKey", 2 << 2),
        altered(
            chain,
            "says-vlek-under-a-vcek",
            "the key is of the kind that the report says",
            "SigningKeyMismatch",
            |report| *report = report.clone().signed_by(SigningKey::Vlek),
        ),
        flags("chip-key-masked", "the chip's key is not masked", "ChipKeyMasked", 2),
        altered(chain, "chip-id-masked", "the chip is named", "ChipIdMasked", |report| {
            report.chip_id = [0; 64]
        }),
        altered(chain, "another-chip", "the chip is the key's", "ChipIdMismatch", |report| {
            report.chip_id = [9; 64]
        }),
        altered(
            chain,
            "rolled-back-tcb",
            "the TCB version is the key's",
            "TcbMismatch",
            |report| report.reported_tcb.microcode -= 1,
        ),
        altered(chain, "newer-tcb", "the TCB version is the key's", "TcbMismatch", |report| {
            report.reported_tcb.snp += 1
        }),
    ]
}

fn signatures(chain: &Chain) -> Vec<Hostile> {
    let genuine = good().sign();
    let patched = |name: &str, rule: &'static str, error: &str, offset: usize| {
        let mut report = genuine.clone();
        report[offset] ^= 1;
        refused(name, rule, report, chain, error)
    };
    let another_chip = SevSnpReport { chip_id: [9; 64], ..good() }.chain().leaf.key;
    let mut zero = genuine.clone();
    zero[R_OFFSET..BEHIND_S].fill(0);
    vec![
        patched("other-report-data", "what is read is what is signed", "WrongSignature", 0x50),
        patched("other-measurement", "what is read is what is signed", "WrongSignature", 0x90),
        patched("other-host-data", "what is read is what is signed", "WrongSignature", 0xc0),
        patched("other-r", "the key signs the report", "WrongSignature", R_OFFSET),
        patched("other-s", "the key signs the report", "WrongSignature", R_OFFSET + 72),
        patched("r-of-49-bytes", "r has 48 bytes", "OversizedSignature", R_OFFSET + 48),
        patched("s-of-49-bytes", "s has 48 bytes", "OversizedSignature", R_OFFSET + 72 + 48),
        refused("zero-signature", "r and s are not zero", zero, chain, "WrongSignature"),
        refused(
            "signed-by-another-chip",
            "the chip's key signs the report",
            good().sign_with(&another_chip),
            chain,
            "WrongSignature",
        ),
    ]
}
