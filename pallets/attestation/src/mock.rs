//! A runtime of this pallet, for tests, and enclaves of the development vendor.

use crate as pallet_attestation;
pub use crate::simulated::collateral_of;
use crate::{
    binding::{Carried, Exact, Mismatch, SessionBinding},
    CertificateBytes, CollateralId, Document, SessionParts,
};
use frame_support::{
    derive_impl,
    dispatch::DispatchResultWithPostInfo,
    parameter_types,
    traits::{
        fungible::{HoldConsideration, InspectHold},
        ConstU128, ConstU32, ConstU64, Footprint,
    },
};
use opg_development_vendor::{
    dcap::Issued,
    nitro::NitroDocument,
    session::{self, nitro_document, sev_snp_report},
    sev_snp::SevSnpReport,
    Chain,
};
use opg_primitives::{
    attestation::{challenge, Configuration, Counter, Session, Upstream, Vendor},
    claims::Claim,
    ids::{
        Account, BlockHash, Challenge, Digest, EnclaveId, EncryptionKey, GenesisHash,
        MeasurementId, ModelId, SessionKey,
    },
    names::Address,
    reference::{BuildRecipe, ClaimSet, Measurement, ModelBinding, ReferenceValue, Register},
};

use sp_runtime::{testing::H256, traits::Convert, AccountId32, BuildStorage, DispatchResult};

type Block = frame_system::mocking::MockBlockU32<Test>;

frame_support::construct_runtime!(
    pub enum Test {
        System: frame_system,
        Timestamp: pallet_timestamp,
        Balances: pallet_balances,
        Attestation: pallet_attestation,
    }
);

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type Block = Block;
    type AccountId = AccountId32;
    type Lookup = sp_runtime::traits::IdentityLookup<AccountId32>;
    type AccountData = pallet_balances::AccountData<u128>;
    type BlockHashCount = ConstU32<200>;
}

#[derive_impl(pallet_timestamp::config_preludes::TestDefaultConfig)]
impl pallet_timestamp::Config for Test {}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
    type Balance = u128;
    type ExistentialDeposit = ConstU128<10>;
    type AccountStore = System;
}

parameter_types! {
    pub const StoredHold: RuntimeHoldReason =
        RuntimeHoldReason::Attestation(crate::HoldReason::Stored);
    /// Whether a document of anybody's session does, which only a test may want.
    pub static WithoutBinding: bool = false;
}

/// One a byte.
pub struct Price;
impl Convert<Footprint, u128> for Price {
    fn convert(footprint: Footprint) -> u128 {
        u128::from(footprint.size)
    }
}

/// Takes every document for every session's.
pub struct DangerousNoBinding;
impl SessionBinding for DangerousNoBinding {
    fn check(_: &Session, _: &Carried) -> Result<(), Mismatch> {
        Ok(())
    }
}

/// The real comparison, unless a test asks for none.
pub struct Binding;
impl SessionBinding for Binding {
    fn check(session: &Session, carried: &Carried) -> Result<(), Mismatch> {
        match WithoutBinding::get() {
            true => DangerousNoBinding::check(session, carried),
            false => Exact::check(session, carried),
        }
    }
}

pub const MAX_AGE: u32 = 100;
pub const MAX_VALIDITY: u64 = 2 * 60 * 60;
pub const ENCLAVE_RETENTION: u64 = 24 * 60 * 60;
pub const COLLATERAL_RETENTION: u64 = 40 * 24 * 60 * 60;
pub const PER_PLATFORM: u32 = 4;
pub const PER_PROVIDER: u32 = 6;
pub const ISSUERS: u32 = 3;

