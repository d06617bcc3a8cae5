//! The report: its layout, the rules for its contents, and its signature.

use crate::{
    endorsement::check_window, reader::Reader, Endorsement, EndorsementKey, Error, Part, Platform,
    Policy, Product, Tcb, Window, REPORT_LEN, SIGNED_LEN,
};
use opg_verifier_x509::verify_p384_sha384;
use p384::ecdsa::VerifyingKey;

/// ECDSA on P-384 with SHA-384: the one algorithm there is.
const ECDSA_P384_SHA384: u32 = 1;
/// Zeros above the 48 bytes of R and of S, each of which has a field of 72.
const NUMBER_PADDING: usize = 24;
/// Bytes after R and S, up to the end of the report.
const AFTER_SIGNATURE: usize = 368;
/// The report id of the migration agent of a guest that has none.
const NO_MIGRATION_AGENT: [u8; 32] = [0xff; 32];

/// What a report says, once its signature, its chain and all rules hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Version of the layout: 2, 3, 4 or 5.
    pub version: u32,
    /// The guest's security version number, from its signed identity block; 0 without one.
    pub guest_svn: u32,
    /// What the guest's owner demanded at launch.
    pub policy: Policy,
    /// From the guest's identity block: the owner's choice.
    pub family_id: [u8; 16],
    /// From the guest's identity block: the owner's choice.
    pub image_id: [u8; 16],
    /// The privilege level inside the guest that asked for the report. 0 here, the highest.
    pub vmpl: u32,
    /// How the platform was set when it signed.
    pub platform: Platform,
    /// 64 bytes of the guest's own choice: the only ones that it says itself, and so where freshness and keys go.
    pub report_data: [u8; 64],
    /// SHA-384 over what was put into the guest's memory and processors before it ran.
    pub measurement: [u8; 48],
    /// 32 bytes of the host's choice at launch: fixed since then, but the host's word.
    pub host_data: [u8; 32],
    /// SHA-384 of the key that signed the guest's identity block; zeros without one.
    pub id_key_digest: [u8; 48],
    /// SHA-384 of the key that certified the identity key; zeros without one.
    pub author_key_digest: [u8; 48],
    /// Drawn for this guest at its launch: the same in all of its reports.
    pub report_id: [u8; 32],
    /// The report id of the guest's migration agent; all ones without one.
    pub report_id_ma: [u8; 32],
    /// The chip. Zeros where the host hides it, which only a report under a VLEK may do.
    pub chip_id: [u8; 64],
    /// The processor, from version 3 on.
    pub cpuid: Option<Cpuid>,
    /// The TCB version that the signing key stands for. The host may hold it below the current one, never above: the
    /// version to hold against a floor.
    pub reported_tcb: Tcb,
    /// What runs now.
    pub current_tcb: Tcb,
    /// What the platform can no longer go back below.
    pub committed_tcb: Tcb,
    /// What ran when the guest was launched.
    pub launch_tcb: Tcb,
    /// The SEV-SNP firmware that runs now.
    pub current_firmware: Firmware,
    /// The firmware that the platform can no longer go back below.
    pub committed_firmware: Firmware,
    /// Mitigations that were verified at launch, a bit each, from version 5 on.
    pub launch_mitigations: Option<u64>,
    /// Mitigations that are verified now, a bit each, from version 5 on.
    pub current_mitigations: Option<u64>,
    /// SHA-256 of the root certificate's DER.
    pub root: [u8; 32],
    /// The product line.
    pub product: Product,
    /// Whose key signed.
    pub kind: EndorsementKey,
    /// When the chain is valid. The report itself has no time.
    pub window: Window,
}

impl Report {
    /// Whether a migration agent may move the guest to machines of its choice. Of no report that was accepted here.
    pub fn has_migration_agent(&self) -> bool {
        self.report_id_ma != NO_MIGRATION_AGENT
    }
}

