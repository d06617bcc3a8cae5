//! AMD SEV-SNP attestation reports, verified up to AMD's roots.
//!
//! # What a report says
//!
//! SEV-SNP runs a virtual machine, the guest, whose memory and registers are encrypted with a key that the host does
//! not have, and whose pages the host cannot replace unseen. A guest can ask the AMD Secure Processor on the chip for
//! a report. In it the firmware signs:
//!
//! - **which code was started**: [`measurement`](Report::measurement), a hash over the memory that the guest began
//!   with. What it covers is up to who builds the image: often only the virtual firmware, which then has to measure
//!   kernel, command line and disk itself.
//! - **what the guest says**: [`report_data`](Report::report_data), 64 bytes of its choice. Keys and challenges are
//!   bound by a hash here. A report has no time and no sequence number: it is as fresh as the challenge in it.
//! - **under which terms**: [`policy`](Report::policy), which the firmware holds the host to.
//! - **where**: [`chip_id`](Report::chip_id), and the patch levels of the firmware below the guest (TCB versions).
//!
//! The key that signs is derived from a secret of the chip and the reported TCB version (VCEK), or from one that AMD
//! gave to a cloud provider (VLEK). AMD certifies it: root (ARK), then ASK or ASVK, then VCEK or VLEK, in RSA with 4096
//! bits above, P-384 below.
//!
//! # API
//!
//! - [`verify_chain`] once for each key: two RSA signatures. It gives an [`Endorsement`], which can be kept.
//! - [`verify_report`] for each report: one P-384 signature. It gives a [`Report`].
//! - [`verify`] does both.
//!
//! ```
//! use opg_verifier_sev_snp::{verify, Chain, Error, Part, ARK_GENOA, ARK_MILAN, ARK_TURIN};
//!
//! let chain = Chain { ark: &[], intermediate: &[], leaf: &[] };
//! let refused = verify(&[0; 1184], &chain, &[ARK_MILAN, ARK_GENOA, ARK_TURIN], 1_700_000_000);
//! assert!(matches!(refused, Err(Error::Certificate(Part::Ark, _))));
//! ```
//!
//! # Rules
//!
//! Each has a variant of [`Error`], where the exact condition stands.
//!
//! | of the chain | |
//! | --- | --- |
//! | root | its hash is one that the caller trusts |
//! | certificates | valid now; names, constraints, kinds of key as AMD has them; a VCEK under an ASK, a VLEK under an ASVK, one product line throughout |
//! | extensions | those of the kind and no others, exact DER; patch levels without a component are zero |
//!
//! | of the report | |
//! | --- | --- |
//! | form | 1184 bytes, version 2 to 5, ECDSA P-384, reserved bytes and bits as specified |
//! | guest | no debugging, no migration agent nor leave to have one, asked for from VMPL 0 |
//! | keys | signed by the endorsed kind of key, at the endorsed TCB version, on the endorsed chip, on a processor of the product line |
//!
//! **VMPL.** The measured software runs at privilege level 0 and may run other software below it, as a paravisor does
//! (Azure's, or an SVSM). A report from below would carry the measurement of the one and the report data of the other,
//! so it is refused, and so is one that the host asked for. Who runs under a paravisor has the paravisor ask.
//!
//! **Layouts.** Version 2 has no CPUID, versions 3 and 4 do (0x188), version 5 adds the mitigation vectors (0x1f8); so
//! AMD publication 56860 as read by `sev` 8.0.0. Version 6 exists and is refused, since neither that crate nor any
//! document at hand gives its layout. The layout of TCB versions follows the product line of the certificate, not a
//! guess from the chip's identity.
//!
//! # What is left to the caller
//!
//! - Which measurement, image, identity key or host data is right, and the meaning of the report data.
//! - **The TCB floor.** Old firmware has known holes, some of which void all of this (EntrySign, CVE-2024-56161, lets
//!   the host load microcode of its own). [`Tcb::at_least`] compares [`reported_tcb`](Report::reported_tcb) with the
//!   level that fixes them.
//! - **Revocation.** Chains carry no revocation list. Whoever keeps endorsements revokes an intermediate by its
//!   [`hash`](Endorsement::intermediate), a leaf by its [`fingerprint`](Endorsement::fingerprint), a chip by its
//!   [`chip_id`](Endorsement::chip_id), a level by a floor.
//! - **Using a report once.** (r, s) and (r, n - s) are both signatures of the same report, so two different strings of
//!   1184 bytes may be one report. Its identity is its first [`SIGNED_LEN`] bytes.
//! - Under a VLEK the chip may be hidden, and all of a provider's machines share the key: one cannot count machines.
//!
//! # What a good report does not protect from
//!
//! - **Who stands beside the machine.** Memory encryption is deterministic and has no freshness, so a device on the
//!   memory bus sees when a value recurs and can bring old ones back. Battering RAM (DDR4) made another guest attest as
//!   the right one; TEE.fail (DDR5) read signing keys out of a guest, with ciphertext hiding on. AMD puts physical
//!   attacks out of scope, and a report does not say who has access.
//! - **BadRAM** (CVE-2024-21944): a memory module that lies about its size aliases pages. Fixed by firmware that looks
//!   for aliases; [`Platform::alias_check_complete`] says that it did.
//! - **Side channels.** The host sees ciphertext, page faults, caches and timing of the guest. Where the platform hides
//!   ciphertext (Turin and later), [`Policy::ciphertext_hiding_required`] says that the guest insisted. Code that
//!   handles secrets has to be constant-time, and must not write a secret to the same place twice.
//! - **The cloud operator**, who decides when the guest runs, what time it sees, which network and which disk it gets
//!   (even an old copy of its own), and who may stop it, or start it twice.
//! - **The code itself**: a measured program with a hole is a measured hole.
//! - **AMD**: whoever holds the keys of the ARK can endorse anything.

#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects,
        clippy::panic
    )
)]
#![deny(missing_docs)]
#![forbid(unsafe_code)]

extern crate alloc;

mod endorsement;
mod error;
mod extension;
mod policy;
mod product;
mod reader;
mod report;
mod roots;
mod tcb;

pub use endorsement::{verify_chain, Chain, Endorsement, EndorsementKey};
pub use error::{Error, Part};
pub use extension::Extension;
pub use opg_verifier_x509::Window;
pub use policy::{Platform, Policy};
pub use product::Product;
pub use report::{verify_report, Cpuid, Firmware, Report};
pub use roots::{ARK_GENOA, ARK_MILAN, ARK_TURIN};
pub use tcb::Tcb;

/// Bytes of a report.
pub const REPORT_LEN: usize = 1184;

/// Bytes of a report that are signed: the first ones.
pub const SIGNED_LEN: usize = 0x2a0;

/// Verifies a chain, then a report under it: [`verify_chain`] and [`verify_report`].
///
/// # Errors
///
/// Theirs.
pub fn verify(
    report: &[u8],
    chain: &Chain<'_>,
    roots: &[[u8; 32]],
    now: u64,
) -> Result<Report, Error> {
    if report.len() != REPORT_LEN {
        return Err(Error::WrongLength { found: report.len() });
    }
    let endorsement = verify_chain(chain, roots, now)?;
    verify_report(report, &endorsement, now)
}