impl crate::Config for Test {
    type RuntimeHoldReason = RuntimeHoldReason;
    type Consideration = HoldConsideration<AccountId32, Balances, StoredHold, Price>;
    type ApproveOrigin = frame_system::EnsureRoot<AccountId32>;
    type RevokeOrigin = frame_system::EnsureRoot<AccountId32>;
    type Time = Timestamp;
    type Binding = Binding;
    type MaxChallengeAge = ConstU32<MAX_AGE>;
    type MaxValidity = ConstU64<MAX_VALIDITY>;
    type EnclaveRetention = ConstU64<ENCLAVE_RETENTION>;
    type CollateralRetention = ConstU64<COLLATERAL_RETENTION>;
    type MaxPerPlatform = ConstU32<PER_PLATFORM>;
    type MaxPerProvider = ConstU32<PER_PROVIDER>;
    type MaxKnownIssuers = ConstU32<ISSUERS>;
    type WeightInfo = ();
}

/// The time at which tests begin, in seconds since 1970: a day of January 2027.
pub const NOW: u64 = 1_800_000_000;
/// The block in which they begin.
pub const BLOCK: u32 = 300;
pub const ENDOWMENT: u128 = 10_000_000;

pub fn account(n: u8) -> AccountId32 {
    AccountId32::new([n; 32])
}

pub fn signed(n: u8) -> RuntimeOrigin {
    RuntimeOrigin::signed(account(n))
}

pub fn provider(n: u8) -> Account {
    Account([n; 32])
}

pub fn model(n: u8) -> ModelId {
    ModelId([n; 32])
}

/// The hash of block `number` on this chain.
pub fn hash_of(number: u32) -> BlockHash {
    let mut hash = [0xb0; 32];
    hash[..4].copy_from_slice(&number.to_le_bytes());
    BlockHash(hash)
}

pub fn genesis() -> GenesisHash {
    GenesisHash(System::block_hash(0).0)
}

/// Goes to block `number`; the hashes of as many blocks before it as the system keeps are known.
pub fn go_to(number: u32) {
    for block in 1..number {
        match block + 200 < number {
            true => frame_system::BlockHash::<Test>::remove(block),
            false => frame_system::BlockHash::<Test>::insert(block, H256(hash_of(block).0)),
        }
    }
    System::set_block_number(number);
}

/// Sets the clock, in seconds since 1970.
pub fn set_time(seconds: u64) {
    Timestamp::set_timestamp(seconds * 1000);
}

/// What the clock says.
pub fn time() -> u64 {
    pallet_timestamp::Now::<Test>::get() / 1000
}

/// A register that names itself.
pub fn register(n: u8) -> Register {
    Register([n; 48])
}

/// What a test registers; alter what it is about.
#[derive(Clone)]
pub struct Registration {
    pub provider: u8,
    pub challenged: u32,
    pub parts: SessionParts,
    pub configuration: Configuration,
    pub registers: [Register; 4],
    pub instance: u8,
}

impl Registration {
    /// Of account 1, with the session key of this number, challenged by the block before, with the
    /// code of registers 1 to 4, on instance 0, for model 1.
    pub fn number(n: u8) -> Self {
        Self {
            provider: 1,
            challenged: System::block_number() - 1,
            parts: SessionParts {
                session_key: SessionKey([n; 32]),
                encryption_key: EncryptionKey([0x80 | n; 32]),
                tls_key: Some(Digest([3; 32])),
                endpoint: Address::try_from("https://enclave.example").unwrap(),
                answered: Counter::default(),
            },
            configuration: configuration(),
            registers: [1, 2, 3, 4].map(register),
            instance: 0,
        }
    }

    /// What the document is fresh by.
    pub fn challenge(&self) -> Challenge {
        let number = self.challenged;
        challenge(genesis(), provider(self.provider), number, hash_of(number))
    }

    pub fn session(&self) -> Session {
        let (parts, challenge) = (self.parts.clone(), self.challenge());
        parts.session(genesis(), provider(self.provider), challenge, &self.configuration)
    }

    pub fn id(&self) -> EnclaveId {
        self.session().enclave()
    }

    /// What the pallet finds measured.
    pub fn measurement(&self) -> Measurement {
        let [pcr0, pcr1, pcr2, pcr8] = self.registers;
        Measurement::Nitro { pcr0, pcr1, pcr2, pcr8 }
    }

    pub fn measurement_id(&self) -> MeasurementId {
        self.measurement().id(Vendor::Development)
    }

