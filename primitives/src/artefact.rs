//! What a model is, and what it takes and gives.
//!
//! | | its id is the hash of | its input | its output |
//! | --- | --- | --- | --- |
//! | a circuit | [`Ingredients`]: network, quantiser, compiler, R1CS | quantised integers, one byte an element | scores, or a class |
//! | a text model | [`TextModel`]: name, weights or none, bounds | a request in OpenAI's shape, as its client wrote it | the bytes of a text |
//!
//! Of a text model's input the runtime looks at the length alone. That it is JSON, and what it asks,
//! is for who answers it to read, and to decline by [`Unfit`](crate::request::DeclineReason::Unfit).

use crate::{
    domain::Domain,
    ids::{Commitment, Digest, ModelId},
    mode::Mode,
    model::Ingredients,
    names::{EngineName, ModelName},
    request::MAX_PUBLIC_BYTES,
    statement, CircuitInterface,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::fmt;
use opg_zkml_statement::{Output, StatementError};
use scale_info::TypeInfo;

/// What a model is.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Artefact {
    /// A quantised network that was compiled to a circuit, so that its answers can be proven.
    #[codec(index = 0)]
    Circuit {
        /// What its id is made of.
        ingredients: Ingredients,
        /// The shape of its input and output.
        interface: CircuitInterface,
    },
    /// A model that reads and writes text. It has no circuit.
    #[codec(index = 1)]
    Text(TextModel),
}

/// A text model: all of it makes its id, since nobody could find out the rest.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct TextModel {
    /// What it is called, where it is asked too.
    pub name: ModelName,
    /// Where its answers come from.
    pub source: TextSource,
    /// What it takes and gives.
    pub interface: TextInterface,
}

/// Where the answers of a text model come from; what can be shown of an answer follows from it.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum TextSource {
    /// From these weights: an open model. Code that hashes what it runs can show that it ran them.
    #[codec(index = 0)]
    Weights {
        /// SHA-256 of their file.
        file: Digest,
        /// What runs them. Two engines differ in the last bits, so the same weights in another one
        /// are another model; which one ran is the word of who approved the code that ran it.
        engine: EngineName,
    },
    /// From whoever serves a model of that name. What runs there nobody but they know.
    #[codec(index = 1)]
    Upstream,
}

/// What a text model takes and gives, in bytes.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct TextInterface {
    /// The most bytes of an input, 1 to [`MAX_PUBLIC_BYTES`].
    pub max_input: u32,
    /// The most bytes of an output, 1 to [`MAX_PUBLIC_BYTES`].
    pub max_output: u32,
}

/// Why bytes are not what a model takes or gives, or why there is no such model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// They do not fit the circuit, or there is no such circuit.
    Circuit(StatementError),
    /// There are none.
    Empty,
    /// There are too many.
    TooLong {
        /// How many there are.
        bytes: usize,
        /// How many there may be.
        most: u32,
    },
    /// They are not UTF-8.
    NotText,
    /// A bound of a text model is not 1 to [`MAX_PUBLIC_BYTES`].
    Bound,
    /// The name of a text model or of its engine is empty, or not a line of UTF-8.
    Name,
}

impl From<StatementError> for Misfit {
    fn from(error: StatementError) -> Self {
        Self::Circuit(error)
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Circuit(error) => fmt::Display::fmt(error, f),
            Self::Empty => f.write_str("it is empty"),
            Self::TooLong { bytes, most } => {
                write!(f, "it has {bytes} bytes, and may have {most}")
            }
            Self::NotText => f.write_str("it is not UTF-8"),
            Self::Bound => write!(f, "a bound of a text model is 1 to {MAX_PUBLIC_BYTES} bytes"),
            Self::Name => f.write_str("a name of a text model is a line of UTF-8, and not empty"),
        }
    }
}

impl core::error::Error for Misfit {}

impl Artefact {
    /// The id of the model's version: a domain-separated hash over what it is made of.
    pub fn model_id(&self) -> ModelId {
        match self {
            Self::Circuit { ingredients, .. } => ingredients.model_id(),
            Self::Text(model) => model.model_id(),
        }
    }

    /// The interface of its circuit, if it has one.
    pub const fn circuit(&self) -> Option<&CircuitInterface> {
        match self {
            Self::Circuit { interface, .. } => Some(interface),
            Self::Text(_) => None,
        }
    }

