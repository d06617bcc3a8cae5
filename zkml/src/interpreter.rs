//! The reference interpreter: the network's meaning in plain integers.

use opg_zkml_statement::{pack_input, Output, StatementError};

use crate::network::{Answer, Dense, Layer, Network};

/// Runs a network that [`crate::bounds::analyse`] let pass.
///
/// # Errors
/// [`StatementError::InputLength`] and [`StatementError::InputValue`], if the input is none of the
/// network's.
pub fn run(network: &Network, input: &[u8]) -> Result<Output, StatementError> {
    // Refuses what no statement could carry; the packed form itself is not needed.
    pack_input(&network.interface().input, input)?;
    let mut values: Vec<i64> = input.iter().map(|value| i64::from(*value)).collect();
    for Layer::Dense(dense) in network.layers() {
        values = dense_forward(dense, &values);
    }
    // The bounds hold every score in int32.
    let scores = Output::Logits(values.into_iter().map(|score| score as i32).collect());
    Ok(match network.answer() {
        Answer::Logits => scores,
        Answer::Argmax => Output::Argmax(scores.class()),
    })
}

fn dense_forward(dense: &Dense, values: &[i64]) -> Vec<i64> {
    dense
        .rows()
        .map(|(weights, bias)| {
            let products = weights.iter().zip(values).map(|(w, v)| i64::from(*w) * v);
            let sum = i64::from(bias) + products.sum::<i64>();
            dense.requantise.map_or(sum, |rule| rule.apply(sum))
        })
        .collect()
}
