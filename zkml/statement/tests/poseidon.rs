//! Poseidon: its constants are the published ones, its rounds are enough, its sponge is arkworks'.

use ark_crypto_primitives::sponge::{
    poseidon::{find_poseidon_ark_and_mds, PoseidonConfig, PoseidonSponge},
    CryptographicSponge, FieldBasedCryptographicSponge,
};
use ark_ff::{Field, MontFp, PrimeField, Zero};
use opg_zkml_statement::{
    poseidon::{self, FULL_ROUNDS, MDS, PARTIAL_ROUNDS, RATE, ROUNDS, ROUND_CONSTANTS, WIDTH},
    to_bytes, Fr,
};
use proptest::prelude::*;

fn recomputed() -> (Vec<Vec<Fr>>, Vec<Vec<Fr>>) {
    find_poseidon_ark_and_mds(
        u64::from(Fr::MODULUS_BIT_SIZE),
        RATE,
        FULL_ROUNDS as u64,
        PARTIAL_ROUNDS as u64,
        0,
    )
}

#[test]
fn every_committed_constant_is_the_one_that_arkworks_computes() {
    let (ark, mds) = recomputed();
    assert_eq!(ark.len(), ROUNDS);
    assert!(ark.iter().zip(&ROUND_CONSTANTS).all(|(a, b)| a == b));
    assert_eq!(mds.len(), WIDTH);
    assert!(mds.iter().zip(&MDS).all(|(a, b)| a == b));
}

#[test]
fn the_first_constant_is_the_one_in_the_tests_of_arkworks() {
    // ark-crypto-primitives 0.6.0, src/sponge/poseidon/traits.rs, rate 4 for constraints.
    let published: Fr =
        MontFp!("41775194144383840477168997387904574072980173775424253289429546852163474914621");
    assert_eq!(ROUND_CONSTANTS[0][0], published);
}

/// The conditions of the paper's own script (`calc_round_numbers.py`), in bits of the modulus `n`,
/// security `m`, width `t`, for x^5: statistical, interpolation, three Groebner basis attacks.
fn resists(full: f64, partial: f64) -> bool {
    let (n, m, t, alpha) = (255.0f64, 128.0f64, WIDTH as f64, 5.0f64);
    let per_round = 2f64.log(alpha);
    let statistical = if m <= (n.floor() - (alpha - 1.0) / 2.0) * (t + 1.0) { 6.0 } else { 10.0 };
    [
        statistical,
        1.0 + (per_round * m.min(n)).ceil() + t.log(alpha).ceil() - partial,
        per_round * m.min(n) - partial,
        t - 1.0 + per_round * (m / (t + 1.0)).min(n / 2.0) - partial,
        (t - 2.0 + m / (2.0 * alpha.log2()) - partial) / (t - 1.0),
    ]
    .into_iter()
    .all(|needed| full >= needed)
}

#[test]
fn the_rounds_are_the_fewest_that_resist_with_the_recommended_margin() {
    let fewest = (0..200).find(|partial| resists(6.0, f64::from(*partial))).unwrap();
    assert_eq!(FULL_ROUNDS, 6 + 2);
    assert_eq!(PARTIAL_ROUNDS, (f64::from(fewest) * 1.075).ceil() as usize);
}

#[test]
fn the_matrix_has_no_singular_square_part_of_size_two_and_an_inverse() {
    for (row, other) in (0..WIDTH).flat_map(|a| (a + 1..WIDTH).map(move |b| (a, b))) {
        for (column, next) in (0..WIDTH).flat_map(|a| (a + 1..WIDTH).map(move |b| (a, b))) {
            let determinant =
                MDS[row][column] * MDS[other][next] - MDS[row][next] * MDS[other][column];
            assert!(!determinant.is_zero());
        }
    }
    assert!(MDS.iter().flatten().all(|entry| entry.inverse().is_some()));
}

#[test]
fn the_permutation_of_0_1_2_3_4_is_that_of_an_implementation_in_python() {
    let mut state = [0u64, 1, 2, 3, 4].map(Fr::from);
    poseidon::permute(&mut state);
    let got = state.map(|element| hex::encode(to_bytes(&element)));
    assert_eq!(
        got,
        [
            "6658cd90f1b2db6933dff7436b9e115e496108cae474dcdf265f8bdd20d5bf2e",
            "f26f79598916b8384377c85542d5aaa99b504c454948cc0b3e514705f454a902",
            "5655756f0b0e5a09906ec4ae37693aea9093da7cb96f5d7ca081305760c9f466",
            "08d442826e9365318c9f3715aba29e681af1d153fc6e3a2c9b8b4247ce0c0f60",
            "21e46e91981f4c3b08bda33226488d9ab2aec945714999694731e23fb3d04466",
        ]
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn the_sponge_is_that_of_arkworks(
        start in any::<[u8; 32]>(),
        elements in prop::collection::vec(any::<[u8; 32]>(), 1..12),
    ) {
        let (ark, mds) = recomputed();
        let config =
            PoseidonConfig::new(FULL_ROUNDS, PARTIAL_ROUNDS, 5, mds, ark, RATE, WIDTH - RATE);
        let start = Fr::from_le_bytes_mod_order(&start);
        let elements: Vec<Fr> =
            elements.iter().map(|bytes| Fr::from_le_bytes_mod_order(bytes)).collect();
        let mut sponge = PoseidonSponge::new(&config);
        sponge.state[0] = start;
        sponge.absorb(&elements);
        let theirs = sponge.squeeze_native_field_elements(1)[0];
        prop_assert_eq!(poseidon::hash(start, &elements), theirs);
    }
}
