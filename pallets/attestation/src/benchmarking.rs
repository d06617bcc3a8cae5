//! Benchmarks, at the worst case of every length. Documents and what vouches for them are the
//! development vendor's, in the formats of the others. What a call verifies is measured apart from what
//! it keeps, since the formats differ in the one and not in the other.

// Set-up of benchmarks, which no block ever runs.
#![allow(clippy::arithmetic_side_effects, clippy::expect_used, clippy::indexing_slicing)]

use super::*;
use crate::{
    documents::{Shown, MAX_ISSUERS},
    registration::Presented,
    simulated::collateral_of,
};
use alloc::{boxed::Box, vec, vec::Vec};
use codec::Decode;
use frame_benchmarking::v2::*;
use frame_support::{
    traits::{Consideration, EnsureOrigin, Footprint, Get},
    weights::Weight,
    BoundedVec,
};
use frame_system::RawOrigin;
use opg_development_vendor::{
    dcap::{body, Issued, QuoteFields, Vendor as Intel},
    nitro::NitroDocument,
    sev_snp::{Product, SevSnpReport},
};
use opg_primitives::{
    attestation::{
        Advisories, Configuration, Counter, Session, TcbStatus, TcbStatusSet, Upstream, Vendor,
        MAX_ADVISORIES, MAX_DOCUMENT_BYTES, MAX_SERVED_MODELS,
    },
    claims::Claim,
    ids::{
        Account, Digest, EnclaveId, EncryptionKey, MeasurementId, ModelId, PlatformId, SessionKey,
    },
    names::{Address, Advisory},
    reference::{BuildRecipe, ClaimSet, Measurement, ModelBinding, ReferenceValue, Register},
    BlockNumber,
};
use opg_verifier_dcap::{CryptoProvider, RustCrypto};

/// When all documents are verified, in seconds since 1970.
const NOW: u64 = 1_800_000_000;
/// The block in which all is done, and the one that challenges name.
const BLOCK: BlockNumber = 100;
const CHALLENGED: BlockNumber = 99;
/// So many entries make a revocation list, and so a collateral, about as long as it may be.
const REVOKED: u64 = 1_600;

fn address() -> Address {
    Address(BoundedVec::truncate_from(vec![b'a'; Address::MAX_BYTES as usize]))
}

fn advisory() -> Advisory {
    Advisory(BoundedVec::truncate_from(vec![b'A'; Advisory::MAX_BYTES as usize]))
}

fn reason() -> Reason {
    Reason::Advisory(advisory())
}

/// The longest configuration.
fn configuration() -> Configuration {
    let models = (0..MAX_SERVED_MODELS).map(|n| ModelId([n as u8; 32])).collect();
    Configuration {
        schema: 1,
        models: BoundedVec::truncate_from(models),
        upstream: Some(Upstream { url: address(), trust_store: Some(Digest([1; 32])) }),
        payee: Account([2; 32]),
        rewriting: Some(Digest([3; 32])),
    }
}

fn parts() -> SessionParts {
    SessionParts {
        session_key: SessionKey([4; 32]),
        encryption_key: EncryptionKey([5; 32]),
        tls_key: Some(Digest([6; 32])),
        endpoint: address(),
        answered: Counter { count: 1, head: Digest([7; 32]) },
    }
}

/// What the longest document shows.
fn shown() -> Shown {
    let register = Register([1; 48]);
    Shown {
        vendor: Vendor::Development,
        measurement: Measurement::Tdx {
            mr_seam: register,
            mr_td: register,
            rtmr: [register; 4],
            mr_config: register,
            attributes: [1; 8],
        },
        carried: crate::binding::Carried::ReportData([2; 64]),
        not_after: NOW,
        tcb: TcbStatus::UpToDate,
        advisories: Advisories::truncate_from(vec![advisory(); MAX_ADVISORIES as usize]),
        platform: PlatformId([3; 32]),
        platform_known: true,
        weight: Weight::zero(),
    }
}

fn presented(session: Session, challenged: BlockNumber) -> Presented {
    let shown = shown();
    Presented {
        challenged,
        session,
        digest: Digest([4; 32]),
        measurement: shown.measurement.id(shown.vendor),
        valid_until: shown.not_after,
        shown,
    }
}

