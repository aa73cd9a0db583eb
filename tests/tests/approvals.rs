//! Approvals with real processes: from the handler over those who decide to the reader, over the relay and by file.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};
use vault::home::Home;
use vault::relay::Line;
use vault::trust;
use vault_tests::office::{Office, Programs, STAFF};
use vault_tests::shortcut::Shortcut;

const PROGRAMS: Programs = Programs {
    vault: env!("CARGO_BIN_EXE_vault-under-test"),
    relay: env!("CARGO_BIN_EXE_vault-relay-under-test"),
};

const TEXT: &[u8] = "关于预算调整的请示\n一、……\n".as_bytes();

fn proposed(office: &Office) -> String {
    let file = office.file("预算请示.txt", TEXT);
    let sent = office.propose("wang", &file, "李娜", &[]);
    assert_eq!(sent["state"], "proposed");
    sent["item"].as_str().unwrap().to_owned()
}

fn code(refused: &(i32, Value)) -> (i32, String) {
    (refused.0, refused.1["code"].as_str().unwrap_or_default().to_owned())
}

/// Which files a home holds whose name ends like this, anywhere.
fn files(folder: &Path, ending: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.display().to_string().ends_with(ending) {
            found.push(path.display().to_string());
        }
    }
    found
}

#[test]
fn a_secret_goes_over_reviewer_and_deputy_to_its_reader() {
    let office = Office::with_deciders(PROGRAMS);
    let item = proposed(&office);

    // Nobody but those who decide has anything of it yet.
    let waits = office.json("li", &[]);
    assert_eq!((&waits["waiting"], &waits["pending"]), (&json!([]), &json!([])));
    assert_eq!(office.json("li", &["receive"])["received"], json!([]));
    assert_eq!(office.refused("zhang", &["read", &item, "--path"]).0, 2);

    // The reviewer sees it, reads it, and says something with the yes.
    let pending = office.json("chen", &["pending"])["pending"][0].clone();
    assert_eq!((&pending["item"], &pending["step"]), (&json!(item), &json!("review")));
    assert_eq!((&pending["opened"], &pending["for"]), (&json!(false), &json!([null])));
    assert!(pending["seconds_left"].as_u64().unwrap() > 6 * 86_400, "{pending}");
    assert_eq!(office.json("zhao", &["pending"])["pending"], json!([]), "it is not her turn");
    assert_eq!(office.ok("chen", &["read", &item, "--stdout"]).out.as_bytes(), TEXT);
    assert_eq!(office.json("chen", &["pending"])["pending"][0]["opened"], true);
    let agreed = office.json("chen", &["approve", &item, "--opinion", "同意。第二段数字已核。"]);
    assert_eq!((&agreed["result"], &agreed["opened"]), (&json!("agreed"), &json!(true)));
    assert_eq!(agreed["step"], "review");

    // The approver is away. Who acts in his place is told that she has not opened it.
    let pending = office.json("zhao", &[])["pending"][0].clone();
    assert_eq!((&pending["step"], &pending["for"]), (&json!("approval"), &json!(["p5"])));
    let said = office.ok("zhao", &["approve", &item]);
    assert!(said.err.contains("you have not opened it on this machine"), "{}", said.err);
    assert!(said.out.contains("released"), "{}", said.out);
    assert!(said.out.contains("第二段数字已核"), "{}", said.out);

    // Out it goes, and only now.
    let waits = office.json("li", &[]);
    assert_eq!(waits["waiting"][0]["item"], *item);
    office.ok("li", &["receive"]);
    assert_eq!(office.ok("li", &["read", "1", "--stdout"]).out.as_bytes(), TEXT);
    let status = office.json("li", &["status", &item, "--opinions"]);
    assert_eq!(status["steps"][0]["opinion"], "同意。第二段数字已核。");
    assert_eq!(status["steps"][1]["for"], "p5");
    assert_eq!(status["steps"][1]["opened"], false);

    // The handler is told once; how it went he can ask for as often as he likes.
    assert_eq!(office.json("wang", &[])["news"][0]["state"], "released");
    assert_eq!(office.json("wang", &[])["news"], json!([]));
    let states = office.json("wang", &["status", &item])["steps"].to_string();
    assert_eq!(states.matches("\"agreed\"").count(), 2, "{states}");
    // A next header follows the finished one.
    let unchanged = office.json("wang", &["outbox", "rewrap", &item]);
    assert_eq!(
        unchanged["unchanged"].as_u64().unwrap() + unchanged["ended"].as_array().unwrap().len() as u64,
        1
    );

    // Whoever decided may ask what became of it, and reads what the others said.
    let status = office.json("chen", &["status", &item, "--opinions"]);
    assert_eq!((&status["state"], &status["steps"][1]["person"]), (&json!("released"), &json!("p6")));
    assert_eq!(status["steps"][0]["opinion"], "同意。第二段数字已核。");

    // Of the item nothing stays with those who decided but their own evidence.
    for home in ["chen", "zhao"] {
        let home = office.path(home);
        assert_eq!(files(Path::new(&home), ".age"), [format!("{home}/identity.age")]);
        assert_eq!(files(Path::new(&home), &format!("{item}.json")).len(), 1);
    }
    // A colleague outside the scope has not heard of it.
    assert_eq!(office.json("zhang", &[])["waiting"], json!([]));
    assert_eq!(office.refused("zhang", &["status", &item]).0, 2);
}