/// A processor, as CPUID names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Cpuid {
    /// Extended and base family, added up.
    pub family: u8,
    /// Extended and base model, combined.
    pub model: u8,
    /// The stepping.
    pub stepping: u8,
}

/// A version of the SEV-SNP firmware.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Firmware {
    /// Major version of the ABI.
    pub major: u8,
    /// Minor version of the ABI.
    pub minor: u8,
    /// Number of the build.
    pub build: u8,
}

impl Firmware {
    fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let [build, minor, major] = reader.take()?;
        reader.zeros(1)?;
        Ok(Self { major, minor, build })
    }
}

/// Verifies a report under an endorsement that was verified before. One signature on P-384.
///
/// # Arguments
///
/// - `report`: the 1184 bytes that the firmware gave out.
/// - `now`: Unix seconds; must lie in the endorsement's window.
///
/// # Errors
///
/// By the first rule that is broken; [`Error::WrongSignature`] only where all others hold.
pub fn verify_report(report: &[u8], endorsement: &Endorsement, now: u64) -> Result<Report, Error> {
    if report.len() != REPORT_LEN {
        return Err(Error::WrongLength { found: report.len() });
    }
    check_window(Part::Endorsement, endorsement.window, now)?;
    let (body, keys, r_s) = read(report, endorsement)?;
    check_guest(&body)?;
    check_keys(&body, keys, endorsement)?;

    let key =
        VerifyingKey::from_sec1_bytes(&endorsement.key).map_err(|_| Error::InvalidEndorsement)?;
    let signed = report.get(..SIGNED_LEN).ok_or(Error::WrongLength { found: report.len() })?;
    verify_p384_sha384(&key, signed, &r_s).map_err(|_| Error::WrongSignature)?;
    Ok(body)
}

/// How the report says that it was signed.
#[derive(Clone, Copy)]
struct Keys(u32);

impl Keys {
    fn author_key(self) -> bool {
        self.0 & 1 == 1
    }

    fn chip_key_masked(self) -> bool {
        self.0 & 2 == 2
    }

    fn signing_key(self) -> Result<EndorsementKey, Error> {
        match self.0 & 0b1_1100 {
            0b0_0000 => Ok(EndorsementKey::Vcek),
            0b0_0100 => Ok(EndorsementKey::Vlek),
            _ => Err(Error::UnknownSigningKey),
        }
    }

    fn reserved_bits_are_zero(self) -> bool {
        self.0 & !0b1_1111 == 0
    }
}

/// Reads every byte of a report, in order, and R and S as big-endian numbers.
fn read(report: &[u8], endorsement: &Endorsement) -> Result<(Report, Keys, [u8; 96]), Error> {
    let product = endorsement.product;
    let r = &mut Reader::new(report);

    let version = r.u32()?;
    if !(2..=5).contains(&version) {
        return Err(Error::UnknownVersion(version));
    }
    let guest_svn = r.u32()?;
    let policy = Policy(r.u64()?);
    let family_id = r.take()?;
    let image_id = r.take()?;
    let vmpl = r.u32()?;
    let algorithm = r.u32()?;
    if algorithm != ECDSA_P384_SHA384 {
        return Err(Error::UnknownSignatureAlgorithm(algorithm));
    }
    let current_tcb = Tcb::read(r, product)?;
    let platform = Platform(r.u64()?);
    let keys = Keys(r.u32()?);
    r.zeros(4)?;
    let report_data = r.take()?;
    let measurement = r.take()?;
    let host_data = r.take()?;
    let id_key_digest = r.take()?;
    let author_key_digest = r.take()?;
    let report_id = r.take()?;
    let report_id_ma = r.take()?;
    let reported_tcb = Tcb::read(r, product)?;
    let cpuid = if version >= 3 {
        let [family, model, stepping] = r.take()?;
        r.zeros(21)?;
        Some(Cpuid { family, model, stepping })
    } else {
        r.zeros(24)?;
        None
    };
    let chip_id = r.take()?;
    let committed_tcb = Tcb::read(r, product)?;
    let current_firmware = Firmware::read(r)?;
    let committed_firmware = Firmware::read(r)?;
    let launch_tcb = Tcb::read(r, product)?;
    let (launch_mitigations, current_mitigations) = if version >= 5 {
        let mitigations = (Some(r.u64()?), Some(r.u64()?));
        r.zeros(152)?;
        mitigations
    } else {
        r.zeros(168)?;
        (None, None)
    };
    let r_s = read_signature(r)?;

    let body = Report {
        version,
        guest_svn,
        policy,
        family_id,
        image_id,
        vmpl,
        platform,
        report_data,
        measurement,
        host_data,
        id_key_digest,
        author_key_digest,
        report_id,
        report_id_ma,
        chip_id,
        cpuid,
        reported_tcb,
        current_tcb,
        committed_tcb,
        launch_tcb,
        current_firmware,
        committed_firmware,
        launch_mitigations,
        current_mitigations,
        root: endorsement.root,
        product,
        kind: endorsement.kind,
        window: endorsement.window,
    };
    Ok((body, keys, r_s))
}

