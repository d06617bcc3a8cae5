//! What may be typed. The help texts teach by example; `opg help COMMAND` prints them.

mod account;
mod enclave;
mod model;
mod provider;
mod serve;

pub use account::AccountCommand;
pub use enclave::EnclaveCommand;
pub use model::ModelCommand;
pub use provider::{KeyCommand, ProviderCommand};
pub use serve::Serve;

use clap::{
    builder::styling::AnsiColor, builder::Styles, Args as ClapArgs, Parser, Subcommand, ValueEnum,
};
use opg_primitives::mode::Mode;
use std::path::PathBuf;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

const AFTER: &str = "\
Examples:
  opg model list
  opg preview 0x5f... --mode zkml
  opg ask 0x5f... --input digit.txt --mode zkml --account //Alice
  opg receipt 0x9c... --save receipt.json
  opg audit receipt.json

Exit codes:
   0  done
   1  a check failed, or the chain refused
   2  incomplete: nothing failed, but not everything could be checked or awaited
  64  the arguments make no sense
  65  the data given (a file, an input, a bundle) is not what it should be
  69  no node at the address, or it does not have what is needed

Environment: OPG_URL (as --url), OPG_ACCOUNT (as --account), OPG_DATA (as --data), NO_COLOR.";

/// Ask models on the OPG chain, read receipts, audit them.
#[derive(Debug, Parser)]
#[command(name = "opg", version, styles = STYLES, after_help = AFTER, max_term_width = 100)]
pub struct Args {
    /// What holds for every command.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What holds for every command.
#[derive(Clone, Debug, ClapArgs)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// The node's WebSocket address; wss:// unless it is on this machine
    #[arg(long, global = true, env = "OPG_URL", default_value = "ws://127.0.0.1:9944")]
    pub url: String,
    /// Who signs: a key file, or on development and local chains a name such as //Alice
    #[arg(long, global = true, env = "OPG_ACCOUNT", value_name = "FILE|//NAME")]
    pub account: Option<String>,
    /// The folder in which openings of private requests are kept; without it, opg in $XDG_DATA_HOME
    /// or ~/.local/share
    #[arg(long, global = true, env = "OPG_DATA", value_name = "FOLDER")]
    pub data: Option<PathBuf>,
    /// Print JSON; each kind of answer names its schema and version
    #[arg(long, global = true)]
    pub json: bool,
    /// Print nothing but the answer: no progress, no remarks
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// No colours (the environment variable NO_COLOR does the same)
    #[arg(long, global = true)]
    pub no_color: bool,
}

/// A mode that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ModeArg {
    /// A signature by the provider's worker key, and nothing else
    Plain,
    /// A signature by the key of an attested enclave
    Tee,
    /// A zero-knowledge proof that every validator verifies
    Zkml,
}

impl From<ModeArg> for Mode {
    fn from(mode: ModeArg) -> Self {
        match mode {
            ModeArg::Plain => Self::Plain,
            ModeArg::Tee => Self::Tee,
            ModeArg::Zkml => Self::ZkMl,
        }
    }
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Ask a model, wait for the answer, print it with its evidence
    #[command(after_help = "\
The input of a circuit is quantised already: one integer an element, in the order of the model's
shape (`opg model list` prints the shapes). A text model is asked --prompt, --message or --messages.
Input, parameters and answer are public: everybody can read them on the chain. With --private, in mode
tee, input and answer are sealed: only you and the enclave that answers read them; parameters stay public.
What opens them is kept in --data before anything is sent: who loses it has lost the answer.

Examples:
  opg ask 0x5f... --input digit.txt --account //Alice
  opg ask 0x7a... --message 'My secret: ...' --mode tee --private --account //Alice
  opg ask 0x7a... --message 'What is a receipt?' --mode tee --account //Alice
  opg ask 0x7a... --messages chat.json --parameters '{\"max_tokens\":64}' --account //Alice
  opg ask 0x5f... --values 0,0,5,13,9,1,... --mode zkml --max-price 2 --account ~/opg.key
  echo '[0,0,5,13,...]' | opg ask 0x5f... --input - --json | jq .output")]
    Ask(Ask),
    /// Serve the chain's text models to OpenAI's clients on this machine, each answer with its receipt
    #[command(after_help = "\
Each request is made on the chain by --account, which pays; the answer is given out once its receipt
is final and has passed what `opg audit` checks, and else never: the client gets an error. It takes
as long as the chain takes. In mode tee what is asked and answered is sealed, and what opens it is kept in
--data; parameters are public. In another mode, and with --public, everybody can read all of it on the
chain.

The same request again (path, Authorization, Idempotency-Key and body) within --retry-seconds is the
same one, paid once. Whoever can reach the address spends the account's money: it is of this machine
alone.

Example:
  opg serve --max-price 2 --spend-limit 20 --mode tee --account ~/opg.key
  curl http://127.0.0.1:8642/v1/chat/completions -H 'content-type: application/json' -d '{
    \"model\": \"tiny-lm-demo\", \"messages\": [{\"role\": \"user\", \"content\": \"receipt\"}]}'")]
    Serve(Serve),
    /// The price, and the table that the answer will get, before paying
    #[command(after_help = "Example:\n  opg preview 0x5f... --mode zkml")]
    Preview {
        /// The model's id
        model: String,
        /// The mode; without it, the default of the model's class
        #[arg(long)]
        mode: Option<ModeArg>,
    },
    /// The modes of a model side by side, or several receipts
    #[command(after_help = "\
