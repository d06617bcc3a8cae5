//! DER, written by hand so that a test can write what no library would.

use chrono::DateTime;

/// Tag, length and value.
pub fn tlv(tag: u8, value: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    match u16::try_from(value.len()).expect("nothing here is longer than 64 KiB") {
        short @ 0..=127 => out.push(short as u8),
        medium @ 128..=255 => out.extend([0x81, medium as u8]),
        long => {
            out.push(0x82);
            out.extend(long.to_be_bytes());
        }
    }
    out.extend_from_slice(value);
    out
}

pub fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    tlv(0x30, &parts.concat())
}

pub fn set(parts: &[Vec<u8>]) -> Vec<u8> {
    tlv(0x31, &parts.concat())
}

/// `[number]`, constructed, around what it tags.
pub fn explicit(number: u8, inner: &[u8]) -> Vec<u8> {
    tlv(0xa0 | number, inner)
}

/// A number that is not negative, from its big-endian bytes.
pub fn integer(bytes: &[u8]) -> Vec<u8> {
    let significant = bytes.iter().position(|byte| *byte != 0).unwrap_or(bytes.len());
    let mut value = bytes[significant..].to_vec();
    if value.first().is_none_or(|first| *first >= 0x80) {
        value.insert(0, 0);
    }
    tlv(0x02, &value)
}

pub fn number(value: u64) -> Vec<u8> {
    integer(&value.to_be_bytes())
}

pub fn boolean(value: bool) -> Vec<u8> {
    tlv(0x01, &[if value { 0xff } else { 0 }])
}

pub fn octets(value: &[u8]) -> Vec<u8> {
    tlv(0x04, value)
}

pub fn text(value: &str) -> Vec<u8> {
    tlv(0x0c, value.as_bytes())
}

pub fn bit_string(unused: u8, value: &[u8]) -> Vec<u8> {
    tlv(0x03, &[&[unused], value].concat())
}

/// An object identifier from its dotted form.
pub fn oid(dotted: &str) -> Vec<u8> {
    let arcs: Vec<u64> =
        dotted.split('.').map(|arc| arc.parse().expect("digits and dots")).collect();
    let mut value = vec![];
    base128(arcs[0] * 40 + arcs[1], &mut value);
    for arc in &arcs[2..] {
        base128(*arc, &mut value);
    }
    tlv(0x06, &value)
}

fn base128(mut arc: u64, out: &mut Vec<u8>) {
    let mut digits = vec![(arc & 0x7f) as u8];
    arc >>= 7;
    while arc > 0 {
        digits.push((arc & 0x7f) as u8 | 0x80);
        arc >>= 7;
    }
    out.extend(digits.iter().rev());
}

/// UTCTime, which RFC 5280 wants up to 2049.
pub fn time(unix_seconds: u64) -> Vec<u8> {
    let seconds = i64::try_from(unix_seconds).expect("a time of this century");
    let date = DateTime::from_timestamp(seconds, 0).expect("a time of this century");
    tlv(0x17, date.format("%y%m%d%H%M%SZ").to_string().as_bytes())
}
