//! From a document of any format to what the pallet goes by. Here, and only here, the verifiers are
//! called.

use crate::{
    binding::Carried, collateral::Remembering, faults::Fault, pallet::*, roots, types::*,
    weights::WeightInfo,
};
use alloc::vec::Vec;
use frame_support::{ensure, weights::Weight};
use opg_primitives::{
    attestation::{Advisories, TcbStatus, Vendor},
    domain::Domain,
    ids::{Digest, PlatformId},
    names::Advisory,
    reference::{Measurement, Register},
};
use opg_verifier_dcap as dcap;
use opg_verifier_nitro as nitro;
use opg_verifier_sev_snp as sev_snp;
use sp_runtime::traits::SaturatedConversion;

/// The most CAs below the root of a Nitro document: each costs a signature where it is not known.
pub const MAX_ISSUERS: u32 = 5;
/// The signatures of a quote that are of that quote alone: on the certificate of its platform, on the
/// report of the quoting enclave, and on the quote. All others are of its collateral.
pub const SIGNATURES_OF_QUOTE: u32 = 3;

/// What a document shows, whatever its format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Who vouches for it.
    pub vendor: Vendor,
    /// What was measured.
    pub measurement: Measurement,
    /// What the code inside had put into it.
    pub carried: Carried,
    /// The last second in which all that it rests on is valid.
    pub not_after: u64,
    /// What the vendor says of the platform's firmware.
    pub tcb: TcbStatus,
    /// The advisories that the platform is open to.
    pub advisories: Advisories,
    /// The machine, or all that its cloud hides.
    pub platform: PlatformId,
    /// Whether it is one machine.
    pub platform_known: bool,
    /// What its verification weighed.
    pub weight: Weight,
}

/// A machine, by what its vendor knows it by.
fn platform(vendor: Vendor, number: &[u8]) -> PlatformId {
    PlatformId(Domain::Platform.hash(&(vendor, number)))
}

impl<T: Config> Pallet<T> {
    /// The most that the verification of a document weighs.
    pub(crate) fn verification_weight(document: &Document) -> Weight {
        match document {
            Document::Nitro(_) => T::WeightInfo::verify_nitro(MAX_ISSUERS),
            Document::Dcap { .. } => T::WeightInfo::verify_dcap(),
            Document::SevSnp { .. } => T::WeightInfo::verify_sev_snp(),
        }
    }

    /// Verifies a document at `now`, in seconds since 1970, up to a root that this chain trusts.
    ///
    /// # Errors
    /// [`Error::Refused`], [`Error::CollateralMissing`], [`Error::EndorsementMissing`].
    pub(crate) fn verify(document: &Document, now: u64) -> Result<Shown, Error<T>> {
        match document {
            Document::Nitro(bytes) => Self::verify_nitro(bytes, now),
            Document::Dcap { quote, collateral, events } => {
                Self::verify_dcap(quote, collateral, events, now)
            }
            Document::SevSnp { report, endorsement } => {
                Self::verify_sev_snp(report, endorsement, now)
            }
        }
    }

    fn verify_nitro(bytes: &[u8], now: u64) -> Result<Shown, Error<T>> {
        let refused = |error: nitro::Error| Error::<T>::Refused(error.into());
        let known = Self::known_issuers(bytes, now).map_err(refused)?;
        let roots = roots::nitro(DevelopmentVendor::<T>::get());
        let trust = nitro::Trust { roots: &roots, known: &known };
        let report = nitro::verify(bytes, &trust, now).map_err(refused)?;
        Self::remember_issuers(&report.issuers, now);

        let vendor = roots::vendor(&report.root, Vendor::Aws);
        let pcr = |index: u8| report.pcrs.get(&index).map_or(Register::ZERO, |pcr| Register(*pcr));
        // An instance has several enclaves, whose numbers follow its own.
        let module = report.module_id.as_str();
        let instance = module.split_once("-enc").map_or(module, |(instance, _)| instance);
        let verified = report.issuers.iter().filter(|issuer| !known.contains(issuer)).count();
        Ok(Shown {
            vendor,
            measurement: Measurement::Nitro {
                pcr0: pcr(0),
                pcr1: pcr(1),
                pcr2: pcr(2),
                pcr8: pcr(8),
            },
            not_after: report.window.not_after,
            tcb: TcbStatus::UpToDate,
            advisories: Advisories::default(),
            platform: platform(vendor, instance.as_bytes()),
            platform_known: true,
            weight: T::WeightInfo::verify_nitro(verified.saturated_into()),
            carried: Carried::Fields {
                user_data: report.user_data,
                nonce: report.nonce,
                public_key: report.public_key,
            },
        })
    }