#[test]
fn refusal_with_reason_comes_back_and_a_change_is_a_new_item() {
    let office = Office::with_deciders(PROGRAMS);
    let item = proposed(&office);
    assert_eq!(office.refused("chen", &["refuse", &item]).0, 2, "a refusal has a reason");
    let refused = office.json("chen", &["refuse", &item, "--reason", "标题与内容不符"]);
    assert_eq!(refused["result"], "refused");
    // It ends there.
    assert_eq!(office.refused("zhao", &["approve", &item]).0, 2);
    assert_eq!(office.refused("chen", &["approve", &item]).0, 2);
    let news = office.json("wang", &[])["news"][0].clone();
    assert_eq!((&news["state"], &news["refused_by"]), (&json!("refused"), &json!("p4")));
    let said = office.ok("wang", &["status", &item, "--opinions"]).out;
    assert!(said.contains("标题与内容不符") && said.contains("refused"), "{said}");
    assert_eq!(office.json("li", &["receive"])["received"], json!([]));
    // The changed paper starts anew: nobody's earlier answer counts for it.
    let again = office.file("预算请示.txt", "改过\n".as_bytes());
    let again = office.propose("wang", &again, "李娜", &[])["item"].as_str().unwrap().to_owned();
    assert_ne!(again, item);
    assert_eq!(office.json("wang", &["status", &again])["steps"][0]["state"], "open");
}

#[test]
fn withdrawn_by_its_sender_and_by_a_decider() {
    let office = Office::with_deciders(PROGRAMS);
    let item = proposed(&office);
    let nothing = office.refused("chen", &["withdraw", &item]);
    assert_eq!(code(&nothing), (3, "decision-nothing-to-withdraw".to_owned()));
    office.ok("chen", &["approve", &item]);
    assert_eq!(office.json("chen", &["withdraw", &item])["result"], "withdrawn");
    assert_eq!(office.json("zhao", &["pending"])["pending"], json!([]));
    // He may think again.
    assert_eq!(office.json("chen", &["approve", &item])["result"], "agreed");
    let back = office.json("wang", &["withdraw", &item]);
    assert_eq!(back["result"], "withdrawn");
    assert_eq!(office.refused("zhao", &["approve", &item]).0, 2);
    assert_eq!(office.json("wang", &["status", &item])["state"], "withdrawn");
    assert_eq!(code(&office.refused("wang", &["withdraw", &item])), (3, "item-state".to_owned()));
}