    /// A Nitro document of its session, before it is signed.
    pub fn document_of(&self, session: &Session) -> NitroDocument {
        NitroDocument {
            module_id: format!("i-0{}-enc0{}", self.instance, self.parts.session_key.0[0]),
            ..nitro_document(session, self.registers, time())
        }
    }

    /// The document of its session.
    pub fn document(&self) -> Document {
        nitro(&self.document_of(&self.session()))
    }

    /// An SEV-SNP report of its session, before it is signed.
    pub fn report(&self) -> SevSnpReport {
        sev_snp_report(&self.session(), self.registers[0])
    }

    /// A TDX quote of this session, with its collateral.
    pub fn tdx_of(&self, session: &Session) -> Issued {
        let [mr_td, rtmr0, rtmr1, rtmr2] = self.registers;
        session::tdx(session, mr_td, [rtmr0, rtmr1, rtmr2, Register::ZERO], time())
    }

    /// A TDX quote of its session, with its collateral.
    pub fn tdx(&self) -> Issued {
        self.tdx_of(&self.session())
    }

    /// Registers it by this document.
    pub fn by(&self, document: Document) -> DispatchResultWithPostInfo {
        let (parts, configuration) = (self.parts.clone(), self.configuration.clone());
        Attestation::register(
            signed(self.provider),
            Box::new(document),
            self.challenged,
            Box::new(parts),
            Box::new(configuration),
        )
    }

    /// Registers it.
    pub fn submit(&self) -> DispatchResultWithPostInfo {
        self.by(self.document())
    }

    /// The same enclave some blocks later, with so many answers.
    pub fn later(&self, answers: u64) -> Self {
        let mut later = self.clone();
        later.challenged = System::block_number() - 1;
        let head = Digest([answers as u8; 32]);
        later.parts.answered = Counter { count: self.parts.answered.count + answers, head };
        later
    }

    /// Renews its document by this one.
    pub fn renew_by(&self, document: Document) -> DispatchResultWithPostInfo {
        let (number, answered) = (self.challenged, self.parts.answered);
        let origin = signed(self.provider);
        Attestation::renew(origin, self.id(), Box::new(document), number, answered)
    }

    /// Renews its document.
    pub fn renew(&self) -> DispatchResultWithPostInfo {
        self.renew_by(self.document())
    }
}

/// Serves model 1 from inside, by schema 7.
pub fn configuration() -> Configuration {
    Configuration {
        schema: 7,
        models: vec![model(1)].try_into().unwrap(),
        upstream: None,
        payee: provider(1),
        rewriting: None,
    }
}

/// An upstream.
pub fn upstream() -> Upstream {
    Upstream { url: Address::try_from("http://127.0.0.1:8080").unwrap(), trust_store: None }
}

/// The document in the form that the pallet takes.
pub fn nitro(document: &NitroDocument) -> Document {
    Document::Nitro(document.sign().try_into().unwrap())
}

/// Brings the chain of the key that signs `report`, by account `n`; its fingerprint.
pub fn bring_chain_of(report: &SevSnpReport, n: u8) -> Digest {
    let chain = report.chain().sign();
    bring(&chain, n).unwrap();
    fingerprint(&chain)
}

/// Brings a chain, by account `n`.
pub fn bring(chain: &Chain, n: u8) -> DispatchResult {
    let bytes = |der: &Vec<u8>| CertificateBytes::try_from(der.clone()).unwrap();
    let [ark, intermediate] = &chain.cas[..] else { panic!("{} CAs", chain.cas.len()) };
    let (ark, intermediate, leaf) = (bytes(ark), bytes(intermediate), bytes(&chain.leaf));
    Attestation::bring_endorsement(signed(n), ark, intermediate, leaf)
}

pub fn fingerprint(chain: &Chain) -> Digest {
    Digest(sp_io::hashing::sha2_256(&chain.leaf))
}

/// The report in the form that the pallet takes.
pub fn sev_snp(report: &SevSnpReport, endorsement: Digest) -> Document {
    Document::SevSnp { report: report.sign().try_into().unwrap(), endorsement }
}

