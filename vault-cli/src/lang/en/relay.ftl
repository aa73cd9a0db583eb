# English: the relay, sending and receiving. Keys are those of zh-CN/relay.ftl; words follow docs/glossary.md.

## The relay

relay-none = the root names no relay
relay-socket = this machine's network cannot be used
relay-other = what answers is not our relay: it has another key
relay-other-next = do not go on; tell the operator
relay-away = the relay cannot be reached
relay-away-next = look at the network and try again
network-none = this program was built for machines that stand alone and has no network code
network-none-next = hand the item over as a file: `vault seal`, `vault open`; the directory comes by file: `vault keys sync --from FILE`
relay-later = the relay is busy; try again in a moment
relay-refused = the relay did not carry it out
invite-ahead = the list of invitations is dated ahead of the relay's clock, and the relay did not take it
invite-ahead-next = set this machine's clock; the next vault keys invite hands in everything that is open, these codes among it
relay-station = the relay does not know this station
relay-station-next = it will once it has the directory in which you are enrolled; ask the key officer
relay-evidence = the relay's evidence does not hold
relay-untrue = the relay's answer contradicts itself or breaks the protocol
relay-behind = the relay's directory is older than the one here
relay-behind-next = have the operator import the newest organisation file into the relay; if that was done, somebody may be trying to bring an old directory back: tell the key officer
relay-behind-officer = if you published here and it was not handed over: vault keys publish --relay
relay-broke = the connection to the relay broke
register-split = the relay shows another register than before
register-split-next = both states are kept in { $path }; take them to the key officer
copy-unproved = the relay says of copy { $copy }: { $state }; nothing in the register shows it, and nobody signed it
copy-unproved-next = do not rely on it: ask its holder, and tell the key officer and the operator
register-not-continued = the relay's register of { $shown } entries is not shown to continue the { $had } that were seen here: some were taken away, or others put in their place
register-not-continued-next = send and sign nothing through this relay; tell the key officer and the operator
spool-failed = the sealed file here cannot be read or written
spool-changed = the sealed file in the outbox was changed
spool-changed-next = give it up (vault outbox discard) and send again
statement-unsigned = signing the statement failed inside the program

## Sending and receiving