#[test]
fn out_of_turn_or_not_asked() {
    let office = Office::with_deciders(PROGRAMS);
    let item = proposed(&office);
    let early = office.refused("wu", &["approve", &item, "--step", "批准"]);
    assert_eq!(code(&early), (3, "decision-order".to_owned()));
    // Without a step named it is the open one, at which he has nothing to say.
    let other = office.refused("wu", &["approve", &item]);
    assert_eq!(other.0, 3, "{}", other.1);
    // The sender decides on nothing of his own, and a deputy acts for whom he may.
    assert_eq!(office.refused("wang", &["approve", &item]).0, 2);
    office.ok("chen", &["approve", &item]);
    let other = office.refused("zhao", &["approve", &item, "--for", "陈静"]);
    assert_eq!(other.0, 3, "{}", other.1);
    // The approver himself needs no deputy, and one yes is enough.
    assert_eq!(office.json("wu", &["approve", &item])["result"], "released");
    assert_eq!(office.refused("zhao", &["approve", &item]).0, 2);
}

#[test]
fn whom_it_waits_for_and_whom_it_asks() {
    let office = Office::with_deciders(PROGRAMS);
    let file = office.file("a.txt", TEXT);
    let words = ["send", &file, "--to", "李娜", "--mark", "机密★10年", "--basis", "国3.1"];
    let ask = |ask: &[&str]| office.refused("wang", &[&words[..], ask].concat());
    assert_eq!(code(&ask(&["--ask", "批准=李娜"])), (3, "decider-role".to_owned()));
    assert_eq!(ask(&["--ask", "会签=陈静"]).0, 2);
    assert_eq!(ask(&["--ask", "审核=财务科"]).0, 2);
    assert_eq!(ask(&["--ask", "陈静"]).0, 2);
    let decide_by = vault::clock::now().plus_days(2).day().to_string();
    let sent = office.propose(
        "wang",
        &file,
        "李娜",
        &["--ask", "审核=陈静", "--ask", "批准=吴强", "--decide-by", &decide_by, "--urgency", "extra-urgent"],
    );
    assert_eq!(sent["label"]["deciders"][1]["asked"], json!(["p5"]));
    let plain = proposed(&office);
    let pending = office.json("chen", &["pending"]);
    assert_eq!(pending["pending"][0]["item"], sent["item"], "the urgent first");
    assert_eq!(pending["pending"][1]["item"], plain);
    let open = office.json("wang", &["chase", &plain]);
    assert_eq!(open["open"][0]["who"], json!(["陈静@办公室"]));
    // The reminder is signed and stands beside the item; another comes when the policy's hours have passed.
    let pending = office.json("chen", &["pending"])["pending"].clone();
    assert!(pending[1]["reminded"].is_string() && pending[0]["reminded"].is_null(), "{pending}");
    let later = vault::clock::now().plus_seconds(60).to_string();
    let again = office.run_at(&later, "wang", &["chase", &plain, "--json"]);
    assert!(again.code == 3 && again.out.contains("reminded-already"), "{}", again.out);
    office.ok("chen", &["approve", &plain]);
    let open = office.json("wang", &["chase"])["open"].clone();
    // Items proposed in the same second stand in either order.
    let of_plain = open.as_array().unwrap().iter().find(|one| one["item"] == *plain).unwrap();
    assert_eq!(of_plain["who"], json!(["吴强@办公室", "赵丽华@办公室"]), "{open}");
    let said = office.ok("wang", &["outbox"]).out;
    assert!(said.contains("waiting for decision"), "{said}");
}

#[test]
fn two_completing_decisions_at_once() {
    let office = Office::with_deciders(PROGRAMS);
    let item = proposed(&office);
    office.ok("chen", &["approve", &item]);
    let approve = |home: &str| office.run(home, &["approve", &item, "--json"]);
    let ended = std::thread::scope(|scope| {
        let running = ["wu", "zhao"].map(|home| scope.spawn(move || approve(home)));
        running.map(|one| one.join().unwrap())
    });
    // One released it; the other is told so, or found that it waits no more.
    let done = ended.iter().filter(|one| one.code == 0).count();
    assert_eq!(done, 1, "{ended:?}");
    let slower = ended.iter().find(|one| one.code != 0).unwrap();
    let told = ["decision-order", "item-state", "not-proposed"].iter().any(|code| slower.out.contains(code));
    assert!(told && slower.code == 3 || slower.code == 2, "{slower:?}");
    assert_eq!(office.json("li", &["receive"])["received"].as_array().unwrap().len(), 1);
    let steps = office.json("wang", &["status", &item])["steps"].clone();
    assert_eq!(steps[1]["state"], "agreed");
}

