//! Version 2 of a person's entry.

use super::*;

pub(super) fn version_2() -> PersonEntry {
    let mut entry = person(&root(), 1, "李娜", "li na", 2);
    let paper = |byte| Some(Paper { class: "a-1".to_owned(), hash: Some(PaperHash::from_bytes([byte; 32])) });
    let station = entry.active_keys(KeyKind::Station).next().unwrap().id;
    entry.personnel = Some(Box::new(Personnel {
        category: Category::Important,
        vetting: paper(1),
        training: paper(2),
        letter: None,
        cooling_off: None,
        abroad: Some(Absence { from: day("2026-02-01"), to: day("2026-02-07") }),
        stations: vec![StationFacts {
            key: station,
            class: StationClass::Classified,
            inspected: Some(day("2026-06-30")),
        }],
    }));
    entry
}

fn rule(change: impl FnOnce(&mut PersonEntry, &mut Personnel)) -> String {
    let mut entry = version_2();
    let mut facts = entry.personnel.take().unwrap();
    change(&mut entry, &mut facts);
    entry.personnel = Some(facts);
    rules::check_person(&entry).unwrap_err().to_string()
}

#[test]
fn both_versions_read_and_write() {
    let org = root().org();
    let (one, two) = (person(&root(), 1, "李娜", "li na", 2), version_2());
    for (entry, version) in [(&one, "vault-person/1"), (&two, "vault-person/2")] {
        let line = json::encode_line(entry).unwrap();
        assert!(std::str::from_utf8(&line).unwrap().starts_with(&format!("{{\"type\":\"{version}\"")));
        assert_eq!(crate::note::parse_text::<PersonEntry>(&line, org).as_ref(), Ok(entry));
    }
    assert!(
        two.is_abroad(day("2026-02-07"))
            && !two.is_abroad(day("2026-02-08"))
            && !one.is_abroad(day("2026-02-07"))
    );
    assert!(changed_draft(|draft| draft.persons[0] = two).is_ok());
}

#[test]
fn no_version_takes_fields_of_the_other() {
    let org = root().org();
    let lines: Vec<String> = [person(&root(), 1, "李娜", "li na", 2), version_2()]
        .iter()
        .map(|entry| String::from_utf8(json::to_line(entry)).unwrap())
        .collect();
    let mut bad = vec![
        lines[0].replace("vault-person/1", "vault-person/2"),
        lines[1].replace("vault-person/2", "vault-person/1"),
        lines[0].replace("vault-person/1", "vault-person/3"),
        lines[0].replace("\"letter\":null", "\"letter\":null,\"stations\":[]"),
        lines[1].replace("\"cooling_off\":null,", ""),
        lines[1].replace("\"category\":\"important\",", ""),
        lines[1].replace("\"category\":\"important\"", "\"category\":null"),
    ];
    let (before, rest) = lines[1].split_once("\"vetting\":{").unwrap();
    let (_, after) = rest.split_once('}').unwrap();
    bad.push(format!("{before}\"vetting\":\"2028-12-31\"{after}"));
    for line in bad {
        assert!(crate::note::parse_text::<PersonEntry>(line.as_bytes(), org).is_err(), "{line}");
    }
}

#[test]
fn rules_of_version_2() {
    assert!(rule(|_, facts| facts.vetting = None).starts_with("vetting: a paper has"));
    assert!(rule(|entry, _| entry.vetting = None).starts_with("vetting: a paper has"));
    assert!(
        rule(|_, facts| facts.training.as_mut().unwrap().class = "A".to_owned())
            .starts_with("training: a class")
    );
    assert!(rule(|_, facts| facts.abroad.as_mut().unwrap().to = day("2026-01-31")).starts_with("abroad: "));
    assert!(rule(|_, facts| facts.stations[0].key = signing_key(1).key_id()).contains("not a station"));
    assert!(rule(|_, facts| facts.stations.push(facts.stations[0])).starts_with("stations: "));
}

#[test]
fn days_of_version_1_are_carried_over() {
    let mut entry = person(&root(), 1, "李娜", "li na", 2);
    let facts = entry.personnel_mut();
    assert_eq!((facts.vetting.as_ref().unwrap().hash, facts.letter.as_ref()), (None, None));
    assert_eq!(entry.vetting, Some(day("2028-12-31")));
    let line = json::encode_line(&entry).unwrap();
    assert_eq!(crate::note::parse_text::<PersonEntry>(&line, root().org()), Ok(entry));
}
