use crate::TARGETS;
use std::path::{Path, PathBuf};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

#[test]
fn some_seeds_of_each_target_are_accepted_and_none_makes_it_panic() {
    for target in TARGETS {
        let seeds = (target.seeds)();
        let accepted = seeds.iter().filter(|seed| (target.run)(seed.as_slice())).count();
        println!("{}: tried {}, accepted {accepted}", target.name, seeds.len());
        assert!(accepted > 0, "{}", target.name);
    }
}

#[test]
fn one_byte_over_and_over_makes_no_target_panic() {
    for target in TARGETS {
        for length in (0..16).chain([48, 1183, 1184, 1185]) {
            for byte in [0x00, 0x30, 0x84, 0xff] {
                (target.run)(vec![byte; length].as_slice());
            }
        }
    }
}

#[test]
fn what_once_made_a_target_panic_does_no_more() {
    let mut tried = 0;
    for target in TARGETS {
        let Ok(entries) = std::fs::read_dir(folder("regressions").join(target.name)) else {
            continue;
        };
        for entry in entries {
            let path = entry.expect("a file").path();
            println!("{}", path.display());
            (target.run)(&std::fs::read(&path).expect("it can be read"));
            tried += 1;
        }
    }
    println!("tried {tried}");
}

#[test]
fn each_target_has_a_program_and_each_program_a_target() {
    let entries = std::fs::read_dir(folder("fuzz_targets")).expect("the programs are there");
    let mut programs: Vec<_> = entries
        .map(|entry| entry.expect("a file").path())
        .map(|path| path.file_stem().expect("a name").to_string_lossy().into_owned())
        .collect();
    programs.sort();
    let mut targets: Vec<_> = TARGETS.iter().map(|target| target.name.to_owned()).collect();
    targets.sort();
    assert_eq!(programs, targets);
}
