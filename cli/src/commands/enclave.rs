//! `opg enclave ...`

use super::{account::whom, Context};
use crate::{
    args::EnclaveCommand,
    chain::attestation::{Beside, Enclave},
    error::{Exit, Failure, Result},
    input,
    print::{
        account,
        enclave::approval,
        styled,
        table::{Table, Text},
        time, words, BAD, GOOD, HEAD,
    },
};
use opg_primitives::{
    attestation::AttestationFormat,
    enclave::{EnclaveFault, EnclaveRecord},
    ids::{Digest, EnclaveId, ModelId},
    registration::Registration,
};
use serde_json::json;
use std::path::Path;

pub async fn run(context: &Context<'_>, command: EnclaveCommand) -> Result<Exit> {
    match command {
        EnclaveCommand::Register { file, endorsement, collateral } => {
            register(context, &file, endorsement.as_deref(), collateral.as_deref()).await
        }
        EnclaveCommand::List { provider } => list(context, provider.as_deref()).await,
        EnclaveCommand::Show { enclave } => show(context, &enclave).await,
    }
}

/// What the TEE node wrote, as far as it can be checked without a verifier.
fn read(file: &Path) -> Result<Registration> {
    let wrong = |what: String| {
        Failure::data(what).at(file.display()).help("the file is what the TEE node writes")
    };
    let registration: Registration = serde_json::from_slice(&input::bytes(file)?)
        .map_err(|error| wrong(format!("the registration cannot be read: {error}")))?;
    registration.check().map_err(|mismatch| wrong(mismatch.to_string()))?;
    Ok(registration)
}

/// What the document is verified by, as its format has it.
fn beside(
    format: AttestationFormat,
    endorsement: Option<&str>,
    collateral: Option<&str>,
) -> Result<Beside> {
    let other = |option: &str, formats: &str| {
        Err(Failure::usage(format!("--{option} is for {formats} alone"))
            .help(format!("leave it out: this is {}", words::format(format))))
    };
    match (format, endorsement, collateral) {
        (AttestationFormat::Nitro, None, None) => Ok(Beside::Nothing),
        (AttestationFormat::SevSnp, Some(hash), _) => {
            input::hex32("an endorsement", hash).map(Digest).map(Beside::Endorsement)
        }
        (AttestationFormat::Tdx | AttestationFormat::Sgx, _, Some(id)) => {
            let mut bytes = [0; 41];
            hex::decode_to_slice(id.strip_prefix("0x").unwrap_or(id), &mut bytes).map_err(
                |error| {
                    Failure::usage(format!("the collateral's id cannot be read: {error}"))
                        .at(id)
                        .help("it is 0x and 82 hexadecimal digits")
                },
            )?;
            Ok(Beside::Collateral(bytes))
        }
        (AttestationFormat::SevSnp, None, _) => Err(Failure::usage(
            "an SEV-SNP report is verified by a chain of certificates that the chain has",
        )
        .help("name it: --endorsement HASH")),
        (AttestationFormat::Tdx | AttestationFormat::Sgx, _, None) => {
            Err(Failure::usage("a quote is verified by collateral that the chain has")
                .help("name it: --collateral ID"))
        }
        (AttestationFormat::Nitro, Some(_), _) => other("endorsement", "SEV-SNP"),
        (AttestationFormat::Nitro, _, Some(_)) => other("collateral", "TDX and SGX"),
    }
}

async fn register(
    context: &Context<'_>,
    file: &Path,
    endorsement: Option<&str>,
    collateral: Option<&str>,
) -> Result<Exit> {
    let registration = read(file)?;
    let beside = beside(registration.format, endorsement, collateral)?;
    let signer = context.signer()?;
    let session = &registration.session;
    if session.provider != signer.account() {
        return Err(Failure::usage("the enclave works for another provider than --account")
            .at(account(&session.provider)));
    }
    let chain = context.chain().await?;
    if session.genesis != chain.genesis() {
        return Err(Failure::data("the enclave is for another chain than the node's")
            .at(session.genesis)
            .help(format!("this chain's genesis hash is {}", chain.genesis())));
    }
    let (done, renewed) = chain.register_enclave(&signer, &registration, &beside).await?;
    let id = registration.enclave;
    let value = json!({ "block": done.number, "enclave": id, "renewed": renewed });
    context.out.answer("enclaveRegistered", &value, || {
        let what = if renewed { "renewed" } else { "registered" };
        format!("{id}\n{what} in block {}: opg enclave show {id}", done.number)
    });
    Ok(Exit::Ok)
}