    /// The text model, if it is one.
    pub const fn text(&self) -> Option<&TextModel> {
        match self {
            Self::Circuit { .. } => None,
            Self::Text(model) => Some(model),
        }
    }

    /// Whether an answer of it can be verified so at all: what has no circuit has no proof.
    pub const fn can_be_asked(&self, mode: Mode) -> bool {
        match mode {
            Mode::Plain | Mode::Tee => true,
            Mode::ZkMl => self.circuit().is_some(),
        }
    }

    /// SHA-256 of the file that runs; none of what runs at an upstream.
    pub const fn digest(&self) -> Option<Digest> {
        match self {
            Self::Circuit { ingredients, .. } => Some(ingredients.network),
            Self::Text(TextModel { source: TextSource::Weights { file, .. }, .. }) => Some(*file),
            Self::Text(TextModel { source: TextSource::Upstream, .. }) => None,
        }
    }

    /// Whether there can be such a model.
    ///
    /// # Errors
    /// [`Misfit`].
    pub fn validate(&self) -> Result<(), Misfit> {
        match self {
            Self::Circuit { interface, .. } => Ok(interface.validate()?),
            Self::Text(model) => model.validate(),
        }
    }

    /// The commitment to `input` under `salt`, if it fits the model.
    ///
    /// # Errors
    /// [`Misfit`].
    pub fn commit_input(&self, salt: [u8; 32], input: &[u8]) -> Result<Commitment, Misfit> {
        match self {
            Self::Circuit { interface, .. } => Ok(statement::commit_input(interface, salt, input)?),
            Self::Text(model) => model.interface.commit_input(salt, input),
        }
    }

    /// Whether `output` has the form that the model gives: of a text model, that it is UTF-8 and not
    /// too long.
    ///
    /// # Errors
    /// [`Misfit`].
    pub fn check_output(&self, output: &[u8]) -> Result<(), Misfit> {
        match self {
            Self::Circuit { interface, .. } => {
                Output::from_bytes(&interface.output, output)?;
                Ok(())
            }
            Self::Text(model) => model.interface.check_output(output),
        }
    }
}

impl TextModel {
    /// The id of the model's version: a domain-separated hash over all of it.
    pub fn model_id(&self) -> ModelId {
        ModelId(Domain::TextModel.hash(self))
    }

    /// Whether its weights are named, so that sampling can be held to a seed.
    pub const fn is_open(&self) -> bool {
        matches!(self.source, TextSource::Weights { .. })
    }

    /// Whether there can be such a model.
    ///
    /// # Errors
    /// [`Misfit::Bound`], [`Misfit::Name`].
    pub fn validate(&self) -> Result<(), Misfit> {
        let is_name = |bytes: &[u8]| {
            core::str::from_utf8(bytes)
                .is_ok_and(|name| !name.is_empty() && !name.chars().any(char::is_control))
        };
        let engine = match &self.source {
            TextSource::Weights { engine, .. } => is_name(&engine.0),
            TextSource::Upstream => true,
        };
        if !engine || !is_name(&self.name.0) {
            return Err(Misfit::Name);
        }
        let TextInterface { max_input, max_output } = self.interface;
        let bounds = 1..=MAX_PUBLIC_BYTES;
        match bounds.contains(&max_input) && bounds.contains(&max_output) {
            true => Ok(()),
            false => Err(Misfit::Bound),
        }
    }
}

impl TextInterface {
    /// The commitment to `input` under `salt`, if it has a length that the model takes. Nothing else
    /// of it is looked at.
    ///
    /// # Errors
    /// [`Misfit::Empty`], [`Misfit::TooLong`].
    pub fn commit_input(&self, salt: [u8; 32], input: &[u8]) -> Result<Commitment, Misfit> {
        if input.is_empty() {
            return Err(Misfit::Empty);
        }
        within(input, self.max_input)?;
        Ok(statement::commit_text(salt, input))
    }

    /// Whether `output` is a text that the model may give. An empty one is a text.
    ///
    /// # Errors
    /// [`Misfit::TooLong`], [`Misfit::NotText`].
    pub fn check_output(&self, output: &[u8]) -> Result<(), Misfit> {
        within(output, self.max_output)?;
        match core::str::from_utf8(output) {
            Ok(_) => Ok(()),
            Err(_) => Err(Misfit::NotText),
        }
    }
}

