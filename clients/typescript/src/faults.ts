/** What can be wrong with an answer, or with the enclave that is to vouch for it. */

const WORDS = {
  // Of the enclave.
  Identity: "the enclave's id is not that of its chain, provider and key",
  SmallOrder: "the enclave's key is of small order: anybody can sign by it",
  Expired: "the enclave's attestation is past its window",
  Revoked: "the enclave, its machine, its code or its firmware is revoked",
  NotApproved: "the enclave's code is not approved, as it is set up",
  // Of who signed, and for what.
  Missing: "there is no signed answer",
  Malformed: "the signed answer cannot be read",
  Key: "it is not signed by this enclave",
  Signature: "the signature does not verify",
  Header: "a header was altered",
  Chain: "it is signed for another chain",
  Enclave: "it is signed for another enclave or provider",
  Configuration: "it is signed under another configuration than the chain has",
  Request: "the request is not the one that the enclave received",
  Face: "it is the answer of another path",
  Model: "it is of another model",
  // Of the bytes.
  Response: "the answer is not the one that the enclave sent",
  Parts: "the stream's parts are not those that the enclave sent",
  Carrier: "the chunk of the signed answer was altered, or something follows it",
  Aborted: "the answer was broken off",
  TooLong: "the answer is longer than is taken",
};

/** What is wrong. */
export type Fault = keyof typeof WORDS;

/**
 * This is not what the enclave sent, or nobody says that it is. Nothing of such an answer is to be relied
 * on, the parts of a stream before it included.
 */
export class AnswerAltered extends Error {
  override name = "AnswerAltered";
  /** What is wrong. */
  readonly fault: Fault;

  constructor(fault: Fault, detail?: string, options?: ErrorOptions) {
    super(detail === undefined ? WORDS[fault] : `${WORDS[fault]}: ${detail}`, options);
    this.fault = fault;
  }
}
