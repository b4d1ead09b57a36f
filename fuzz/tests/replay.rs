//! Every seed, corpus and regression through the property of its target, on stable, without libFuzzer.

use std::collections::BTreeSet;
use std::path::Path;
use std::{fs, panic};

use jwt_pair_fuzz::{PROPERTIES, Property, difference_classes, differential};

const FOLDERS: [&str; 3] = ["seeds", "corpus", "regressions"];

/// The kept inputs of a target, by their paths.
fn inputs(target: &str) -> Vec<(String, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = FOLDERS.into_iter().map(|folder| root.join(folder).join(target));
    let entries = folders.filter_map(|folder| fs::read_dir(folder).ok()).flatten();
    let files = entries.map(|entry| entry.expect("a folder of the kit").path());
    let read = |path: std::path::PathBuf| {
        let data = fs::read(&path).expect("a file of the kit");
        (path.display().to_string(), data)
    };
    files.map(read).collect()
}

#[track_caller]
fn replay(target: &str) {
    let (_, property): (_, Property) =
        *PROPERTIES.iter().find(|(name, _)| *name == target).expect("a target");
    let inputs = inputs(target);
    assert!(inputs.len() >= 8, "{target} has {} inputs", inputs.len());
    for (path, data) in &inputs {
        if panic::catch_unwind(|| property(data)).is_err() {
            panic!("the property does not hold for {path}");
        }
    }
    println!("{target}: {} inputs", inputs.len());
}

#[test]
fn base64url() {
    replay("base64url");
}

#[test]
fn jws() {
    replay("jws");
}

#[test]
fn forge() {
    replay("forge");
}

#[test]
fn claims() {
    replay("claims");
}

#[test]
fn validation() {
    replay("validation");
}

#[test]
fn token_pair() {
    replay("token_pair");
}

#[test]
fn differential() {
    replay("differential");
}

#[test]
fn sessions() {
    replay("sessions");
}

/// A class that no input falls into is a difference that is no longer there.
#[test]
fn each_class_of_differences_is_met() {
    let met: BTreeSet<_> =
        inputs("differential").iter().flat_map(|(_, data)| differential::classes(data)).collect();
    let named: BTreeSet<_> = difference_classes::names().collect();
    assert_eq!(met, named);
}

/// A target that is built and not replayed, or the other way round, would go unseen.
#[test]
fn each_target_has_a_property_a_dictionary_and_a_line_in_the_readme() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(root.join("README.md")).expect("the README");
    let mut targets = BTreeSet::new();
    for entry in fs::read_dir(root.join("fuzz_targets")).expect("the targets") {
        let file = entry.expect("a target").file_name().into_string().expect("a plain name");
        let target = file.strip_suffix(".rs").expect("a Rust file").to_owned();
        assert!(root.join(format!("dict/{target}.dict")).is_file(), "{target} has no dictionary");
        assert!(readme.contains(&format!("| `{target}` |")), "{target} is not in the README");
        targets.insert(target);
    }
    let properties = PROPERTIES.iter().map(|(name, _)| (*name).to_owned());
    assert_eq!(targets, properties.collect());
}
