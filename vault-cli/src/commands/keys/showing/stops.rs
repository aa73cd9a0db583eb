//! What a stop list takes away.

use vault_keys::directory::{Directory, Organisation, StopAct, StopKind, StopReason, StopText};

use super::Words;
use crate::error::{Failure, Kind, Outcome};
use crate::identity::kind_words;
use crate::lang::Msg;
use crate::msg;

impl Words<'_> {
    /// The acts that this list adds; those of lists before it were signed then, and are held against them.
    pub(super) fn stop_acts(&self, text: &StopText, before: &Organisation) -> Outcome<Vec<String>> {
        let own = text.acts.iter().filter(|act| act.stop == text.number);
        own.map(|act| self.stop_act(act, before)).collect()
    }

    /// # Errors
    /// The act names nobody, or a key that is not the person's: it would take effect otherwise than it reads.
    fn stop_act(&self, act: &StopAct, before: &Organisation) -> Outcome<String> {
        let directory: &Directory = before.directory();
        let nobody = || {
            Failure::new(Kind::Refused, msg!("stop-nobody", person = act.person.to_string()))
                .code("stop-nobody")
                .hint(msg!("stop-nobody-next"))
        };
        let person = directory.person(act.person).ok_or_else(nobody)?;
        let who = format!("{} ({})", person.name, act.person);
        let reason = self.say(&reason_words(act.reason));
        let key = act.key.map(|id| person.key(&id).ok_or_else(nobody)).transpose()?;
        let mut line = match (act.kind, key) {
            (StopKind::Suspend, _) => self.say(&msg!("show-suspend", who = who, reason = reason)),
            (StopKind::Revoke, Some(key)) => self.say(&msg!(
                "show-revoke-key",
                who = who,
                kind = self.say(&kind_words(key.kind)),
                key = key.id.groups(),
                reason = reason
            )),
            (StopKind::Revoke, None) => self.say(&msg!("show-revoke", who = who, reason = reason)),
        };
        if let Some(since) = &act.since {
            let origin = since.origin.as_str();
            line.push_str(&self.say(&msg!("show-since", size = since.size.to_string(), origin = origin)));
        }
        Ok(line)
    }
}

fn reason_words(reason: StopReason) -> Msg {
    match reason {
        StopReason::Lost => msg!("reason-lost"),
        StopReason::Stolen => msg!("reason-stolen"),
        StopReason::Compromised => msg!("reason-compromised"),
        StopReason::Left => msg!("reason-left"),
        StopReason::Inquiry => msg!("reason-inquiry"),
        StopReason::Lapsed => msg!("reason-lapsed"),
        StopReason::Other => msg!("reason-other"),
    }
}
