//! The parts of the runtime's own records that are read, found by their names in the metadata, so
//! that a field more or less elsewhere changes nothing.

use subxt::ext::scale_decode::DecodeAsType;

/// The parts of the runtime's record of an open request that are read, found by their names.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub(super) struct OpenRequest {
    pub request: Request,
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub(super) struct Request {
    pub input: [u8; 32],
    pub attempt: u8,
    pub stage: Stage,
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub(super) enum Stage {
    Waiting { not_before: u32 },
    Leased(Lease),
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub(super) struct Lease {
    pub provider: [u8; 32],
    pub ack_by: u32,
    pub acknowledged: Option<(u32, u32)>,
    pub delivery: Option<Delivery>,
}

/// To which enclave a private input was sealed.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub(super) struct Delivery {
    #[allow(dead_code)]
    pub enclave: [u8; 32],
}

/// What a request would meet if it were made now.
#[derive(Clone, Debug, DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct Preview {
    /// Whether the class accepts the mode, the model offers it and its verifier is switched on.
    pub accepted: bool,
    /// What is paid at once and never comes back: the weight of all attempts.
    pub prepaid: u128,
    /// What is burned at once.
    pub burned: u128,
    /// The least that `max_price` may be.
    pub min_price: u128,
    /// The first block that `deadline` may be.
    pub earliest_deadline: u32,
    /// The same of a private request, whose input has to be delivered first.
    pub earliest_private_deadline: u32,
    /// The last block that `deadline` may be.
    pub latest_deadline: u32,
}
