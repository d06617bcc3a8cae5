//! `opg explain`

use super::Context;
use crate::{
    error::{Exit, Failure, Result},
    print::{
        styled,
        table::{wrap, Table},
        terms::{find, TERMS},
        threats, STRONG,
    },
};
use opg_primitives::threats::Threat;
use serde_json::json;

pub fn run(context: &Context<'_>, words: &str) -> Result<Exit> {
    if let Some(threat) =
        Threat::ALL.into_iter().find(|it| it.id().eq_ignore_ascii_case(words.trim()))
    {
        let value = json!({ "threat": threat.id(), "what": threat.what() });
        context.out.answer("threat", &value, || threats::render(threat));
        return Ok(Exit::Ok);
    }
    let found = if words.trim().is_empty() { TERMS.iter().collect() } else { find(words) };
    if found.is_empty() {
        return Err(Failure::usage("there is no such word")
            .at(words)
            .help("`opg explain` prints all words"));
    }
    let value: Vec<_> =
        found.iter().map(|term| json!({ "term": term.name, "meaning": term.meaning })).collect();
    context.out.answer("terms", &value, || match found.as_slice() {
        [only] => {
            format!("{}\n  {}", styled(STRONG, only.name), wrap(only.meaning, 100).join("\n  "))
        }
        several => {
            let mut table = Table::default();
            for term in several {
                table.row([term.name, term.meaning]);
            }
            table.render()
        }
    });
    Ok(Exit::Ok)
}
