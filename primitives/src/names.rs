//! Short texts on chain, each of a type of its own with a bound: printed and serialised as text.

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident: $max:literal),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(
            Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, codec::Encode, codec::Decode,
            codec::DecodeWithMemTracking, codec::MaxEncodedLen, scale_info::TypeInfo,
        )]
        pub struct $name(
            pub bounded_collections::BoundedVec<u8, bounded_collections::ConstU32<$max>>,
        );

        impl $name {
            /// The most bytes that it has.
            pub const MAX_BYTES: u32 = $max;
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(&alloc::string::String::from_utf8_lossy(&self.0))
            }
        }

        impl TryFrom<&str> for $name {
            type Error = ();

            /// Fails where `text` is longer than [`Self::MAX_BYTES`].
            fn try_from(text: &str) -> Result<Self, ()> {
                text.as_bytes().to_vec().try_into().map(Self).map_err(|_| ())
            }
        }

        #[cfg(feature = "serde")]
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }

        #[cfg(feature = "serde")]
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = alloc::string::String::deserialize(from)?;
                Self::try_from(text.as_str()).map_err(|()| {
                    serde::de::Error::custom(concat!(
                        "a ", stringify!($name), " has at most ", $max, " bytes"
                    ))
                })
            }
        }
    )*};
}

pub(crate) use names;

names! {
    /// Where somebody is reached: a URL.
    Address: 256,
    /// The name of a security advisory, such as `INTEL-SA-00615`.
    Advisory: 24,
    /// What a model is called: by its owner, and where it is asked.
    ModelName: 64,
    /// The program that runs a model, and its version.
    EngineName: 48,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_no_longer_than_its_bound() {
        let longest = "a".repeat(24);
        assert_eq!(Advisory::try_from(longest.as_str()).unwrap().to_string(), longest);
        assert_eq!(Advisory::try_from("a".repeat(25).as_str()), Err(()));
    }
}
