//! `opg receipt`

use super::{source::Source, Context};
use crate::{
    audit::{bundle::AnswerPart, Bundle},
    error::{Exit, Result},
    input,
    print::receipt::View,
};
use opg_primitives::model::ModelVersion;
use opg_zkml_statement::Output;
use std::path::Path;

pub async fn run(
    context: &Context<'_>,
    named: &str,
    save: Option<&Path>,
    force: bool,
) -> Result<Exit> {
    let source = Source::open(context, named).await?;
    let bundle = match (&source, save) {
        (Source::Saved(_), _) | (_, Some(_)) => Some(source.bundle().await?),
        _ => None,
    };
    let (id, receipt) = source.receipt()?;
    let output = match (&bundle, &source) {
        (Some(bundle), _) => output(bundle),
        (None, Source::Online { chain, at, receipt, .. }) => {
            // A node that has pruned the block has a receipt without an output to print.
            let answer = chain.answer_part(receipt).await.ok().flatten();
            let model = chain.model(at, receipt.model).await.ok().flatten();
            answer.zip(model).and_then(|(answer, model)| read(&model, &answer))
        }
        (None, Source::Saved(_)) => None,
    };
    let view = View { id, receipt, output };
    context.out.answer("receipt", &view, || view.render());
    if matches!(source, Source::Saved(_)) {
        context.out.note(format!("as saved, not audited: opg audit {named}"));
    }
    if let (Some(path), Some(bundle)) = (save, bundle) {
        input::write(path, &bundle.to_json()?, force)?;
        context.out.note(format!("saved: opg audit {}", path.display()));
    }
    Ok(Exit::Ok)
}

/// The output of a bundle in words.
pub fn output(bundle: &Bundle) -> Option<String> {
    read(&bundle.model.as_ref()?.version.decode()?, bundle.answer.as_ref()?)
}

/// An answer's output in words.
fn read(model: &ModelVersion, answer: &AnswerPart) -> Option<String> {
    let output = Output::from_bytes(&model.interface.output, &answer.output.0).ok()?;
    Some(match &output {
        Output::Argmax(class) => format!("class {class}"),
        Output::Logits(logits) => format!("class {}, of the scores {logits:?}", output.class()),
    })
}
