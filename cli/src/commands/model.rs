//! `opg model ...`

use super::Context;
use crate::{
    args::{ModeArg, ModelCommand},
    chain::models::NewModel,
    error::{Exit, Failure, Result},
    input,
    print::{
        account, styled,
        table::{Table, Text},
        BAD, GOOD, HEAD, WARN,
    },
    progress::Progress,
};
use bounded_collections::{BoundedVec, ConstU32};
use opg_primitives::{
    artefact::{Artefact, TextInterface, TextModel, TextSource},
    ids::{Digest, ModelId},
    mode::{Mode, ModeSet},
    model::{ModelStatus, ModelVersion, Setup, VerifyingKey},
    names::{EngineName, ModelName},
    policy::ClassId,
    price::MILLION,
    BlockNumber,
};
use opg_zkml::{
    check::{self, Registered, Verdict},
    CompiledModel, Provenance,
};
use serde_json::json;
use std::path::{Path, PathBuf};

/// The verifying key that a setup writes, and the record of who ran it beside it.
const VERIFYING: &str = "verifying.key";
const PROVING: &str = "proving.key";
const PROVENANCE: &str = "provenance.json";

pub async fn run(context: &Context<'_>, command: ModelCommand) -> Result<Exit> {
    match command {
        ModelCommand::Register {
            onnx,
            text,
            weights,
            engine,
            max_input,
            max_output,
            key,
            mode,
            class,
            royalty,
        } => {
            let terms = Terms::read(&mode, &class, &royalty)?;
            match (onnx, text) {
                (Some(onnx), _) => register(context, &onnx, key.as_deref(), terms).await,
                (None, Some(name)) => {
                    let interface = TextInterface { max_input, max_output };
                    let weights = weights.as_deref().zip(engine.as_deref());
                    let model = text_model(&name, weights, interface)?;
                    register_text(context, model, terms).await
                }
                (None, None) => Err(Failure::usage("neither a network nor a text model is named")
                    .help("give the network's file, or --text NAME")),
            }
        }
        ModelCommand::Key { model, file } => add_key(context, &model, &file).await,
        ModelCommand::List => list(context).await,
        ModelCommand::Check { model, onnx } => check(context, model.as_deref(), &onnx).await,
        ModelCommand::Setup { onnx, out, force } => setup(context, &onnx, &out, force),
    }
}

/// The circuit of a file.
fn compile(context: &Context<'_>, path: &Path) -> Result<CompiledModel> {
    let content = input::bytes(path)?;
    let _progress = Progress::start(context.out.quiet || context.out.json, "compiling the circuit");
    CompiledModel::compile(&content).map_err(|error| refused(path, &error))
}

fn refused(path: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::data(format!("the network does not become a model: {error}")).at(path.display())
}

/// A verifying key's file, with the record beside it of who ran its setup.
fn read_key(path: &Path) -> Result<(BoundedVec<u8, ConstU32<4096>>, Provenance)> {
    let bytes = BoundedVec::try_from(input::bytes(path)?).map_err(|_| {
        Failure::data("a verifying key has at most 4096 bytes")
            .at(path.display())
            .help("give the verifying key, not the proving key")
    })?;
    let beside = path.with_file_name(PROVENANCE);
    let provenance: Provenance =
        serde_json::from_slice(&input::bytes(&beside)?).map_err(|error| {
            Failure::data(format!("the setup's record cannot be read: {error}"))
                .at(beside.display())
                .help("`opg model setup` writes it beside the key")
        })?;
    if provenance.verifying_key.0 != sp_sha256(&bytes) {
        return Err(
            Failure::data("the setup's record is of another verifying key").at(beside.display())
        );
    }
    Ok((bytes, provenance))
}

fn sp_sha256(bytes: &[u8]) -> [u8; 32] {
    sp_crypto_hashing::sha2_256(bytes)
}

