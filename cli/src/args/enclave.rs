//! `opg enclave ...`

use clap::Subcommand;
use std::path::PathBuf;

/// What can be done with enclaves.
#[derive(Debug, Subcommand)]
pub enum EnclaveCommand {
    /// Register an enclave of yours, or bring its next document
    #[command(after_help = "\
The TEE node writes the file, and writes it anew before the document ends: bring it again then. The
document is judged by the chain; here only what belongs together is compared.

Examples:
  opg enclave register registration.json --account //Bob
  opg enclave register registration.json --endorsement 0x8e... --account ~/opg.key")]
    Register {
        /// What the TEE node wrote
        file: PathBuf,
        /// For SEV-SNP: SHA-256 of the VCEK's or VLEK's certificate, whose chain the chain has
        #[arg(long, value_name = "HASH")]
        endorsement: Option<String>,
        /// For TDX and SGX: the id of the collateral that the chain has, as its event names it, SCALE
        /// in hexadecimal: kind, FMSPC, PCE id, SHA-256 of the public key of the PCK's CA
        #[arg(long, value_name = "ID", conflicts_with = "endorsement")]
        collateral: Option<String>,
    },
    /// All registered enclaves, or those of one provider
    #[command(after_help = "Examples:\n  opg enclave list\n  opg enclave list --provider //Bob")]
    List {
        /// Only those of this account
        #[arg(long, value_name = "ACCOUNT")]
        provider: Option<String>,
    },
    /// What vouches for an enclave, who approved its code, until when, and what it may answer
    #[command(after_help = "Example:\n  opg enclave show 0x3c...")]
    Show {
        /// The enclave's id
        enclave: String,
    },
}