Examples:
  opg compare 0x5f...                         the modes of a model, before paying
  opg compare 0x9c... 0x3b... plain.json      receipts, one column each")]
    Compare {
        /// The model's id; or two or more receipts, each by its id, its request's id, or a saved bundle
        #[arg(required = true)]
        named: Vec<String>,
    },
    /// Follow a request until it ends
    #[command(
        after_help = "Example:\n  opg watch 0x77... && echo settled\n\nExits 0 if it settled, 1 if it failed, 2 if --blocks ran out before it ended."
    )]
    Watch {
        /// The request's id, as `opg ask --no-wait` prints it
        request: String,
        /// How many blocks to wait at most
        #[arg(long, default_value_t = 1000)]
        blocks: u32,
        /// Of a private request of --account: its opening. Whoever holds the lease is sealed the input
        #[arg(long, value_name = "FILE")]
        opening: Option<PathBuf>,
    },
    /// Cancel a request that nobody has acknowledged yet
    #[command(after_help = "Example:\n  opg cancel 0x77... --account //Alice")]
    Cancel {
        /// The request's id
        request: String,
    },
    /// What the chain says of an answer, and how well each thing it says is supported
    #[command(after_help = "\
Examples:
  opg receipt 0x9c...
  opg receipt 0x77... --save receipt.json     a request's last receipt, with all that an audit needs
  opg receipt receipt.json                    a saved one, without a node")]
    Receipt {
        /// The receipt's id, its request's id, or a saved bundle
        receipt: String,
        /// Also writes a bundle: the receipt, its evidence, and all that an audit without a node needs
        #[arg(long, value_name = "FILE")]
        save: Option<PathBuf>,
        /// Overwrites the file
        #[arg(long, requires = "save")]
        force: bool,
        /// Of a private request: what opens its output; without it, the file in --data, if there is one
        #[arg(long, value_name = "FILE")]
        opening: Option<PathBuf>,
    },
    /// Why a receipt has its grade: the rule and the cells that it reads
    #[command(after_help = "Example:\n  opg why 0x9c...")]
    Why {
        /// The receipt's id, its request's id, or a saved bundle
        receipt: String,
    },
    /// What a word means
    #[command(
        after_help = "Examples:\n  opg explain proven\n  opg explain k5\n  opg explain            all words"
    )]
    Explain {
        /// The word; all of them without it
        term: Vec<String>,
    },
    /// Check a receipt again, with the same code that the validators ran
    #[command(after_help = "\
Everything that can be recomputed is: the proof, the signature, the enclave's approval, every
commitment, the id, the table of standings, the grade, the payment. Each check ends in pass, fail, not claimed, or could
not check. A field that differs is named, and the exit code is 1. As one node is asked, inclusion
and finality are as told by that node, and the exit code of a good receipt is 2.