/// Who no longer qualifies when it is released gets no copy, and sender and decider are told.
#[test]
fn a_recipient_suspended_between_proposal_and_release() {
    let mut office = Office::with_deciders(PROGRAMS);
    let file = office.file("a.txt", TEXT);
    let sent = office.propose("wang", &file, "李娜,张伟", &[]);
    let item = sent["item"].as_str().unwrap();
    office.ok("chen", &["approve", item]);
    let organisation = office.path("stopped.json");
    office.ok("officer", &["keys", "stop", "李娜", "--suspend", "--reason", "inquiry", "-o", &organisation]);
    office.close_relay();
    office.import(&organisation);
    office.open_relay();
    let released = office.json("wu", &["approve", item]);
    assert_eq!(released["withheld"], json!([{ "copy": 1, "holder": "p2", "reason": "inactive" }]));
    let news = office.json("wang", &[])["news"][0].clone();
    assert_eq!(news["withheld"], json!([{ "copy": 1, "holder": "p2" }]));
    assert_eq!(office.json("zhang", &["receive"])["received"].as_array().unwrap().len(), 1);
    office.ok("wang", &["keys", "sync"]);
    let said = office.ok("wang", &["status", item]).err;
    assert!(said.contains("李娜") && said.contains("suspended"), "{said}");
}

#[test]
fn by_file_without_a_network() {
    let mut office = Office::with_deciders(PROGRAMS);
    office.close_relay();
    let file = office.file("请示.txt", TEXT);
    let sealed = office.path("请示.age");
    let seal = ["seal", &file, "--to", "李娜", "--mark", "机密★10年", "--basis", "国3.1", "-o", &sealed];
    office.ok("wang", &seal);
    let before = fs::read(&sealed).unwrap();

    // Its reader cannot open it before it is released, and its reviewer can.
    assert_eq!(code(&office.refused("li", &["open", &sealed])), (3, "reader-not-listed".to_owned()));
    assert_eq!(office.ok("chen", &["read", &sealed, "--stdout"]).out.as_bytes(), TEXT);
    let inspected = office.json("li", &["inspect", &sealed])["decisions"].clone();
    assert_eq!((&inspected["complete"], &inspected["next"]), (&json!(false), &json!("review")));

    // Out of turn; by somebody who was not asked; with a note of something else.
    assert_eq!(code(&office.refused("wu", &["approve", &sealed, "--step", "批准"])).1, "decision-order");
    assert_eq!(office.refused("li", &["approve", &sealed]).0, 3);
    let stranger = office.file("x.note", b"no note\n");
    let with = ["approve", &sealed, "--with", &stranger];
    assert_eq!(code(&office.refused("wu", &with)), (4, "note-unread".to_owned()));

    let note = office.path("review.note");
    let agreed = office.json("chen", &["approve", &sealed, "--opinion", "已核", "-o", &note]);
    assert_eq!((&agreed["result"], &agreed["opened"]), (&json!("agreed"), &json!(true)));
    assert!(fs::read_to_string(&note).unwrap().starts_with("{\"type\":\"vault-decision/1\""));
    // A decision that was changed on its way is none.
    let changed = fs::read_to_string(&note).unwrap().replace("\"opened\":true", "\"opened\":false");
    let changed = office.file("changed.note", changed.as_bytes());
    let refused = office.refused("zhao", &["approve", &sealed, "--with", &changed]);
    assert_eq!(code(&refused), (4, "decision-signature".to_owned()));

    let released = office.path("released.age");
    let done = office.json("zhao", &["approve", &sealed, "--with", &note, "-o", &released]);
    assert_eq!((&done["result"], &done["for"]), (&json!("released"), &json!("p5")));
    assert_eq!(fs::read(&sealed).unwrap(), before, "the proposal stays as it is");
    // The content behind the header is the same, byte for byte.
    let after = fs::read(&released).unwrap();
    let length = office.json("li", &["inspect", &sealed])["label"]["content"]["length"].as_u64().unwrap();
    let content = |bytes: &[u8]| bytes[bytes.len() - usize::try_from(length).unwrap()..].to_vec();
    assert!(content(&before) == content(&after));

    let checked = office.json("li", &["check", &released])["decisions"].clone();
    assert_eq!((&checked["complete"], &checked["steps"][1]["for"]), (&json!(true), &json!("p5")));
    let out = office.path("out.txt");
    let said = office.ok("li", &["open", &released, "-o", &out]);
    assert!(said.err.contains("this item came by file"), "{}", said.err);
    assert_eq!(fs::read(&out).unwrap(), TEXT);

    // A refusal goes back with its reason.
    let no = office.path("no.note");
    office.ok("chen", &["refuse", &sealed, "--reason", "缺附件", "-o", &no]);
    let said = office.ok("wang", &["check", &sealed, "--with", &no, "--opinions"]).out;
    assert!(said.contains("缺附件") && said.contains("it was refused"), "{said}");
    let ended = office.refused("zhao", &["approve", &sealed, "--with", &no]);
    assert_eq!(code(&ended), (3, "decision-refused".to_owned()));
}

