//! AMD's own extensions of VCEK and VLEK certificates (AMD publication 57230).

use crate::{EndorsementKey, Error, Part, Product, Tcb};
use alloc::string::{String, ToString};
use core::fmt;
use opg_verifier_x509::Certificate;
use x509_cert::der::{
    asn1::{Ia5StringRef, OctetStringRef},
    Decode,
};

/// The newest structure of these extensions that is known: 0 on Milan and Genoa, 1 on Turin.
const STRUCTURE_VERSION: u8 = 1;
/// A cloud provider's name is a common name, which X.520 bounds.
const CSP_ID_LEN: usize = 64;

/// An extension under AMD's arc 1.3.6.1.4.1.3704.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Extension {
    /// `.1`, structVersion: which extensions there are.
    StructureVersion,
    /// `.2`, productName: the product, in most certificates with its stepping.
    ProductName,
    /// `.3.1`, blSPL: the boot loader's patch level.
    Bootloader,
    /// `.3.2`, teeSPL: the patch level of the secure processor's operating system.
    Tee,
    /// `.3.3`, snpSPL: the SEV-SNP firmware's patch level.
    Snp,
    /// `.3.4` to `.3.7`, spl4 to spl7: patch levels without a component so far.
    Reserved(u8),
    /// `.3.8`, ucodeSPL: the microcode's patch level.
    Microcode,
    /// `.3.9`, fmcSPL: the FMC's patch level, on Turin.
    Fmc,
    /// `.4`, hwID: the chip's identity, in VCEK certificates.
    ChipId,
    /// `.5`, cspID: the cloud provider, in VLEK certificates.
    CspId,
}

impl Extension {
    fn oid(self) -> &'static str {
        match self {
            Self::StructureVersion => "1.3.6.1.4.1.3704.1.1",
            Self::ProductName => "1.3.6.1.4.1.3704.1.2",
            Self::Bootloader => "1.3.6.1.4.1.3704.1.3.1",
            Self::Tee => "1.3.6.1.4.1.3704.1.3.2",
            Self::Snp => "1.3.6.1.4.1.3704.1.3.3",
            Self::Reserved(4) => "1.3.6.1.4.1.3704.1.3.4",
            Self::Reserved(5) => "1.3.6.1.4.1.3704.1.3.5",
            Self::Reserved(6) => "1.3.6.1.4.1.3704.1.3.6",
            Self::Reserved(_) => "1.3.6.1.4.1.3704.1.3.7",
            Self::Microcode => "1.3.6.1.4.1.3704.1.3.8",
            Self::Fmc => "1.3.6.1.4.1.3704.1.3.9",
            Self::ChipId => "1.3.6.1.4.1.3704.1.4",
            Self::CspId => "1.3.6.1.4.1.3704.1.5",
        }
    }

    fn find(self, leaf: &Certificate) -> Option<&[u8]> {
        leaf.extension(self.oid())
    }

    fn required(self, leaf: &Certificate) -> Result<&[u8], Error> {
        self.find(leaf).ok_or(Error::MissingExtension(self))
    }

    fn absent(self, leaf: &Certificate) -> Result<(), Error> {
        match self.find(leaf) {
            None => Ok(()),
            Some(_) => Err(Error::UnexpectedExtension(self)),
        }
    }

    fn integer(self, leaf: &Certificate) -> Result<u8, Error> {
        u8::from_der(self.required(leaf)?).map_err(|_| Error::MalformedExtension(self))
    }

    fn string(self, leaf: &Certificate) -> Result<&str, Error> {
        Ia5StringRef::from_der(self.required(leaf)?)
            .map(|text| text.as_str())
            .map_err(|_| Error::MalformedExtension(self))
    }
}

impl fmt::Display for Extension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::StructureVersion => "structVersion",
            Self::ProductName => "productName",
            Self::Bootloader => "blSPL",
            Self::Tee => "teeSPL",
            Self::Snp => "snpSPL",
            Self::Reserved(number) => return write!(f, "spl{number}"),
            Self::Microcode => "ucodeSPL",
            Self::Fmc => "fmcSPL",
            Self::ChipId => "hwID",
            Self::CspId => "cspID",
        })
    }
}

/// What the extensions say.
pub(crate) struct Endorsed {
    pub(crate) tcb: Tcb,
    pub(crate) chip_id: Option<[u8; 64]>,
    pub(crate) csp_id: Option<String>,
}

pub(crate) fn read(
    leaf: &Certificate,
    product: Product,
    kind: EndorsementKey,
) -> Result<Endorsed, Error> {
    let version = Extension::StructureVersion.integer(leaf)?;
    if version > STRUCTURE_VERSION {
        return Err(Error::UnknownStructure(version));
    }
    if !product.has_certificate_name(Extension::ProductName.string(leaf)?) {
        return Err(Error::ProductMismatch(Part::Leaf));
    }
    let tcb = tcb(leaf, product)?;
    let (chip_id, csp_id) = match kind {
        EndorsementKey::Vcek => {
            Extension::CspId.absent(leaf)?;
            (Some(chip_id(leaf, product)?), None)
        }
        EndorsementKey::Vlek => {
            Extension::ChipId.absent(leaf)?;
            (None, Some(csp_id(leaf)?))
        }
    };
    Ok(Endorsed { tcb, chip_id, csp_id })
}

fn tcb(leaf: &Certificate, product: Product) -> Result<Tcb, Error> {
    for number in 4..=7 {
        // Turin has no spl4, for which the FMC's came in.
        let extension = Extension::Reserved(number);
        if extension.find(leaf).is_some() && extension.integer(leaf)? != 0 {
            return Err(Error::UnknownPatchLevel(extension));
        }
    }
    let fmc = match product {
        Product::Turin => Some(Extension::Fmc.integer(leaf)?),
        Product::Milan | Product::Genoa => {
            Extension::Fmc.absent(leaf)?;
            None
        }
    };
    Ok(Tcb {
        fmc,
        bootloader: Extension::Bootloader.integer(leaf)?,
        tee: Extension::Tee.integer(leaf)?,
        snp: Extension::Snp.integer(leaf)?,
        microcode: Extension::Microcode.integer(leaf)?,
    })
}

/// The chip's identity. AMD writes it bare into the extension; other readers expect that it may be wrapped into an
/// OCTET STRING one day, so both forms are read, told apart by their length.
fn chip_id(leaf: &Certificate, product: Product) -> Result<[u8; 64], Error> {
    let malformed = Error::MalformedExtension(Extension::ChipId);
    let value = Extension::ChipId.required(leaf)?;
    let bytes = if value.len() == product.hwid_len() {
        value
    } else {
        <&OctetStringRef>::from_der(value).map_err(|_| malformed)?.as_bytes()
    };
    if bytes.len() != product.hwid_len() || bytes.iter().all(|byte| *byte == 0) {
        return Err(malformed);
    }
    let mut chip_id = [0; 64];
    for (to, from) in chip_id.iter_mut().zip(bytes) {
        *to = *from;
    }
    Ok(chip_id)
}

fn csp_id(leaf: &Certificate) -> Result<String, Error> {
    let name = Extension::CspId.string(leaf)?;
    let printable = name.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
    if name.is_empty() || name.len() > CSP_ID_LEN || !printable {
        return Err(Error::MalformedExtension(Extension::CspId));
    }
    Ok(name.to_string())
}
