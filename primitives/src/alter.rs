//! Alters a struct in each of its fields, for tests of what is hashed or signed.
//!
//! Of this crate and, with the feature `alterations`, of those above it.

/// A list of a name and a function for each field of `$type`, from how each is altered. A field
/// without a case does not compile.
#[macro_export]
macro_rules! alterations {
    ($type:ident { $($field:ident: $alter:expr),* $(,)? }) => {{
        #[allow(dead_code)]
        fn every_field($type { $($field: _),* }: $type) {}
        [$({
            fn alter(value: &mut $type) {
                let alter: fn(&mut _) = $alter;
                alter(&mut value.$field);
            }
            (stringify!($field), alter as fn(&mut $type))
        }),*]
    }};
}

pub use crate::alterations;
