//! The chains of AMD's VCEKs and VLEKs: verified once, and kept for the reports that they sign.

use crate::{
    faults::Fault,
    pallet::*,
    roots,
    types::{CertificateBytes, SnpProduct, SnpSigner, SnpTcb, Stored, StoredEndorsement},
};
use alloc::string::String;
use frame_support::{ensure, BoundedVec};
use opg_primitives::{ids::Digest, BlockNumber};
use opg_verifier_sev_snp::{
    verify_chain, Chain, Endorsement, EndorsementKey, Product, Tcb, Window,
};
use sp_runtime::DispatchResult;

impl From<Product> for SnpProduct {
    fn from(product: Product) -> Self {
        match product {
            Product::Milan => Self::Milan,
            Product::Genoa => Self::Genoa,
            Product::Turin => Self::Turin,
        }
    }
}

impl From<SnpProduct> for Product {
    fn from(product: SnpProduct) -> Self {
        match product {
            SnpProduct::Milan => Self::Milan,
            SnpProduct::Genoa => Self::Genoa,
            SnpProduct::Turin => Self::Turin,
        }
    }
}

impl From<Tcb> for SnpTcb {
    fn from(tcb: Tcb) -> Self {
        let Tcb { fmc, bootloader, tee, snp, microcode } = tcb;
        Self { fmc, bootloader, tee, snp, microcode }
    }
}

impl From<SnpTcb> for Tcb {
    fn from(tcb: SnpTcb) -> Self {
        let SnpTcb { fmc, bootloader, tee, snp, microcode } = tcb;
        Self { fmc, bootloader, tee, snp, microcode }
    }
}

impl StoredEndorsement {
    /// What is kept of a chain that was verified in block `now`.
    fn of(endorsement: Endorsement, now: BlockNumber) -> Result<Self, Fault> {
        let Endorsement {
            root,
            product,
            kind,
            intermediate,
            chip_id,
            csp_id,
            tcb,
            window,
            key,
            ..
        } = endorsement;
        let signer = match (kind, chip_id, csp_id) {
            (EndorsementKey::Vcek, Some(chip), _) => SnpSigner::Chip(chip),
            (EndorsementKey::Vlek, _, Some(name)) => {
                let name = BoundedVec::try_from(name.into_bytes());
                SnpSigner::Cloud(name.map_err(|_| Fault::Certificate)?)
            }
            _ => return Err(Fault::Certificate),
        };
        Ok(Self {
            root,
            product: product.into(),
            signer,
            intermediate,
            tcb: tcb.into(),
            not_before: window.not_before,
            not_after: window.not_after,
            key,
            brought: now,
        })
    }

    /// The same as the verifier gave it.
    pub(crate) fn restored(&self, fingerprint: [u8; 32]) -> Endorsement {
        let (kind, chip_id, csp_id) = match &self.signer {
            SnpSigner::Chip(chip) => (EndorsementKey::Vcek, Some(*chip), None),
            SnpSigner::Cloud(name) => {
                let name = String::from_utf8_lossy(name).into_owned();
                (EndorsementKey::Vlek, None, Some(name))
            }
        };
        Endorsement {
            root: self.root,
            product: self.product.into(),
            kind,
            intermediate: self.intermediate,
            fingerprint,
            chip_id,
            csp_id,
            tcb: self.tcb.into(),
            window: Window { not_before: self.not_before, not_after: self.not_after },
            key: self.key,
        }
    }
}

impl<T: Config> Pallet<T> {
    /// Verifies a chain and stores what it endorses. `who` pays the deposit.
    ///
    /// # Errors
    /// [`Error::AlreadyStored`], [`Error::Refused`], and those of the hold.
    pub(crate) fn take_endorsement(
        who: &T::AccountId,
        ark: &CertificateBytes,
        intermediate: &CertificateBytes,
        leaf: &CertificateBytes,
        now: u64,
    ) -> DispatchResult {
        let fingerprint = Digest(sp_io::hashing::sha2_256(leaf));
        ensure!(!Endorsements::<T>::contains_key(fingerprint), Error::<T>::AlreadyStored);
        let roots = roots::sev_snp(DevelopmentVendor::<T>::get());
        let endorsement = verify_chain(&Chain { ark, intermediate, leaf }, &roots, now)
            .map_err(|error| Error::<T>::Refused(error.into()))?;
        let stored =
            StoredEndorsement::of(endorsement, Self::now()).map_err(Error::<T>::Refused)?;
        Self::open_deposit::<StoredEndorsement>(who, Stored::Endorsement(fingerprint))?;
        Self::deposit_event(Event::EndorsementBrought {
            endorsement: fingerprint,
            by: who.clone(),
            product: stored.product,
            valid_until: stored.not_after,
        });
        Endorsements::<T>::insert(fingerprint, stored);
        Ok(())
    }
}
