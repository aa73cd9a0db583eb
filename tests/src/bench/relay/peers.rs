//! The peers, on loopback, each as its own guide says.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::super::measure::Line;
use super::super::serving::Serving;
use super::super::shaped::Host;
use crate::recipes::Failure;

const SSHD: &str = "/usr/sbin/sshd";

/// A free TCP port of this machine.
fn free_port() -> Result<u16, Failure> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

/// OpenSSH: a server of its own with keys of its own.
#[derive(Debug)]
pub(super) struct Ssh {
    folder: PathBuf,
    address: String,
    port: u16,
    _server: Serving,
}

impl Ssh {
    pub(super) fn start(folder: &Path) -> Result<Self, Failure> {
        Self::start_by(folder, Command::new(SSHD), &Ipv4Addr::LOCALHOST.to_string(), free_port()?)
    }

    /// A server on another host.
    pub(super) fn start_on(folder: &Path, host: &Host) -> Result<Self, Failure> {
        let mut command = Command::new("ip");
        command.args(host.enter()).arg(SSHD);
        Self::start_by(folder, command, host.address, 22)
    }

    fn start_by(folder: &Path, mut server: Command, address: &str, port: u16) -> Result<Self, Failure> {
        let folder = folder.join("ssh");
        fs::create_dir(&folder)?;
        let at = |name: &str| folder.join(name).display().to_string();
        for name in ["host", "user"] {
            Line::new("ssh-keygen").with(["-q", "-t", "ed25519", "-N", "", "-f", &at(name)]).output()?;
        }
        fs::copy(at("user.pub"), at("authorized"))?;
        fs::set_permissions(at("authorized"), fs::Permissions::from_mode(0o600))?;
        // Where a server is started by hand, nobody else has made the folder it separates its privileges in.
        fs::create_dir_all("/run/sshd")?;
        let config = format!(
            "Port {port}\nListenAddress {address}\nHostKey {}\nAuthorizedKeysFile {}\nStrictModes no\n\
             UsePAM no\nPermitRootLogin yes\nPidFile none\nSubsystem sftp internal-sftp\n",
            at("host"),
            at("authorized"),
        );
        fs::write(at("config"), config)?;
        let server = Serving::start(server.args(["-D", "-e", "-f", &at("config")]), "Server listening")?;
        Ok(Self { address: address.to_owned(), port, _server: server, folder })
    }

    /// The options of a client, for a shell.
    fn options(&self) -> String {
        let key = self.folder.join("user").display().to_string();
        format!("-i {key} -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR")
    }

    /// Copies a file with the default cipher and syncs what arrived.
    pub(super) fn scp(&self, from: &Path, to: &Path) -> Line {
        let (options, address, port, to) = (self.options(), &self.address, self.port, to.display());
        let words = format!("scp -q {options} -P {port} {} {address}:{to} && sync {to}", from.display());
        Line::new("sh").with(["-c", &words])
    }

    /// The same with rsync, which syncs what arrived itself.
    pub(super) fn rsync(&self, from: &Path, to: &Path) -> Line {
        let shell = format!("ssh {} -p {}", self.options(), self.port);
        let to = format!("{}:{}", self.address, to.display());
        Line::new("rsync").with(["--fsync", "--whole-file", "-e", &shell]).with([from]).with([to])
    }
}

/// magic-wormhole with mailbox server and transit relay of its own.
#[derive(Debug)]
pub(super) struct Wormhole {
    program: PathBuf,
    mailbox: u16,
    transit: u16,
    _servers: [Serving; 2],
}

impl Wormhole {
    /// None if it is not installed.
    pub(super) fn start(folder: &Path, programs: Option<&Path>) -> Result<Option<Self>, Failure> {
        let program = |name: &str| programs.map_or_else(|| PathBuf::from(name), |folder| folder.join(name));
        if Command::new(program("wormhole")).arg("--version").output().is_err() {
            return Ok(None);
        }
        let (mailbox, transit) = (free_port()?, free_port()?);
        let twist = |service: &str, port: u16, more: &[&str]| {
            let mut command = Command::new(program("twist"));
            command.args([service, &format!("--port=tcp:{port}:interface=127.0.0.1")]).args(more);
            command.current_dir(folder);
            Serving::start(&command, &format!("starting on {port}"))
        };
        let database = format!("--channel-db={}", folder.join("mailbox.sqlite").display());
        let servers =
            [twist("wormhole-mailbox", mailbox, &[&database])?, twist("transitrelay", transit, &[])?];
        Ok(Some(Self { program: program("wormhole"), mailbox, transit, _servers: servers }))
    }

    /// Sends and receives a file through the transit relay, both at once, and syncs what arrived.
    pub(super) fn pass(&self, from: &Path, to: &Path) -> Line {
        let (program, from, to) = (self.program.display(), from.display(), to.display());
        let common = format!(
            "{program} --relay-url ws://127.0.0.1:{}/v1 --transit-helper tcp:127.0.0.1:{}",
            self.mailbox, self.transit
        );
        let words = format!(
            "{common} send --no-listen --hide-progress --code 4-bench-line {from} & \
             {common} receive --no-listen --hide-progress --accept-file -o {to} 4-bench-line && wait $! && sync {to}"
        );
        Line::new("sh").with(["-c", &words])
    }
}