fn within(bytes: &[u8], most: u32) -> Result<(), Misfit> {
    match u32::try_from(bytes.len()).is_ok_and(|length| length <= most) {
        true => Ok(()),
        false => Err(Misfit::TooLong { bytes: bytes.len(), most }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{alter::alterations, statement::NO_SALT};

    fn text() -> TextModel {
        TextModel {
            name: ModelName::try_from("tiny").unwrap(),
            source: TextSource::Weights {
                file: Digest([7; 32]),
                engine: EngineName::try_from("rten/1").unwrap(),
            },
            interface: TextInterface { max_input: 8, max_output: 4 },
        }
    }

    #[test]
    fn every_part_of_a_text_model_makes_its_id() {
        let cases = alterations!(TextModel {
            name: |it: &mut ModelName| it.0[0] ^= 1,
            source: |it: &mut TextSource| *it = TextSource::Upstream,
            interface: |it: &mut TextInterface| it.max_output += 1,
        });
        for (field, alter) in cases {
            let mut other = text();
            alter(&mut other);
            assert_ne!(other.model_id(), text().model_id(), "{field}");
        }
        let mut other = text();
        let TextSource::Weights { engine, .. } = &mut other.source else { unreachable!() };
        engine.0[0] ^= 1;
        assert_ne!(other.model_id(), text().model_id());
    }

    #[test]
    fn the_id_of_a_text_model_is_pinned() {
        let by_hand = sp_crypto_hashing::blake2_256(
            &[
                b"\x44opg/text-model/v1\x10tiny\0".as_slice(),
                &[7; 32],
                b"\x18rten/1\x08\0\0\0\x04\0\0\0",
            ]
            .concat(),
        );
        assert_eq!(Artefact::Text(text()).model_id(), ModelId(by_hand));
    }

    #[test]
    fn what_no_text_model_can_be_is_refused() {
        type Alter = fn(&mut TextModel);
        let cases: [(Alter, Misfit); 7] = [
            (|it| it.name = ModelName::default(), Misfit::Name),
            (|it| it.name.0[0] = 0xff, Misfit::Name),
            (|it| it.name.0[0] = b'\n', Misfit::Name),
            (
                |it| {
                    let engine = EngineName::default();
                    it.source = TextSource::Weights { file: Digest([7; 32]), engine };
                },
                Misfit::Name,
            ),
            (|it| it.interface.max_input = 0, Misfit::Bound),
            (|it| it.interface.max_output = 0, Misfit::Bound),
            (|it| it.interface.max_input = MAX_PUBLIC_BYTES + 1, Misfit::Bound),
        ];
        for (alter, misfit) in cases {
            let mut model = text();
            alter(&mut model);
            assert_eq!(Artefact::Text(model).validate(), Err(misfit));
        }
        assert_eq!(Artefact::Text(text()).validate(), Ok(()));
    }

    #[test]
    fn the_length_alone_decides_whether_an_input_fits_a_text_model() {
        let artefact = Artefact::Text(text());
        let fits = |input: &[u8]| artefact.commit_input(NO_SALT, input);
        assert_eq!(fits(b""), Err(Misfit::Empty));
        assert_eq!(fits(&[0xff; 9]), Err(Misfit::TooLong { bytes: 9, most: 8 }));
        assert_eq!(fits(&[0xff; 8]), Ok(statement::commit_text(NO_SALT, &[0xff; 8])));
        assert_ne!(fits(b"a"), artefact.commit_input([1; 32], b"a"));
    }

    #[test]
    fn an_output_of_a_text_model_is_utf_8_within_its_bound() {
        let check = |output: &[u8]| Artefact::Text(text()).check_output(output);
        assert_eq!(check(b""), Ok(()));
        assert_eq!(check("é!!".as_bytes()), Ok(()));
        assert_eq!(check(b"12345"), Err(Misfit::TooLong { bytes: 5, most: 4 }));
        assert_eq!(check(&[0xc3]), Err(Misfit::NotText));
    }

    #[test]
    fn what_has_no_circuit_is_never_asked_for_a_proof() {
        let text = Artefact::Text(text());
        assert_eq!(Mode::ALL.map(|mode| text.can_be_asked(mode)), [true, true, false]);
        assert_eq!((text.circuit(), text.digest()), (None, Some(Digest([7; 32]))));
    }
}
