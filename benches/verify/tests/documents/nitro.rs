//! Documents of AWS Nitro Enclaves.

use super::{turned, Document, Due};
use opg_bench_verify::{
    nitro::{Issuer, Task},
    Task as Any,
};
use opg_development_vendor::{
    hostile::{nitro as hostile, NOW},
    nitro::NitroDocument,
};
use opg_test_support::{aws_documents, AwsDocument};
use opg_verifier_nitro::{verify, Trust, AWS_ROOT};

/// A document with as many CAs below the root as AWS has.
pub fn development() -> Task {
    let document = NitroDocument { intermediates: 3, ..hostile::good() };
    Task { document: document.sign(), roots: hostile::roots(), known: vec![], now: NOW }
}

/// The same, of a chain whose issuers were all verified before.
pub fn with_known_issuers(task: &Task) -> Task {
    let trust = Trust { roots: &task.roots, known: &[] };
    let report = verify(&task.document, &trust, task.now).expect("it is genuine");
    Task { known: report.issuers.iter().map(Issuer::from).collect(), ..task.clone() }
}

/// A document that AWS signed, at its own time.
fn task(real: AwsDocument) -> Task {
    Task { document: real.bytes, roots: vec![AWS_ROOT], known: vec![], now: real.time }
}

/// A real document that is accepted.
pub fn sound() -> Option<Task> {
    aws_documents().into_iter().find(|real| !real.is_debug()).map(task)
}

pub fn all() -> Vec<Document> {
    let mut all = vec![];
    let good = development();
    all.push(Document::new("development", Any::Nitro(good.clone()), Due::Accepted));
    let known = with_known_issuers(&good);
    all.push(Document::new("development, known", Any::Nitro(known), Due::Accepted));
    for (at, document) in turned(&good.document, 16) {
        let task = Task { document, ..good.clone() };
        all.push(Document::new(format!("development, byte {at}"), Any::Nitro(task), Due::Either));
    }
    for bad in hostile::all() {
        let task = Task { document: bad.document, ..good.clone() };
        all.push(Document::new(bad.name, Any::Nitro(task), Due::Refused(bad.error)));
    }
    for real in aws_documents() {
        let (name, debug) = (real.name.clone(), real.is_debug());
        let task = task(real);
        if debug {
            all.push(Document::new(name, Any::Nitro(task), Due::Refused("Debug".into())));
            continue;
        }
        let late = Task { now: task.now + 24 * 60 * 60, ..task.clone() };
        all.push(Document::new(format!("{name}, a day late"), Any::Nitro(late), Due::Either));
        let known = with_known_issuers(&task);
        all.push(Document::new(format!("{name}, known"), Any::Nitro(known), Due::Accepted));
        all.push(Document::new(name, Any::Nitro(task), Due::Accepted));
    }
    all
}
