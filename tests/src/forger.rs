//! Requests for keys as no program of ours makes them, each with the one-time code of a sheet.

use vault_keys::bytes::{ByteString, Bytes};
use vault_keys::digest::OrgId;
use vault_keys::joining::{JoinCode, OpeningPublic, Purpose, Request, RequestText, RequestType, Secrets};
use vault_keys::key_id::KeyKind;
use vault_keys::note::{KeyName, Signed, Signer};
use vault_keys::signing::SigningKey;

/// Somebody with a code and a signing key, who writes requests by hand.
#[derive(Debug)]
pub struct Forger {
    org: OrgId,
    code: JoinCode,
    key: SigningKey,
}

impl Forger {
    /// With the code of a sheet and always the same signing key.
    ///
    /// # Panics
    /// If the code is none.
    #[must_use]
    pub fn new(org: OrgId, code: &str) -> Self {
        Self {
            org,
            code: JoinCode::parse(code).expect("the code of a sheet"),
            key: SigningKey::from_seed(&[7; 32]),
        }
    }

    /// A request that nothing is wrong with.
    #[must_use]
    pub fn text(&self) -> RequestText {
        let mut opening = vec![0; 32];
        (opening[0], opening[1]) = (9, 7);
        RequestText {
            tag: RequestType,
            org: self.org,
            purpose: Purpose::Join,
            person: None,
            invitation: Some(self.code.id(&self.org)),
            name: "韩梅".to_owned(),
            pinyin: "han mei".to_owned(),
            opening: Some(OpeningPublic { kind: KeyKind::OpeningClassic, key: ByteString(opening) }),
            signing: Some(Bytes(*self.key.public().as_bytes())),
            station: Some(Bytes(*SigningKey::from_seed(&[8; 32]).public().as_bytes())),
            made: vault::clock::now(),
        }
    }

    /// Signed with the code and by its own key, checked by nobody.
    #[must_use]
    pub fn note(&self, text: RequestText) -> Vec<u8> {
        self.signed(text, Some(&self.key))
    }

    /// No line by the signing key that it names.
    #[must_use]
    pub fn without_proof(&self) -> Vec<u8> {
        self.signed(self.text(), None)
    }

    /// A line in the place of that key, by another.
    #[must_use]
    pub fn proved_by_another(&self) -> Vec<u8> {
        self.signed(self.text(), Some(&SigningKey::from_seed(&[9; 32])))
    }

    /// The signing key is the machine's key as well.
    #[must_use]
    pub fn one_key_for_two_kinds(&self) -> Vec<u8> {
        let text = self.text();
        self.note(RequestText { station: text.signing, ..text })
    }

    /// An opening key with which everybody has the same secret.
    #[must_use]
    pub fn small_order_opening(&self) -> Vec<u8> {
        let opening = OpeningPublic { kind: KeyKind::OpeningClassic, key: ByteString(vec![0; 32]) };
        self.note(RequestText { opening: Some(opening), ..self.text() })
    }

    /// A machine's key for which everybody can sign.
    #[must_use]
    pub fn small_order_station(&self) -> Vec<u8> {
        let mut point = [0; 32];
        point[0] = 1;
        self.note(RequestText { station: Some(Bytes(point)), ..self.text() })
    }

    /// The same keys under another name, properly signed.
    ///
    /// # Panics
    /// If the library refuses to sign it: another will refuse it, this one need not.
    #[must_use]
    pub fn under_another_name(&self, name: &str) -> Vec<u8> {
        let text = RequestText { name: name.to_owned(), pinyin: String::new(), ..self.text() };
        let secrets = Secrets { new: Some(&self.key), code: Some(&self.code), ..Secrets::default() };
        Request::sign(text, &secrets).expect("a proper request").signed().encode()
    }

    fn signed(&self, text: RequestText, proof: Option<&SigningKey>) -> Vec<u8> {
        let name = |office: &str| KeyName::office(&self.org, &office.parse().expect("an office name"));
        let code = self.code.key(&self.org);
        let mut signers: Vec<(KeyName, &dyn Signer)> = vec![(name("invite"), &code)];
        if let Some(key) = proof {
            signers.push((name("join"), key));
        }
        Signed::sign_all(text, &signers).expect("two lines").encode()
    }
}
