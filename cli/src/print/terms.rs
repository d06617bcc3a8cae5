//! The vocabulary that `opg explain` knows.

/// A word and what it means.
pub struct Term {
    /// The word.
    pub name: &'static str,
    /// What it means.
    pub meaning: &'static str,
}

const fn term(name: &'static str, meaning: &'static str) -> Term {
    Term { name, meaning }
}

/// All words, by theme.
pub const TERMS: &[Term] = &[
    term("receipt", "What the runtime itself wrote of one lease of a request: who answered, in which mode, what was hidden, what was only signed, what every validator checked. What a node hands out off-chain is no receipt but a signed answer."),
    term("signed answer", "What a node hands out off-chain, signed by itself: not on chain, so it has no grade."),
    term("claim", "One thing that a receipt says, such as who answered, which model ran, or that the output follows from model and input."),
    term("standing", "How well one claim is supported: Absent, not applicable, Signed, Attested, Proven, Enforced. Standings compare within one claim only."),
    term("absent", "Nothing was said of it."),
    term("not applicable", "There is nothing to say, as of the parameters of a fixed circuit."),
    term("signed", "A key says so, or it was relayed from somewhere that is named. It is a word, and as good as who gave it."),
    term("attested", "Code that hardware vouches for observed it itself, and the chain checked the vouching."),
    term("proven", "Every validator verified a zero-knowledge proof of it. Read out as \"Proven: computed as committed\". It stands bare only under the setup rule; else it is \"Proven unless X forged it\"."),
    term("enforced", "The runtime made it so: it stands in, or follows from, the chain's own state."),
    term("grade", "A letter for people in a hurry, printed as \"evidence B\", never alone. It is derived from the table of standings and says less than the table."),
    term("evidence", "What comes with an answer: a signature, or a proof and a signature. As \"evidence A\" to \"evidence E\": the grade."),
    term("plain", "A mode: the provider's registered worker key signed the answer, and nothing else. Evidence E."),
    term("tee", "A mode: the answer is signed by a key that an attested enclave made and holds. The chain verified the enclave's document when it was registered, and looks at its window, revocations and approval with each answer. Evidence B where the engine runs inside and the holder of the machine is known, else C; E under the development vendor."),
    term("zkml", "A mode: the answer comes with a Groth16 proof that a committed circuit gives this output for this input. Every validator verifies it, against public inputs that it computed itself."),
    term("mode", "How an answer is verified: Plain, Tee or ZkMl. What is achieved equals what was asked for, or the lease ends without payment; there is no silent downgrade, and no order on modes."),
    term("k1", "A check: the signature of a worker key that is registered to the provider. `opg audit ID --check signature`"),
    term("k2", "A check: the signature of an enclave's session key, over the answer, its price and the run. `opg audit ID --check signature`"),
    term("k3", "A check: the enclave is valid at this block, and approved for this model. `opg audit ID --check enclave`"),
    term("k4", "A check: the claim is among those that the enclave's code observes itself. `opg audit ID --check enclave`"),
    term("k5", "A check: the proof verifies under the registered key, with the exact number of public inputs. `opg audit ID --check proof`"),
    term("k6", "A check: that public input (the input's commitment, the output, the binding) was recomputed by the runtime and taken from nobody. `opg audit ID --check input`"),
    term("k7", "A check: it was read from, or written to, the runtime's own state."),
    term("k8", "A check, the setup rule: whether `Proven` may stand bare. It fails without refusing the answer: then the receipt says who could have forged the proof. `opg audit ID --check setup`"),
    term("k9", "A check: the answer is a leaf of a root, and every leaf's own signature was verified."),
    term("setup", "A Groth16 key comes from a trusted setup, and who keeps its secret can prove anything. Transparent: there is none. Ceremony: several took part, one honest one is enough. Sole: one account ran it alone, so receipts say \"Proven unless that account forged it\": evidence C at most, and E where it is the provider or is paid by the receipt, as the owner of a model is by a royalty above zero."),
    term("binding", "A hash of chain, request, attempt, provider and the lease block's hash. It is in the signature and in the proof, so that neither serves for anything else, and neither was made before the lease."),
    term("commitment", "A hash that fixes bytes. Where they are public, anybody recomputes it; where they are private, it is salted, and who holds the salt can open it."),
    term("private", "A request whose input stands on chain as a salted commitment, and sealed to one enclave of whoever holds its lease; its output is sealed to the requester. Parameters, price, blocks and lengths are public as ever. In mode tee alone."),
    term("opening", "What the requester of a private request keeps: input, salt, and the secret that its output was sealed to. Whoever is given it reads both and checks them; whoever loses it has lost the answer."),
    term("salt", "32 random bytes, never used again, that keep a commitment from being guessed. Zero where the input is public."),
    term("disclosure", "For input, parameters, output and weights: in which form each is on chain, and who can read it. Requester, model, price, block times and sizes are always public."),
    term("consensus", "What every validator checked, with the result and the block of each check, under which runtime and policy. What is not in that list was not checked by anybody but its signer."),
    term("policy", "The governed defaults and floors of a model class, versioned. A receipt names the version and the digest of the rules that it was judged by."),
    term("floor", "The least that an answer must come with in a class: a set of accepted modes, and the least standing of some claims."),
    term("class", "The policy class of a model, such as `general`."),
    term("requester", "The account that asks and pays."),
    term("provider", "A bonded account that answers, through its workers."),
    term("worker", "An off-chain process that runs a model, and signs what it answers."),
    term("dispatcher", "A chain node of the provider that hands jobs to its gateway and brings results; trusted for nothing."),
    term("gateway", "The operator's process beside the chain node that talks to workers."),
    term("lease", "One attempt of one request given to one provider, with a block to acknowledge by and one to deliver by. Each lease ends in a receipt."),
    term("attempt", "The number of a lease within its request, from 0. At most three; the last one's receipt is terminal and has the payment, the table and the grade."),
    term("sequence", "The number of a receipt among its provider's, without gaps: what is missing shows."),
    term("draw", "A provider is drawn by stake with the randomness of a block later than the request. What remains: an author knows its own randomness and may withhold a block. A requester may name a provider instead, and the receipt says so."),
    term("self-dealing", "The requester is the provider or the model's owner. It is marked, and statistics keep it apart."),
    term("model", "A registered, versioned network. Its id is a hash over the quantised ONNX file, the quantiser, the circuit compiler and the circuit."),
    term("verifying key", "What a proof is verified under: a versioned attribute of a model, with the provenance of its setup. `opg model check` rebuilds the circuit from the network and says what ties the key to it."),
    term("enclave", "One attested instance of a trusted execution environment, with keys that it made itself. `opg enclave show ID`"),
    term("measurement", "The digest of the code and its setting, as hardware took it. Two enclaves with the same one run the same code."),
    term("reference value", "An approved measurement: which code it is, from which source, who approved it, for how long, and the claims that the code observes itself. What it only repeats from outside is Signed."),
    term("session key", "The key that an enclave made inside and signs its answers with. It lives in memory alone: a restart is a new key."),
    term("vendor", "Who vouches for an enclave's hardware: AWS, Intel or AMD. The development vendor's secrets are public, so it vouches for nothing."),
    term("threat", "Something that somebody may do against who relies on an answer, with an id such as T-BUS. Every receipt says which of them it does not withstand. `opg explain T-BUS`"),
    term("bundle", "A file with a receipt, its evidence and all that an audit without a node needs: `opg receipt ID --save FILE`."),
    term("audit", "Every kind of checking again. `opg audit` recomputes all that can be, with the same code that the validators ran, and names each field that differs."),
    term("finality", "That a block can no longer be undone: more than two thirds of the validators signed it. An audit that asks one node has that node's word for it, and says so."),
    term("inclusion", "That a receipt is in its block: the header carries the root over the block's receipts. That this header is in the chain is as told by the node."),
    term("pass", "A check was made, and is good."),
    term("fail", "A check was made, and is not good."),
    term("not claimed", "The receipt does not say so; there was nothing to check."),
    term("could not check", "What is needed to check it is not here. It is never counted as good."),
    term("settled", "A lease ended with good evidence: provider and owner were paid in the same transition that wrote the receipt."),
    term("footer", "None of this says that the answer is true or good."),
];

/// The terms that `words` ask for: one of that name, else all whose name holds it.
pub fn find(words: &str) -> Vec<&'static Term> {
    let wanted = words.trim().to_lowercase();
    let exact: Vec<_> = TERMS.iter().filter(|term| term.name == wanted).collect();
    if !exact.is_empty() {
        return exact;
    }
    TERMS.iter().filter(|term| term.name.contains(&wanted)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use opg_primitives::checks::Check;

    #[test]
    fn no_word_is_explained_twice() {
        let mut names: Vec<_> = TERMS.iter().map(|term| term.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), TERMS.len());
    }

    #[test]
    fn every_check_that_a_receipt_prints_is_explained() {
        for check in Check::ALL {
            let (name, _) = crate::print::words::check(check);
            assert_eq!(find(name).len(), 1, "{name}");
        }
    }

    #[test]
    fn a_word_is_found_whatever_its_case_and_a_part_finds_all_that_hold_it() {
        assert_eq!(find("Proven").len(), 1);
        assert!(find("sign").len() > 1);
        assert!(find("blockchain dust").is_empty());
    }
}
