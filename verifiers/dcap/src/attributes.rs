//! What an enclave or trust domain may not be, whatever it measures.

use crate::Error;
use dcap_qvl::quote::{EnclaveReport, Report, TDAttributes, TDReport10, TDReport15};

/// INIT, DEBUG, MODE64BIT, PROVISION_KEY, EINITTOKEN_KEY, CET, KSS, AEX_NOTIFY: the flags that SGX has.
const SGX_FLAGS: u64 = 0x4f7;
const SGX_INIT: u64 = 0x01;
const SGX_DEBUG: u64 = 0x02;

/// Bits 4 to 6 of a trust domain's attributes: counters that the host can read.
const TD_PROFILING: u8 = 0x70;
const TD_DEBUG: u8 = 0x01;

/// Refuses debug, profiling, migration, service TDs, reserved bits, and pages that can vanish unnoticed.
pub(crate) fn check(report: &Report) -> Result<(), Error> {
    match report {
        Report::SgxEnclave(report) => check_enclave(report),
        Report::TD10(report) => check_td(report),
        Report::TD15(report) => check_td15(report),
        Report::TD15Ex(report) => {
            // Bound later, it would not show in the hash that is made when the trust domain is.
            if report.cur_service_td_hash != [0; 48] || report.init_service_td_hash != [0; 48] {
                return Err(Error::ServiceTd);
            }
            check_td15(&report.base)
        }
    }
}

fn check_enclave(report: &EnclaveReport) -> Result<(), Error> {
    let flags = report.attributes.first_chunk::<8>().map_or(0, |flags| u64::from_le_bytes(*flags));
    if flags & SGX_DEBUG != 0 {
        return Err(Error::Debug);
    }
    if flags & SGX_INIT == 0 {
        return Err(Error::NotInitialised);
    }
    if flags & !SGX_FLAGS != 0 {
        return Err(Error::ReservedAttributes);
    }
    Ok(())
}

fn check_td15(report: &TDReport15) -> Result<(), Error> {
    if report.mr_service_td != [0; 48] {
        return Err(Error::ServiceTd);
    }
    check_td(&report.base)
}

fn check_td(report: &TDReport10) -> Result<(), Error> {
    let attributes =
        TDAttributes::parse(report.td_attributes).map_err(|_| Error::ReservedAttributes)?;
    if attributes.tud & TD_DEBUG != 0 {
        return Err(Error::Debug);
    }
    if attributes.tud & TD_PROFILING != 0 {
        return Err(Error::Profiling);
    }
    if attributes.reserved != 0 {
        return Err(Error::ReservedAttributes);
    }
    if attributes.sec.migratable {
        return Err(Error::Migratable);
    }
    if attributes.sec.servtd_ext {
        return Err(Error::ServiceTd);
    }
    if !attributes.sec.sept_ve_disable {
        return Err(Error::SeptVeDisableOff);
    }
    Ok(())
}
