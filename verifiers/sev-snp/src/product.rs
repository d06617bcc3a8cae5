//! Product lines of AMD's server processors, and the names and numbers that stand for them.

/// A product line: each has a root of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Product {
    /// EPYC 7003, Zen 3.
    Milan,
    /// EPYC 9004 and 8004, Zen 4. Bergamo and Siena are endorsed under Genoa's root.
    Genoa,
    /// EPYC 9005, Zen 5. Its TCB version has one component more than the others' (FMC).
    Turin,
}

impl Product {
    /// The name in AMD's root and intermediate certificates.
    pub fn name(self) -> &'static str {
        match self {
            Self::Milan => "Milan",
            Self::Genoa => "Genoa",
            Self::Turin => "Turin",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        [Self::Milan, Self::Genoa, Self::Turin].into_iter().find(|product| product.name() == name)
    }

    /// From the combined family and the combined model of CPUID, as `sev` 8.0.0 assigns them.
    pub(crate) fn from_cpuid(family: u8, model: u8) -> Option<Self> {
        match (family, model) {
            (0x19, 0x00..=0x0f) => Some(Self::Milan),
            (0x19, 0x10..=0x1f | 0xa0..=0xaf) => Some(Self::Genoa),
            (0x1a, 0x00..=0x11) => Some(Self::Turin),
            _ => None,
        }
    }

    /// Whether this is the productName in a certificate of this line: the name, in most certificates followed by the
    /// stepping ("Milan-B0", "Turin").
    pub(crate) fn has_certificate_name(self, product_name: &str) -> bool {
        let name = product_name.split_once('-').map_or(product_name, |(name, _stepping)| name);
        match self {
            Self::Genoa => ["Genoa", "Bergamo", "Siena"].contains(&name),
            Self::Milan | Self::Turin => name == self.name(),
        }
    }

    /// Bytes of the chip's identity in a VCEK certificate; in a report zeros follow up to 64.
    pub(crate) fn hwid_len(self) -> usize {
        match self {
            Self::Milan | Self::Genoa => 64,
            Self::Turin => 8,
        }
    }
}