/// Parts per million from percent with at most four decimals.
fn parts(percent: &str) -> Result<u32> {
    let wrong = || {
        Failure::usage("the royalty is not a percentage from 0 to 100 with at most four decimals")
            .at(percent)
    };
    let (whole, fraction) = percent.split_once('.').unwrap_or((percent, ""));
    if whole.is_empty()
        || fraction.len() > 4
        || !whole.chars().chain(fraction.chars()).all(|c| c.is_ascii_digit())
    {
        return Err(wrong());
    }
    let parts: u32 = format!("{whole}{fraction:0<4}").parse().map_err(|_| wrong())?;
    if parts > MILLION {
        return Err(wrong());
    }
    Ok(parts)
}

fn class_id(name: &str) -> Result<ClassId> {
    BoundedVec::try_from(name.as_bytes().to_vec())
        .map(ClassId)
        .map_err(|_| Failure::usage("a class name has at most 24 characters").at(name))
}

/// What a model is registered under beside what it is.
struct Terms {
    modes: Vec<Mode>,
    class: ClassId,
    royalty: u32,
}

impl Terms {
    fn read(modes: &[ModeArg], class: &str, royalty: &str) -> Result<Self> {
        Ok(Self {
            royalty: parts(royalty)?,
            class: class_id(class)?,
            modes: modes.iter().copied().map(Mode::from).collect(),
        })
    }

    fn model(self, artefact: Artefact) -> NewModel {
        let Self { modes, class, royalty } = self;
        NewModel { artefact, class, modes: ModeSet::of(&modes), royalty }
    }
}

/// The text model of that name: with weights and what runs them, or else of an upstream.
fn text_model(
    name: &str,
    weights: Option<(&Path, &str)>,
    interface: TextInterface,
) -> Result<TextModel> {
    let source = match weights {
        None => TextSource::Upstream,
        Some((file, engine)) => TextSource::Weights {
            file: Digest(sp_sha256(&input::bytes(file)?)),
            engine: EngineName::try_from(engine).map_err(|()| {
                let most = EngineName::MAX_BYTES;
                Failure::usage(format!("an engine's name has at most {most} bytes")).at(engine)
            })?,
        },
    };
    let name = ModelName::try_from(name).map_err(|()| {
        let most = ModelName::MAX_BYTES;
        Failure::usage(format!("a model's name has at most {most} bytes")).at(name)
    })?;
    let model = TextModel { name, source, interface };
    match model.validate() {
        Ok(()) => Ok(model),
        Err(misfit) => Err(Failure::usage(format!("there can be no such text model: {misfit}"))),
    }
}

async fn register_text(context: &Context<'_>, model: TextModel, terms: Terms) -> Result<Exit> {
    if terms.modes.contains(&Mode::ZkMl) {
        return Err(Failure::usage(
            "a text model has no circuit, so it is never asked for a proof",
        )
        .help("leave --mode zkml out; --mode tee is the strongest that it has"));
    }
    let signer = context.signer()?;
    let chain = context.chain().await?;
    let open = model.is_open();
    let new = terms.model(Artefact::Text(model));
    let id = new.artefact.model_id();
    let included = chain.register_model(&signer, &new, None).await?;
    context.out.note(match open {
        true => "an open model: an enclave that hashes what it runs shows that these weights ran",
        false => "a model of an upstream: an enclave shows what it gave, and not what ran there",
    });
    registered(context, id, included.number, &new.artefact);
    Ok(Exit::Ok)
}

fn registered(context: &Context<'_>, id: ModelId, block: BlockNumber, artefact: &Artefact) {
    let value = json!({ "model": id, "block": block, "artefact": artefact });
    context.out.answer("registered", &value, || id.to_string());
}

