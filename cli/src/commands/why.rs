//! `opg why`

use super::{source::Source, Context};
use crate::{
    error::{Exit, Result},
    print::{account, receipt, styled, words, HEAD, STRONG},
};
use opg_primitives::claims::{Cell, Claim};
use serde_json::json;

/// The claims that decide a grade.
const DECIDING: [Claim; 4] = [Claim::ModelRan, Claim::InputUsed, Claim::Output, Claim::Execution];

pub async fn run(context: &Context<'_>, named: &str) -> Result<Exit> {
    let (id, receipt) = Source::open(context, named).await?.receipt()?;
    let Some(appraised) = receipt.appraised else {
        let why = words::outcome(receipt.outcome);
        let value = json!({ "id": id, "grade": null, "why": why });
        context.out.answer("why", &value, || format!("no grade: {why}"));
        return Ok(Exit::Ok);
    };
    let cells: Vec<Cell> =
        appraised.standings.iter().filter(|cell| DECIDING.contains(&cell.claim)).cloned().collect();
    let rule = words::rule(appraised.grade, appraised.facts.setup);
    let value = json!({
        "id": id,
        "grade": words::grade(appraised.grade),
        "rule": rule,
        "cells": cells,
        "setup": appraised.facts.setup,
        "forgeableBy": appraised.forgeable_by,
        "keyVersion": appraised.key_version,
    });
    context.out.answer("why", &value, || {
        let mut text = format!(
            "{} of receipt {id}\n\n{}\n  {rule}\n\n{}\n{}",
            receipt::grade(appraised.grade),
            styled(HEAD, "The rule"),
            styled(HEAD, "The cells that it reads"),
            receipt::table(&cells, appraised.forgeable_by.as_ref()),
        );
        if let (Some(forger), Some(key)) = (&appraised.forgeable_by, appraised.key_version) {
            text.push_str(&format!(
                "\n  {} ran the setup of verifying key {key} alone: see `opg explain setup`.\n",
                account(forger)
            ));
        }
        text.push_str(&format!("\n{}\n", styled(STRONG, words::FOOTER)));
        text
    });
    Ok(Exit::Ok)
}
