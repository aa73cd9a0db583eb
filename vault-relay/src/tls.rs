//! TLS as both sides must speak it (design section 8; docs/relay-protocol.md, "Connection").
//!
//! TLS 1.3 only, key exchange X25519MLKEM768 only, Ed25519 raw public keys both ways (RFC 7250), no early
//! data, no session tickets, no resumption on either side. There are no certificates and no names: the client
//! pins the relay's key, the relay asks its directory about the station's key.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use quinn_proto::crypto::rustls::{QuicClientConfig, QuicServerConfig};
use rustls::client::AlwaysResolvesClientRawPublicKeys;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::aws_lc_rs::{self, cipher_suite, kx_group};
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms, verify_tls13_signature_with_raw_key};
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer, ServerName, SubjectPublicKeyInfoDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::server::{AlwaysResolvesServerRawPublicKeys, NoServerSessionStorage};
use rustls::sign::CertifiedKey;
use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, Error, PeerIncompatible, SignatureScheme,
};
use vault_keys::station::{self, StationKey};

use crate::proto::ALPN;

/// A raw Ed25519 public key as it stands in root and directory.
pub type PublicKey = [u8; 32];

/// Why a TLS configuration could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TlsError {
    /// The station or relay key was not accepted by the TLS library.
    #[error("this key cannot be used for TLS")]
    Key(#[source] Error),
    /// The TLS library refused these settings: a fault of this program.
    #[error("the TLS settings were refused")]
    Settings(#[source] Error),
    /// QUIC needs a cipher suite the library does not have: a fault of this program.
    #[error("the cipher suite for QUIC's first packets is missing")]
    InitialSuite,
}

/// A private Ed25519 key in the form the TLS library wants; its `Debug` shows nothing.
#[derive(Clone)]
pub struct TlsKey(Arc<CertifiedKey>);

impl TlsKey {
    /// Takes a station's or relay's key.
    pub fn new(key: &StationKey) -> Result<Self, TlsError> {
        let pkcs8 = key.to_pkcs8();
        let signer = aws_lc_rs::sign::any_eddsa_type(&PrivatePkcs8KeyDer::from(pkcs8.as_slice()))
            .map_err(TlsError::Key)?;
        let public = CertificateDer::from(key.to_spki().to_vec());
        Ok(Self(Arc::new(CertifiedKey::new(vec![public], signer))))
    }
}

impl std::fmt::Debug for TlsKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TlsKey")
    }
}

/// Decides at the handshake whether a station may speak to the relay at all.
pub trait StationGate: std::fmt::Debug + Send + Sync {
    /// Whether this key belongs to an active station of an active person now.
    fn admits(&self, key: &PublicKey) -> bool;
}

/// Remembers why a handshake failed on our own side: the pinned key was not the one presented.
#[derive(Debug, Default, Clone)]
pub struct WrongKeySeen(Arc<AtomicBool>);

