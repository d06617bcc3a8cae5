//! `opg compare`

use super::{
    offer::{model_of, Offer},
    receipt,
    source::Source,
    Context,
};
use crate::{
    args::ModeArg,
    error::{Exit, Result},
    input,
    print::{
        amount,
        receipt::{style, Shown, View},
        styled,
        table::{Table, Text},
        words, DIM, HEAD, STRONG,
    },
};
use opg_primitives::{
    claims::Cell,
    ids::Account,
    mode::Mode,
    receipt::{Appraised, Receipt},
};

/// The modes of a model, or several receipts: what each column says of one claim stands in one row.
pub async fn run(context: &Context<'_>, named: &[String]) -> Result<Exit> {
    match named {
        [model] => modes(context, model).await,
        receipts => written(context, receipts).await,
    }
}

async fn modes(context: &Context<'_>, model: &str) -> Result<Exit> {
    let id = input::model_id(model)?;
    let chain = context.chain().await?;
    let at = chain.at_final().await?;
    let (version, ..) = model_of(&chain, &at, id).await?;
    let mut offers = Vec::new();
    for (mode, argument) in
        [(Mode::Plain, ModeArg::Plain), (Mode::Tee, ModeArg::Tee), (Mode::ZkMl, ModeArg::Zkml)]
    {
        if version.modes.contains(mode) {
            offers.push(Offer::fetch(context, &chain, &at, id, Some(argument)).await?);
        }
    }
    context.out.answer("compare", &offers, || {
        let mut table = Table::default();
        table
            .row(line("mode", &offers, |offer| Text(offer.mode.name().to_owned(), STRONG)))
            .row(line("grade", &offers, |offer| words::grade(offer.grade).into()))
            .row(line("price", &offers, |offer| match offer.prices.first() {
                Some(cheapest) => format!("from {}", amount(cheapest.price)).into(),
                None => "nobody serves it".into(),
            }))
            .row(line("paid at once", &offers, |offer| amount(offer.paid_at_once).into()))
            .row(line("blocks", &offers, |offer| format!("at most {}", offer.deadline.0).into()));
        let columns = offers
            .iter()
            .map(|offer| Column::new(&offer.standings, offer.forgeable_by.as_ref()))
            .collect();
        render("The modes of this model side by side", table, columns)
    });
    Ok(Exit::Ok)
}

async fn written(context: &Context<'_>, named: &[String]) -> Result<Exit> {
    let mut views = Vec::new();
    for named in named {
        let source = Source::open(context, named).await?;
        views.push(receipt::view(&source, None, None).await?);
    }
    context.out.answer("receipts", &views, || {
        let appraised = |view: &View| view.receipt.appraised.clone();
        let mut table = Table::default();
        table
            .row(line("mode", &views, |view| Text(mode(&view.receipt).into(), STRONG)))
            .row(line("outcome", &views, |view| start(&words::outcome(view.receipt.outcome), ":")))
            .row(line("output", &views, |view| match &view.output {
                // Without the scores, which would make every column wide.
                Some(Shown::Words(words)) => start(words, ", of"),
                Some(Shown::Text(text)) => format!("a text of {} bytes", text.len()).into(),
                None => "-".into(),
            }))
            .row(line("grade", &views, |view| match appraised(view) {
                Some(appraised) => words::grade(appraised.grade).into(),
                None => "-".into(),
            }))
            .row(line("to the provider", &views, |view| {
                amount(view.receipt.payment.provider).into()
            }))
            .row(line("vouched for by", &views, |view| vendor(appraised(view).as_ref()).into()));
        let columns = views
            .iter()
            .map(|view| match &view.receipt.appraised {
                Some(said) => Column::new(&said.standings, said.forgeable_by.as_ref()),
                None => Column::default(),
            })
            .collect();
        render("These receipts side by side", table, columns)
    });
    Ok(Exit::Ok)
}

/// What of `text` stands before `end`.
fn start(text: &str, end: &str) -> Text {
    text.split(end).next().unwrap_or_default().into()
}

fn mode(receipt: &Receipt) -> &'static str {
    receipt.mode.achieved.map_or("none", Mode::name)
}

/// Who vouches for the hardware behind an answer.
fn vendor(appraised: Option<&Appraised>) -> String {
    match appraised.and_then(|appraised| appraised.attested.as_ref()) {
        Some(attested) => format!("{:?}", attested.enclave.vendor),
        None => "-".into(),
    }
}

/// A row: what it is of, and a cell for each of `all`.
fn line<T>(what: &str, all: &[T], cell: impl Fn(&T) -> Text) -> Vec<Text> {
    let mut cells = vec![Text(what.to_owned(), DIM)];
    cells.extend(all.iter().map(cell));
    cells
}

/// The table of standings of one answer, which is or will be.
#[derive(Clone, Copy, Debug, Default)]
struct Column<'a> {
    standings: &'a [Cell],
    forgeable_by: Option<&'a Account>,
}

impl<'a> Column<'a> {
    fn new(standings: &'a [Cell], forgeable_by: Option<&'a Account>) -> Self {
        Self { standings, forgeable_by }
    }

    /// What it says of the claim of row `index`.
    fn cell(&self, index: usize) -> Text {
        match self.standings.get(index) {
            Some(cell) => Text(words::standing(cell, self.forgeable_by), style(cell)),
            None => "-".into(),
        }
    }
}

/// `table`, with the standings of all `columns` below it.
fn render(title: &str, mut table: Table, columns: Vec<Column<'_>>) -> String {
    // All tables have all claims, in one order; one without an answer has none.
    let longest = columns.iter().max_by_key(|column| column.standings.len());
    for (index, cell) in longest.iter().flat_map(|column| column.standings).enumerate() {
        table.row(line(words::claim(cell.claim), &columns, |column| column.cell(index)));
    }
    format!("{}\n\n{}\n{}\n", styled(HEAD, title), table.render(), styled(STRONG, words::FOOTER))
}

#[cfg(test)]
mod tests {
    use super::*;
    use opg_primitives::{
        settled::Settled,
        standing::{self, SetupTrust},
    };

    #[test]
    fn a_column_without_an_answer_has_a_dash_for_each_claim_of_the_others() {
        let facts = Settled::of_public_input(Mode::Plain, SetupTrust::NotApplicable).facts();
        let standings = standing::table(&facts);
        let columns = vec![Column::default(), Column::new(&standings, None)];
        let text = render("Both", Table::default(), columns);
        let text = anstream::adapter::strip_str(&text).to_string();
        for cell in &standings {
            let claim = words::claim(cell.claim);
            let row = text.lines().find(|line| line.trim().starts_with(claim)).unwrap();
            assert!(row.contains("  -  "), "{row}");
            assert!(row.ends_with(&words::standing(cell, None)), "{row}");
        }
    }
}
