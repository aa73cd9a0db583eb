//! Three officers found an organisation, two of whom it takes, by files between their machines.

use super::play::{Play, thirty_digits};
use crate::office::Office;
use crate::recipes::Failure;

/// The officers' homes and names. The first is a member of staff as well: his machine speaks with the relay.
pub(super) const OFFICERS: [(&str, &str); 3] = [("zhou", "周明"), ("wu", "吴芳"), ("zheng", "郑洁")];

/// The file that goes around.
pub(super) const ORGANISATION: &str = "organisation.vault";

pub(super) fn play(play: &mut Play) -> Result<(), Failure> {
    play.scene("January: three officers found an organisation; it takes two of them");
    play.operator(&["init", "relay"], |office| {
        office.relay_card();
    });
    let cards = OFFICERS.map(|(home, _)| format!("{home}.card"));
    for ((home, name), card) in OFFICERS.iter().zip(&cards) {
        play.act(home, &["keys", "officer", "--name", name, "-o", card])?;
    }
    play.aside("the cards go to one table, and each officer's number is read out and compared");
    let mut words = vec!["keys", "init", "--name", "滨海市示范局", "--relay-card", "relay/relay-card.json"];
    words.extend(["--unit", "办公室,财务科", "--unit-level", "机密", "--internal", "free"]);
    for card in &cards {
        words.extend(["--card", card]);
    }
    words.extend(["-o", "founding.json"]);
    play.act("zhou", &words)?;
    play.act("zhou", &["keys", "sign", "founding.json"])?;
    play.act("wu", &["keys", "sign", "founding.json"])?;
    let said = play.act("zhou", &["keys", "publish", "founding.json", "-o", ORGANISATION])?;
    let fingerprint = thirty_digits(&said)?;
    for (home, _) in &OFFICERS[1..] {
        play.act(home, &["keys", "officer", "--organisation", ORGANISATION, "--fingerprint", &fingerprint])?;
    }
    Ok(())
}

/// Two officers sign the directory as it is drafted on zhou's machine; the relay and the file get it.
pub(super) fn sign_and_publish(play: &mut Play, proposal: &str) -> Result<(), Failure> {
    play.act("zhou", &["keys", "sign", "-o", proposal])?;
    play.act("wu", &["keys", "sync", "--from", ORGANISATION])?;
    play.act("wu", &["keys", "sign", proposal])?;
    play.act("zhou", &["keys", "publish", proposal, "--relay", "-o", ORGANISATION])?;
    Ok(())
}

/// The relay takes the first directory with people in it by file, as nobody can connect before that.
pub(super) fn open_relay(play: &mut Play) {
    let organisation = play.path(ORGANISATION);
    play.operator(&["import", ORGANISATION], |office| office.import(&organisation));
    play.operator(&["serve"], Office::open_relay);
}
