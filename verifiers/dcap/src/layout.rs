//! The bytes of a quote, walked from end to end before anything is allocated or computed.
//!
//! ```text
//! version 3 (SGX)               version 4 (TDX)               version 5 (TDX)
//! header                   48   header                   48   header                    48
//!                                                             type, size             2 + 4
//! enclave report          384   TD report               584   TD report      584, 648 or 885
//! length                    4   length                    4   length                     4
//! signature, key      64 + 64   signature, key      64 + 64   as version 4
//!                               type 6, size          2 + 4
//! QE report, its signature      QE report, its signature
//!                    384 + 64                      384 + 64
//! length, QE auth data 2 + 32   length, QE auth data 2 + 32
//! type 5, size, PCK chain       type 5, size, PCK chain
//! padding: zeros                padding: zeros
//! ```
//!
//! The padding is what drivers leave behind that hand out a buffer of a fixed size.

use crate::{Error, QuotePart, Tee, MAX_QUOTE_BYTES};

const TEE_SGX: u32 = 0;
const TEE_TDX: u32 = 0x81;
const ATTESTATION_KEY_P256: u16 = 2;
const CERTIFICATION_PCK_CHAIN: u16 = 5;
const CERTIFICATION_QE_REPORT: u16 = 6;
const QE_AUTH_DATA_BYTES: u16 = 32;
const SIGNATURE_AND_KEY_BYTES: usize = 128;
const ENCLAVE_REPORT_BYTES: usize = 384;
const QE_REPORT_AND_SIGNATURE_BYTES: usize = 448;

/// What the walk found.
pub(crate) struct Layout<'a> {
    /// The quote without its padding.
    pub quote: &'a [u8],
    pub tee: Tee,
    /// The PCK chain, as PEM.
    pub pck_chain: &'a [u8],
}

/// Walks over a quote. What it accepts has one reading, and every byte of it belongs to a part.
pub(crate) fn walk(bytes: &[u8]) -> Result<Layout<'_>, Error> {
    if bytes.len() > MAX_QUOTE_BYTES {
        return Err(Error::QuoteTooLarge);
    }
    let mut quote = Reader(bytes);
    let (version, tee) = header(&mut quote)?;
    body(&mut quote, version, tee)?;
    let length = quote.u32(QuotePart::SignatureLength)?;
    let mut signed = quote.nested(length, QuotePart::Signature)?;
    signed.take(SIGNATURE_AND_KEY_BYTES, QuotePart::Signature)?;
    if version != 3 {
        let kind = signed.u16(QuotePart::Signature)?;
        if kind != CERTIFICATION_QE_REPORT {
            return Err(Error::CertificationData(kind));
        }
        let size = signed.u32(QuotePart::Signature)?;
        let wrapped = signed.nested(size, QuotePart::QeReport)?;
        signed.end(QuotePart::Signature)?;
        signed = wrapped;
    }
    signed.take(QE_REPORT_AND_SIGNATURE_BYTES, QuotePart::QeReport)?;
    let size = signed.u16(QuotePart::QeAuthData)?;
    if size != QE_AUTH_DATA_BYTES {
        return Err(Error::QeAuthDataLength(size));
    }
    signed.take(usize::from(size), QuotePart::QeAuthData)?;
    let kind = signed.u16(QuotePart::CertificationData)?;
    if kind != CERTIFICATION_PCK_CHAIN {
        return Err(Error::CertificationData(kind));
    }
    let size = signed.u32(QuotePart::CertificationData)?;
    let pck_chain = signed.nested(size, QuotePart::CertificationData)?.0;
    signed.end(QuotePart::CertificationData)?;
    let padding = quote.0;
    if padding.iter().any(|byte| *byte != 0) {
        return Err(Error::TrailingBytes(QuotePart::Padding));
    }
    let end = bytes.len().saturating_sub(padding.len());
    let quote = bytes.get(..end).unwrap_or_default();
    Ok(Layout { quote, tee, pck_chain })
}

fn header(quote: &mut Reader<'_>) -> Result<(u16, Tee), Error> {
    let mut header = Reader(quote.take(48, QuotePart::Header)?);
    let version = header.u16(QuotePart::Header)?;
    let key_type = header.u16(QuotePart::Header)?;
    let tee = header.u32(QuotePart::Header)?;
    // The security versions of the quoting enclave and of the provisioning certification enclave, both signed again below.
    header.take(4, QuotePart::Header)?;
    let vendor: [u8; 16] = header.array(QuotePart::Header)?;
    if !matches!(version, 3..=5) {
        return Err(Error::UnknownVersion(version));
    }
    let tee = match tee {
        TEE_SGX => Tee::Sgx,
        TEE_TDX => Tee::Tdx,
        other => return Err(Error::UnknownTee(other)),
    };
    if (tee == Tee::Sgx) != (version == 3) {
        return Err(Error::VersionOfOtherTee { tee, version });
    }
    if key_type != ATTESTATION_KEY_P256 {
        return Err(Error::AttestationKeyType(key_type));
    }
    if vendor != dcap_qvl::INTEL_QE_VENDOR_ID {
        return Err(Error::QeVendor);
    }
    Ok((version, tee))
}

fn body(quote: &mut Reader<'_>, version: u16, tee: Tee) -> Result<(), Error> {
    let length = match (version, tee) {
        (5, _) => {
            let kind = quote.u16(QuotePart::Body)?;
            let size = quote.u32(QuotePart::Body)?;
            let (length, expected) = match kind {
                2 => (584, 584),
                3 => (648, 648),
                4 => (885, 885),
                other => return Err(Error::UnknownBody(other)),
            };
            if size != expected {
                return Err(Error::BodySize(size));
            }
            length
        }
        (_, Tee::Sgx) => ENCLAVE_REPORT_BYTES,
        (_, Tee::Tdx) => 584,
    };
    quote.take(length, QuotePart::Body).map(|_| ())
}

/// What is left of a part.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize, part: QuotePart) -> Result<&'a [u8], Error> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(Error::Truncated(part))?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self, part: QuotePart) -> Result<[u8; N], Error> {
        let (taken, rest) = self.0.split_first_chunk::<N>().ok_or(Error::Truncated(part))?;
        self.0 = rest;
        Ok(*taken)
    }

    fn u16(&mut self, part: QuotePart) -> Result<u16, Error> {
        self.array(part).map(u16::from_le_bytes)
    }

    fn u32(&mut self, part: QuotePart) -> Result<u32, Error> {
        self.array(part).map(u32::from_le_bytes)
    }

    fn nested(&mut self, length: u32, part: QuotePart) -> Result<Reader<'a>, Error> {
        let length = usize::try_from(length).map_err(|_| Error::Truncated(part))?;
        self.take(length, part).map(Reader)
    }

    fn end(&self, part: QuotePart) -> Result<(), Error> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(Error::TrailingBytes(part))
        }
    }
}
