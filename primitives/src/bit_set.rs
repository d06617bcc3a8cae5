//! Sets of the values of an enum, one bit each.

/// A set of the values of `$item`, one bit each by their encoding, which is their discriminant. The enum
/// has all of its values in `ALL`, and no more of them than `$bits` has bits. Unknown bits do not decode.
/// People read a list.
macro_rules! bit_set {
    ($(#[$doc:meta])* $name:ident($bits:ty) of $item:ident, $items:literal) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, Default, PartialEq, Eq, codec::Encode, codec::DecodeWithMemTracking,
            codec::MaxEncodedLen, scale_info::TypeInfo,
        )]
        pub struct $name($bits);

        impl $name {
            /// The set of `items`.
            pub fn of(items: &[$item]) -> Self {
                Self(items.iter().fold(0, |bits, item| bits | Self::bit(*item)))
            }

            /// Whether `item` is in the set.
            pub fn contains(self, item: $item) -> bool {
                self.0 & Self::bit(item) != 0
            }

            /// What is in the set, in the order of the encoding.
            pub fn iter(self) -> impl Iterator<Item = $item> {
                $item::ALL.into_iter().filter(move |item| self.contains(*item))
            }

            const fn bit(item: $item) -> $bits {
                let one: $bits = 1;
                one.wrapping_shl(item as u32)
            }
        }

        impl codec::Decode for $name {
            fn decode<I: codec::Input>(input: &mut I) -> Result<Self, codec::Error> {
                let bits: $bits = codec::Decode::decode(input)?;
                match bits & !Self::of(&$item::ALL).0 {
                    0 => Ok(Self(bits)),
                    _ => Err(concat!("a set of ", $items, " has an unknown bit").into()),
                }
            }
        }

        #[cfg(feature = "serde")]
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_seq(self.iter())
            }
        }

        #[cfg(feature = "serde")]
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                Ok(Self::of(&alloc::vec::Vec::<$item>::deserialize(from)?))
            }
        }
    };
}

pub(crate) use bit_set;