async fn register(
    context: &Context<'_>,
    onnx: &Path,
    key: Option<&Path>,
    terms: Terms,
) -> Result<Exit> {
    let modes = &terms.modes;
    if modes.contains(&Mode::ZkMl) && key.is_none() {
        return Err(Failure::usage("mode zkml needs a verifying key")
            .help("opg model setup makes one; then add --key DIR/verifying.key"));
    }
    if key.is_some() && !modes.contains(&Mode::ZkMl) {
        return Err(Failure::usage("a verifying key is for mode zkml alone")
            .help("add --mode zkml, or leave --key out"));
    }
    let model = compile(context, onnx)?;
    let key = key.map(read_key).transpose()?;
    if let Some((_, provenance)) = &key {
        if provenance.circuit != model.circuit_digest() {
            return Err(Failure::data(format!(
                "the key is of circuit {}, the network's is {}",
                provenance.circuit,
                model.circuit_digest()
            ))
            .at("--key")
            .help("run `opg model setup` for this network"));
        }
    }
    let signer = context.signer()?;
    let chain = context.chain().await?;
    let new = terms.model(Artefact::Circuit {
        ingredients: *model.ingredients(),
        interface: model.interface().clone(),
    });
    let id = new.artefact.model_id();
    let with_key = key.as_ref().map(|(bytes, provenance)| (bytes, &provenance.setup));
    let included = chain.register_model(&signer, &new, with_key).await?;
    if let Some(warning) = key.as_ref().and_then(|(_, provenance)| provenance.warning()) {
        context.out.note(warning);
    }
    registered(context, id, included.number, &new.artefact);
    Ok(Exit::Ok)
}

async fn add_key(context: &Context<'_>, model: &str, file: &Path) -> Result<Exit> {
    let id = input::model_id(model)?;
    let (bytes, provenance) = read_key(file)?;
    let signer = context.signer()?;
    let chain = context.chain().await?;
    let at = chain.at_final().await?;
    let version = chain.model(&at, id).await?.ok_or_else(|| unknown(id))?;
    let Artefact::Circuit { ingredients, .. } = &version.artefact else {
        return Err(Failure::failed("a text model has no circuit, so it takes no key").at(id));
    };
    if provenance.circuit != ingredients.circuit {
        return Err(Failure::data(format!(
            "the key is of circuit {}, the model's is {}",
            provenance.circuit, ingredients.circuit
        ))
        .at(file.display()));
    }
    let included = chain.add_key(&signer, id, &bytes, &provenance.setup).await?;
    let value = json!({ "model": id, "block": included.number });
    context.out.answer("key", &value, || format!("added in block {}", included.number));
    Ok(Exit::Ok)
}

fn unknown(id: ModelId) -> Failure {
    Failure::failed("the chain has no model of this id").at(id).help("opg model list")
}

async fn list(context: &Context<'_>) -> Result<Exit> {
    let chain = context.chain().await?;
    let at = chain.at_final().await?;
    let mut entries = Vec::new();
    for (id, version) in chain.models(&at).await? {
        let keys = chain.verifying_keys(&at, id).await?;
        let mut prices = Vec::new();
        for mode in version.modes.iter() {
            for price in chain.offers(&at, id, mode).await? {
                prices.push(json!({ "mode": mode, "provider": price.provider, "price": price.price.to_string() }));
            }
        }
        entries.push((id, version, keys, prices));
    }
    let value: Vec<_> = entries
        .iter()
        .map(|(id, version, keys, prices)| {
            json!({ "id": id, "version": version, "keys": keys, "offers": prices })
        })
        .collect();
    context.out.answer("models", &value, || {
        if entries.is_empty() {
            return "no model is registered: opg model register --help".into();
        }
        let mut table = Table::new(&[
            "model",
            "what",
            "class",
            "modes",
            "takes",
            "gives",
            "offers",
            "setup of the newest key",
        ]);
        for (id, version, keys, prices) in &entries {
            table.row([
                id.to_string(),
                what(version),
                String::from_utf8_lossy(&version.class.0).into_owned(),
                modes(version),
                takes(version),
                gives(version),
                prices.len().to_string(),
                who_ran(keys.last()),
            ]);
        }
        table.render()
    });
    Ok(Exit::Ok)
}

fn modes(version: &ModelVersion) -> String {
    let names: Vec<_> = version.modes.iter().map(Mode::name).collect();
    match version.status {
        ModelStatus::Active => names.join(" "),
        ModelStatus::Retired => "retired".into(),
    }
}

fn what(version: &ModelVersion) -> String {
    match &version.artefact {
        Artefact::Circuit { .. } => "a circuit".into(),
        Artefact::Text(TextModel { name, source, .. }) => match source {
            TextSource::Weights { engine, .. } => {
                format!("text, {}, open weights run by {}", quoted(name), quoted(engine))
            }
            TextSource::Upstream => format!("text, {} of an upstream", quoted(name)),
        },
    }
}

