//! The stage: a folder with a relay, the officer's home and three staff homes, and a way to run commands
//! in any of them as they are typed.

use std::cell::RefCell;
use std::io::{self, Write};
use std::net::{Ipv4Addr, UdpSocket};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use clap::Parser as _;
use tokio::runtime::Runtime;
use vault_relay::server::{self, CARD_NAME, Config, NewRelay, Relay, SystemClock};

use crate::cli::Cli;
use crate::commands;
use crate::context::Context;
use crate::error::{Failure, Outcome};
use crate::home::{Existing, Home, write_whole};
use crate::lang::Msg;
use crate::ui::{Manner, Ui};
use crate::{clock, msg, trust};

/// Chosen for everybody in the demonstration, and left in its folder.
const PASSPHRASE: &str = "春眠不觉晓 处处闻啼鸟";

/// One member of staff.
#[derive(Clone, Copy)]
pub(super) struct Staff {
    /// The folder of the home.
    pub(super) home: &'static str,
    name: &'static str,
    unit: &'static str,
    post: &'static str,
}

pub(super) const WANG: Staff =
    Staff { home: "wangjianguo", name: "王建国", unit: "办公室", post: "主任" };
pub(super) const LI: Staff = Staff { home: "lina", name: "李娜", unit: "财务科", post: "科员" };
pub(super) const ZHANG: Staff = Staff { home: "zhangwei", name: "张伟", unit: "财务科", post: "科长" };
const OFFICER: &str = "officer";
const ORGANISATION: &str = "滨海市示范局";

/// Everything on stage.
pub(super) struct Stage<'a> {
    context: &'a Context,
    folder: PathBuf,
    file: PathBuf,
    item: Option<String>,
    relay: Option<(Runtime, Relay)>,
}

impl<'a> Stage<'a> {
    /// Makes relay, organisation and staff, and starts the relay.
    pub(super) fn build(context: &'a Context, folder: &Path, file: &Path) -> Outcome<Self> {
        let mut stage =
            Self { context, folder: folder.to_owned(), file: file.to_owned(), item: None, relay: None };
        write_whole(&stage.passphrase(), format!("{PASSPHRASE}\n").as_bytes(), Existing::Keep)?;
        stage.scene(&msg!("demo-scene-office"));
        let config = stage.make_relay()?;
        stage.done(&msg!("demo-relay-made"));
        let card = stage.folder.join("relay").join(CARD_NAME);
        let organisation = stage.folder.join("organisation.json");
        stage.quietly(
            OFFICER,
            &[
                "keys",
                "init",
                "--name",
                ORGANISATION,
                "--officer",
                "周敏",
                "--internal",
                "free",
                "--relay-card",
                &shown(&card),
                "-o",
                &shown(&organisation),
            ],
        )?;
        let fingerprint = trust::load(&stage.home(OFFICER)?)?.organisation.root().fingerprint();
        stage.done(&msg!("demo-founded", name = ORGANISATION, fingerprint = &fingerprint));
        for staff in [WANG, LI, ZHANG] {
            stage.enrol(staff, &fingerprint, &organisation)?;
        }
        stage.quietly(OFFICER, &["keys", "publish", "-o", &shown(&organisation)])?;
        for staff in [WANG, LI, ZHANG] {
            stage.quietly(staff.home, &["keys", "sync", "--from", &shown(&organisation)])?;
        }
        stage.done(&msg!("demo-published"));
        let bytes = std::fs::read(&organisation).map_err(|error| Failure::io(&organisation, &error))?;
        server::import(&config, &bytes).map_err(|error| broken(&error))?;
        stage.start(config)?;
        Ok(stage)
    }

    fn enrol(&self, staff: Staff, fingerprint: &str, organisation: &Path) -> Outcome {
        let request = self.folder.join(format!("request-{}.note", staff.home));
        let sheets = self.folder.join(format!("sheets-{}", staff.home));
        self.quietly(OFFICER, &["keys", "invite", "--name", staff.name, "-o", &shown(&sheets)])?;
        let code = code_on_sheet(&sheets)?;
        self.quietly(
            staff.home,
            &[
                "join",
                &shown(organisation),
                &code,
                "--name",
                staff.name,
                "--fingerprint",
                fingerprint,
                "-o",
                &shown(&request),
            ],
        )?;
        let mut words = vec!["keys", "enrol"];
        let request = shown(&request);
        words.extend([
            request.as_str(),
            "--unit",
            staff.unit,
            "--post",
            staff.post,
            "--clearance",
            "机密",
            "--unit-level",
            "机密",
        ]);
        if staff.home == ZHANG.home {
            words.push("--clerk");
        }
        self.quietly(OFFICER, &words)?;
        self.done(&msg!("demo-enrolled", name = staff.name, unit = staff.unit, post = staff.post));
        Ok(())
    }

