//! Registering an enclave on the real runtime, in real blocks, whose hashes are the challenges: a document
//! is of this chain, of this provider, of now and of this session, or it is refused.

use super::{
    chain::{signed, Chain},
    enclave::Newcomer,
};
use crate::{
    configs::attestation::MaxChallengeAge, genesis_config_presets::DEVELOPMENT, Attestation,
    Runtime, System,
};
use frame_support::{traits::ConstU32, BoundedVec};
use opg_primitives::{
    alterations,
    attestation::{challenge, Configuration, Counter, Session, Upstream, MAX_SERVED_MODELS},
    ids::{
        Account, BlockHash, Challenge, ConfigurationId, Digest, EncryptionKey, GenesisHash,
        ModelId, SessionKey,
    },
    names::Address,
};
use pallet_attestation::{Document, Enclaves, Error, Mismatch, SessionParts};
use sp_keyring::Sr25519Keyring::{self, Bob, Dave};
use sp_runtime::{DispatchError, DispatchResult};

/// Whose enclaves they are.
pub const PROVIDER: Sr25519Keyring = Bob;

/// A chain of a few blocks.
pub fn begun(preset: &str) -> Chain {
    let mut chain = Chain::new(preset);
    chain.blocks(3);
    chain
}

/// What comes of it in the next block if the provider registers `enclave` by `document`. The state is
/// looked at after it.
pub fn brought(chain: &mut Chain, enclave: &Newcomer, document: Document) -> DispatchResult {
    let who = enclave.provider;
    let call = enclave.call(document);
    let transaction =
        chain.execute(|| signed(who, System::account_nonce(who.to_account_id()), call));
    let result = chain.block(vec![transaction]).pop().expect("there is one transaction");
    chain.execute(|| Attestation::do_try_state().expect("the state is in order"));
    result.expect("the transaction is valid")
}

fn fails(error: Error<Runtime>) -> DispatchResult {
    Err(DispatchError::from(error))
}

fn not_bound() -> DispatchResult {
    fails(Error::NotBound(Mismatch::UserData))
}

/// A chain, and an enclave for it that is good.
fn applied() -> (Chain, Newcomer) {
    let mut chain = begun(DEVELOPMENT);
    let mut enclave = Newcomer::new(&mut chain, PROVIDER, 1, &[ModelId([1; 32])]);
    let url = Address::try_from("http://127.0.0.1:8080").expect("it is short");
    enclave.configuration.upstream = Some(Upstream { url, trust_store: Some(Digest([5; 32])) });
    (chain, enclave)
}

/// Asserts that the good enclave registers on a copy of the chain.
fn is_good(chain: &Chain, enclave: &Newcomer) {
    let mut chain = chain.fork();
    let document = chain.execute(|| enclave.document());
    assert_eq!(brought(&mut chain, enclave, document), Ok(()));
}

/// What comes of a document of another session than that of `enclave`.
fn of_another(
    chain: &Chain,
    enclave: &Newcomer,
    alter: impl FnOnce(&mut Session),
) -> DispatchResult {
    let mut chain = chain.fork();
    let mut session = chain.execute(|| enclave.session());
    alter(&mut session);
    brought(&mut chain, enclave, enclave.document_of(&session))
}

/// What comes of it if what the provider brings is not what the document is of.
fn brought_otherwise(
    chain: &Chain,
    enclave: &Newcomer,
    alter: impl FnOnce(&mut Newcomer),
) -> DispatchResult {
    let mut chain = chain.fork();
    let document = chain.execute(|| enclave.document());
    let mut other = enclave.clone();
    alter(&mut other);
    brought(&mut chain, &other, document)
}