    fn verify_dcap(
        quote: &[u8],
        id: &CollateralId,
        events: &[[u8; 48]],
        now: u64,
    ) -> Result<Shown, Error<T>> {
        let refused = |error: dcap::Error| Error::<T>::Refused(error.into());
        let stored = Collaterals::<T>::get(id).ok_or(Error::<T>::CollateralMissing)?;
        let collateral = dcap::Collateral::from_bytes(&stored.bytes).map_err(refused)?;
        // Of the roots that are trusted now, the one that it is stored under.
        let mut roots = roots::dcap(DevelopmentVendor::<T>::get()).map_err(refused)?;
        roots.retain(|root| root.hash() == stored.root);
        let root = roots.first().ok_or(Error::<T>::Refused(Fault::UntrustedRoot))?;
        type Arithmetic<T> = dcap::Memoised<dcap::RustCrypto, Remembering<T>>;
        // Which status is accepted is looked at where it is for every format.
        let report =
            dcap::verify_with::<Arithmetic<T>>(quote, &collateral, root, &any_status(), now)
                .map_err(refused)?;
        let verified = Verified::<T>::take();

        let measurement = match report.measurements {
            dcap::Measurements::Td(td) => {
                td.check_rtmr3(events).map_err(refused)?;
                Measurement::Tdx {
                    mr_seam: Register(td.mr_seam),
                    mr_td: Register(td.mr_td),
                    rtmr: td.rtmr.map(Register),
                    mr_config: Register(td.mr_config_id),
                    attributes: td.td_attributes,
                }
            }
            dcap::Measurements::Sgx(enclave) => {
                ensure!(events.is_empty(), Error::<T>::Refused(Fault::UnexplainedRegister));
                Measurement::Sgx {
                    mr_enclave: Digest(enclave.mr_enclave),
                    mr_signer: Digest(enclave.mr_signer),
                    product: enclave.isv_prod_id,
                    security_version: enclave.isv_svn,
                }
            }
        };
        let vendor = roots::vendor(&report.root, Vendor::Intel);
        let number = [report.platform.fmspc.as_slice(), &report.platform.ppid].concat();
        Ok(Shown {
            vendor,
            measurement,
            carried: Carried::ReportData(report.report_data),
            // The verifier's windows end with the first second outside.
            not_after: report.window.until.saturating_sub(1),
            tcb: status(report.status),
            advisories: advisories(&report.advisories),
            platform: platform(vendor, &number),
            platform_known: true,
            weight: match verified > SIGNATURES_OF_QUOTE {
                true => T::WeightInfo::verify_dcap(),
                false => T::WeightInfo::verify_dcap_spared(),
            },
        })
    }

    fn verify_sev_snp(report: &[u8], fingerprint: &Digest, now: u64) -> Result<Shown, Error<T>> {
        let stored = Endorsements::<T>::get(fingerprint).ok_or(Error::<T>::EndorsementMissing)?;
        let roots = roots::sev_snp(DevelopmentVendor::<T>::get());
        ensure!(roots.contains(&stored.root), Error::<T>::Refused(Fault::UntrustedRoot));
        let endorsement = stored.restored(fingerprint.0);
        let report = sev_snp::verify_report(report, &endorsement, now)
            .map_err(|error| Error::<T>::Refused(error.into()))?;

        let vendor = roots::vendor(&report.root, Vendor::Amd);
        // Above the floor there is nothing known against it; AMD itself has no word for it.
        let floor = SnpFloors::<T>::get(stored.product);
        let reaches = floor.is_none_or(|floor| report.reported_tcb.at_least(&floor.into()));
        // Under a VLEK the host may hide the chip. What is known then is the cloud: by its id all of its
        // machines that are hidden can be revoked, and none can be told from another.
        let (machine, machine_known) = match (&stored.signer, report.chip_id == [0; 64]) {
            (SnpSigner::Cloud(name), true) => (platform(vendor, name), false),
            _ => (platform(vendor, &report.chip_id), true),
        };
        Ok(Shown {
            vendor,
            measurement: Measurement::SevSnp {
                launch: Register(report.measurement),
                host_data: Digest(report.host_data),
                policy: report.policy.0,
            },
            carried: Carried::ReportData(report.report_data),
            not_after: report.window.not_after,
            tcb: match reaches {
                true => TcbStatus::UpToDate,
                false => TcbStatus::OutOfDate,
            },
            advisories: Advisories::default(),
            platform: machine,
            platform_known: machine_known,
            weight: T::WeightInfo::verify_sev_snp(),
        })
    }
}

/// Accepts every status.
fn any_status() -> dcap::TcbPolicy {
    dcap::TcbStatus::ALL.into_iter().fold(dcap::TcbPolicy::NONE, dcap::TcbPolicy::with)
}

/// A trust domain that should be started again runs on a TDX module that is out of date, although the
/// platform has a newer one by now.
fn status(status: dcap::TcbStatus) -> TcbStatus {
    use dcap::TcbStatus as S;
    match status {
        S::UpToDate => TcbStatus::UpToDate,
        S::SwHardeningNeeded => TcbStatus::SwHardeningNeeded,
        S::ConfigurationNeeded => TcbStatus::ConfigurationNeeded,
        S::ConfigurationAndSwHardeningNeeded => TcbStatus::ConfigurationAndSwHardeningNeeded,
        S::OutOfDate | S::TdRelaunchAdvised => TcbStatus::OutOfDate,
        S::OutOfDateConfigurationNeeded | S::TdRelaunchAdvisedConfigurationNeeded => {
            TcbStatus::OutOfDateConfigurationNeeded
        }
    }
}

/// As many as a record holds; a name that is too long is cut.
fn advisories(names: &[alloc::string::String]) -> Advisories {
    let advisory = |name: &alloc::string::String| {
        let bytes = name.bytes().take(Advisory::MAX_BYTES.saturated_into()).collect::<Vec<_>>();
        Advisory(frame_support::BoundedVec::truncate_from(bytes))
    };
    Advisories::truncate_from(names.iter().map(advisory).collect())
}
