//! Real quotes under Intel's root.

mod common;

use common::issue::{issue, tdx4};
use common::{any_status, intel, sample, sha256, verify_both, Sample};
use opg_verifier_dcap::{
    Document, Error, Fault, Measurements, Report, TcbPolicy, TcbStatus, Tee, TrustedRoot,
    INTEL_ROOT_SHA256, MAX_QUOTE_BYTES,
};

const HOUR: u64 = 60 * 60;
const GOOD: [&str; 3] = ["sgx_quote", "tdx_quote", "tdx_quote_td15ex"];

fn verify_at(sample: &Sample, now: u64) -> Result<Report, Error> {
    verify_both(&sample.quote, &sample.collateral, &intel(), &any_status(), now)
}

fn ended(error: &Error) -> bool {
    matches!(error, Error::OutsideWindow | Error::Invalid(_, Fault::Expired | Fault::CrlExpired))
}

#[test]
fn the_root_that_is_compiled_in_is_intels() {
    assert_eq!(sha256(intel().der()), INTEL_ROOT_SHA256);
    assert_eq!(
        hex::encode(INTEL_ROOT_SHA256),
        "44a0196b2b99f889b8e149e95b807a350e7424964399e885a7cbb8ccfab674d3"
    );
}

#[test]
fn each_real_quote_verifies_from_the_first_to_the_last_second_of_its_window() {
    for name in GOOD {
        let sample = sample(name);
        for now in [sample.from, sample.until - 1] {
            let report = verify_at(&sample, now).expect(name);
            assert_eq!((report.window.from, report.window.until), (sample.from, sample.until));
            assert_eq!(report.root, INTEL_ROOT_SHA256);
        }
    }
}

#[test]
fn each_real_quote_is_refused_at_the_end_of_its_window_and_an_hour_later() {
    for name in GOOD {
        let sample = sample(name);
        for now in [sample.until, sample.until + HOUR] {
            let error = verify_at(&sample, now).expect_err(name);
            assert!(ended(&error), "{name}: {error:?}");
        }
    }
}

#[test]
fn each_real_quote_is_refused_before_its_window() {
    for name in GOOD {
        let sample = sample(name);
        let error = verify_at(&sample, sample.from - 1).expect_err(name);
        assert!(
            matches!(error, Error::OutsideWindow | Error::Invalid(_, Fault::NotYetValid)),
            "{name}: {error:?}"
        );
    }
}

#[test]
fn each_real_quote_is_refused_under_another_root() {
    let mut vendor = tdx4();
    vendor.chain.root.template.not_before = 1_500_000_000;
    let root = issue(&vendor).root;
    for name in GOOD {
        let sample = sample(name);
        assert_eq!(
            verify_both(&sample.quote, &sample.collateral, &root, &any_status(), sample.from),
            Err(Error::Invalid(Document::RootCrl, Fault::BadSignature)),
            "{name}"
        );
    }
}

#[test]
fn a_root_of_another_hash_is_no_root() {
    let other = [0; 32];
    assert_eq!(TrustedRoot::pinned(intel().der(), &other), Err(Error::RootHash));
}

#[test]
fn a_platform_below_every_level_of_its_tcb_info_is_refused() {
    let sample = sample("tdx_quote_outdated");
    assert_eq!(verify_at(&sample, sample.from), Err(Error::NoTcbLevel));
}

#[test]
fn a_report_holds_the_bytes_of_the_trust_domain() {
    for (name, body, version) in [("tdx_quote", 48, 4), ("tdx_quote_td15ex", 54, 5)] {
        let sample = sample(name);
        let report = verify_at(&sample, sample.from).expect(name);
        let at = |from: usize, to: usize| &sample.quote[body + from..body + to];
        assert_eq!((report.tee, report.quote_version), (Tee::Tdx, version));
        assert_eq!(report.status, TcbStatus::UpToDate);
        assert!(report.advisories.is_empty());
        assert_eq!(report.report_data, at(520, 584));
        assert_eq!(report.platform.fmspc, [0xb0, 0xc0, 0x6f, 0, 0, 0]);
        let Measurements::Td(td) = report.measurements else { panic!("a trust domain") };
        assert_eq!(td.tee_tcb_svn, at(0, 16));
        assert_eq!(td.mr_seam, at(16, 64));
        assert_eq!(td.mr_signer_seam, at(64, 112));
        assert_eq!(td.seam_attributes, at(112, 120));
        assert_eq!(td.td_attributes, at(120, 128));
        assert_eq!(td.xfam, at(128, 136));
        assert_eq!(td.mr_td, at(136, 184));
        assert_eq!(td.mr_config_id, at(184, 232));
        assert_eq!(td.mr_owner, at(232, 280));
        assert_eq!(td.mr_owner_config, at(280, 328));
        assert_eq!(td.rtmr.concat(), at(328, 520));
        let svn2 = td.tee_tcb_svn2.map(|svn| svn.to_vec());
        assert_eq!(svn2, (version == 5).then(|| at(584, 600).to_vec()));
    }
}

