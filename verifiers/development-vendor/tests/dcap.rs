//! The verifier accepts the quotes of this vendor, under its root and no other, and reports what was put in.

use opg_development_vendor::dcap::{
    body::{self, TdReport},
    root_der, Issued, QuoteFields, Vendor, ROOT,
};
use opg_verifier_dcap::{
    verify, Collateral, Error, Report, TcbPolicy, TcbStatus, Tee, TrustedRoot,
};

const NOW: u64 = 1_800_000_000;

fn td(kind: TdReport) -> Vec<u8> {
    body::td(kind, [1; 48], [[2; 48], [3; 48], [4; 48], [0; 48]], [5; 64])
}

fn verify_under(root: &TrustedRoot, issued: &Issued) -> Result<Report, Error> {
    let collateral = Collateral::from_bytes(&issued.collateral.encode())?;
    verify(&issued.quote, &collateral, root, &TcbPolicy::UP_TO_DATE, NOW)
}

#[test]
fn a_quote_of_each_kind_is_accepted_as_up_to_date() {
    let root =
        TrustedRoot::pinned(&root_der(), &ROOT).expect("the root is a CA that issued itself");
    let tdx5 = |kind| Vendor::tdx(QuoteFields::tdx5(kind, td(kind)), NOW);
    let enclave = body::enclave([6; 32], [7; 32], [5; 64]);
    for (vendor, tee, version) in [
        (Vendor::sgx(QuoteFields::sgx3(enclave), NOW), Tee::Sgx, 3),
        (Vendor::tdx(QuoteFields::tdx4(td(TdReport::Tdx10)), NOW), Tee::Tdx, 4),
        (tdx5(TdReport::Tdx10), Tee::Tdx, 5),
        (tdx5(TdReport::Tdx15), Tee::Tdx, 5),
        (tdx5(TdReport::Tdx15Ex), Tee::Tdx, 5),
    ] {
        let report = verify_under(&root, &vendor.issue()).expect("it is genuine");
        assert_eq!((report.tee, report.quote_version), (tee, version));
        assert_eq!(report.status, TcbStatus::UpToDate);
        assert_eq!(report.report_data, [5; 64]);
        assert_eq!(report.root, ROOT);
    }
}

#[test]
fn the_root_of_intel_does_not_vouch_for_it() {
    let intel = TrustedRoot::intel().expect("it is compiled in");
    let vendor = Vendor::tdx(QuoteFields::tdx4(td(TdReport::Tdx10)), NOW);
    assert!(verify_under(&intel, &vendor.issue()).is_err());
}

#[test]
fn what_a_platform_says_is_altered_before_it_is_signed() {
    let root =
        TrustedRoot::pinned(&root_der(), &ROOT).expect("the root is a CA that issued itself");
    let mut vendor = Vendor::tdx(QuoteFields::tdx4(td(TdReport::Tdx10)), NOW);
    vendor.quote.body[body::TD_ATTRIBUTES][0] |= 1;
    assert_eq!(verify_under(&root, &vendor.issue()).err(), Some(Error::Debug));

    let mut vendor = Vendor::tdx(QuoteFields::tdx4(td(TdReport::Tdx10)), NOW);
    vendor.platform.cpu_svn = [6; 16];
    let refused = verify_under(&root, &vendor.issue()).err();
    assert_eq!(refused, Some(Error::TcbNotAccepted(TcbStatus::OutOfDate)));
}
