//! Texts that people read, compared with the file that holds them.

use std::path::Path;

/// Compares `text` with the file at `path`, which is written anew first where `UPDATE_GOLDEN` is
/// set: read the difference before you commit it.
///
/// # Panics
///
/// They differ, with the first line in which they do; or the file cannot be read or written.
pub fn compare(path: &Path, text: &str) {
    let failed = |error| -> ! { panic!("{}: {error}", path.display()) };
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(path, text).unwrap_or_else(|error| failed(error));
    }
    let golden = std::fs::read_to_string(path).unwrap_or_else(|error| failed(error));
    let place = text.lines().zip(golden.lines()).position(|(ours, theirs)| ours != theirs);
    let line = |text: &str| place.and_then(|place| text.lines().nth(place)).map(str::to_owned);
    assert!(
        text == golden,
        "{} differs, first in line {:?}:\n{:?}\n{:?}",
        path.display(),
        place.map(|place| place + 1),
        line(text),
        line(&golden),
    );
}