/// A caller that can pay for all that there is.
fn payer<T: Config>() -> T::AccountId {
    let payer: T::AccountId = whitelisted_caller();
    T::Consideration::ensure_successful(&payer, Footprint { count: 1, size: 1 << 20 });
    payer
}

/// Block [`BLOCK`], with the hash of the one before.
fn begin<T: Config>() {
    let hash = T::Hash::decode(&mut &[9u8; 32][..]).expect("a hash has 32 bytes");
    frame_system::BlockHash::<T>::insert(number::<T>(CHALLENGED), hash);
    frame_system::BlockHash::<T>::insert(number::<T>(CHALLENGED - 1), hash);
    frame_system::Pallet::<T>::set_block_number(number::<T>(BLOCK));
    DevelopmentVendor::<T>::put(true);
}

fn number<T: Config>(block: BlockNumber) -> frame_system::pallet_prelude::BlockNumberFor<T> {
    block.into()
}

/// All that is looked at is as long as it can be: the lists of machine and provider have one place
/// left, each subject was revoked and lifted, and used documents are to be forgotten.
fn crowd<T: Config>(session: &Session) {
    let shown = shown();
    let others = |count: u32| (1..count).map(|n| EnclaveId([n as u8; 32])).collect::<Vec<_>>();
    let listed = BoundedVec::truncate_from(others(T::MaxPerPlatform::get()));
    ByPlatform::<T>::insert(shown.platform, listed);
    let listed = BoundedVec::truncate_from(others(T::MaxPerProvider::get()));
    ByProvider::<T>::insert(session.provider, listed);
    for subject in [
        Subject::Tcb(shown.vendor, shown.tcb),
        Subject::Measurement(shown.measurement.id(shown.vendor)),
        Subject::Platform(shown.platform),
        Subject::Enclave(session.enclave()),
    ] {
        Revoked::<T>::insert(subject, RevocationStatus { acts: 2, revoked: None });
    }
    for n in 0..FORGOTTEN_PER_DOCUMENT {
        let says = [n as u8; 32];
        UsedQueue::<T>::insert(u64::from(n), (0, says));
        Used::<T>::insert(says, ());
    }
    UsedEnds::<T>::put(Ends { first: 0, next: FORGOTTEN_PER_DOCUMENT.into() });
}

/// An enclave of `who`, in the longest lists.
fn registered<T: Config>(who: &T::AccountId) -> Result<EnclaveId, BenchmarkError> {
    let session = Pallet::<T>::begin(who, CHALLENGED - 1, parts(), &configuration())
        .map_err(|_| BenchmarkError::Stop("the session is in order"))?;
    let id = session.enclave();
    crowd::<T>(&session);
    Pallet::<T>::enter(who.clone(), presented(session, CHALLENGED - 1), configuration())?;
    Ok(id)
}

fn reference_value() -> Box<ReferenceValue> {
    let shown = shown();
    Box::new(ReferenceValue {
        vendor: shown.vendor,
        measurement: shown.measurement,
        built_from: BuildRecipe {
            source: address(),
            revision: Digest([1; 32]),
            recipe: Digest([2; 32]),
        },
        schema: 1,
        vouches: ClaimSet::of(&Claim::ALL),
        binding: ModelBinding::InImage(Digest([3; 32])),
        model: Some(ModelId([4; 32])),
        prepares_input: true,
        seeded_by_lease: true,
        approved_by: None,
        from: 0,
        until: BlockNumber::MAX,
    })
}

/// It is approved, as something else was of its measurement before.
fn approved<T: Config>() -> Box<ReferenceValue> {
    let value = reference_value();
    let decision = Decision { at: 2, before: Some(*value.clone()), before_at: 1 };
    Decisions::<T>::insert(value.id(), decision);
    ReferenceValues::<T>::insert(value.id(), *value.clone());
    value
}

fn approver<T: Config>() -> Result<T::RuntimeOrigin, BenchmarkError> {
    T::ApproveOrigin::try_successful_origin().map_err(|_| BenchmarkError::Stop("somebody approves"))
}

