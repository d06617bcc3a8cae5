//! `opg compare`

use super::{
    offer::{model_of, Offer},
    Context,
};
use crate::{
    args::ModeArg,
    error::{Exit, Result},
    input,
    print::{
        amount, receipt, styled,
        table::{Table, Text},
        words, DIM, HEAD, STRONG,
    },
};
use opg_primitives::mode::Mode;

pub async fn run(context: &Context<'_>, model: &str) -> Result<Exit> {
    let id = input::model_id(model)?;
    let chain = context.chain().await?;
    let at = chain.at_final().await?;
    let (version, ..) = model_of(&chain, &at, id).await?;
    let mut offers = Vec::new();
    for (mode, argument) in [(Mode::Plain, ModeArg::Plain), (Mode::ZkMl, ModeArg::Zkml)] {
        if version.modes.contains(mode) {
            offers.push(Offer::fetch(context, &chain, &at, id, Some(argument)).await?);
        }
    }
    context.out.answer("compare", &offers, || render(&offers));
    Ok(Exit::Ok)
}

fn render(offers: &[Offer]) -> String {
    let mut table = Table::default();
    let line = |what: &str, of: &dyn Fn(&Offer) -> Text| {
        let mut cells = vec![Text(what.to_owned(), DIM)];
        cells.extend(offers.iter().map(of));
        cells
    };
    table
        .row(line("mode", &|offer| Text(offer.mode.name().to_owned(), STRONG)))
        .row(line("grade", &|offer| words::grade(offer.grade).into()))
        .row(line("price", &|offer| match offer.prices.first() {
            Some(cheapest) => format!("from {}", amount(cheapest.price)).into(),
            None => "nobody serves it".into(),
        }))
        .row(line("paid at once", &|offer| amount(offer.paid_at_once).into()))
        .row(line("blocks", &|offer| format!("at most {}", offer.deadline.0).into()));
    if let Some(first) = offers.first() {
        for (index, cell) in first.standings.iter().enumerate() {
            table.row(line(words::claim(cell.claim), &|offer| match offer.standings.get(index) {
                Some(cell) => {
                    Text(words::standing(cell, offer.forgeable_by.as_ref()), receipt::style(cell))
                }
                None => "-".into(),
            }));
        }
    }
    format!(
        "{}\n\n{}\n{}\n",
        styled(HEAD, "The modes of this model side by side"),
        table.render(),
        styled(STRONG, words::FOOTER)
    )
}
