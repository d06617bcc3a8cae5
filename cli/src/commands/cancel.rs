//! `opg cancel`

use super::Context;
use crate::{
    error::{Exit, Result},
    input,
};
use opg_primitives::ids::RequestId;
use serde_json::json;

pub async fn run(context: &Context<'_>, request: &str) -> Result<Exit> {
    let request = RequestId(input::hex32("a request id", request)?);
    let signer = context.signer()?;
    let chain = context.chain().await?;
    let included = chain.cancel(&signer, request).await?;
    let value = json!({ "request": request, "block": included.number });
    context.out.answer("cancelled", &value, || {
        format!("cancelled in block {}; what was held is free again", included.number)
    });
    Ok(Exit::Ok)
}