#[test]
fn a_document_of_a_session_with_any_field_altered_is_refused() {
    let (chain, enclave) = applied();
    let cases = alterations!(Session {
        genesis: |it: &mut GenesisHash| it.0[0] ^= 1,
        provider: |it: &mut Account| it.0[0] ^= 1,
        challenge: |it: &mut Challenge| it.0[0] ^= 1,
        session_key: |it: &mut SessionKey| it.0[0] ^= 1,
        encryption_key: |it: &mut EncryptionKey| it.0[0] ^= 1,
        tls_key: |it: &mut Option<Digest>| *it = None,
        endpoint: |it: &mut Address| *it = Address::default(),
        configuration: |it: &mut ConfigurationId| it.0[0] ^= 1,
        answered: |it: &mut Counter| it.head.0[0] ^= 1,
    });
    for (field, alter) in cases {
        assert_eq!(of_another(&chain, &enclave, alter), not_bound(), "{field}");
    }
    is_good(&chain, &enclave);
}

#[test]
fn a_session_of_which_any_part_is_brought_otherwise_than_attested_is_refused() {
    let (chain, enclave) = applied();
    let parts = alterations!(SessionParts {
        session_key: |it: &mut SessionKey| it.0[0] ^= 1,
        encryption_key: |it: &mut EncryptionKey| it.0[0] ^= 1,
        tls_key: |it: &mut Option<Digest>| *it = None,
        endpoint: |it: &mut Address| *it = Address::default(),
        answered: |it: &mut Counter| it.count += 1,
    });
    for (field, alter) in parts {
        let result = brought_otherwise(&chain, &enclave, |it| alter(&mut it.parts));
        assert_eq!(result, not_bound(), "{field}");
    }
    let answered = alterations!(Counter {
        count: |it: &mut u64| *it += 1,
        head: |it: &mut Digest| it.0[0] ^= 1,
    });
    for (field, alter) in answered {
        let result = brought_otherwise(&chain, &enclave, |it| alter(&mut it.parts.answered));
        assert_eq!(result, not_bound(), "answered.{field}");
    }
    is_good(&chain, &enclave);
}

#[test]
fn a_configuration_of_which_anything_is_brought_otherwise_than_attested_is_refused() {
    let (chain, enclave) = applied();
    type Models = BoundedVec<ModelId, ConstU32<MAX_SERVED_MODELS>>;
    let configuration = alterations!(Configuration {
        schema: |it: &mut u16| *it += 1,
        models: |it: &mut Models| it.clear(),
        upstream: |it: &mut Option<Upstream>| *it = None,
        payee: |it: &mut Account| it.0[0] ^= 1,
        rewriting: |it: &mut Option<Digest>| *it = Some(Digest([1; 32])),
    });
    for (field, alter) in configuration {
        let result = brought_otherwise(&chain, &enclave, |it| alter(&mut it.configuration));
        assert_eq!(result, not_bound(), "{field}");
    }
    let upstream = alterations!(Upstream {
        url: |it: &mut Address| *it = Address::default(),
        trust_store: |it: &mut Option<Digest>| *it = None,
    });
    for (field, alter) in upstream {
        let result = brought_otherwise(&chain, &enclave, |it| {
            alter(it.configuration.upstream.as_mut().expect("it has one"));
        });
        assert_eq!(result, not_bound(), "upstream.{field}");
    }
    is_good(&chain, &enclave);
}

#[test]
fn a_document_made_for_a_chain_with_another_genesis_is_refused() {
    let (chain, enclave) = applied();
    let result = of_another(&chain, &enclave, |session| {
        session.genesis.0[0] ^= 1;
        let hash = BlockHash([7; 32]);
        session.challenge = challenge(session.genesis, session.provider, enclave.challenged, hash);
    });
    assert_eq!(result, not_bound());
    is_good(&chain, &enclave);
}

#[test]
fn the_document_of_one_provider_is_no_document_of_another() {
    let (chain, enclave) = applied();
    let result = brought_otherwise(&chain, &enclave, |it| it.provider = Dave);
    assert_eq!(result, not_bound());
    is_good(&chain, &enclave);
}

#[test]
fn a_challenge_may_be_as_old_as_the_limit_and_not_a_block_older() {
    let (mut chain, mut enclave) = applied();
    chain.blocks(enclave.challenged + MaxChallengeAge::get() - 1 - chain.number());
    enclave.made = super::enclave::time(&mut chain);
    // The next block is the last in which it is young enough.
    is_good(&chain, &enclave);
    chain.blocks(1);
    let document = chain.execute(|| enclave.document());
    let too_old = fails(Error::ChallengeTooOld);
    assert_eq!(brought(&mut chain, &enclave, document), too_old);
}