async fn list(context: &Context<'_>, provider: Option<&str>) -> Result<Exit> {
    let provider = provider.map(|named| whom(context, Some(named))).transpose()?;
    let chain = context.chain().await?;
    let mut enclaves = chain.enclaves(&chain.at_final().await?).await?;
    enclaves.retain(|(_, enclave)| {
        provider.is_none_or(|provider| enclave.session.provider == provider)
    });
    let value: Vec<_> =
        enclaves.iter().map(|(id, enclave)| json!({ "id": id, "enclave": enclave })).collect();
    context.out.answer("enclaves", &value, || {
        if enclaves.is_empty() {
            return "no enclave is registered: opg enclave register --help".into();
        }
        let mut table = Table::new(&["enclave", "vendor", "provider", "models", "valid until"]);
        for (id, enclave) in &enclaves {
            table.row([
                id.to_string(),
                format!("{:?}", enclave.vendor),
                account(&enclave.session.provider),
                enclave.configuration.models.len().to_string(),
                time::utc(enclave.valid_until),
            ]);
        }
        table.render()
    });
    Ok(Exit::Ok)
}

/// What a receipt would say of the enclave for a model, or why it may not answer.
type Answers = (ModelId, std::result::Result<EnclaveRecord, EnclaveFault>);

async fn show(context: &Context<'_>, named: &str) -> Result<Exit> {
    let id = EnclaveId(input::hex32("an enclave's id", named)?);
    let chain = context.chain().await?;
    let at = chain.at_final().await?;
    let enclave = chain.enclave(&at, id).await?.ok_or_else(|| {
        Failure::failed("the chain has no enclave of this id").at(id).help("opg enclave list")
    })?;
    let reference = chain.reference_value(&at, enclave.measurement).await?;
    let mut answers: Vec<Answers> = Vec::new();
    for model in &enclave.configuration.models {
        let found = chain.may_answer(&at, id, enclave.session.provider, *model).await?;
        answers.push((*model, found));
    }
    let value = json!({
        "id": id,
        "enclave": enclave,
        "reference": reference,
        "answers": answers
            .iter()
            .map(|(model, found)| json!({ "model": model, "fault": found.as_ref().err() }))
            .collect::<Vec<_>>(),
    });
    context.out.answer("enclave", &value, || {
        let mut table = Table::default();
        known(&mut table, &enclave);
        approval(&mut table, reference.as_ref());
        for (model, found) in &answers {
            table.row([Text::from("answers"), answer(model, found.as_ref().err())]);
        }
        format!("{} {id}\n\n{}", styled(HEAD, "Enclave"), table.render())
    });
    Ok(Exit::Ok)
}

fn answer(model: &ModelId, fault: Option<&EnclaveFault>) -> Text {
    match fault {
        None => Text(format!("{model}: yes"), GOOD),
        Some(fault) => Text(format!("{model}: no, {}", words::enclave_fault(*fault)), BAD),
    }
}

fn known(table: &mut Table, enclave: &Enclave) {
    let session = &enclave.session;
    let endpoint = match session.endpoint.0.is_empty() {
        true => "none".into(),
        false => session.endpoint.to_string(),
    };
    let upstream = match &enclave.configuration.upstream {
        Some(upstream) => format!("{}, to which requests are forwarded", upstream.url),
        None => "none: the engine is inside".into(),
    };
    let advisories: Vec<_> = enclave.advisories.iter().map(ToString::to_string).collect();
    table
        .row(["provider".into(), account(&session.provider)])
        .row([
            "vendor".into(),
            format!("{}, by {}", words::vendor(enclave.vendor), words::format(enclave.format)),
        ])
        .row(["measurement".into(), enclave.measurement.to_string()])
        .row(["platform".into(), words::platform(&enclave.platform, enclave.platform_known)])
        .row(["session key".into(), session.session_key.to_string()])
        .row(["encryption key".into(), session.encryption_key.to_string()])
        .row(["endpoint".into(), endpoint])
        .row(["upstream".into(), upstream])
        .row(["payee".into(), account(&enclave.configuration.payee)])
        .row([
            "document".into(),
            format!(
                "verified in block {}, fresh by block {}, renewed {} times since block {}",
                enclave.verified, enclave.challenged, enclave.key_epoch, enclave.registered
            ),
        ])
        .row(["valid until".into(), time::utc(enclave.valid_until)])
        .row(["firmware".to_owned(), words::tcb(enclave.tcb).to_owned()])
        .row([
            "advisories".into(),
            match advisories.is_empty() {
                true => "none that its vendor names".into(),
                false => advisories.join(", "),
            },
        ])
        .row(["answered".into(), format!("{} before this document", session.answered.count)]);
}
