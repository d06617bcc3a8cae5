/**
 * Checks what an OPG enclave signed of its answers.
 *
 * An answer that an enclave's node hands out is no receipt, and says so: `not on chain: no grade`. What can
 * be checked of it, without asking that node, is that the bytes are those that the enclave sent, in answer
 * to the bytes that it received; whether the enclave may be believed says the chain (`Chain`). For the
 * official `openai` package there is `verifyingFetch`.
 */

export type { Hex } from "./bytes.js";
export { Chain, ChainError, type ChainOptions } from "./chain.js";
export type { Approval, Binding, Block, Enclave, Vendor } from "./enclave.js";
export { AnswerAltered, type Fault } from "./faults.js";
export { type VerifyingOptions, verifyingFetch } from "./fetch.js";
export type {
  AnswerStatement,
  ChoiceEnd,
  Face,
  FinishReason,
  Parts,
  SignedAnswer,
  Status,
  Usage,
} from "./statement.js";
export { STANDING } from "./statement.js";
export { type Expected, StreamVerifier, type Verified, verifyBody } from "./verify.js";