#[test]
fn a_challenge_by_a_block_of_a_fork_is_refused_on_the_other_side() {
    let (chain, _) = applied();
    let (mut ours, mut theirs) = (chain.fork(), chain.fork());
    let remark = frame_system::Call::<Runtime>::remark_with_event { remark: b"fork".to_vec() };
    theirs.done(Dave, vec![remark.into()]);
    theirs.blocks(1);
    ours.blocks(2);
    let enclave = Newcomer::new(&mut theirs, PROVIDER, 1, &[]);
    let document = theirs.execute(|| enclave.document());
    let hash = |chain: &mut Chain| chain.execute(|| System::block_hash(enclave.challenged));
    assert_ne!(hash(&mut ours), hash(&mut theirs));
    assert_eq!(brought(&mut ours, &enclave, document.clone()), not_bound());
    assert_eq!(brought(&mut theirs, &enclave, document), Ok(()));
}

#[test]
fn neither_the_block_of_the_call_nor_one_of_the_future_is_a_challenge() {
    let (chain, mut enclave) = applied();
    for ahead in [1, 2, 1_000] {
        let mut chain = chain.fork();
        enclave.challenged = chain.number() + ahead;
        let document = chain.execute(|| enclave.document());
        let of_future = fails(Error::ChallengeOfFuture);
        assert_eq!(brought(&mut chain, &enclave, document), of_future, "{ahead}");
    }
}

#[test]
fn the_block_before_the_call_is_the_newest_challenge() {
    let (mut chain, mut enclave) = applied();
    // Its hash is in the state once the block of the call has begun.
    let before = chain.number();
    let mut next = chain.fork();
    next.blocks(1);
    enclave.challenged = before;
    let document = next.execute(|| enclave.document());
    assert_eq!(brought(&mut chain, &enclave, document), Ok(()));
}

#[test]
fn a_document_is_used_once_even_when_its_enclave_is_gone() {
    let (mut chain, enclave) = applied();
    let document = chain.execute(|| enclave.document());
    assert_eq!(brought(&mut chain, &enclave, document.clone()), Ok(()));
    let again = brought(&mut chain, &enclave, document.clone());
    assert_eq!(again, fails(Error::AlreadyRegistered));
    let id = chain.execute(|| enclave.id());
    let retire = pallet_attestation::Call::<Runtime>::retire { enclave: id };
    chain.done(PROVIDER, vec![retire.into()]);
    assert_eq!(brought(&mut chain, &enclave, document), fails(Error::DocumentUsed));
}

#[test]
fn keys_that_are_nobodys_are_not_registered_though_the_document_is_of_them() {
    let (chain, enclave) = applied();
    for (weak, refused) in [
        (
            SessionParts { session_key: SessionKey([0; 32]), ..enclave.parts.clone() },
            Error::WeakSessionKey,
        ),
        (
            SessionParts { encryption_key: EncryptionKey([0; 32]), ..enclave.parts.clone() },
            Error::WeakEncryptionKey,
        ),
    ] {
        let mut chain = chain.fork();
        let weak = Newcomer { parts: weak, ..enclave.clone() };
        let document = chain.execute(|| weak.document());
        assert_eq!(brought(&mut chain, &weak, document), fails(refused));
    }
}

#[test]
fn what_is_refused_leaves_nothing_but_its_fee() {
    let (mut chain, enclave) = applied();
    let mut session = chain.execute(|| enclave.session());
    session.answered.count += 1;
    let document = enclave.document_of(&session);
    assert_eq!(brought(&mut chain, &enclave, document), not_bound());
    chain.execute(|| {
        assert_eq!(Enclaves::<Runtime>::iter().count(), 0);
        assert_eq!(pallet_attestation::KnownIssuers::<Runtime>::iter().count(), 0);
        assert_eq!(pallet_attestation::Used::<Runtime>::iter().count(), 0);
        assert_eq!(pallet_attestation::Deposits::<Runtime>::iter().count(), 0);
    });
}