    fn make_relay(&self) -> Outcome<Config> {
        // The root names the port, so it is chosen now; should somebody take it meanwhile, starting fails.
        let port = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))
            .and_then(|socket| socket.local_addr())
            .map_err(|error| broken(&error))?;
        let relay = NewRelay {
            name: "relay-1".to_owned(),
            listen: vec![port],
            addresses: Vec::new(),
            origin: Some("demo.example/log".to_owned()),
        };
        let (config, _card) =
            server::init(&self.folder.join("relay"), relay, &SystemClock, &mut clock::randomness())
                .map_err(|error| broken(&error))?;
        Ok(config)
    }

    fn start(&mut self, config: Config) -> Outcome {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .map_err(|error| broken(&error))?;
        let relay = runtime.block_on(Relay::start(config)).map_err(|error| broken(&error))?;
        let address = relay.address().map(|address| address.to_string()).unwrap_or_default();
        self.relay = Some((runtime, relay));
        self.done(&msg!("demo-serving", address = address));
        Ok(())
    }

    /// Lets the relay finish and end.
    pub(super) fn close(&mut self) {
        if let Some((runtime, relay)) = self.relay.take() {
            runtime.block_on(relay.shutdown());
        }
    }

    /// The home of somebody.
    pub(super) fn home(&self, name: &str) -> Outcome<Home> {
        Home::open(&self.folder.join(name))
    }

    /// The surroundings of somebody's commands, printing nothing.
    pub(super) fn context_of(&self, name: &str) -> Context {
        let nowhere = || -> Box<dyn Write> { Box::new(io::sink()) };
        let ui = Ui::captured(self.manner(), nowhere(), nowhere());
        Context::at(ui, self.folder.join(name), Some(self.passphrase()))
    }

    fn manner(&self) -> Manner {
        Manner { json: false, yes: true, ..self.context.ui.manner() }
    }

    fn passphrase(&self) -> PathBuf {
        self.folder.join("passphrase")
    }

    /// The folder of everything.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The file that is sent.
    pub(super) fn file(&self) -> &Path {
        &self.file
    }

    /// The item, as people type it.
    pub(super) fn item_word(&self) -> &str {
        self.item.as_deref().unwrap_or_default()
    }

    /// Remembers the item.
    pub(super) fn remember(&mut self, item: String) {
        self.item = Some(item);
    }

    /// Runs a command without showing it.
    pub(super) fn quietly(&self, who: &str, words: &[&str]) -> Outcome {
        let mut line = vec!["vault"];
        line.extend(words);
        let cli = Cli::try_parse_from(line)
            .map_err(|error| Failure::failed(msg!("demo-broken")).because(&error))?;
        commands::run(&self.context_of(who), cli.command)
    }

    /// Shows a command as it is typed, runs it, shows what it prints, and answers how it ended.
    pub(super) fn show(&self, who: Staff, words: &[&str]) -> Outcome {
        let printed = Rc::new(RefCell::new(Vec::new()));
        let sink = || -> Box<dyn Write> { Box::new(Shared(Rc::clone(&printed))) };
        let ui = Ui::captured(self.manner(), sink(), sink());
        let context = Context::at(ui, self.folder.join(who.home), Some(self.passphrase()));
        let typed: Vec<String> = words.iter().map(|word| self.as_typed(word)).collect();
        self.context.ui.gap();
        self.context.ui.prompt(who.name, format!("vault {}", typed.join(" ")).trim_end());
        let mut line = vec!["vault"];
        line.extend(words);
        let cli = Cli::try_parse_from(line)
            .map_err(|error| Failure::failed(msg!("demo-broken")).because(&error))?;
        let outcome = commands::run(&context, cli.command);
        if let Err(failure) = &outcome {
            context.ui.fail(failure);
        }
        let printed = printed.borrow();
        for line in String::from_utf8_lossy(&printed).lines() {
            self.context.ui.line(&format!("    {line}"));
        }
        outcome
    }

    /// A word as a person would type it: paths by their last part, words with spaces in quotes.
    fn as_typed(&self, word: &str) -> String {
        let short = match Path::new(word).file_name().and_then(|name| name.to_str()) {
            Some(name) if word.starts_with('/') => name,
            _ => word,
        };
        if short.contains([' ', '；', ';']) { format!("\"{short}\"") } else { short.to_owned() }
    }

    /// Begins a scene.
    pub(super) fn scene(&self, title: &Msg) {
        self.context.ui.gap();
        self.context.ui.heading(title);
    }

    /// Tells what was accomplished.
    pub(super) fn done(&self, words: &Msg) {
        self.context.ui.done(words);
    }

    /// Tells what was refused as it should be.
    pub(super) fn refused(&self, words: &Msg) {
        self.context.ui.refused(words);
    }

    /// Tells something in passing.
    pub(super) fn aside(&self, words: &Msg) {
        self.context.ui.aside(&self.context.ui.words(words));
    }
}

/// Something of the demonstration itself did not work.
pub(super) fn broken(error: &dyn std::error::Error) -> Failure {
    Failure::failed(msg!("demo-broken")).because(error)
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// The code on the only sheet of a folder, as its reader would type it.
fn code_on_sheet(folder: &Path) -> Result<String, Failure> {
    let fail = |error: io::Error| Failure::io(folder, &error);
    for entry in std::fs::read_dir(folder).map_err(fail)? {
        let path = entry.map_err(fail)?.path();
        if path.extension().is_some_and(|ending| ending == "txt") {
            let sheet = std::fs::read_to_string(&path).map_err(fail)?;
            let code =
                sheet.split_whitespace().find(|word| word.len() == 34 && word.matches('-').count() == 6);
            if let Some(code) = code {
                return Ok(code.to_owned());
            }
        }
    }
    Err(Failure::failed(msg!("demo-broken")))
}

/// Two streams into one buffer, so that their order is kept.
struct Shared(Rc<RefCell<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