#[test]
fn what_needs_no_decision_goes_as_before() {
    let office = Office::with_deciders(PROGRAMS);
    let file = office.file("通知.txt", TEXT);
    let sent = office.send("wang", &file, "李娜");
    assert_eq!(sent["state"], "accepted");
    let item = sent["item"].as_str().unwrap();
    for (home, ..) in STAFF {
        assert_eq!(office.json(home, &["pending"])["pending"], json!([]));
    }
    assert_eq!(code(&office.refused("wang", &["withdraw", item])), (3, "item-state".to_owned()));
    // A copy that nobody has fetched is chased like a decision; one that was fetched is not.
    assert_eq!(office.json("wang", &["chase", item])["open"][0]["step"], json!(null));
    office.ok("li", &["receive"]);
    assert_eq!(code(&office.refused("wang", &["chase", item])), (3, "item-state".to_owned()));
    let ask = ["send", &file, "--to", "李娜", "--mark", "内部", "--term", "2年", "--basis", "b", "--ask"];
    assert_eq!(office.refused("wang", &[&ask[..], &["批准=吴强"]].concat()).0, 2);
}

#[test]
fn somebody_else_is_asked_to_decide() {
    let mut office = Office::with_deciders(PROGRAMS);
    office.ok("officer", &["keys", "change", "张伟", "--unit", "办公室", "--role", "审核人"]);
    let organisation = office.path("next.json");
    office.ok("officer", &["keys", "publish", "-o", &organisation]);
    office.close_relay();
    office.import(&organisation);
    office.open_relay();
    let file = office.file("请示.txt", TEXT);
    let ask = ["--ask", "审核=陈静", "--ask", "批准=吴强"];
    let item = office.propose("wang", &file, "李娜", &ask)["item"].as_str().unwrap().to_owned();
    assert_eq!(office.json("zhang", &["pending"])["pending"], json!([]));

    // By the sender: whoever holds the step's role. Nobody else, and nobody who stands at another step.
    let refused = office.refused("wang", &["ask", &item, "审核=李娜"]);
    assert_eq!(code(&refused).0, 3, "{}", refused.1);
    assert_eq!(code(&office.refused("wang", &["ask", &item, "审核=吴强"])), (3, "reads-already".to_owned()));
    assert_eq!(office.json("wang", &["ask", &item, "审核=张伟"])["added"], json!(["p3"]));
    assert_eq!(code(&office.refused("wang", &["ask", &item, "审核=张伟"])), (3, "reads-already".to_owned()));
    // He reads it and decides; who was asked first comes too late, and the approver goes on from there.
    assert_eq!(office.json("zhang", &["pending"])["pending"][0]["item"], item.as_str());
    office.ok("zhang", &["read", &item, "--stdout"]);
    office.ok("zhang", &["approve", &item]);
    assert_eq!(code(&office.refused("chen", &["approve", &item])).1, "decision-order");
    // At her own step the approver asks somebody, never at another's.
    assert_eq!(code(&office.refused("wu", &["ask", &item, "审核=陈静"])).0, 3);
    office.ok("wu", &["approve", &item]);
    office.ok("li", &["receive"]);
    assert_eq!(code(&office.refused("wang", &["ask", &item, "审核=陈静"])), (3, "item-state".to_owned()));
}