/// A subject that is revoked, by the longest key. What was decided of it before is not read.
fn revoked<T: Config>() -> Result<Subject, BenchmarkError> {
    begin::<T>();
    let subject = Subject::Measurement(MeasurementId([1; 32]));
    Pallet::<T>::do_revoke(subject, reason(), BLOCK - 1)
        .map_err(|_| BenchmarkError::Stop("it is not revoked"))?;
    Ok(subject)
}

fn revoker<T: Config>() -> Result<T::RuntimeOrigin, BenchmarkError> {
    T::RevokeOrigin::try_successful_origin().map_err(|_| BenchmarkError::Stop("somebody revokes"))
}

/// A TDX quote whose RTMR3 the most events explain, with the longest collateral.
fn longest_quote() -> (Issued, Events) {
    let events = vec![[7; 48]; MAX_EVENTS as usize];
    let extend =
        |register: [u8; 48], event: &[u8; 48]| RustCrypto::sha384(&[register, *event].concat());
    let rtmr3 = events.iter().fold([0; 48], extend);
    let rtmr = [[1; 48], [2; 48], [3; 48], rtmr3];
    let body = body::td(body::TdReport::Tdx15Ex, [4; 48], rtmr, [5; 64]);
    let quote = QuoteFields::tdx5(body::TdReport::Tdx15Ex, body);
    let mut vendor = Intel::tdx(quote, NOW);
    vendor.pck_crl.revoked = (1_000_000..1_000_000 + REVOKED).collect();
    (vendor.issue(), Events::truncate_from(events))
}

/// That quote on a chain that has its collateral.
fn stored_quote<T: Config>() -> Result<Document, BenchmarkError> {
    begin::<T>();
    let (mut issued, events) = longest_quote();
    Pallet::<T>::take_collateral(&payer::<T>(), collateral_of(&issued), NOW)?;
    let mut ids = Collaterals::<T>::iter_keys();
    let collateral = ids.next().ok_or(BenchmarkError::Stop("it is stored"))?;
    // Zeros after its end are part of a quote that a driver pads.
    issued.quote.resize(MAX_DOCUMENT_BYTES as usize, 0);
    let quote = BoundedVec::truncate_from(issued.quote);
    Ok(Document::Dcap { quote, collateral, events })
}

#[benchmarks]
mod benchmarks {
    use super::*;

    /// Over an earlier approval, itself over another.
    #[benchmark]
    fn approve() -> Result<(), BenchmarkError> {
        begin::<T>();
        let value = approved::<T>();
        let origin = approver::<T>()?;

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, value);

