//! `opg preview`

use super::{offer::Offer, Context};
use crate::{
    args::ModeArg,
    error::{Exit, Result},
    input,
};

pub async fn run(context: &Context<'_>, model: &str, mode: Option<ModeArg>) -> Result<Exit> {
    let id = input::model_id(model)?;
    let chain = context.chain().await?;
    let at = chain.at_final().await?;
    let offer = Offer::fetch(context, &chain, &at, id, mode).await?;
    context.out.answer("preview", &offer, || offer.render());
    Ok(Exit::Ok)
}