/// Runs a command that asks the relay for what is newest, waits for its passphrase while something happens, and goes on.
fn while_it_waits(office: &Office, home: &str, words: &[&str], meanwhile: impl FnOnce()) -> Output {
    let pipe = office.path("passphrase.pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let waits = Command::new(PROGRAMS.vault)
        .args(words)
        .args(["--passphrase-file", &pipe, "--yes", "--json"])
        .env_clear()
        .env("VAULT_HOME", office.path(home))
        .env("VAULT_TEST_CHEAP", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Opening it for writing ends when the command opens it for reading.
    let mut passphrase = fs::File::options().write(true).open(&pipe).unwrap();
    meanwhile();
    passphrase.write_all(&fs::read(office.path("pass")).unwrap()).unwrap();
    drop(passphrase);
    fs::remove_file(&pipe).unwrap();
    waits.wait_with_output().unwrap()
}

/// Hands an organisation file to the relay from somebody's station.
fn publish(office: &Office, home: &str, file: &str) {
    let home = Home::open(Path::new(&office.path(home))).unwrap();
    let known = trust::load(&home).unwrap();
    let line = Line::dial(&home, &known).unwrap();
    let organisation = trust::parse(&fs::read(file).unwrap(), None).unwrap();
    line.wait(line.client().publish(&organisation)).unwrap();
    line.close().unwrap();
}

#[test]
fn a_directory_published_while_somebody_decides() {
    let office = Office::with_deciders(PROGRAMS);
    let item = proposed(&office);
    // At each step the answer is signed once more, under the directory that is in force by then.
    for (who, post) in [("chen", "科员"), ("wu", "主任科员")] {
        office.ok("officer", &["keys", "change", "张伟", "--post", post]);
        let file = office.path(&format!("{who}.json"));
        office.ok("officer", &["keys", "publish", "-o", &file]);
        let ended = while_it_waits(&office, who, &["approve", &item], || publish(&office, "zhang", &file));
        assert!(ended.status.success(), "{who} {}", String::from_utf8_lossy(&ended.stdout));
        let document: Value = serde_json::from_slice(&ended.stdout).unwrap();
        let result = if who == "wu" { "released" } else { "agreed" };
        assert_eq!(document["result"], result, "{document}");
    }
    // Whoever only looks is brought in step as well: what became of it rests on directories that he has not seen.
    assert_eq!(office.json("wang", &[])["news"][0]["state"], "released");
    let steps = office.json("chen", &["status", &item])["steps"].clone();
    assert_eq!((&steps[0]["state"], &steps[1]["state"]), (&json!("agreed"), &json!("agreed")), "{steps}");
    let file = office.path("later.json");
    office.ok("officer", &["keys", "change", "张伟", "--post", "副科长"]);
    office.ok("officer", &["keys", "publish", "-o", &file]);
    publish(&office, "zhang", &file);
    assert_eq!(office.json("wang", &["status", &item])["state"], "released");
    assert_eq!(office.json("li", &["receive"])["received"].as_array().unwrap().len(), 1);
}

#[test]
fn a_program_killed_when_its_completing_decision_was_taken() {
    let mut office = Office::with_deciders(PROGRAMS);
    let item = proposed(&office);
    office.ok("chen", &["approve", &item]);
    Shortcut::new(&office, "wu").release_and_end(&item).unwrap();
    office.kill_relay();
    office.open_relay();
    // It is released once, by that decision; whoever gave it is told that nothing waits for him any more.
    let again = office.refused("wu", &["approve", &item]);
    assert_eq!(again.0, 2, "{}", again.1);
    assert_eq!(office.json("wu", &["pending"])["pending"], json!([]));
    let status = office.json("wang", &["status", &item]);
    assert_eq!(
        (&status["state"], &status["steps"][1]["state"]),
        (&json!("released"), &json!("agreed")),
        "{status}"
    );
    assert_eq!(office.json("li", &["receive"])["received"].as_array().unwrap().len(), 1);
    assert_eq!(office.ok("li", &["read", "1", "--stdout"]).out.as_bytes(), TEXT);
}
