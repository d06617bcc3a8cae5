//! Enclaves: their documents, what approves their code, what they may answer.

use super::{
    blocks::number,
    raw::{Arguments, Call},
    At, Chain, Included,
};
use crate::{
    audit::{bundle::RevokedPart, Twice},
    error::Result,
    keys::Signer,
};
use codec::Encode;
use opg_primitives::{
    attestation::{Counter, DocumentBytes, Session},
    enclave::{EnclaveFault, EnclaveRecord},
    ids::{Account, Digest, EnclaveId, MeasurementId, ModelId},
    reference::ReferenceValue,
    registration::Registration,
    revocation::{subjects_of, Revocation, Subject, Taint},
};

pub use opg_primitives::enclave::Enclave;

/// What a document is verified by, beside itself.
pub enum Beside {
    /// Nothing: it brings its own chain.
    Nothing,
    /// The stored collateral of this id, as the runtime encodes it.
    Collateral([u8; 41]),
    /// The stored chain of the certificate with this SHA-256.
    Endorsement(Digest),
}

/// A document, as `Attestation` takes it.
#[derive(Encode)]
enum Document {
    #[codec(index = 0)]
    Nitro(DocumentBytes),
    #[codec(index = 1)]
    Dcap {
        quote: DocumentBytes,
        collateral: [u8; 41],
        /// What RTMR3 was extended with. The code of this project extends it with nothing.
        events: Vec<[u8; 48]>,
    },
    #[codec(index = 2)]
    SevSnp { report: DocumentBytes, endorsement: Digest },
}

impl Document {
    fn new(bytes: DocumentBytes, beside: &Beside) -> Self {
        match beside {
            Beside::Nothing => Self::Nitro(bytes),
            Beside::Collateral(collateral) => {
                Self::Dcap { quote: bytes, collateral: *collateral, events: Vec::new() }
            }
            Beside::Endorsement(endorsement) => {
                Self::SevSnp { report: bytes, endorsement: *endorsement }
            }
        }
    }
}

impl Chain {
    /// An enclave.
    pub async fn enclave(&self, at: &At, id: EnclaveId) -> Result<Option<Enclave>> {
        self.view(at, "Attestation", "registered", (id,)).await
    }

    /// All registered enclaves, those past their time too.
    pub async fn enclaves(&self, at: &At) -> Result<Vec<(EnclaveId, Enclave)>> {
        let all = self.hash_map(at, "Attestation", "Enclaves").await?;
        Ok(all.into_iter().map(|(id, enclave)| (EnclaveId(id), enclave)).collect())
    }

    /// What a receipt would say of an enclave if it answered for `provider`, of `model`, in this block;
    /// or why it may not.
    pub async fn may_answer(
        &self,
        at: &At,
        enclave: EnclaveId,
        provider: Account,
        model: ModelId,
    ) -> Result<std::result::Result<EnclaveRecord, EnclaveFault>> {
        self.view(at, "Attestation", "may_answer", (enclave, provider, model)).await
    }

    /// The reference value of a measurement, whether it is in force or not.
    pub async fn reference_value(
        &self,
        at: &At,
        measurement: MeasurementId,
    ) -> Result<Option<ReferenceValue>> {
        self.view(at, "Attestation", "reference_value", (measurement,)).await
    }

    /// The revocations of `subject`, those that were lifted too.
    pub async fn revocations(&self, at: &At, subject: Subject) -> Result<Vec<Revocation>> {
        self.view(at, "Attestation", "revocations", (subject,)).await
    }

    /// The revocations of all that answers of an enclave rest on, with the block whose state this is.
    pub async fn revoked(&self, at: &At, record: &EnclaveRecord) -> Result<RevokedPart> {
        let mut all = Vec::new();
        for subject in subjects_of(record) {
            let of_subject = self.revocations(at, subject).await?;
            all.extend(of_subject.into_iter().map(|revocation| Taint { subject, revocation }));
        }
        Ok(RevokedPart { as_of: number(at), all: Twice::new(all) })
    }

    /// The version of reference values, accepted statuses and revocations.
    pub async fn attestation_trust(&self, at: &At) -> Result<u32> {
        self.view(at, "Attestation", "trust", ()).await
    }

    /// Registers an enclave; one that is registered already is renewed by the new document. Whether it
    /// was.
    pub async fn register_enclave(
        &self,
        signer: &Signer,
        registration: &Registration,
        beside: &Beside,
    ) -> Result<(Included, bool)> {
        let known = self.enclave(&self.at_final().await?, registration.enclave).await?.is_some();
        let document = Document::new(registration.document.clone(), beside);
        let session = &registration.session;
        let call = match known {
            true => {
                let arguments = Arguments::new()
                    .with("enclave", &registration.enclave)
                    .with("document", &document)
                    .with("challenged", &registration.block_number)
                    .with("answered", &session.answered);
                Call { pallet: "Attestation", name: "renew", arguments }
            }
            false => {
                let arguments = Arguments::new()
                    .with("document", &document)
                    .with("challenged", &registration.block_number)
                    .with("parts", &parts(session))
                    .with("configuration", &registration.configuration);
                Call { pallet: "Attestation", name: "register", arguments }
            }
        };
        let done = self.submit(signer, call.pallet, call.name, call.arguments).await?;
        Ok((done, known))
    }
}

/// What of a session does not follow from elsewhere, in the runtime's order.
fn parts(session: &Session) -> impl Encode {
    let answered: Counter = session.answered;
    (
        session.session_key,
        session.encryption_key,
        session.tls_key,
        session.endpoint.clone(),
        answered,
    )
}
