//! The origins, beside root, that a referendum can be about. Each may do one kind of thing.

pub use pallet::*;

/// Holds no state: it brings the origins into the runtime's origin type.
#[frame_support::pallet]
pub mod pallet {
    use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
    use frame_support::pallet_prelude::*;

    #[pallet::config]
    pub trait Config: frame_system::Config {}

    #[pallet::pallet]
    pub struct Pallet<T>(_);

    /// What a referendum was approved for.
    #[derive(
        Clone, Debug, Encode, Decode, DecodeWithMemTracking, Eq, MaxEncodedLen, PartialEq, TypeInfo,
    )]
    #[pallet::origin]
    pub enum Origin {
        /// Enacts defaults and floors of policy classes.
        #[codec(index = 0)]
        PolicyAdmin,
        /// Spends from the treasury, up to a limit.
        #[codec(index = 1)]
        Treasurer,
        /// Cancels a referendum.
        #[codec(index = 2)]
        ReferendumCanceller,
    }

    macro_rules! ensure_origins {
        ($($(#[$doc:meta])* $name:ident)*) => {$(
            $(#[$doc])*
            pub struct $name;
            impl<O> EnsureOrigin<O> for $name
            where
                O: Into<Result<Origin, O>> + From<Origin>,
            {
                type Success = ();
                fn try_origin(origin: O) -> Result<(), O> {
                    origin.into().and_then(|origin| match origin {
                        Origin::$name => Ok(()),
                        other => Err(O::from(other)),
                    })
                }
                #[cfg(feature = "runtime-benchmarks")]
                fn try_successful_origin() -> Result<O, ()> {
                    Ok(O::from(Origin::$name))
                }
            }
        )*};
    }

    ensure_origins! {
        /// Lets [`Origin::PolicyAdmin`] pass.
        PolicyAdmin
        /// Lets [`Origin::Treasurer`] pass.
        Treasurer
        /// Lets [`Origin::ReferendumCanceller`] pass.
        ReferendumCanceller
    }
}
