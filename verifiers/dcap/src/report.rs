//! What a verified quote says.

use crate::{Error, TcbStatus, MAX_ADVISORIES, MAX_ADVISORY_BYTES};
use alloc::{string::String, vec::Vec};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use dcap_qvl::{
    config::CryptoProvider,
    crypto::RustCryptoCrypto,
    quote::{EnclaveReport, Report as Body, TDReport10},
    QuoteClaims,
};
use scale_info::TypeInfo;

/// The kind of hardware isolation.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub enum Tee {
    /// A trust domain: a virtual machine that the host cannot read.
    Tdx,
    /// An enclave within a process.
    Sgx,
}

/// A stretch of time in seconds since 1970.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub struct Window {
    /// The first second of it.
    pub from: u64,
    /// The first second after it. The last second of a certificate, which RFC 5280 still counts, is left out.
    pub until: u64,
}

impl Window {
    /// Whether this time lies within.
    pub fn contains(&self, time: u64) -> bool {
        self.from <= time && time < self.until
    }

    /// What both have in common.
    #[must_use]
    pub(crate) fn and(&self, other: &Self) -> Self {
        Self { from: self.from.max(other.from), until: self.until.min(other.until) }
    }
}

/// What was measured into a trust domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TdMeasurements {
    /// The TDX module.
    pub mr_seam: [u8; 48],
    /// Who signed the TDX module; zero for Intel.
    pub mr_signer_seam: [u8; 48],
    /// Attributes of the TDX module.
    pub seam_attributes: [u8; 8],
    /// Security versions of the TDX module when the trust domain was made.
    pub tee_tcb_svn: [u8; 16],
    /// Security versions of the TDX module that runs now; TDX 1.5 and later.
    pub tee_tcb_svn2: Option<[u8; 16]>,
    /// Attributes of the trust domain.
    pub td_attributes: [u8; 8],
    /// Processor features that the trust domain may use.
    pub xfam: [u8; 8],
    /// What was in memory when the trust domain was made, usually the firmware.
    pub mr_td: [u8; 48],
    /// Chosen by whoever configured the trust domain.
    pub mr_config_id: [u8; 48],
    /// Chosen by the owner.
    pub mr_owner: [u8; 48],
    /// Chosen by the owner for the configuration.
    pub mr_owner_config: [u8; 48],
    /// Registers that firmware, boot loader and software extend.
    pub rtmr: [[u8; 48]; 4],
}

impl TdMeasurements {
    /// Whether RTMR3 is what these events, in this order, add up to: each a SHA-384 that the software inside extended it
    /// with. Without any, RTMR3 has to be zero.
    ///
    /// The software extends RTMR3 by itself, so a value without its events says nothing.
    pub fn check_rtmr3(&self, events: &[[u8; 48]]) -> Result<(), Error> {
        let [_, _, _, rtmr3] = &self.rtmr;
        let replayed = events.iter().fold([0; 48], |register, event| {
            RustCryptoCrypto::sha384(&[register, *event].concat())
        });
        if replayed != *rtmr3 {
            return Err(Error::UnexplainedRtmr3);
        }
        Ok(())
    }
}

/// What was measured into an SGX enclave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SgxMeasurements {
    /// The enclave's contents and layout.
    pub mr_enclave: [u8; 32],
    /// The key that signed the enclave.
    pub mr_signer: [u8; 32],
    /// The product number that the signer gave it.
    pub isv_prod_id: u16,
    /// The security version that the signer gave it.
    pub isv_svn: u16,
    /// Attributes, flags and XFRM.
    pub attributes: [u8; 16],
    /// What is saved when the enclave is interrupted.
    pub misc_select: u32,
    /// Security versions of the processor.
    pub cpu_svn: [u8; 16],
}

/// What was measured.
// One report is read at a time: a pointer would save nothing.
#[allow(clippy::large_enum_variant)]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Measurements {
    /// Of a trust domain.
    Td(TdMeasurements),
    /// Of an enclave.
    Sgx(SgxMeasurements),
}

