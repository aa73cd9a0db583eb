//! A relay in this process on the disk that is measured, and stations that speak to it.

use std::path::Path;
use std::sync::Arc;

use vault_core::policy::Policy;
use vault_core::test_world::{NOW, SeededRng, World};
use vault_keys::bytes::Bytes;
use vault_keys::directory::{NotaryText, Relay as NamedRelay};
use vault_keys::time::Time;
use vault_relay::client::{Client, Peer};
use vault_relay::server::{self, Clock, Config, NewRelay, Relay};

use crate::recipes::Failure;

/// The world's own time, so that its directory never expires.
#[derive(Debug)]
struct StandingClock(Time);

impl Clock for StandingClock {
    fn now(&self) -> Time {
        self.0
    }
}

/// The test world with a relay that is not running yet.
pub(super) struct Office {
    pub(super) world: World,
    config: Config,
    clock: Arc<dyn Clock>,
}

impl Office {
    pub(super) fn found(folder: &Path) -> Result<Self, Failure> {
        Self::found_for(folder, 0)
    }

    /// The same with room for so many items of one sender.
    pub(super) fn found_for(folder: &Path, items: usize) -> Result<Self, Failure> {
        let clock: Arc<dyn Clock> = Arc::new(StandingClock(NOW.parse()?));
        let relay = NewRelay {
            name: "relay-1".to_owned(),
            listen: vec!["127.0.0.1:0".parse()?],
            addresses: Vec::new(),
            origin: Some("bench.example/log".to_owned()),
        };
        let (mut config, card) =
            server::init(&folder.join("relay"), relay, &*clock, &mut SeededRng::new(99))?;
        // The bench asks for more at once than one person's machine does.
        config.limits.uploads_per_sender = 1 << 20;
        config.limits.parts_in_memory = 1024;
        config.limits.requests_per_minute = u32::MAX;
        let items = config.limits.kept_per_sender.max(items as u64);
        (config.limits.kept_per_sender, config.limits.kept_per_unit) = (items, items);
        let named = NamedRelay {
            name: card.name.parse()?,
            addresses: vec!["relay.example:7443".to_owned()],
            ed25519: Bytes(card.ed25519.0),
        };
        let origin = card.log.origin.parse()?;
        let world = World::under(Policy::internal_without_decision, |root| {
            root.log.origin = origin;
            root.log.ed25519 = card.log.ed25519;
            root.log.ml_dsa_44 = card.log.ml_dsa_44;
            root.notary = Some(NotaryText { ed25519: card.notary.ed25519, ml_dsa_44: card.notary.ml_dsa_44 });
            root.relays = vec![named];
        });
        server::import(&config, &world.organisation().encode())?;
        Ok(Self { world, config, clock })
    }

    pub(super) async fn serve(&self) -> Result<Relay, Failure> {
        Ok(Relay::start_with(self.config.clone(), Arc::clone(&self.clock)).await?)
    }

    /// A connection of the sender's own.
    pub(super) async fn dial(&self, relay: &Relay) -> Result<Client, Failure> {
        let mut peer = Peer::from_root(&self.world.root)?;
        peer.addresses = relay.addresses().iter().map(ToString::to_string).collect();
        Ok(Client::dial(&peer, &self.world.member(1).station).await?)
    }
}