/// A name that somebody chose, without what could move a terminal.
fn quoted(name: impl ToString) -> String {
    format!("{:?}", name.to_string())
}

fn takes(version: &ModelVersion) -> String {
    match &version.artefact {
        Artefact::Circuit { interface, .. } => {
            let shape: Vec<_> = interface.input.shape.iter().map(ToString::to_string).collect();
            format!("{} of {} bits", shape.join("x"), interface.input.bits)
        }
        Artefact::Text(model) => format!("at most {} bytes", model.interface.max_input),
    }
}

fn gives(version: &ModelVersion) -> String {
    use opg_zkml_statement::OutputSpec;
    match &version.artefact {
        Artefact::Circuit { interface, .. } => match interface.output {
            OutputSpec::Logits { len } => format!("{len} scores"),
            OutputSpec::Argmax { classes } => format!("1 of {classes} classes"),
        },
        Artefact::Text(model) => format!("at most {} bytes", model.interface.max_output),
    }
}

fn who_ran(key: Option<&VerifyingKey>) -> String {
    match key.map(|key| &key.setup) {
        None => "-".into(),
        Some(Setup::Transparent) => "none is needed".into(),
        Some(Setup::Ceremony { contributors, .. }) => {
            format!("a ceremony of {}", contributors.len())
        }
        Some(Setup::Sole(who)) => format!("{} alone, who could forge proofs", account(who)),
    }
}

async fn check(context: &Context<'_>, model: Option<&str>, onnx: &Path) -> Result<Exit> {
    let id = model.map(input::model_id).transpose()?;
    let Some(id) = id else {
        let compiled = compile(context, onnx)?;
        let report = compiled.report();
        let ours = compiled.ingredients().model_id();
        let value = json!({
            "model": ours,
            "ingredients": compiled.ingredients(),
            "interface": compiled.interface(),
            "circuit": report.to_string(),
        });
        context.out.answer("model", &value, || {
            format!("model id {ours}\n\n{report}\n\nregister it: opg model register --help")
        });
        return Ok(Exit::Ok);
    };
    let chain = context.chain().await?;
    let at = chain.at_final().await?;
    let version = chain.model(&at, id).await?.ok_or_else(|| unknown(id))?;
    let (ingredients, interface) = match &version.artefact {
        Artefact::Circuit { ingredients, interface } => (ingredients, interface),
        Artefact::Text(text) => return check_weights(context, id, text, onnx),
    };
    let ours = compile(context, onnx)?.ingredients().model_id();
    let keys = chain.verifying_keys(&at, id).await?;
    let registered = Registered {
        ingredients,
        interface,
        key: keys.last().map(|key| (key.bytes.as_slice(), &key.setup)),
        provenance: None,
    };
    let content = input::bytes(onnx)?;
    let mut findings =
        check::check(&content, &registered).map_err(|error| refused(onnx, &error))?;
    findings.insert(
        0,
        check::Finding {
            what: "model id",
            verdict: if ours == id { Verdict::Pass } else { Verdict::Fail },
            detail: format!("the file's id is {ours}"),
        },
    );
    context.out.answer("check", &findings, || {
        let mut table = Table::new(&["what", "result", "detail"]);
        for finding in &findings {
            let (word, style) = match finding.verdict {
                Verdict::Pass => ("pass", GOOD),
                Verdict::Fail => ("FAIL", BAD),
                Verdict::CouldNotCheck => ("could not check", WARN),
            };
            table.row([
                Text::from(finding.what),
                Text(word.into(), style),
                finding.detail.clone().into(),
            ]);
        }
        format!(
            "{} {id}\n\n{}\n{}",
            styled(HEAD, "Model"),
            table.render(),
            "Whether the network answers well is for its test data to say, not for this check."
        )
    });
    let any = |verdict| findings.iter().any(|finding| finding.verdict == verdict);
    Ok(match (any(Verdict::Fail), any(Verdict::CouldNotCheck)) {
        (true, _) => Exit::Failed,
        (false, true) => Exit::Incomplete,
        (false, false) => Exit::Ok,
    })
}