send-offline = The relay cannot be reached: the item is sealed and waits in the outbox
send-ask = Send it?
send-later-next = it is sealed in the outbox; once the relay is there, vault outbox resume { $item }
progress-send = sending
progress-receive = receiving
progress-verify = verifying
progress-rewrap = re-wrapping
sent = the relay has accepted { $item }
sent-leaf = in the register from leaf { $index } on; the evidence is verified and kept
sent-next = Who has received it: vault status { $item }
outbox-empty = the outbox is empty
outbox-next = Go on sending: vault outbox resume
discard-ask = Give { $item } up? Nobody will receive it
discarded = { $item } is given up
nothing-waits = nothing waits for you
nothing-sent = nothing was sent yet
waiting-heading = { $count ->
    [one] 1 item waits for you at the relay
   *[other] { $count } items wait for you at the relay
}
waiting-next = Fetch and sign for: vault receive
stored-heading = { $count ->
    [one] 1 item received here
   *[other] { $count } items received here
}
inbox-empty = nothing was received here yet
unread-line = received and not read: { $count } ({ $items })
outgoing-line = the outbox holds { $count } not sent yet: vault outbox resume
to-me = me
state-read = read
state-reminded = reminded { $time }
state-unread = unread
title-sealed = (shown when unlocked)
name-consignment = no.
name-received = signed for
name-since = since
name-accepted = accepted
name-copy = copy
name-holder = holder
name-by = by
name-leaf = leaf
name-time = time
name-event = event
received = number { $number } signed for: { $title }
received-settled = number { $number }, broken off last time, is signed for and here now
received-leaf = demand is leaf { $demand }, receipt is leaf { $receipt } of the register
received-next = Read it: vault read { $number }
received-of = { $received } of { $all } received
damage-reported = the damage is reported; the sender will see it
damage-unreported = the damage could not be reported to the relay
entry-later = The relay cannot be reached: your signed entry is kept and goes with the next connection
entry-refused = Your signed entry about { $item } is refused for good ({ $code }); it is kept here and not handed in again
register-other = The relay keeps another register than the organisation names
restated = The register was begun anew after a loss. { $count ->
    [0] None of your signed entries had to be entered again
    [one] One entry you had signed was entered again
   *[other] { $count } entries you had signed were entered again
}
item-lost = { $item } was sent after the relay's last backup, and the relay lost it. Whoever has not received it yet will not: send it again
watch-begun = Watching. Whatever comes is told here; end with Ctrl-C
watch-away = The relay cannot be reached. It is tried again by itself, at most a minute apart
watch-back = The relay is back
watch-arrived = { $time }  { $item } has come from { $sender } ({ $mark }): vault receive { $item }
watch-decide = { $time }  { $item } from { $sender } ({ $mark }) waits for your decision: vault read { $item }
notice = { $count ->
    [one] Something has come. Look with vault.
   *[other] { $count } things have come. Look with vault.
}
notice-none = This system has no notify-send: no notice is shown on the desktop
notice-failed = The notice could not be shown on the desktop
hook-failed = { $path } did not do its work
congestion-unknown = VAULT_CONGESTION is cubic or bbr
evidence-checked = The register's proof of each line was verified and is kept here
copy-available = waiting
copy-demanded = demanded, no receipt yet
copy-received = received
copy-returned = returned
copy-recalled = recalled
copy-withheld = withheld
copy-expired = expired
item-proposed = awaiting decision
item-released = sent
item-refused = refused by a decider
item-withdrawn = withdrawn
item-lapsed = lapsed undecided
event-label = label (signed by the sender)
event-access = re-wrapped: the next access note (signed by the sender)
event-accepted = accepted
event-released = released
event-available = waiting for its holder
event-shown = header shown
event-demanded = demand (signed by the recipient)
event-received = receipt (signed by the recipient)
event-damaged = damage reported (signed by the recipient)
event-opened = opened (signed by the recipient)
event-exported = exported (signed by the recipient)
event-recovered = given back by recovery (signed by the recipient)
event-refused = refused
event-lapsed = demand lapsed without receipt
event-removed = payload removed
event-spoilt = damaged on the relay's disk; the document has to be sent again
event-expired = its time has passed
event-passed = passed on along the scope (signed by the holder)
event-recalled = called back (signed by the sender)
event-returned = given back: { $reason } (signed by the recipient)
word-other = { $word }
read-how = it cannot be shown here
read-how-next = use --stdout, --path for a temporary path, or --viewer PROGRAM
read-enter = Press Enter when done; the temporary file goes then
read-gone = The temporary file is gone
export-none = the label allows no copies: it is exported by leave only
export-ask = the label allows copies by leave only
export-confirm = Write the plaintext to { $path }? It will be entered
exported = exported: { $path }
exported-next = The plaintext has left its seal; it is in your care now

## Re-wrapping

