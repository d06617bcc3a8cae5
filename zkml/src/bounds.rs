//! Static interval analysis: between which integers each sum and each activation lies, whatever the
//! input. A network with a sum that could leave int32 does not compile, and a circuit spends on each
//! neuron only the bits that its interval needs.

use crate::network::{Dense, Layer, Network};
use thiserror::Error;

/// A sum could leave int32.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("layer {layer}, neuron {neuron}: its sum can reach {magnitude}, which leaves int32")]
pub struct BoundsError {
    /// Which layer, from zero.
    pub layer: usize,
    /// Which of its outputs, from zero.
    pub neuron: usize,
    /// The largest magnitude that a partial sum, in whatever order, can reach.
    pub magnitude: i128,
}

/// A closed interval of integers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval {
    /// The least.
    pub low: i64,
    /// The greatest.
    pub high: i64,
}

/// The intervals of one layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerBounds {
    /// Of each sum.
    pub sums: Vec<Interval>,
    /// Of each value that the layer gives: activations, or the sums themselves.
    pub outputs: Vec<Interval>,
}

/// The intervals of all layers, first to last.
///
/// # Errors
/// [`BoundsError`] for the first sum of which a part, added up in any order, could leave int32.
pub fn analyse(network: &Network) -> Result<Vec<LayerBounds>, BoundsError> {
    let input = &network.interface().input;
    let high = (1i64 << input.bits) - 1;
    let mut values = vec![Interval { low: 0, high }; network.layers()[0].inputs()];
    let mut all = Vec::new();
    for (index, Layer::Dense(dense)) in network.layers().iter().enumerate() {
        let bounds = dense_bounds(index, dense, &values)?;
        values.clone_from(&bounds.outputs);
        all.push(bounds);
    }
    Ok(all)
}

fn dense_bounds(
    layer: usize,
    dense: &Dense,
    values: &[Interval],
) -> Result<LayerBounds, BoundsError> {
    let mut sums = Vec::with_capacity(dense.outputs);
    for (neuron, (weights, bias)) in dense.rows().enumerate() {
        let (mut low, mut high) = (i128::from(bias), i128::from(bias));
        let mut magnitude = i128::from(bias).abs();
        for (weight, value) in weights.iter().zip(values) {
            let weight = i128::from(*weight);
            let (a, b) = (weight * i128::from(value.low), weight * i128::from(value.high));
            low += a.min(b);
            high += a.max(b);
            magnitude += a.abs().max(b.abs());
        }
        if magnitude > i128::from(i32::MAX) {
            return Err(BoundsError { layer, neuron, magnitude });
        }
        // Both lie within the magnitude, which fits.
        sums.push(Interval { low: low as i64, high: high as i64 });
    }
    let outputs = sums
        .iter()
        .map(|sum| match dense.requantise {
            Some(rule) => Interval { low: rule.apply(sum.low), high: rule.apply(sum.high) },
            None => *sum,
        })
        .collect();
    Ok(LayerBounds { sums, outputs })
}
