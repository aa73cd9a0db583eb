//! A relay as the journeys run it, on loopback in one folder: `init FOLDER`, `import FOLDER FILE`,
//! `serve FOLDER`, which says `ready` and ends when its standard input does; `backup FOLDER TO`; `restart FOLDER FROM`.
#![expect(clippy::print_stdout, reason = "this is how the journey hears that the relay is ready")]

use std::error::Error;
use std::io::Read as _;
use std::net::{Ipv4Addr, UdpSocket};
use std::path::Path;

use rand_core::UnwrapErr;
use vault_relay::server::{self, CARD_NAME, CONFIG_NAME, Clock as _, Config, NewRelay, Relay, SystemClock};

const ORIGIN: &str = "journey.example/log";

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["init", folder] => init(Path::new(folder)),
        ["import", folder, file] => {
            let config = Config::load(&Path::new(folder).join(CONFIG_NAME))?;
            server::import(&config, &std::fs::read(file)?)?;
            Ok(())
        }
        ["serve", folder] => serve(Path::new(folder)),
        ["backup", folder, to] => {
            server::backup(&Config::load(&Path::new(folder).join(CONFIG_NAME))?, Path::new(to))?;
            Ok(())
        }
        ["restart", folder, from] => {
            let path = Path::new(folder).join(CONFIG_NAME);
            let text = std::fs::read_to_string(&path)?;
            std::fs::write(&path, text.replace(ORIGIN, "journey.example/log-2"))?;
            let restarted = server::restart(&Config::load(&path)?, Path::new(from), SystemClock.now())?;
            std::fs::write(Path::new(folder).join(CARD_NAME), restarted.card.to_json()?)?;
            Ok(())
        }
        _ => {
            Err("init FOLDER | import FOLDER FILE | serve FOLDER | backup FOLDER TO | restart FOLDER FROM"
                .into())
        }
    }
}

fn init(folder: &Path) -> Result<(), Box<dyn Error>> {
    // The root names the port, so it is chosen before the relay first runs.
    let address = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
    let relay = NewRelay {
        name: "relay-1".to_owned(),
        listen: vec![address],
        addresses: Vec::new(),
        origin: Some(ORIGIN.to_owned()),
    };
    server::init(folder, relay, &SystemClock, &mut UnwrapErr(getrandom::SysRng))?;
    Ok(())
}

fn serve(folder: &Path) -> Result<(), Box<dyn Error>> {
    let config = Config::load(&folder.join(CONFIG_NAME))?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let relay = runtime.block_on(Relay::start(config))?;
    println!("ready");
    // Held open by the journey; it closes also when the journey panics, so no relay outlives its test.
    std::io::stdin().read_to_end(&mut Vec::new())?;
    runtime.block_on(relay.shutdown());
    Ok(())
}