#[test]
fn a_report_holds_the_bytes_of_the_enclave() {
    let sample = sample("sgx_quote");
    let report = verify_at(&sample, sample.from).expect("a good quote");
    let at = |from: usize, to: usize| &sample.quote[48 + from..48 + to];
    assert_eq!((report.tee, report.quote_version), (Tee::Sgx, 3));
    assert_eq!(report.status, TcbStatus::ConfigurationAndSwHardeningNeeded);
    assert_eq!(report.advisories, ["INTEL-SA-00289", "INTEL-SA-00615"]);
    assert_eq!(report.evaluation_number, 17);
    assert_eq!(report.platform.fmspc, [0x00, 0xa0, 0x67, 0x11, 0, 0]);
    assert_eq!(hex::encode(report.platform.ppid), "d04ec06d4e6d92dc90d0ad3cf5ee2ddf");
    assert_eq!(report.platform.instance, None, "the processor CA names no instance");
    assert_eq!(report.report_data, at(320, 384));
    let Measurements::Sgx(enclave) = report.measurements else { panic!("an enclave") };
    assert_eq!(enclave.cpu_svn, at(0, 16));
    assert_eq!(enclave.misc_select.to_le_bytes(), at(16, 20));
    assert_eq!(enclave.attributes, at(48, 64));
    assert_eq!(enclave.mr_enclave, at(64, 96));
    assert_eq!(enclave.mr_signer, at(128, 160));
    assert_eq!(enclave.isv_prod_id.to_le_bytes(), at(256, 258));
    assert_eq!(enclave.isv_svn.to_le_bytes(), at(258, 260));
}

#[test]
fn a_status_that_the_policy_does_not_accept_is_refused() {
    let sample = sample("sgx_quote");
    let status = TcbStatus::ConfigurationAndSwHardeningNeeded;
    let verify = |policy| {
        verify_both(&sample.quote, &sample.collateral, &intel(), &policy, sample.from)
            .map(|report| report.status)
    };
    assert_eq!(verify(TcbPolicy::UP_TO_DATE), Err(Error::TcbNotAccepted(status)));
    assert_eq!(verify(TcbPolicy::NONE.with(status)), Ok(status));
}

#[test]
fn rtmr3_is_refused_where_no_events_explain_it() {
    for (name, expected) in
        [("tdx_quote", Ok(())), ("tdx_quote_td15ex", Err(Error::UnexplainedRtmr3))]
    {
        let sample = sample(name);
        let report = verify_at(&sample, sample.from).expect(name);
        let Measurements::Td(td) = report.measurements else { panic!("a trust domain") };
        assert_eq!(td.check_rtmr3(&[]), expected, "{name}");
    }
}

#[test]
fn the_zeros_of_a_drivers_buffer_are_let_pass_and_nothing_else_is() {
    let mut sample = sample("tdx_quote");
    let padded = verify_at(&sample, sample.from);
    assert!(padded.is_ok());
    let stated = 48 + 584 + 4 + 4300;
    sample.quote.truncate(stated);
    assert_eq!(verify_at(&sample, sample.from), padded);
    sample.quote.resize(MAX_QUOTE_BYTES, 0);
    assert_eq!(verify_at(&sample, sample.from), padded);
    sample.quote.push(0);
    assert_eq!(verify_at(&sample, sample.from), Err(Error::QuoteTooLarge));
}