name-key-gone = loses its wrap
name-key-comes = gets a wrap
rewrap-ask = { $count ->
    [one] Hand the next header of this item to the relay? The content stays as it is.
   *[other] Hand the next headers of these { $count } items to the relay? The content stays as it is.
}
rewrapped = { $item } is wrapped for present keys; copies that still wait are served so
rewrap-nothing = every wrap is for a key in use; nothing to do
rewrap-begun = (an earlier run; its answer was lost)
rewrap-ended = nobody fetches these any more, so they stay as they are: { $items }
rewrap-withheld = no wrap for now, as suspended or no longer cleared: { $who }
rewrap-elsewhere = this item was wrapped anew from another machine of yours; do it there
rewrap-failed = this item cannot be wrapped anew
rewrap-not-held = you do not hold this item, or have no key in use for it
rewrap-not-undone = This does not take back what was fetched before: whoever has an old key and a copy with the old header opens that copy. What was within reach: vault keys who-could-read WHO
rekey-ask = { $count ->
    [one] Wrap this item for your present key? The sealed file stays as it came.
   *[other] Wrap these { $count } items for your present key? The sealed files stay as they came.
}
rekeyed = { $item } opens with your present key
rekey-not-undone = This does not lock an old key out: the file as it came stays, and so do copies elsewhere, and an old key opens them.
reseal-ask = Seal it anew under a new file key, into your inbox?
resealed = sealed anew as { $item }; it was proved to be what the first sender sealed
reseal-not-undone = The old item { $item } stays, and whoever has the old key opens every copy of it; only copies of the new one are out of its reach. Nobody else has the new one yet: others who hold the old one reseal for themselves.
reseal-failed = it was not sealed anew
reach-heading = { $count ->
    [one] { $who } could open 1 item of those here
   *[other] { $who } could open { $count } items of those here
}
reach-none = no item here was wrapped for { $who }
reach-person = name a person: units open nothing, their clerks do
reach-stands = has a wrap
reach-gone = had a wrap; a kept copy still opens
reach-next = A key that was stolen opens every copy of these that its thief has. Senders re-wrap what still waits: vault outbox rewrap
reach-here-only = Only headers in this home were looked at; senders and other holders have to ask in theirs.
name-right = as
name-since-note = since
since-note = note { $seq }
since-own-note = a holder's own note
right-sender = the sender
right-copy = holder of copy { $number }
right-decider = who decides
right-recovery = recovery key
right-leave = by leave

## Giving back and calling back

return-not-for-me = meant for somebody else
return-incomplete = something is missing
return-wrong-mark = level, term or scope look wrong
return-twice = it came twice
return-other = the sender hears it by another way
return-ask = Give this copy back instead of receiving it? It cannot be fetched afterwards.
return-done = { $item } is given back; the reason is signed and entered
return-next = Its sender sees it in vault. Say the details by another way: nothing but the reason was sent.
recall-ask = Call these copies back? Whoever has not signed for his by now gets nothing any more.
recall-no-copy = no copy of this item went there
recall-no-copy-next = who has which: vault status { $item }
recall-proposed = this item is not released yet; nobody outside the steps can open it
recall-proposed-next = take it back: vault withdraw { $item }
recall-ended = this item ended without release; there is nothing to call back
recall-nothing = nothing could be called back
recall-copy = copy { $copy }, { $who }: { $fate }
recall-unseen = called back, seen by nobody
recall-shown = called back, but { $who } was shown the header { $time }: the title counts as known
recall-fetched = called back, but { $who } signed for it { $time } and may have the content
recall-late = too late: { $who } signed for it { $time }
recall-done = { $count ->
    [one] one copy called back; it can no longer be fetched
   *[other] { $count } copies called back; they can no longer be fetched
}
recall-late-next = What was signed for stays with whoever signed. Call them now: they must neither read nor pass it on.
recall-known-next = If somebody saw what he should not have, report it today to the security office; a leak is to be reported within 24 hours. Who had it and when, with proof: vault status { $item }
copy-no-more = { $item } cannot be received: { $state } since { $time }
copy-no-more-received = read it: vault read
copy-no-more-demanded = a colleague is fetching it
copy-no-more-next = ask its sender if you still need it

## Evidence as a file

name-register = register
evidence-nothing = no evidence of this item is kept here yet
evidence-nothing-next = fetch it: vault status { $item }
evidence-written = { $count } entries with their proofs: { $path }
evidence-written-next = Whoever has the organisation's file can judge it without the relay: vault register verify { $path }. It holds no title and no content.
evidence-none = { $path } is no evidence
evidence-bad = entry { $index } does not stand in the register of this organisation
evidence-signature = entry { $index } stands in the register, but the signature in it does not hold
evidence-fork = entry { $index } contradicts another one: the register has said two things
evidence-fork-next = keep both files: together they are evidence against the register
evidence-proved = { $count ->
    [one] the entry stands in the register
   *[other] all { $count } entries stand in the register
}
evidence-signed = In them hold the signatures of { $names }
evidence-unknown = { $count ->
    [one] one entry is signed
   *[other] { $count } entries are signed
} by somebody whom the directory at hand does not know; of these signatures nothing is said
evidence-compare = The file came with the organisation it is judged by: compare the fingerprint with somebody who knows it
