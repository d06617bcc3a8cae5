//! The check of a quote.

use crate::backend::Backend;
use crate::certificate::{read_chain, Role};
use crate::{
    attributes, layout, refusal, Collateral, Document, Error, QuotePart, Report, TcbPolicy,
    TrustedRoot,
};
use alloc::string::ToString;
use dcap_qvl::{
    config::CryptoProvider, crypto::RustCryptoCrypto, quote::Quote, verify::QuoteVerifier,
    QuotePolicy,
};

/// Checks a quote with its collateral at the time `now`, in seconds since 1970.
///
/// It does so on the curve arithmetic of RustCrypto; [`verify_with`] takes another.
pub fn verify(
    quote: &[u8],
    collateral: &Collateral,
    root: &TrustedRoot,
    policy: &TcbPolicy,
    now: u64,
) -> Result<Report, Error> {
    verify_with::<RustCryptoCrypto>(quote, collateral, root, policy, now)
}

/// [`verify`] on the arithmetic of `C`: one of the two back ends, [`crate::Memoised`], or host functions.
pub fn verify_with<C: CryptoProvider>(
    quote: &[u8],
    collateral: &Collateral,
    root: &TrustedRoot,
    policy: &TcbPolicy,
    now: u64,
) -> Result<Report, Error> {
    // Lengths and headers, before anything is allocated.
    let layout = layout::walk(quote)?;
    collateral.check_size()?;

    // What the quote says of itself and makes it worthless, whoever signed it.
    let parsed = Quote::parse(layout.quote).map_err(|_| Error::Truncated(QuotePart::Body))?;
    attributes::check(&parsed.report)?;

    // Each certificate by itself: exact encoding, role, key usage.
    read_chain(layout.pck_chain, &[Role::Leaf, Role::Authority], Document::PckChain)?;
    for (chain, document) in [
        (&collateral.tcb_info_issuer_chain, Document::TcbInfoIssuer),
        (&collateral.qe_identity_issuer_chain, Document::QeIdentityIssuer),
    ] {
        read_chain(chain.as_bytes(), &[Role::Leaf], document)?;
    }

    // Chains, revocation, signatures, TCB and QE identity: the five parts, all in dcap-qvl.
    let claims = QuoteVerifier::<Backend<C>>::new_with_config(root.der().to_vec())
        .verify_with_policy(layout.quote, collateral.to_qvl(), now, &QuotePolicy::claims_only(now))
        .map_err(|error| {
            let cause = error.downcast_ref::<webpki::Error>();
            refusal::name::<C>(&error.to_string(), cause, collateral, root, now)
        })?;

    // What it found, against the policy and the clock.
    let report = Report::from_claims(claims, layout.tee, root.hash())?;
    if !report.window.contains(now) {
        return Err(Error::OutsideWindow);
    }
    if !policy.accepts(report.status) {
        return Err(Error::TcbNotAccepted(report.status));
    }
    Ok(report)
}
