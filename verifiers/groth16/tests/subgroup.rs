//! The fast subgroup checks against their definition: a point is in the subgroup if the order of the group times it is
//! infinity. The hard cases are points of small order, and such points added to good ones.

mod common;

use ark_ec::{short_weierstrass::Affine, short_weierstrass::SWCurveConfig, CurveConfig};
use ark_ff::{PrimeField, UniformRand};
use common::{compressed, on_curve, rng, times};
use opg_verifier_groth16::{Curve, Fault};

type Bls = ark_bls12_381::Bls12_381;
type Bn = ark_bn254::Bn254;

fn order<P: CurveConfig>() -> Vec<u64> {
    P::ScalarField::MODULUS.as_ref().to_vec()
}

/// A point of exactly this prime order, which divides the cofactor `cofactor`; `others` are the cofactor's other primes
/// with their powers.
fn of_prime_order<P: SWCurveConfig>(prime: u64, others: &[(u64, usize)], seed: u64) -> Affine<P> {
    let mut rng = rng(seed);
    loop {
        let mut point = times::<P>(on_curve(&mut rng), &order::<P>());
        for (other, power) in others.iter().filter(|(other, _)| *other != prime) {
            for _ in 0..*power {
                point = times(point, &[*other]);
            }
        }
        if point == Affine::identity() {
            continue;
        }
        // What is left has an order that is a power of the prime.
        loop {
            let next = times(point, &[prime]);
            if next == Affine::identity() {
                return point;
            }
            point = next;
        }
    }
}

/// The cofactor of G1 of BLS12-381: (x - 1)^2 / 3 with x the curve's parameter.
const G1_COFACTOR: [(u64, usize); 5] =
    [(3, 1), (11, 2), (10_177, 2), (859_267, 2), (52_437_899, 2)];

#[test]
fn the_cofactor_of_bls12_381_g1_is_the_product_of_these_primes() {
    let product = G1_COFACTOR
        .iter()
        .fold(1u128, |product, (prime, power)| product * u128::from(*prime).pow(*power as u32));
    let limbs = <ark_bls12_381::g1::Config as CurveConfig>::COFACTOR;
    assert_eq!(product, u128::from(limbs[0]) | u128::from(limbs[1]) << 64);
}

#[test]
fn a_g1_point_of_each_small_order_is_refused_alone_and_added_to_a_good_point() {
    let mut rng = rng(61);
    for (prime, _) in G1_COFACTOR {
        let small: Affine<ark_bls12_381::g1::Config> = of_prime_order(prime, &G1_COFACTOR, prime);
        assert!(small.is_on_curve() && times(small, &[prime]) == Affine::identity());
        assert_eq!(Bls::read_g1(&compressed(&small)), Err(Fault::OutsideSubgroup), "{prime}");
        let good = ark_bls12_381::G1Affine::rand(&mut rng);
        let sum = Affine::from(good + small);
        assert_eq!(Bls::read_g1(&compressed(&sum)), Err(Fault::OutsideSubgroup), "{prime}");
        assert_eq!(Bls::read_g1(&compressed(&good)), Ok(good));
    }
}

/// The cofactors of the two G2 are divisible by these small primes, so their curves have points of such orders.
#[test]
fn a_g2_point_of_small_order_is_refused_alone_and_added_to_a_good_point() {
    let mut rng = rng(62);
    // BLS12-381: 13^2, 23^2 and 2,713 divide the cofactor. BN254: 10,069 does.
    for prime in [13u64, 23, 2_713] {
        let small: Affine<ark_bls12_381::g2::Config> = of_small_order(prime, &mut rng);
        assert_eq!(Bls::read_g2(&compressed(&small)), Err(Fault::OutsideSubgroup), "{prime}");
        let good = ark_bls12_381::G2Affine::rand(&mut rng);
        let sum = Affine::from(good + small);
        assert_eq!(Bls::read_g2(&compressed(&sum)), Err(Fault::OutsideSubgroup), "{prime}");
        assert_eq!(Bls::read_g2(&compressed(&good)), Ok(good));
    }
    let prime = 10_069;
    let small: Affine<ark_bn254::g2::Config> = of_small_order(prime, &mut rng);
    assert_eq!(Bn::read_g2(&compressed(&small)), Err(Fault::OutsideSubgroup));
    let good = ark_bn254::G2Affine::rand(&mut rng);
    let sum = Affine::from(good + small);
    assert_eq!(Bn::read_g2(&compressed(&sum)), Err(Fault::OutsideSubgroup));
    assert_eq!(Bn::read_g2(&compressed(&good)), Ok(good));
}

/// A point of prime order: the order of the group and the rest of the cofactor, times a random point.
fn of_small_order<P: SWCurveConfig>(prime: u64, rng: &mut rand_chacha::ChaCha20Rng) -> Affine<P> {
    let mut rest = P::COFACTOR.to_vec();
    while let Some(quotient) = divide(&rest, prime) {
        rest = quotient;
    }
    assert_ne!(rest, P::COFACTOR, "{prime} does not divide the cofactor");
    loop {
        let mut point = times(times::<P>(on_curve(rng), &order::<P>()), &rest);
        while point != Affine::identity() {
            let next = times(point, &[prime]);
            if next == Affine::identity() {
                return point;
            }
            point = next;
        }
    }
}

/// Exact division of a little-endian number by a small one.
fn divide(number: &[u64], by: u64) -> Option<Vec<u64>> {
    let mut quotient = vec![0; number.len()];
    let mut remainder = 0u128;
    for (limb, q) in number.iter().zip(&mut quotient).rev() {
        let part = remainder << 64 | u128::from(*limb);
        *q = (part / u128::from(by)) as u64;
        remainder = part % u128::from(by);
    }
    (remainder == 0).then_some(quotient)
}

/// The verdict of reading against the definition, on random points of the whole curve and of the subgroup.
fn agrees_with_the_definition<P: SWCurveConfig>(
    read: impl Fn(&[u8]) -> Result<Affine<P>, Fault>,
    seed: u64,
) {
    let mut rng = rng(seed);
    for i in 0..40 {
        let mut point: Affine<P> = on_curve(&mut rng);
        if i % 2 == 0 {
            point = times(point, P::COFACTOR);
        }
        let inside = times(point, &order::<P>()) == Affine::identity();
        let expected = if inside { Ok(point) } else { Err(Fault::OutsideSubgroup) };
        assert_eq!(read(&compressed(&point)), expected);
    }
}

#[test]
fn the_verdict_on_random_points_is_that_of_the_definition() {
    agrees_with_the_definition(Bls::read_g1, 63);
    agrees_with_the_definition(Bls::read_g2, 64);
    agrees_with_the_definition(Bn::read_g1, 65);
    agrees_with_the_definition(Bn::read_g2, 66);
}
