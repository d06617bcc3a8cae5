//! `opg receipt`

use super::{source::Source, Context};
use crate::{
    audit::{self, Bundle},
    error::{Exit, Result},
    input,
    opening::Opening,
    print::receipt::{Shown, View},
};
use opg_primitives::{artefact::Artefact, ids::ReceiptId, model::ModelVersion, receipt::Receipt};
use opg_zkml_statement::Output;
use std::path::Path;

pub async fn run(
    context: &Context<'_>,
    named: &str,
    save: Option<&Path>,
    force: bool,
    opening: Option<&Path>,
) -> Result<Exit> {
    let source = Source::open(context, named).await?;
    let (_, receipt) = source.receipt()?;
    let opening = context.opening(opening, receipt.input)?;
    // What opens an output is of the enclave that sealed it, which the bundle holds.
    let bundle = match (save, &opening) {
        (None, None) => None,
        (Some(_), _) | (_, Some(_)) => Some(source.bundle().await?),
    };
    let view = view(&source, bundle.as_ref(), opening.as_ref()).await?;
    if let (Some(_), Some(opening)) = (&view.output, &opening) {
        context.out.note(format!("opened by the opening of {}", opening.commitment));
    }
    context.out.answer("receipt", &view, || view.render());
    if matches!(source, Source::Saved(_)) {
        context.out.note(format!("as saved, not audited: opg audit {named}"));
    }
    if let (Some(path), Some(bundle)) = (save, &bundle) {
        input::write(path, &bundle.to_json()?, force)?;
        context.out.note(format!("saved: opg audit {}", path.display()));
    }
    Ok(Exit::Ok)
}

/// What is shown of `source`: of its bundle where that is at hand, else no more is asked than it takes.
/// What a node does not know is left out.
pub async fn view(
    source: &Source,
    bundle: Option<&Bundle>,
    opening: Option<&Opening>,
) -> Result<View> {
    let (id, receipt) = source.receipt()?;
    let (chain, at) = match (source, bundle) {
        (_, Some(bundle)) => return Ok(shown(id, receipt, bundle, opening)),
        (Source::Saved(bundle), None) => return Ok(shown(id, receipt, bundle, opening)),
        (Source::Online { chain, at, .. }, None) => (chain, at),
    };
    // A node that has pruned the block has a receipt without an output to print.
    let answer = chain.answer_part(&receipt).await.ok().flatten();
    let model = chain.model(at, receipt.model).await.ok().flatten();
    let public = answer.filter(|answer| answer.commitment.is_none());
    let output = public.zip(model).and_then(|(answer, model)| read(&model, &answer.output.0));
    let attested = receipt.appraised.as_ref().and_then(|appraised| appraised.attested.as_ref());
    let (reference, revoked) = match attested.map(|attested| &attested.enclave) {
        None => (None, None),
        Some(record) => (
            chain.reference_value(at, record.measurement).await.ok().flatten(),
            chain.revoked(at, record).await.ok(),
        ),
    };
    Ok(View { id, receipt, output, reference, revoked })
}

/// What is shown of a receipt whose bundle is at hand.
pub fn shown(id: ReceiptId, receipt: Receipt, bundle: &Bundle, opening: Option<&Opening>) -> View {
    let enclave = bundle.enclave.as_ref();
    View {
        id,
        receipt,
        output: output(bundle, opening),
        reference: enclave.and_then(|part| part.reference.decode()),
        revoked: enclave.map(|part| part.revoked.clone()),
    }
}

/// The output of a bundle, opened if it is sealed: in words, or the text that it is.
pub fn output(bundle: &Bundle, opening: Option<&Opening>) -> Option<Shown> {
    let model = bundle.model.as_ref()?.version.decode()?;
    read(&model, &audit::output(bundle, opening)?)
}

/// An answer's output, if it has the model's form.
fn read(model: &ModelVersion, output: &[u8]) -> Option<Shown> {
    model.artefact.check_output(output).ok()?;
    let interface = match &model.artefact {
        Artefact::Text(_) => {
            return String::from_utf8(output.to_vec()).ok().map(Shown::Text);
        }
        Artefact::Circuit { interface, .. } => interface,
    };
    let output = Output::from_bytes(&interface.output, output).ok()?;
    Some(Shown::Words(match &output {
        Output::Argmax(class) => format!("class {class}"),
        Output::Logits(logits) => format!("class {}, of the scores {logits:?}", output.class()),
    }))
}
