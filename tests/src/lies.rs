//! What a proxy may alter of an answer on its way from the node, one byte at a time, without having seen it
//! before: in the receipt, and in the extrinsic that brought output and evidence.

use codec::{DecodeAll, Encode};
use opg_primitives::{
    evidence::Evidence,
    ids::{DispatcherKey, ReceiptId, RequestId, Signature},
    receipt::Receipt,
    request::Output,
    Attempt,
};

/// The arguments of `Inference.submit_result`.
type Submission = (RequestId, Attempt, Output, Evidence, DispatcherKey, Signature);

/// More bytes than an extrinsic has that brings a text.
const MAX_EXTRINSIC: usize = 16 << 10;

fn flip(byte: Option<&mut u8>) -> Option<()> {
    *byte? ^= 1;
    Some(())
}

/// The receipts of a request, the last with another commitment to its output; none if `bytes` are not that.
pub fn receipt(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut receipts = Vec::<(ReceiptId, Receipt)>::decode_all(&mut &*bytes).ok()?;
    let (_, last) = receipts.last_mut()?;
    flip(last.output.as_mut()?.0.first_mut())?;
    Some(receipts.encode())
}

/// The extrinsic of a sealed output with another last byte of its ciphertext; none if `bytes` are not that.
pub fn ciphertext(bytes: &[u8]) -> Option<Vec<u8>> {
    submission(bytes, |output, _| match output {
        Output::Sealed { ciphertext, .. } => flip(ciphertext.last_mut()),
        Output::Public(_) => None,
    })
}

/// The extrinsic of an output in clear with another last byte of it; none if `bytes` are not that.
pub fn clear(bytes: &[u8]) -> Option<Vec<u8>> {
    submission(bytes, |output, _| match output {
        Output::Public(output) => flip(output.last_mut()),
        Output::Sealed { .. } => None,
    })
}

/// The extrinsic of an enclave's answer with another first byte of its signature; none if `bytes` are not
/// that.
pub fn signature(bytes: &[u8]) -> Option<Vec<u8>> {
    submission(bytes, |_, evidence| match evidence {
        Evidence::Tee { signature, .. } => flip(signature.0.first_mut()),
        Evidence::Plain(_) | Evidence::ZkMl { .. } => None,
    })
}

/// The extrinsic `bytes` with what `alter` makes of the submission that it ends with.
fn submission(
    bytes: &[u8],
    alter: fn(&mut Output, &mut Evidence) -> Option<()>,
) -> Option<Vec<u8>> {
    if bytes.len() > MAX_EXTRINSIC {
        return None;
    }
    (0..bytes.len()).find_map(|start| {
        let (before, arguments) = bytes.split_at(start);
        let mut call = Submission::decode_all(&mut &*arguments).ok()?;
        alter(&mut call.2, &mut call.3)?;
        Some([before, call.encode().as_slice()].concat())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use opg_primitives::{
        enclave::{FinishReason, ModelRan, Run, Usage},
        ids::{Commitment, Digest, EnclaveId},
        request::PublicBytes,
        sealed::SealedBytes,
    };

    fn extrinsic(attempt: Attempt, output: Output) -> Vec<u8> {
        let evidence = Evidence::Tee {
            enclave: EnclaveId([3; 32]),
            run: Run {
                model: ModelRan::Network(Digest([4; 32])),
                finish: FinishReason::Length,
                usage: Usage { input: 1, output: 4 },
                started: 1,
                finished: 2,
                sequence: 0,
                previous: Digest([0; 32]),
            },
            signature: Signature([5; 64]),
        };
        let arguments = (
            RequestId([1; 32]),
            attempt,
            output,
            evidence,
            DispatcherKey([6; 32]),
            Signature([7; 64]),
        );
        // Its version, pallet and call.
        let call = [&[5, 40, 3][..], arguments.encode().as_slice()].concat();
        call.encode()
    }

    fn sealed() -> Output {
        let ciphertext = SealedBytes::try_from(vec![0; 70]).unwrap();
        Output::Sealed { commitment: Commitment([8; 32]), ciphertext }
    }

    fn public() -> Output {
        Output::Public(PublicBytes::try_from(b"text".to_vec()).unwrap())
    }

    /// The places in which `altered` differs, which is as long as `bytes`.
    fn differing(bytes: &[u8], altered: &[u8]) -> Vec<usize> {
        assert_eq!(bytes.len(), altered.len());
        (0..bytes.len()).filter(|place| bytes[*place] != altered[*place]).collect()
    }

    #[test]
    fn one_byte_of_what_is_named_is_altered_and_none_of_anything_else() {
        // From the end: the dispatcher's signature and key, the enclave's signature, the run.
        let to_signature = 64 + 32 + 64;
        for attempt in [0, 1, 2] {
            for output in [sealed(), public()] {
                let is_sealed = output != public();
                let bytes = extrinsic(attempt, output);
                let place = bytes.len() - to_signature;
                let altered = signature(&bytes).unwrap();
                assert_eq!(differing(&bytes, &altered), [place]);

                let (output, other) = if is_sealed {
                    (ciphertext(&bytes), clear(&bytes))
                } else {
                    (clear(&bytes), ciphertext(&bytes))
                };
                assert_eq!(other, None);
                let places = differing(&bytes, &output.unwrap());
                let [place] = places[..] else { panic!("not one byte: {places:?}") };
                // The last byte of the output stands before the evidence: its tag and the enclave.
                let before_run = [&[1u8][..], &[3u8; 32][..]].concat();
                assert_eq!(bytes[place + 1..place + 34].to_vec(), before_run);
            }
        }
    }

    #[test]
    fn what_is_no_answer_is_left_as_it_is() {
        let longer = [extrinsic(0, public()).as_slice(), &[0]].concat();
        let none: [&[u8]; 4] = [&[], &[0; 400], &longer, &[1; MAX_EXTRINSIC + 1]];
        for bytes in none {
            for alter in [receipt, ciphertext, clear, signature] {
                assert_eq!(alter(bytes), None);
            }
        }
    }

    #[test]
    fn of_the_last_receipt_of_a_request_the_commitment_to_the_output_is_altered() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/sample/receipt.json");
        let bundle: serde_json::Value =
            serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        let sample: Receipt = serde_json::from_value(bundle["receipt"]["view"].clone()).unwrap();
        let receipts = |last: &Receipt| {
            let one = (ReceiptId([1; 32]), sample.clone());
            vec![one, (ReceiptId([2; 32]), last.clone())].encode()
        };
        let mut altered = sample.clone();
        altered.output.as_mut().unwrap().0[0] ^= 1;
        assert_eq!(receipt(&receipts(&sample)), Some(receipts(&altered)));
        altered.output = None;
        assert_eq!(receipt(&receipts(&altered)), None);
    }
}
