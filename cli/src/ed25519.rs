//! The one Ed25519 rule of this project, as the runtime has it.

pub use opg_primitives::ed25519::verifies;