        assert_eq!(TrustVersion::<T>::get(), 1);
        Ok(())
    }

    #[benchmark]
    fn withdraw() -> Result<(), BenchmarkError> {
        begin::<T>();
        let measurement = approved::<T>().id();
        let origin = approver::<T>()?;

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, measurement);

        assert!(!ReferenceValues::<T>::contains_key(measurement));
        Ok(())
    }

    #[benchmark]
    fn set_accepted_tcb() -> Result<(), BenchmarkError> {
        let origin = approver::<T>()?;
        let statuses = TcbStatusSet::of(&TcbStatus::ALL);

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, Vendor::Intel, statuses);

        assert_eq!(AcceptedTcb::<T>::get(Vendor::Intel), statuses);
        Ok(())
    }

    #[benchmark]
    fn set_snp_floor() -> Result<(), BenchmarkError> {
        let origin = approver::<T>()?;
        let floor = SnpTcb { fmc: Some(1), bootloader: 2, tee: 3, snp: 4, microcode: 5 };

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, SnpProduct::Turin, Some(floor));

        assert_eq!(SnpFloors::<T>::get(SnpProduct::Turin), Some(floor));
        Ok(())
    }

    /// The longest collateral gives way to one of as many bytes, signed later.
    #[benchmark]
    fn bring_collateral() -> Result<(), BenchmarkError> {
        begin::<T>();
        let who = payer::<T>();
        let (issued, _) = longest_quote();
        let bytes = collateral_of(&issued);
        Pallet::<T>::take_collateral(&who, bytes.clone(), NOW)?;
        let id = Collaterals::<T>::iter_keys().next();
        let id = id.ok_or(BenchmarkError::Stop("it is stored"))?;
        Collaterals::<T>::mutate_extant(id, |stored| {
            stored.facts.tcb_evaluation_number -= 1;
        });
        let result;

        #[block]
        {
            result = Pallet::<T>::take_collateral(&who, bytes, NOW);
        }

        result?;
        Ok(())
    }

    #[benchmark]
    fn bring_endorsement() -> Result<(), BenchmarkError> {
        begin::<T>();
        let who = payer::<T>();
        let chain = SevSnpReport::new(Product::Turin, [1; 48], [2; 64]).chain().sign();
        let certificate = |der: &Vec<u8>| CertificateBytes::truncate_from(der.clone());
        let [ark, intermediate] = &chain.cas[..] else {
            return Err(BenchmarkError::Stop("a chain has two CAs"));
        };
        let (ark, intermediate) = (certificate(ark), certificate(intermediate));
        let leaf = certificate(&chain.leaf);
        let result;

        #[block]
        {
            result = Pallet::<T>::take_endorsement(&who, &ark, &intermediate, &leaf, NOW);
        }

        result?;
        Ok(())
    }

    /// All of it but the verification of the document.
    #[benchmark]
    fn register() -> Result<(), BenchmarkError> {
        begin::<T>();
        let who = payer::<T>();
        let (parts, configuration) = (parts(), configuration());
        let expected = Pallet::<T>::begin(&who, CHALLENGED, parts.clone(), &configuration)
            .map_err(|_| BenchmarkError::Stop("the session is in order"))?;
        crowd::<T>(&expected);
        let presented = presented(expected.clone(), CHALLENGED);
        let session;
        let result;

        #[block]
        {
            session = Pallet::<T>::begin(&who, CHALLENGED, parts, &configuration);
            result = Pallet::<T>::enter(who, presented, configuration);
        }

        assert!(session.is_ok_and(|session| session == expected));
        result?;
        assert!(Enclaves::<T>::contains_key(expected.enclave()));
        Ok(())
    }

    /// All of it but the verification of the document.
    #[benchmark]
    fn renew() -> Result<(), BenchmarkError> {
        begin::<T>();
        let who = payer::<T>();
        let id = registered::<T>(&who)?;
        let answered = Counter { count: 2, head: Digest([8; 32]) };
        let (_, session) = Pallet::<T>::resume(&who, &id, CHALLENGED, answered)
            .map_err(|_| BenchmarkError::Stop("the session is in order"))?;
        let mut presented = presented(session, CHALLENGED);
        presented.shown.carried = crate::binding::Carried::ReportData([6; 64]);
        // As before the first document.
        for n in 0..FORGOTTEN_PER_DOCUMENT {
            let says = [n as u8; 32];
            UsedQueue::<T>::insert(u64::from(n), (0, says));
            Used::<T>::insert(says, ());
        }
        UsedEnds::<T>::mutate(|ends| ends.first = 0);
        let result;

        #[block]
        {
            result = Pallet::<T>::resume(&who, &id, CHALLENGED, answered)
                .map_err(Into::into)
                .and_then(|(enclave, _)| Pallet::<T>::replace(id, enclave, presented));
        }

        result?;
        assert_eq!(Enclaves::<T>::get(id).map(|enclave| enclave.key_epoch), Some(1));
        Ok(())
    }

    /// Under `c` CAs below the root that are not known, each of which takes the place of one that is
    /// not valid any more. All other fields are as long as they can be.
    #[benchmark]
    fn verify_nitro(c: Linear<0, MAX_ISSUERS>) -> Result<(), BenchmarkError> {
        begin::<T>();
        for place in 0..MAX_ISSUERS {
            let fingerprint = [place as u8; 32];
            let issuer = StoredIssuer { root: [0; 32], path: None, not_before: 0, not_after: 0 };
            KnownIssuers::<T>::insert(fingerprint, issuer);
            IssuerPlaces::<T>::insert(place, fingerprint);
        }
        let mut document = NitroDocument::new([[1; 48], [2; 48], [3; 48], [4; 48]], NOW);
        document.pcrs.extend((9..32).map(|index| (index, [index; 48])));
        document.user_data = Some(vec![1; 512]);
        document.nonce = Some(vec![2; 512]);
        document.public_key = Some(vec![3; 1024]);
        document.intermediates = c as u8;
        let document = Document::Nitro(BoundedVec::truncate_from(document.sign()));
        let result;

        #[block]
        {
            result = Pallet::<T>::verify(&document, NOW);
        }

        assert!(result.is_ok());
        Ok(())
    }

    /// With the longest collateral, none of whose signatures is remembered.
    #[benchmark]
    fn verify_dcap() -> Result<(), BenchmarkError> {
        let document = stored_quote::<T>()?;
        let _ = GoodSignatures::<T>::clear(u32::MAX, None);
        let result;

        #[block]
        {
            result = Pallet::<T>::verify(&document, NOW);
        }

        let weight = result.map(|shown| shown.weight);
        assert!(weight.is_ok_and(|weight| weight == T::WeightInfo::verify_dcap()));
        Ok(())
    }

    /// With the longest collateral, all of whose signatures are remembered.
    #[benchmark]
    fn verify_dcap_spared() -> Result<(), BenchmarkError> {
        let document = stored_quote::<T>()?;
        let result;

        #[block]
        {
            result = Pallet::<T>::verify(&document, NOW);
        }

        let weight = result.map(|shown| shown.weight);
        assert!(weight.is_ok_and(|weight| weight == T::WeightInfo::verify_dcap_spared()));
        Ok(())
    }

    #[benchmark]
    fn verify_sev_snp() -> Result<(), BenchmarkError> {
        begin::<T>();
        let report = SevSnpReport::new(Product::Turin, [1; 48], [2; 64]);
        let chain = report.chain().sign();
        let certificate = |der: &Vec<u8>| CertificateBytes::truncate_from(der.clone());
        let [ark, intermediate] = &chain.cas[..] else {
            return Err(BenchmarkError::Stop("a chain has two CAs"));
        };
        let (ark, intermediate) = (certificate(ark), certificate(intermediate));
        let leaf = certificate(&chain.leaf);
        Pallet::<T>::take_endorsement(&payer::<T>(), &ark, &intermediate, &leaf, NOW)?;
        let document = Document::SevSnp {
            report: BoundedVec::truncate_from(report.sign()),
            endorsement: Digest(sp_io::hashing::sha2_256(&leaf)),
        };
        let result;

        #[block]
        {
            result = Pallet::<T>::verify(&document, NOW);
        }

        assert!(result.is_ok());
        Ok(())
    }

    /// From the longest lists.
    #[benchmark]
    fn retire() -> Result<(), BenchmarkError> {
        begin::<T>();
        let who = payer::<T>();
        let id = registered::<T>(&who)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(who), id);

        assert!(!Enclaves::<T>::contains_key(id));
        Ok(())
    }

    #[benchmark]
    fn reap_collateral() -> Result<(), BenchmarkError> {
        let who = payer::<T>();
        let Document::Dcap { collateral, .. } = stored_quote::<T>()? else {
            return Err(BenchmarkError::Stop("it is a quote"));
        };
        let result;

        #[block]
        {
            result = Pallet::<T>::do_reap(&who, Stored::Collateral(collateral), u64::MAX);
        }

        result?;
        assert!(!Collaterals::<T>::contains_key(collateral));
        Ok(())
    }

    /// Further back than it is revoked already.
    #[benchmark]
    fn revoke() -> Result<(), BenchmarkError> {
        let subject = revoked::<T>()?;
        let origin = revoker::<T>()?;

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, subject, reason(), BLOCK - 2);

        assert_eq!(Revoked::<T>::get(subject).acts, 2);
        Ok(())
    }

    #[benchmark]
    fn lift() -> Result<(), BenchmarkError> {
        let subject = revoked::<T>()?;
        let origin = revoker::<T>()?;

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, subject, BLOCK);

        assert_eq!(Revoked::<T>::get(subject).revoked, None);
        Ok(())
    }

    impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}
