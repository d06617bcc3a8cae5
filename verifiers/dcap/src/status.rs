//! TCB statuses, and the set of them that a policy accepts.

use crate::Error;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// What Intel says of the platform's firmware, microcode and quoting enclave at the time of the TCB info.
///
/// `Revoked` is not among them: such a platform is refused with [`Error::TcbRevoked`], whatever the policy.
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
pub enum TcbStatus {
    /// All that is known is mended.
    UpToDate,
    /// Up to date, if the software inside was built against what hardware leaves open.
    SwHardeningNeeded,
    /// Up to date, if the platform is configured as Intel says, which the quote does not show.
    ConfigurationNeeded,
    /// Both of the above.
    ConfigurationAndSwHardeningNeeded,
    /// Known faults are open.
    OutOfDate,
    /// Known faults are open, and the configuration may be wrong.
    OutOfDateConfigurationNeeded,
    /// The trust domain was started on an old TDX module that is mended by now.
    TdRelaunchAdvised,
    /// The above, and the configuration may be wrong.
    TdRelaunchAdvisedConfigurationNeeded,
}

impl TcbStatus {
    /// Each status, in the order of its encoding.
    pub const ALL: [Self; 8] = [
        Self::UpToDate,
        Self::SwHardeningNeeded,
        Self::ConfigurationNeeded,
        Self::ConfigurationAndSwHardeningNeeded,
        Self::OutOfDate,
        Self::OutOfDateConfigurationNeeded,
        Self::TdRelaunchAdvised,
        Self::TdRelaunchAdvisedConfigurationNeeded,
    ];

    const fn bit(self) -> u8 {
        match self {
            Self::UpToDate => 1,
            Self::SwHardeningNeeded => 2,
            Self::ConfigurationNeeded => 4,
            Self::ConfigurationAndSwHardeningNeeded => 8,
            Self::OutOfDate => 16,
            Self::OutOfDateConfigurationNeeded => 32,
            Self::TdRelaunchAdvised => 64,
            Self::TdRelaunchAdvisedConfigurationNeeded => 128,
        }
    }
}

impl TryFrom<dcap_qvl::TcbStatus> for TcbStatus {
    type Error = Error;

    fn try_from(status: dcap_qvl::TcbStatus) -> Result<Self, Error> {
        use dcap_qvl::TcbStatus as Qvl;
        match status {
            Qvl::UpToDate => Ok(Self::UpToDate),
            Qvl::SWHardeningNeeded => Ok(Self::SwHardeningNeeded),
            Qvl::ConfigurationNeeded => Ok(Self::ConfigurationNeeded),
            Qvl::ConfigurationAndSWHardeningNeeded => Ok(Self::ConfigurationAndSwHardeningNeeded),
            Qvl::OutOfDate => Ok(Self::OutOfDate),
            Qvl::OutOfDateConfigurationNeeded => Ok(Self::OutOfDateConfigurationNeeded),
            Qvl::TDRelaunchAdvised => Ok(Self::TdRelaunchAdvised),
            Qvl::TDRelaunchAdvisedConfigurationNeeded => {
                Ok(Self::TdRelaunchAdvisedConfigurationNeeded)
            }
            Qvl::Revoked => Err(Error::TcbRevoked),
        }
    }
}

/// The TCB statuses that are accepted: a set with one bit for each, so that any byte is a policy.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub struct TcbPolicy(u8);

impl TcbPolicy {
    /// Accepts nothing.
    pub const NONE: Self = Self(0);

    /// Accepts what is up to date, and nothing else.
    pub const UP_TO_DATE: Self = Self::NONE.with(TcbStatus::UpToDate);

    /// This policy, and one status more.
    #[must_use]
    pub const fn with(self, status: TcbStatus) -> Self {
        Self(self.0 | status.bit())
    }

    /// Whether this status is accepted.
    pub const fn accepts(self, status: TcbStatus) -> bool {
        self.0 & status.bit() != 0
    }
}