impl WrongKeySeen {
    /// Whether the relay presented another key than the pinned one.
    pub fn get(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// The client's side: pins the relay's key, presents the station's.
pub fn client(
    station: &TlsKey,
    relay: PublicKey,
) -> Result<(Arc<rustls::ClientConfig>, WrongKeySeen), TlsError> {
    let seen = WrongKeySeen::default();
    let verifier = PinnedRelay { spki: station::spki(&relay), algorithms: algorithms(), wrong: seen.clone() };
    let mut config = rustls::ClientConfig::builder_with_provider(Arc::new(provider()))
        .with_protocol_versions(&[&rustls::version::TLS13])
        .map_err(TlsError::Settings)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_client_cert_resolver(Arc::new(AlwaysResolvesClientRawPublicKeys::new(Arc::clone(&station.0))));
    config.alpn_protocols = vec![ALPN.to_vec()];
    config.resumption = rustls::client::Resumption::disabled();
    config.enable_early_data = false;
    config.enable_sni = false;
    Ok((Arc::new(config), seen))
}

/// The relay's side: presents its key, asks `gate` about the station's.
pub fn server(relay: &TlsKey, gate: Arc<dyn StationGate>) -> Result<Arc<rustls::ServerConfig>, TlsError> {
    let mut config = rustls::ServerConfig::builder_with_provider(Arc::new(provider()))
        .with_protocol_versions(&[&rustls::version::TLS13])
        .map_err(TlsError::Settings)?
        .with_client_cert_verifier(Arc::new(GatedStation { gate, algorithms: algorithms() }))
        .with_cert_resolver(Arc::new(AlwaysResolvesServerRawPublicKeys::new(Arc::clone(&relay.0))));
    config.alpn_protocols = vec![ALPN.to_vec()];
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    config.max_early_data_size = 0;
    Ok(Arc::new(config))
}

/// The same for QUIC, client side.
pub fn quic_client(config: Arc<rustls::ClientConfig>) -> Result<QuicClientConfig, TlsError> {
    QuicClientConfig::with_initial(config, initial_suite()?).map_err(|_| TlsError::InitialSuite)
}

/// The same for QUIC, relay side.
pub fn quic_server(config: Arc<rustls::ServerConfig>) -> Result<QuicServerConfig, TlsError> {
    QuicServerConfig::with_initial(config, initial_suite()?).map_err(|_| TlsError::InitialSuite)
}

/// The Ed25519 key a peer presented, from what QUIC calls its identity.
pub fn peer_key(certificates: &[CertificateDer<'_>]) -> Option<PublicKey> {
    match certificates {
        [one] => station::public_of_spki(one),
        _ => None,
    }
}

/// X25519MLKEM768 alone, so nothing can be bargained down to a classical exchange.
///
/// AES-128 is absent: QUIC needs it for its first packets, whose keys are public anyway, and gets it apart
/// from this list ([`initial_suite`]).
fn provider() -> CryptoProvider {
    CryptoProvider {
        cipher_suites: vec![
            cipher_suite::TLS13_AES_256_GCM_SHA384,
            cipher_suite::TLS13_CHACHA20_POLY1305_SHA256,
        ],
        kx_groups: vec![kx_group::X25519MLKEM768],
        ..aws_lc_rs::default_provider()
    }
}

fn initial_suite() -> Result<rustls::quic::Suite, TlsError> {
    cipher_suite::TLS13_AES_128_GCM_SHA256
        .tls13()
        .and_then(rustls::Tls13CipherSuite::quic_suite)
        .ok_or(TlsError::InitialSuite)
}

fn algorithms() -> WebPkiSupportedAlgorithms {
    aws_lc_rs::default_provider().signature_verification_algorithms
}

/// Accepts Ed25519 signatures by the raw key only; the library's list also knows what X.509 needs.
fn verify_handshake(
    algorithms: &WebPkiSupportedAlgorithms,
    message: &[u8],
    key: &CertificateDer<'_>,
    signature: &DigitallySignedStruct,
) -> Result<HandshakeSignatureValid, Error> {
    if signature.scheme != SignatureScheme::ED25519 {
        return Err(Error::InvalidCertificate(CertificateError::BadSignature));
    }
    verify_tls13_signature_with_raw_key(
        message,
        &SubjectPublicKeyInfoDer::from(key.as_ref()),
        signature,
        algorithms,
    )
}

/// TLS 1.2 is never offered, so its signatures can only be an attack.
fn no_tls12() -> Result<HandshakeSignatureValid, Error> {
    Err(PeerIncompatible::Tls12NotOffered.into())
}

#[derive(Debug)]
struct PinnedRelay {
    spki: [u8; 44],
    algorithms: WebPkiSupportedAlgorithms,
    wrong: WrongKeySeen,
}

impl ServerCertVerifier for PinnedRelay {
    fn verify_server_cert(
        &self,
        key: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if others.is_empty() && key.as_ref() == self.spki.as_slice() {
            return Ok(ServerCertVerified::assertion());
        }
        self.wrong.0.store(true, Ordering::Release);
        Err(Error::InvalidCertificate(CertificateError::ApplicationVerificationFailure))
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _key: &CertificateDer<'_>,
        _signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        no_tls12()
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        key: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_handshake(&self.algorithms, message, key, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ED25519]
    }

    fn requires_raw_public_keys(&self) -> bool {
        true
    }
}

#[derive(Debug)]
struct GatedStation {
    gate: Arc<dyn StationGate>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl ClientCertVerifier for GatedStation {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        key: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        match station::public_of_spki(key) {
            Some(station) if others.is_empty() && self.gate.admits(&station) => {
                Ok(ClientCertVerified::assertion())
            }
            _ => Err(Error::InvalidCertificate(CertificateError::ApplicationVerificationFailure)),
        }
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _key: &CertificateDer<'_>,
        _signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        no_tls12()
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        key: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_handshake(&self.algorithms, message, key, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ED25519]
    }

    fn requires_raw_public_keys(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failing test should panic")]

    use rand::SeedableRng as _;
    use rustls::pki_types::ServerName;
    use rustls::{ClientConnection, HandshakeKind, NamedGroup, ProtocolVersion, ServerConnection};

    use super::*;

    #[derive(Debug)]
    struct Only(PublicKey);

    impl StationGate for Only {
        fn admits(&self, key: &PublicKey) -> bool {
            *key == self.0
        }
    }

    fn key(seed: u8) -> StationKey {
        let rng = &mut rand::rngs::StdRng::seed_from_u64(seed.into());
        StationKey::generate(rng)
    }

    fn tls(key: &StationKey) -> TlsKey {
        TlsKey::new(key).unwrap()
    }

    /// Runs a handshake in memory; both sides' results.
    fn shake(
        client: Arc<rustls::ClientConfig>,
        server: Arc<rustls::ServerConfig>,
    ) -> Result<(ClientConnection, ServerConnection), Error> {
        let name = ServerName::try_from("relay").unwrap();
        let mut client = ClientConnection::new(client, name)?;
        let mut server = ServerConnection::new(server)?;
        for _ in 0..8 {
            let mut wire = Vec::new();
            while client.wants_write() {
                client.write_tls(&mut wire).unwrap();
            }
            server.read_tls(&mut wire.as_slice()).unwrap();
            server.process_new_packets()?;
            let mut wire = Vec::new();
            while server.wants_write() {
                server.write_tls(&mut wire).unwrap();
            }
            client.read_tls(&mut wire.as_slice()).unwrap();
            client.process_new_packets()?;
        }
        Ok((client, server))
    }

    fn pair() -> (Arc<rustls::ClientConfig>, Arc<rustls::ServerConfig>, WrongKeySeen) {
        let (client, seen) = client(&tls(&key(1)), key(2).public()).unwrap();
        (client, server(&tls(&key(2)), Arc::new(Only(key(1).public()))).unwrap(), seen)
    }

    #[test]
    fn both_sides_agree_on_hybrid_tls13_with_raw_keys() {
        let (client, server, _) = pair();
        let (client, server) = shake(client, server).unwrap();
        for kx in [client.negotiated_key_exchange_group(), server.negotiated_key_exchange_group()] {
            assert_eq!(kx.unwrap().name(), NamedGroup::X25519MLKEM768);
        }
        assert_eq!(client.protocol_version(), Some(ProtocolVersion::TLSv1_3));
        assert_eq!(client.alpn_protocol(), Some(ALPN));
        assert_eq!(peer_key(client.peer_certificates().unwrap()), Some(key(2).public()));
        assert_eq!(peer_key(server.peer_certificates().unwrap()), Some(key(1).public()));
    }

    #[test]
    fn no_ticket_and_no_early_data() {
        let (client, server, _) = pair();
        let (first, _) = shake(Arc::clone(&client), Arc::clone(&server)).unwrap();
        assert_eq!(first.tls13_tickets_received(), 0);
        let (mut second, _) = shake(client, server).unwrap();
        // Resumption would show here.
        assert_eq!(second.handshake_kind(), Some(HandshakeKind::Full));
        assert!(second.early_data().is_none());
    }

    #[test]
    fn a_client_with_a_classical_group_only_is_refused() {
        let (client, server, _) = pair();
        let mut classical = (*client).clone();
        let mut provider = provider();
        provider.kx_groups = vec![kx_group::X25519];
        let verifier =
            PinnedRelay { spki: key(2).to_spki(), algorithms: algorithms(), wrong: WrongKeySeen::default() };
        classical = rustls::ClientConfig::builder_with_provider(Arc::new(provider))
            .with_protocol_versions(&[&rustls::version::TLS13])
            .unwrap()
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_client_cert_resolver(Arc::clone(&classical.client_auth_cert_resolver));
        classical.alpn_protocols = vec![ALPN.to_vec()];
        let refused = shake(Arc::new(classical), server).unwrap_err();
        assert_eq!(refused, PeerIncompatible::NoKxGroupsInCommon.into());
    }

    #[test]
    fn another_relay_key_is_refused_by_the_client() {
        let (_, server, _) = pair();
        let (client, seen) = client(&tls(&key(1)), key(9).public()).unwrap();
        assert!(shake(client, server).is_err());
        assert!(seen.get());
    }

    #[test]
    fn a_station_the_gate_does_not_know_is_refused() {
        let (_, server, _) = pair();
        let (client, seen) = client(&tls(&key(7)), key(2).public()).unwrap();
        let refused = shake(client, server).unwrap_err();
        assert_eq!(refused, Error::InvalidCertificate(CertificateError::ApplicationVerificationFailure));
        assert!(!seen.get());
    }
}