/// The machine that made the quote, as Intel's certificate of its key describes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Platform {
    /// The kind of platform.
    pub fmspc: [u8; 6],
    /// The platform provisioning id: it stays with the machine, whichever of its certificates signs, so it is the
    /// identity to count and to revoke by.
    pub ppid: [u8; 16],
    /// The platform instance id: made anew when the machine is registered anew. Certificates of the platform CA have it.
    pub instance: Option<[u8; 16]>,
}

/// A quote whose every part was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The kind of TEE.
    pub tee: Tee,
    /// The version of the quote's format.
    pub quote_version: u16,
    /// What was measured.
    pub measurements: Measurements,
    /// What the software inside wanted signed.
    pub report_data: [u8; 64],
    /// What Intel says of the platform and its quoting enclave; one that the policy accepts.
    pub status: TcbStatus,
    /// Intel's advisories that concern this TCB level: at most [`MAX_ADVISORIES`] of at most [`MAX_ADVISORY_BYTES`].
    pub advisories: Vec<String>,
    /// The lower `tcbEvaluationDataNumber` of TCB info and QE identity.
    pub evaluation_number: u32,
    /// The machine.
    pub platform: Platform,
    /// SHA-256 of the root certificate under which all of it holds.
    pub root: [u8; 32],
    /// When every certificate, revocation list and document behind it holds.
    pub window: Window,
}

impl Report {
    /// Takes from the claims of dcap-qvl what is reported, and refuses what has no bounded form.
    pub(crate) fn from_claims(
        claims: QuoteClaims,
        tee: Tee,
        root: [u8; 32],
    ) -> Result<Self, Error> {
        let advisories = claims.tcb.advisory_ids;
        if advisories.len() > MAX_ADVISORIES
            || advisories.iter().any(|advisory| advisory.len() > MAX_ADVISORY_BYTES)
        {
            return Err(Error::Advisories);
        }
        let pck = claims.platform.pck;
        let ppid: [u8; 16] = pck.ppid.try_into().map_err(|_| Error::NoPlatformId)?;
        if ppid == [0; 16] {
            return Err(Error::NoPlatformId);
        }
        let (measurements, report_data) = read_body(&claims.report);
        Ok(Self {
            tee,
            quote_version: claims.header.version,
            measurements,
            report_data,
            status: claims.tcb.status.try_into()?,
            advisories,
            evaluation_number: claims.tcb.eval_data_number,
            platform: Platform { fmspc: pck.fmspc, ppid, instance: pck.platform_instance_id },
            root,
            window: Window {
                from: claims.latest_issue_date,
                until: claims.earliest_expiration_date,
            },
        })
    }
}

fn read_body(body: &Body) -> (Measurements, [u8; 64]) {
    match body {
        Body::SgxEnclave(report) => (Measurements::Sgx(read_enclave(report)), report.report_data),
        Body::TD10(report) => (Measurements::Td(read_td(report, None)), report.report_data),
        Body::TD15(report) => {
            let td = read_td(&report.base, Some(report.tee_tcb_svn2));
            (Measurements::Td(td), report.base.report_data)
        }
        Body::TD15Ex(report) => {
            let td = read_td(&report.base.base, Some(report.base.tee_tcb_svn2));
            (Measurements::Td(td), report.base.base.report_data)
        }
    }
}

fn read_enclave(report: &EnclaveReport) -> SgxMeasurements {
    SgxMeasurements {
        mr_enclave: report.mr_enclave,
        mr_signer: report.mr_signer,
        isv_prod_id: report.isv_prod_id,
        isv_svn: report.isv_svn,
        attributes: report.attributes,
        misc_select: report.misc_select,
        cpu_svn: report.cpu_svn,
    }
}

fn read_td(report: &TDReport10, tee_tcb_svn2: Option<[u8; 16]>) -> TdMeasurements {
    TdMeasurements {
        mr_seam: report.mr_seam,
        mr_signer_seam: report.mr_signer_seam,
        seam_attributes: report.seam_attributes,
        tee_tcb_svn: report.tee_tcb_svn,
        tee_tcb_svn2,
        td_attributes: report.td_attributes,
        xfam: report.xfam,
        mr_td: report.mr_td,
        mr_config_id: report.mr_config_id,
        mr_owner: report.mr_owner,
        mr_owner_config: report.mr_owner_config,
        rtmr: [report.rt_mr0, report.rt_mr1, report.rt_mr2, report.rt_mr3],
    }
}
