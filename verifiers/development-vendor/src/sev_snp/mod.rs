//! Attestation reports in the format of AMD SEV-SNP, and the chain of their keys.
//!
//! ```
//! use opg_development_vendor::sev_snp::{root, Product, SevSnpReport, REPORT_LEN};
//!
//! let report = SevSnpReport::new(Product::Milan, [7; 48], [0; 64]);
//! assert_eq!(report.sign().len(), REPORT_LEN);
//! assert_ne!(root(Product::Milan), root(Product::Turin));
//! ```

mod chain;
mod report;

pub use chain::{chain, root, root_der, vcek, vlek_chain, Product};
pub use report::{
    put_signature, sign, SevSnpReport, SigningKey, Tcb, POLICY, REPORT_LEN, SIGNED_LEN,
};