/// R and S, each little-endian in 72 bytes of which 48 can hold something, and zeros up to the end.
fn read_signature(reader: &mut Reader<'_>) -> Result<[u8; 96], Error> {
    let mut number = || -> Result<[u8; 48], Error> {
        let mut number: [u8; 48] = reader.take()?;
        reader.zeros(NUMBER_PADDING).map_err(|_| Error::OversizedSignature)?;
        number.reverse();
        Ok(number)
    };
    let (r, s) = (number()?, number()?);
    reader.zeros(AFTER_SIGNATURE)?;
    let mut r_s = [0; 96];
    for (to, from) in r_s.iter_mut().zip(r.iter().chain(&s)) {
        *to = *from;
    }
    Ok(r_s)
}

/// What the report says of the guest.
fn check_guest(body: &Report) -> Result<(), Error> {
    if !body.policy.reserved_bits_are_as_specified() {
        return Err(Error::ReservedPolicyBits);
    }
    if body.policy.debug_allowed() {
        return Err(Error::DebugAllowed);
    }
    if body.policy.migration_agent_allowed() {
        return Err(Error::MigrationAgentAllowed);
    }
    if body.has_migration_agent() {
        return Err(Error::MigrationAgent);
    }
    if body.vmpl != 0 {
        return Err(Error::LowerPrivilege(body.vmpl));
    }
    Ok(())
}

/// Whether the report is one that the endorsed key can have signed.
fn check_keys(body: &Report, keys: Keys, endorsement: &Endorsement) -> Result<(), Error> {
    if !keys.reserved_bits_are_zero() {
        return Err(Error::ReservedKeyBits);
    }
    if keys.author_key() != (body.author_key_digest != [0; 48]) {
        return Err(Error::AuthorKeyMismatch);
    }
    if keys.signing_key()? != endorsement.kind {
        return Err(Error::SigningKeyMismatch);
    }
    if body
        .cpuid
        .is_some_and(|cpuid| Product::from_cpuid(cpuid.family, cpuid.model) != Some(body.product))
    {
        return Err(Error::ProductMismatch(Part::Report));
    }
    if body.reported_tcb != endorsement.tcb {
        return Err(Error::TcbMismatch);
    }
    match (endorsement.kind, endorsement.chip_id) {
        (EndorsementKey::Vlek, _) => Ok(()),
        (EndorsementKey::Vcek, _) if keys.chip_key_masked() => Err(Error::ChipKeyMasked),
        (EndorsementKey::Vcek, _) if body.chip_id == [0; 64] => Err(Error::ChipIdMasked),
        (EndorsementKey::Vcek, Some(chip_id)) if chip_id == body.chip_id => Ok(()),
        (EndorsementKey::Vcek, _) => Err(Error::ChipIdMismatch),
    }
}
