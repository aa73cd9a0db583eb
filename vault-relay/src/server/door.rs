//! Who may begin a handshake: a limit on all connections, and one on those of an address that have not said who they are
//! (docs/relay-protocol.md, "Limits").
//!
//! A handshake that is not finished holds a place for up to ten seconds, and its address may be made up. So half of what an
//! address may have goes to whoever asks, and the rest to whoever has shown that he hears us there.

use std::net::{IpAddr, Ipv6Addr};

use super::config::Limits;
use super::tally::{Place, Tally};

/// Handshakes under way, by address.
#[derive(Debug, Default)]
pub(crate) struct Door(Tally<IpAddr>);

/// What becomes of whoever knocks.
#[derive(Debug)]
pub(crate) enum Knock {
    /// Begin the handshake; the place is kept until he has said who he is.
    Enter(Place<IpAddr>),
    /// Show first that you hear us at this address.
    ShowAddress,
    /// His address has all it may have: not answered now. He asks again by himself within a second or so (RFC 9002, section 6.2).
    Wait,
    /// There is no room.
    Refuse,
}

/// Whether a connection's address was shown to be its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Address {
    Shown,
    Claimed,
}

impl Door {
    /// Decides on one more connection from here, while so many are open.
    pub(crate) fn knock(&self, from: IpAddr, address: Address, open: usize, limits: &Limits) -> Knock {
        if open >= limits.connections {
            return Knock::Refuse;
        }
        let claimed = address == Address::Claimed;
        if claimed && open >= limits.connections / 2 {
            return Knock::ShowAddress;
        }
        let most = limits.handshakes_per_address;
        match self.0.enter(network(from), if claimed { most / 2 } else { most }) {
            Some(place) => Knock::Enter(place),
            None if claimed => Knock::ShowAddress,
            None => Knock::Wait,
        }
    }
}

/// What counts as one address: of IPv6 the network, in which one machine has as many addresses as it likes.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(long) => Ipv6Addr::from_bits(long.to_bits() & !u128::from(u64::MAX)).into(),
        short => short,
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn a_machine_with_many_addresses_is_one() {
        let same = |one, other| network(address(one)) == network(address(other));
        assert!(same("2001:db8:1:2::3", "2001:db8:1:2:ffff:1:2:3"));
        assert!(!same("2001:db8:1:2::3", "2001:db8:1:3::3"));
        assert!(same("192.0.2.7", "::ffff:192.0.2.7"));
        assert!(!same("192.0.2.7", "192.0.2.8"));
        assert!(!same("::ffff:192.0.2.7", "::ffff:192.0.2.8"));
    }

    #[test]
    fn one_address_takes_no_more_than_its_handshakes_and_a_made_up_one_half_of_them() {
        let limits = Limits { connections: 100, handshakes_per_address: 4, ..Limits::default() };
        let door = Door::default();
        let knock = |from: &str, how| door.knock(address(from), how, 0, &limits);
        let mut inside = Vec::new();
        for _ in 0..2 {
            let Knock::Enter(place) = knock("192.0.2.7", Address::Claimed) else { panic!("not let in") };
            inside.push(place);
        }
        assert!(matches!(knock("192.0.2.7", Address::Claimed), Knock::ShowAddress));
        for _ in 0..2 {
            let Knock::Enter(place) = knock("192.0.2.7", Address::Shown) else { panic!("not let in") };
            inside.push(place);
        }
        assert!(matches!(knock("192.0.2.7", Address::Shown), Knock::Wait));
        assert!(matches!(knock("192.0.2.8", Address::Claimed), Knock::Enter(_)));
        inside.pop();
        assert!(matches!(knock("192.0.2.7", Address::Shown), Knock::Enter(_)));
    }

    #[test]
    fn a_full_house_lets_nobody_in_and_a_half_full_one_nobody_with_a_made_up_address() {
        let limits = Limits { connections: 10, ..Limits::default() };
        let door = Door::default();
        let knock = |how, open| door.knock(address("192.0.2.7"), how, open, &limits);
        assert!(matches!(knock(Address::Claimed, 4), Knock::Enter(_)));
        assert!(matches!(knock(Address::Claimed, 5), Knock::ShowAddress));
        assert!(matches!(knock(Address::Shown, 9), Knock::Enter(_)));
        assert!(matches!(knock(Address::Shown, 10), Knock::Refuse));
    }
}
