//! Every assignment that satisfies a constraint system, over the whole field: nothing is guessed from
//! small values.
//!
//! With some wires fixed, a row with one unknown left is an equation of degree one or two in it: its
//! roots are all there are. Rows are taken until none is left; two roots are two branches. A row that
//! never comes down to one unknown, or a wire that no row holds, is a panic, so that a test cannot
//! pass by leaving something out.

use ark_ff::{AdditiveGroup, Field};
use opg_zkml::{r1cs::R1cs, statement::Fr};

/// All satisfying assignments that agree with `fixed`.
pub fn solutions(r1cs: &R1cs, fixed: &[(usize, Fr)]) -> Vec<Vec<Fr>> {
    let mut known = vec![None; r1cs.wires()];
    known[0] = Some(Fr::ONE);
    for (wire, value) in fixed {
        known[*wire] = Some(*value);
    }
    let mut found = Vec::new();
    search(r1cs, known, (0..r1cs.constraints()).collect(), &mut found);
    found
}

/// A side of a row: what is known of it, and the unknown wires with their factors.
type Side = (Fr, Vec<(usize, Fr)>);

fn side(r1cs: &R1cs, matrix: usize, row: usize, known: &[Option<Fr>]) -> Side {
    let mut sum = Fr::ZERO;
    let mut unknown = Vec::new();
    for (factor, wire) in &r1cs.matrices()[matrix][row] {
        match known[*wire] {
            Some(value) => sum += *factor * value,
            None => unknown.push((*wire, *factor)),
        }
    }
    (sum, unknown)
}

/// What a row says of the wires that are still unknown.
enum Row {
    Holds,
    Fails,
    /// These are the only values of this wire.
    Roots(usize, Vec<Fr>),
    Open,
}

fn look(r1cs: &R1cs, row: usize, known: &[Option<Fr>]) -> Row {
    let [a, b, c] = [0, 1, 2].map(|matrix| side(r1cs, matrix, row, known));
    // The row as a polynomial, if the product has at most one unknown wire on both sides.
    let mut square: Option<(usize, Fr)> = None;
    let mut linear: Vec<(usize, Fr)> = Vec::new();
    let constant = a.0 * b.0 - c.0;
    linear.extend(a.1.iter().map(|(wire, factor)| (*wire, *factor * b.0)));
    linear.extend(b.1.iter().map(|(wire, factor)| (*wire, *factor * a.0)));
    linear.extend(c.1.iter().map(|(wire, factor)| (*wire, -*factor)));
    match (a.1.as_slice(), b.1.as_slice()) {
        ([], _) | (_, []) => {}
        ([(x, f)], [(y, g)]) if x == y => square = Some((*x, *f * g)),
        _ => return Row::Open,
    }
    linear.sort_by_key(|(wire, _)| *wire);
    let mut merged: Vec<(usize, Fr)> = Vec::new();
    for (wire, factor) in linear {
        match merged.last_mut() {
            Some((last, sum)) if *last == wire => *sum += factor,
            _ => merged.push((wire, factor)),
        }
    }
    merged.retain(|(_, factor)| *factor != Fr::ZERO);
    match (square, merged.as_slice()) {
        (None, []) if constant == Fr::ZERO => Row::Holds,
        (None, []) => Row::Fails,
        (None, [(wire, factor)]) => Row::Roots(*wire, vec![-constant / factor]),
        (Some((wire, q)), []) => Row::Roots(wire, quadratic(q, Fr::ZERO, constant)),
        (Some((wire, q)), [(other, l)]) if *other == wire => {
            Row::Roots(wire, quadratic(q, *l, constant))
        }
        _ => Row::Open,
    }
}

fn quadratic(a: Fr, b: Fr, c: Fr) -> Vec<Fr> {
    let half = Fr::from(2u64) * a;
    match (b * b - Fr::from(4u64) * a * c).sqrt() {
        None => Vec::new(),
        Some(root) if root == Fr::ZERO => vec![-b / half],
        Some(root) => vec![(root - b) / half, (-root - b) / half],
    }
}

fn search(r1cs: &R1cs, mut known: Vec<Option<Fr>>, mut open: Vec<usize>, found: &mut Vec<Vec<Fr>>) {
    loop {
        let mut branch: Option<(usize, Vec<Fr>)> = None;
        let mut still = Vec::new();
        let mut moved = false;
        for row in open {
            match look(r1cs, row, &known) {
                Row::Holds => moved = true,
                Row::Fails => return,
                Row::Open => still.push(row),
                Row::Roots(wire, roots) => match roots.as_slice() {
                    [] => return,
                    [only] => {
                        known[wire] = Some(*only);
                        moved = true;
                    }
                    _ => {
                        still.push(row);
                        branch.get_or_insert((wire, roots));
                    }
                },
            }
        }
        if still.is_empty() {
            let all: Option<Vec<Fr>> = known.iter().copied().collect();
            found.push(all.expect("a wire that no constraint holds"));
            return;
        }
        open = still;
        if moved {
            continue;
        }
        let (wire, roots) = branch.expect("no row with a single unknown wire");
        for root in roots {
            let mut next = known.clone();
            next[wire] = Some(root);
            search(r1cs, next, open.clone(), found);
        }
        return;
    }
}