/// Whether a file is the weights of a text model.
fn check_weights(
    context: &Context<'_>,
    id: ModelId,
    model: &TextModel,
    file: &Path,
) -> Result<Exit> {
    let TextSource::Weights { file: registered, engine } = &model.source else {
        return Err(Failure::failed(
            "nothing is registered of what runs: it is a model of an upstream",
        )
        .at(id)
        .help("an answer of it shows what an upstream gave, and not which weights ran there"));
    };
    let found = Digest(sp_sha256(&input::bytes(file)?));
    let same = found == *registered;
    let value = json!({ "model": id, "registered": registered, "file": found, "same": same });
    context.out.answer("weights", &value, || {
        let (word, style) = if same { ("pass", GOOD) } else { ("FAIL", BAD) };
        format!(
            "{} {id}\n\n  {}  the file's SHA-256 is {found}, the model's {registered}\n\n\
             That {} runs them is the word of who approved the code of an enclave.",
            styled(HEAD, "Model"),
            styled(style, word),
            quoted(engine),
        )
    });
    Ok(if same { Exit::Ok } else { Exit::Failed })
}

fn setup(context: &Context<'_>, onnx: &Path, out: &Path, force: bool) -> Result<Exit> {
    let account = super::account::whom(context, None)?;
    let model = compile(context, onnx)?;
    std::fs::create_dir_all(out).map_err(|error| {
        Failure::data(format!("the directory cannot be made: {error}")).at(out.display())
    })?;
    let files: [PathBuf; 3] = [PROVING, VERIFYING, PROVENANCE].map(|name| out.join(name));
    if let (false, Some(there)) = (force, files.iter().find(|path| path.exists())) {
        return Err(Failure::data("the file exists already")
            .at(there.display())
            .help("choose another directory, or add --force to overwrite it"));
    }
    let progress = Progress::start(context.out.quiet || context.out.json, "running the setup");
    let now = opg_worker_api::server::now();
    let keys = opg_zkml::setup_alone(&model, account, now, &mut rand::rngs::OsRng)
        .map_err(|error| Failure::failed(error.to_string()).at(onnx.display()))?;
    drop(progress);
    let proving = keys.proving.to_bytes().map_err(|error| Failure::failed(error.to_string()))?;
    let provenance = serde_json::to_vec_pretty(&keys.provenance)
        .map_err(|error| Failure::failed(error.to_string()))?;
    for (path, content) in files.iter().zip([&proving, &keys.verifying, &provenance]) {
        input::write(path, content, force)?;
    }
    let value = json!({
        "model": model.ingredients().model_id(),
        "provenance": keys.provenance,
        "files": files,
    });
    context.out.answer("setup", &value, || {
        let mut text = format!(
            "model id {}\n{}\n",
            model.ingredients().model_id(),
            files.iter().map(|path| format!("  {}\n", path.display())).collect::<String>()
        );
        if let Some(warning) = keys.provenance.warning() {
            text.push_str(&styled(WARN, warning));
        }
        text
    });
    Ok(Exit::Ok)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_royalty_is_read_to_the_last_part() {
        assert_eq!(parts("0"), Ok(0));
        assert_eq!(parts("2.5"), Ok(25_000));
        assert_eq!(parts("100"), Ok(1_000_000));
        assert_eq!(parts("0.0001"), Ok(1));
    }

    #[test]
    fn a_text_model_is_open_exactly_if_its_weights_are_given() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), b"weights").unwrap();
        let interface = TextInterface { max_input: 1, max_output: 1 };
        let open = text_model("tiny", Some((file.path(), "rten/1")), interface).unwrap();
        let TextSource::Weights { file: digest, .. } = &open.source else { panic!("{open:?}") };
        assert_eq!(*digest, Digest(sp_sha256(b"weights")));
        let upstream = text_model("tiny", None, interface).unwrap();
        assert_eq!(upstream.source, TextSource::Upstream);
        assert_ne!(open.model_id(), upstream.model_id());
        for name in ["", &"a".repeat(65)] {
            assert!(text_model(name, None, interface).is_err(), "{name:?}");
        }
    }

    #[test]
    fn what_is_no_royalty_is_refused() {
        for text in ["100.0001", "-1", "1e2", "0.00001", "", "lots"] {
            assert!(parts(text).is_err(), "{text:?}");
        }
    }
}
