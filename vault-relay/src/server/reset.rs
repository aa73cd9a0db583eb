//! What a relay that was killed and started again says to connections of before: that they are gone (stateless reset, RFC
//! 9000 section 10.3). Without it a client would wait its idle time out.
//!
//! The key of it comes from the relay's own key, so it is the same after a restart and nobody else's; and from the address,
//! so that no endpoint tells the token of a connection that lives on another (section 21.11).

use std::net::SocketAddr;
use std::sync::Arc;

use quinn::EndpointConfig;
use quinn_proto::crypto::{CryptoError, HmacKey};
use quinn_proto::{ConnectionIdGenerator, HashedConnectionIdGenerator};
use vault_keys::station::StationKey;
use zeroize::Zeroizing;

/// Names what the key is for (BLAKE3 `derive_key`).
const PURPOSE: &str = "vault-relay/1 stateless reset";

/// The secret behind the tokens of one relay.
#[derive(Clone)]
pub(crate) struct ResetSecret(Zeroizing<[u8; 32]>);

impl std::fmt::Debug for ResetSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ResetSecret(..)")
    }
}

impl ResetSecret {
    /// From the relay's key.
    pub(crate) fn of(tls: &StationKey) -> Self {
        Self(Zeroizing::new(blake3::derive_key(PURPOSE, &tls.to_pkcs8())))
    }

    /// The settings of the endpoint at this address.
    pub(crate) fn endpoint(&self, address: SocketAddr) -> EndpointConfig {
        let key = Token(Zeroizing::new(self.key(address, "token")));
        let [a, b, c, d, e, f, g, h, ..] = self.key(address, "connection id");
        let ids = u64::from_be_bytes([a, b, c, d, e, f, g, h]);
        let mut config = EndpointConfig::new(Arc::new(key));
        config.cid_generator(move || -> Box<dyn ConnectionIdGenerator> {
            Box::new(HashedConnectionIdGenerator::from_key(ids))
        });
        config
    }

    fn key(&self, address: SocketAddr, what: &str) -> [u8; 32] {
        *blake3::keyed_hash(&self.0, format!("{what} {address}").as_bytes()).as_bytes()
    }
}

/// Makes the token of a connection id.
struct Token(Zeroizing<[u8; 32]>);

impl HmacKey for Token {
    fn sign(&self, data: &[u8], signature_out: &mut [u8]) {
        let hash = blake3::keyed_hash(&self.0, data);
        signature_out.copy_from_slice(hash.as_bytes());
    }

    fn signature_len(&self) -> usize {
        blake3::OUT_LEN
    }

    fn verify(&self, data: &[u8], signature: &[u8]) -> Result<(), CryptoError> {
        // Compared in constant time.
        let is_so = <[u8; 32]>::try_from(signature).is_ok_and(|it| blake3::keyed_hash(&self.0, data) == it);
        if is_so { Ok(()) } else { Err(CryptoError) }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use vault_core::test_world::SeededRng;

    use super::*;

    fn token(secret: &ResetSecret, address: &str) -> Vec<u8> {
        let key = Token(Zeroizing::new(secret.key(address.parse().unwrap(), "token")));
        let mut out = vec![0; key.signature_len()];
        key.sign(b"a connection id", &mut out);
        key.verify(b"a connection id", &out).unwrap();
        assert!(key.verify(b"another", &out).is_err() && key.verify(b"a connection id", &out[1..]).is_err());
        out
    }

    #[test]
    fn the_same_after_a_restart_and_of_each_relay_and_address_another() {
        let key = StationKey::generate_for_relay(&mut SeededRng::new(1));
        let (before, after) = (ResetSecret::of(&key), ResetSecret::of(&key));
        let other = ResetSecret::of(&StationKey::generate_for_relay(&mut SeededRng::new(2)));
        let of = |secret: &ResetSecret| token(secret, "127.0.0.1:7443");
        assert_eq!(of(&before), of(&after));
        assert_ne!(of(&before), of(&other));
        assert_ne!(of(&before), token(&before, "127.0.0.1:7444"));
        assert_eq!(format!("{before:?}"), "ResetSecret(..)");
    }

    #[test]
    fn connection_ids_of_before_are_known_again() {
        let key = StationKey::generate_for_relay(&mut SeededRng::new(1));
        let ids = |address: &str| {
            let [a, b, c, d, e, f, g, h, ..] =
                ResetSecret::of(&key).key(address.parse().unwrap(), "connection id");
            HashedConnectionIdGenerator::from_key(u64::from_be_bytes([a, b, c, d, e, f, g, h]))
        };
        let id = ids("127.0.0.1:7443").generate_cid();
        ids("127.0.0.1:7443").validate(&id).unwrap();
        assert!(ids("127.0.0.1:7444").validate(&id).is_err());
    }
}
