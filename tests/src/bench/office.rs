//! A small organisation made with the real programs: an officer, and three people whose keys are unlocked.

use std::fs;
use std::net::{Ipv4Addr, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::measure::Line;
use super::serving::Serving;
use super::shaped::Host;
use crate::recipes::Failure;

/// The names of the three; all in one unit.
const PEOPLE: [&str; 3] = ["赵一", "钱二", "孙三"];

/// The organisation, in a folder of its own.
#[derive(Debug)]
pub(super) struct Office {
    folder: PathBuf,
    vault: PathBuf,
    relay: PathBuf,
}

impl Office {
    /// Founds it below `folder`; nothing of it outlives the folder but the keys in the kernel's keyring, which
    /// [`Office::close`] removes.
    pub(super) fn found(folder: &Path, vault: &Path, relay: &Path) -> Result<Self, Failure> {
        // The root names the port, so it is chosen before the relay first runs.
        let address = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.to_string();
        Self::found_at(folder, vault, relay, &address)
    }

    /// The same with a relay at this address, `host:port`.
    pub(super) fn found_at(
        folder: &Path,
        vault: &Path,
        relay: &Path,
        address: &str,
    ) -> Result<Self, Failure> {
        let office = Self { folder: folder.to_owned(), vault: vault.to_owned(), relay: relay.to_owned() };
        office.write_passphrase()?;
        let at = |name: &str| office.at(name);
        Line::new(relay).with(["init", &at("relay"), "--listen", address, "--name", "relay-1"]).output()?;
        let card = at("relay/relay-card.json");
        let founded = office
            .vault("officer")
            .with([
                "--json",
                "keys",
                "init",
                "--name",
                "示例单位",
                "--officer",
                "周四",
                "--relay-card",
                &card,
            ])
            .with(["--internal", "free", "-o", &at("organisation.1")])
            .output()?;
        let founded: serde_json::Value = serde_json::from_str(&founded)?;
        let fingerprint = founded["fingerprint"].as_str().ok_or("`vault keys init` named no fingerprint")?;
        for name in PEOPLE {
            let (request, sheets) = (at(&format!("{name}.request")), at(&format!("{name}.sheets")));
            let invited = office
                .vault("officer")
                .with(["--json", "keys", "invite", "--name", name, "-o", &sheets])
                .output()?;
            let invited: serde_json::Value = serde_json::from_str(&invited)?;
            let code = invited["invited"][0]["code"].as_str().ok_or("`vault keys invite` named no code")?;
            office
                .vault(name)
                .with(["join", &at("organisation.1"), code, "--name", name, "--fingerprint", fingerprint])
                .with(["-o", &request])
                .output()?;
            office
                .vault("officer")
                .with(["keys", "enrol", &request, "--unit", "财务科", "--post", "科员"])
                .with(["--clearance", "internal", "--role", "handler"])
                .output()?;
        }
        office.vault("officer").with(["keys", "publish", "-o", &at("organisation.2")]).output()?;
        for name in PEOPLE {
            office.vault(name).with(["keys", "sync", "--from", &at("organisation.2")]).output()?;
            office.vault(name).with(["unlock", "--for", "2h"]).output()?;
        }
        Ok(office)
    }

    /// Lets the relay serve.
    pub(super) fn serve(&self) -> Result<Serving, Failure> {
        self.serve_by(Command::new(&self.relay))
    }

    /// Lets it serve on another host.
    pub(super) fn serve_on(&self, host: &Host) -> Result<Serving, Failure> {
        let mut command = Command::new("ip");
        command.args(host.enter()).arg(&self.relay);
        self.serve_by(command)
    }

    fn serve_by(&self, mut command: Command) -> Result<Serving, Failure> {
        let config = self.at("relay/relay.toml");
        let import = ["--config", &config, "import", &self.at("organisation.2")];
        Line::new(&self.relay).with(import).output()?;
        Serving::start(command.args(["--config", &config, "serve"]), "listening on")
    }

    /// Sends `input` through the relay to one recipient.
    pub(super) fn send(&self, input: &Path) -> Line {
        let [sender, one, _] = PEOPLE;
        self.unlocked(sender)
            .with([
                "send", "--to", one, "--mark", "内部", "--term", "1y", "--title", "试验", "--basis", "试验",
            ])
            .with([input])
    }

    /// Receives, as that recipient, whatever waits: verified, stored and signed for.
    pub(super) fn receive(&self) -> Line {
        self.unlocked(PEOPLE[1]).with(["receive"])
    }

    /// Where that recipient's received items lie.
    pub(super) fn inbox(&self) -> PathBuf {
        self.folder.join(PEOPLE[1]).join("inbox")
    }

    /// Seals `input`, hybrid, to two recipients and the sender.
    pub(super) fn seal(&self, input: &Path, output: &Path) -> Line {
        let [sender, one, two] = PEOPLE;
        self.unlocked(sender)
            .with(["seal", "--to", one, "--to", two, "--mark", "内部", "--term", "1y"])
            .with(["--title", "试验", "--basis", "试验", "-o"])
            .with([output, input])
    }

    /// Opens an item as one of its recipients.
    pub(super) fn open(&self, item: &Path, output: &Path) -> Line {
        self.unlocked(PEOPLE[1]).with(["open", "-o"]).with([output, item])
    }

    /// Shows an item's label.
    pub(super) fn inspect(&self, item: &Path) -> Line {
        self.unlocked(PEOPLE[1]).with(["inspect"]).with([item])
    }

    /// Takes the keys out of the kernel's keyring.
    pub(super) fn close(self) -> Result<(), Failure> {
        for name in PEOPLE {
            self.unlocked(name).with(["lock"]).output()?;
        }
        Ok(())
    }

    fn vault(&self, home: &str) -> Line {
        self.unlocked(home).with(["--passphrase-file", &self.at("passphrase")])
    }

    /// Without a passphrase at hand: what is not unlocked fails instead of being measured with a key derivation.
    fn unlocked(&self, home: &str) -> Line {
        Line::new(&self.vault).with(["--lang", "en", "--yes", "--home", &self.at(home)])
    }

    fn write_passphrase(&self) -> Result<(), Failure> {
        use std::os::unix::fs::PermissionsExt as _;
        let path = self.at("passphrase");
        fs::write(&path, "correct horse battery staple\n")?;
        Ok(fs::set_permissions(path, fs::Permissions::from_mode(0o600))?)
    }

    fn at(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }
}