/// Brings the collateral of a quote, by account `n`; its id.
pub fn bring_collateral_of(issued: &Issued, n: u8) -> CollateralId {
    let bytes = collateral_of(issued);
    Attestation::bring_collateral(signed(n), bytes.clone()).unwrap();
    let mut stored = crate::Collaterals::<Test>::iter();
    stored.find(|(_, collateral)| collateral.bytes == bytes).unwrap().0
}

/// The quote in the form that the pallet takes, without events.
pub fn dcap(issued: &Issued, collateral: CollateralId) -> Document {
    let quote = issued.quote.clone().try_into().unwrap();
    Document::Dcap { quote, collateral, events: Default::default() }
}

/// Approves what this registration measures, for every model, from this block on for so many.
pub fn approval(of: &Registration, blocks: u32) -> ReferenceValue {
    let now = System::block_number();
    ReferenceValue {
        vendor: Vendor::Development,
        measurement: of.measurement(),
        built_from: BuildRecipe {
            source: Address::try_from("https://source.example").unwrap(),
            revision: Digest([8; 32]),
            recipe: Digest([9; 32]),
        },
        schema: 7,
        vouches: ClaimSet::of(&[Claim::Output]),
        binding: ModelBinding::Loaded,
        model: None,
        prepares_input: true,
        seeded_by_lease: false,
        approved_by: None,
        from: now,
        until: now + blocks,
    }
}

pub fn approve(value: ReferenceValue) -> DispatchResult {
    Attestation::approve(RuntimeOrigin::root(), Box::new(value))
}

/// Registers enclave `n` of account 1 with approved code.
pub fn answering(n: u8) -> Registration {
    let registration = Registration::number(n);
    approve(approval(&registration, 1_000)).unwrap();
    registration.submit().unwrap();
    registration
}

/// What account `n` has on hold for what is stored.
pub fn held(n: u8) -> u128 {
    Balances::balance_on_hold(&StoredHold::get(), &account(n))
}

/// State at [`BLOCK`] and [`NOW`] with three endowed accounts, of a chain that trusts the development
/// vendor, or does not.
pub fn chain(development_vendor: bool) -> sp_io::TestExternalities {
    let storage = RuntimeGenesisConfig {
        system: Default::default(),
        balances: pallet_balances::GenesisConfig {
            balances: (1..=3).map(|n| (account(n), ENDOWMENT)).collect(),
            ..Default::default()
        },
        attestation: crate::GenesisConfig { development_vendor, ..Default::default() },
    }
    .build_storage()
    .unwrap();
    let mut ext = sp_io::TestExternalities::new(storage);
    ext.execute_with(|| {
        go_to(BLOCK);
        set_time(NOW);
    });
    ext
}

/// State of a chain that trusts the development vendor.
pub fn new_test_ext() -> sp_io::TestExternalities {
    chain(true)
}

/// Runs `test`, then checks the state, and that what is on hold is what deposits cost.
pub fn execute<R>(mut ext: sp_io::TestExternalities, test: impl FnOnce() -> R) -> R {
    use crate::{Enclave, Stored, StoredCollateral, StoredEndorsement};
    use codec::MaxEncodedLen;
    ext.execute_with(|| {
        let result = test();
        WithoutBinding::set(false);
        Attestation::do_try_state().unwrap();
        for n in 1..=3 {
            let cost = crate::Deposits::<Test>::iter()
                .filter(|(_, deposit)| deposit.payer == account(n))
                .map(|(stored, _)| match stored {
                    Stored::Enclave(_) => Enclave::max_encoded_len(),
                    Stored::Collateral(_) => StoredCollateral::max_encoded_len(),
                    Stored::Endorsement(_) => StoredEndorsement::max_encoded_len(),
                })
                .sum::<usize>();
            assert_eq!(held(n), cost as u128);
        }
        result
    })
}

/// [`execute`] on a chain that trusts the development vendor.
pub fn build_and_execute<R>(test: impl FnOnce() -> R) -> R {
    execute(new_test_ext(), test)
}
