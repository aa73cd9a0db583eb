//! `vault demo`: an office in a minute. It founds an organisation, starts a real relay on loopback, sends a
//! file by the very commands people type, shows what each side sees, and has a top-secret item refused
//! three times, the last time by the relay against a client that skips its own checks.
//!
//! Nothing here is staged: the commands shown are parsed and run as typed, and every claim is checked
//! before it is printed.

mod forgery;
mod scenes;
mod stage;

use std::path::{Path, PathBuf};
use std::time::Instant;

use serde_json::json;

use crate::context::Context;
use crate::error::{Failure, Outcome};
use crate::interrupt::Fleeting;
use crate::msg;
use stage::Stage;

/// The sample that is sent when nobody names a file.
const SAMPLE: &[u8] = include_bytes!("../../../docs/sample/notice.txt");
/// What the sample is called.
const SAMPLE_NAME: &str = "关于做好汛期值班值守工作的通知.txt";

/// Runs the demonstration.
///
/// # Errors
/// Anything that does not go as it should ends it.
pub(crate) fn run(context: &Context, file: Option<&Path>, dir: Option<&Path>, keep: bool) -> Outcome {
    let started = Instant::now();
    let ui = &context.ui;
    let place = Place::new(dir, keep)?;
    let file = match file {
        Some(file) => std::path::absolute(file).map_err(|error| Failure::io(file, &error))?,
        None => sample(place.path())?,
    };
    ui.heading(&msg!("demo-title"));
    ui.line(&ui.words(&msg!("demo-intro")));
    let mut stage = Stage::build(context, place.path(), &file)?;
    let facts = scenes::play(&mut stage)?;
    stage.close();
    let seconds = started.elapsed().as_secs();
    ui.gap();
    ui.heading(&msg!("demo-done", seconds = seconds));
    ui.json(&json!({
        "seconds": seconds,
        "item": facts.item,
        "identical": true,
        "receipt_leaf": facts.receipt_leaf,
        "top_secret_refused_by": ["seal", "send", "relay"],
        "kept": keep.then(|| place.path().display().to_string()),
    }));
    if keep {
        go_on(context, &place, &stage);
    } else {
        ui.say(&msg!("demo-gone"));
    }
    Ok(())
}

/// Where it happens: a folder that goes afterwards, unless it is to be kept.
enum Place {
    Fleeting(Fleeting),
    Kept(PathBuf),
}

impl Place {
    fn new(dir: Option<&Path>, keep: bool) -> Outcome<Self> {
        let path = match dir {
            Some(dir) => std::path::absolute(dir).map_err(|error| Failure::io(dir, &error))?,
            None => std::env::temp_dir().join(format!("vault-demo-{}", std::process::id())),
        };
        // Never into a folder that holds something: afterwards everything in it may be removed.
        let is_empty = path.read_dir().map_or(true, |mut entries| entries.next().is_none());
        if !is_empty {
            return Err(Failure::failed(msg!("demo-not-empty", path = path.display().to_string()))
                .hint(msg!("demo-not-empty-next")));
        }
        crate::home::make_private_folder(&path)?;
        Ok(if keep { Self::Kept(path) } else { Self::Fleeting(Fleeting::new(path)) })
    }

    fn path(&self) -> &Path {
        match self {
            Self::Fleeting(folder) => folder.path(),
            Self::Kept(path) => path,
        }
    }
}

fn sample(folder: &Path) -> Outcome<PathBuf> {
    let path = folder.join(SAMPLE_NAME);
    crate::home::write_whole(&path, SAMPLE, crate::home::Existing::Keep)?;
    Ok(path)
}

/// Commands that work as they are printed.
fn go_on(context: &Context, place: &Place, stage: &Stage<'_>) {
    let ui = &context.ui;
    let dir = place.path().display();
    ui.say(&msg!("demo-kept", path = dir.to_string()));
    ui.gap();
    ui.say(&msg!("demo-serve"));
    let (vault, relay) = (program("vault"), program("vault-relay"));
    ui.line(&format!("    {relay} --config {dir}/relay/relay.toml serve"));
    ui.gap();
    ui.say(&msg!("demo-go-on"));
    let pass = format!("--passphrase-file {dir}/passphrase");
    for (home, words) in [
        ("zhangwei", "".to_owned()),
        ("zhangwei", format!("receive {pass}")),
        ("zhangwei", format!("read 1 --stdout {pass}")),
        ("wangjianguo", format!("status {}", stage.item_word())),
        (
            "zhangwei",
            format!(
                "send {} --to 王建国 --mark 内部 --term 6个月 --basis 工作秘密清单3 {pass}",
                stage.file().display()
            ),
        ),
    ] {
        ui.line(format!("    VAULT_HOME={dir}/{home} {vault} {words}").trim_end());
    }
}

/// How a program of ours is called here: by name where the shell finds it, by its path beside this one, or
/// through cargo where it is not built yet.
fn program(name: &str) -> String {
    let own = std::env::current_exe().ok();
    let beside = own.as_deref().and_then(Path::parent).map(|folder| folder.join(name));
    let in_path = std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(name).is_file()));
    match beside {
        _ if in_path => name.to_owned(),
        Some(path) if path.is_file() => path.display().to_string(),
        _ => format!("cargo run --release --bin {name} --"),
    }
}