Examples:
  opg audit 0x9c...
  opg audit receipt.json                      a saved bundle, without a node
  opg audit receipt.json --check proof        one check only")]
    Audit {
        /// The receipt's id, its request's id, or a saved bundle
        receipt: String,
        /// Only the check of this name
        #[arg(long, value_name = "NAME")]
        check: Option<String>,
        /// The genesis hash of the chain that you mean, from a source that you trust
        #[arg(long, value_name = "HASH")]
        genesis: Option<String>,
        /// Of a private request: what opens its input and output, so that both can be checked; without it,
        /// the file in --data, if there is one
        #[arg(long, value_name = "FILE")]
        opening: Option<PathBuf>,
    },
    /// Register and check models
    #[command(subcommand)]
    Model(ModelCommand),
    /// Serve models and be paid
    #[command(subcommand)]
    Provider(ProviderCommand),
    /// Register enclaves, and look at them
    #[command(subcommand)]
    Enclave(EnclaveCommand),
    /// Make accounts, and fund them on a development chain
    #[command(subcommand)]
    Account(AccountCommand),
    /// What works here and what does not
    #[command(after_help = "Example:\n  opg doctor --url ws://127.0.0.1:9944")]
    Doctor,
    /// Print completions for a shell
    #[command(after_help = "Example:\n  opg completions bash > /etc/bash_completion.d/opg")]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// What `ask` takes.
#[derive(Debug, ClapArgs)]
pub struct Ask {
    /// The model's id
    pub model: String,
    /// The input: a JSON array, or numbers with commas or blanks between them; `-` reads it from
    /// standard input
    #[arg(long, value_name = "FILE", group = "given")]
    pub input: Option<PathBuf>,
    /// The input as raw bytes, one an element
    #[arg(long, value_name = "FILE", group = "given")]
    pub input_bytes: Option<PathBuf>,
    /// The input itself
    #[arg(long, value_name = "NUMBERS", group = "given")]
    pub values: Option<String>,
    /// The text for a text model to continue
    #[arg(long, value_name = "TEXT", group = "given")]
    pub prompt: Option<String>,
    /// What you say to a text model: a conversation of this one message
    #[arg(long, value_name = "TEXT", group = "given")]
    pub message: Option<String>,
    /// A conversation with a text model: OpenAI's `messages`, a JSON array; `-` reads it from standard
    /// input
    #[arg(long, value_name = "FILE", group = "given")]
    pub messages: Option<PathBuf>,
    /// A text model's parameters, such as max_tokens and temperature: a JSON object
    #[arg(long, value_name = "JSON")]
    pub parameters: Option<String>,
    /// How the answer is to be verified; without it, the default of the model's class
    #[arg(long)]
    pub mode: Option<ModeArg>,
    /// The most to pay, in OPG; without it, the cheapest price that `opg preview` prints
    #[arg(long, value_name = "OPG")]
    pub max_price: Option<String>,
    /// Within how many blocks the answer has to settle
    #[arg(long, value_name = "BLOCKS", default_value_t = 300)]
    pub within: u32,
    /// Ask this provider alone; the receipt will say so
    #[arg(long, value_name = "ACCOUNT")]
    pub provider: Option<String>,
    /// Seal input and answer, so that only you and the enclave that answers read them; in mode tee
    #[arg(long)]
    pub private: bool,
    /// Return as soon as the request is in a block, with its id. A private one goes on only while `opg
    /// watch ID --opening FILE` runs
    #[arg(long)]
    pub no_wait: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn the_exit_codes_stand_in_the_help() {
        use crate::error::Exit;
        for exit in [
            Exit::Ok,
            Exit::Failed,
            Exit::Incomplete,
            Exit::Usage,
            Exit::BadData,
            Exit::Unavailable,
        ] {
            assert!(AFTER.contains(&format!("\n  {:>2}  ", exit.code())), "{exit:?}");
        }
    }

    #[test]
    fn every_command_has_an_example_or_subcommands() {
        for command in Args::command().get_subcommands() {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(
                help.contains("Example") || command.has_subcommands(),
                "{} has no example",
                command.get_name()
            );
            for sub in command.get_subcommands() {
                let help = sub.get_after_help().map(ToString::to_string).unwrap_or_default();
                assert!(help.contains("Example"), "{} has no example", sub.get_name());
            }
        }
    }
}
