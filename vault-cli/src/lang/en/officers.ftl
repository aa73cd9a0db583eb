# English: what key officers read. Keys are those of zh-CN/officers.ftl; words follow docs/glossary.md.

## The key officer

officer-exists = there is an organisation in this home already
officer-card = the relay's card is incomplete
officer-none = there is no officer's key here
officer-none-next = use the home in which the organisation was founded: --home
officer-draft-old = the directory has changed since this draft was begun
officer-draft-old-next = remove officer/draft.json and enrol again
officer-internal = signing failed inside the program
enrol-twice = a key of this request is in the directory already
publish-unfit = the draft does not pass verification; nothing was signed
ask-own-name = Your name
joined = the root of { $name } is pinned
request-written = your request is in { $path }
name-request-number = request number
join-next = Hand the request to the key officer and read the number out, in person or by telephone. Once enrolled: vault keys sync --from FILE
name-organisation = organisation
name-fingerprint = fingerprint
fingerprint-ask = Are these the 30 digits the key officer told you?
fingerprint-differs = the fingerprint differs: this is not the organisation the key officer means
fingerprint-differs-next = do not join; tell the key officer at once

## Officers and their keys

officer-key-exists = there is an officer's key in this home already; it is never overwritten
officer-key-exists-next = one officer has one home; use --home for another
officer-name-unfit = this name cannot stand in a root
officer-made = officer's key made and locked with your passphrase
officer-taken = the officer's key is in this home now; destroy the other copies
officer-card-written = your card: { $path }
name-card-number = number of the card
officer-made-next = Hand the card to whoever founds the organisation, or to the other officers, and read them its number.
officer-card-bad = this is no officer's card, or its holder does not have the keys: { $path }
officer-organisation-next = vault keys officer --organisation FILE takes it into use here
officer-alone = a single officer can do everything alone, and if the key is lost nobody can go on: name three
officer-key-away = key file for its officer to take away: { $path } (vault keys officer --take)
ask-officers = The officers' names, three if possible, with commas between
ask-units = The offices, with commas between (may be empty)
ask-relay-card = The relay-card.json that vault-relay init wrote
ask-thresholds = How many officers it takes for a new root, a directory and a stop list
ask-internal = Before 内部 (internal) goes out
internal-decide = one approval
internal-free = no decision
init-ask = Found the organisation as shown?
init-thresholds = --thresholds takes three numbers: for a root, for a directory, for a stop list
officers-nobody = nobody called { $who } is an officer
officers-list-next = vault keys officers lists them
officers-unfit = no root can be like this
officers-unfit-next = each threshold is at least one and at most the number of officers; stop takes no more than directory, directory no more than root
officers-card = card of { $name }, number { $number }: compare it by voice
name-office = office

## What officers sign

paper-unreadable = this is nothing that officers sign: { $path }
paper-different = these are two different papers; signatures go from copy to copy of one only
paper-different-next = compare their numbers with vault keys sign, and go on with one
paper-outdated = it rests on root { $found }, and root { $wanted } is in force: who signed may no longer be an officer
paper-overtaken = something else was published since this was proposed
paper-anew-next = bring this home up to date (vault keys sync) and propose it anew
paper-too-few = it takes { $needed } officers in force, and { $signed } have signed
paper-unsigned = nobody has signed this yet
paper-too-few-next = hand the file to another officer: vault keys sign FILE
paper-wrong-line = a signature in this file is false: the text was changed after it was signed, or somebody forged the line
paper-wrong-line-next = keep the file, and take it to the officer whose name it bears
paper-other-org = this was made for another organisation
paper-sequence = root { $wanted } comes next, and this is root { $found }
paper-forgets = this directory drops a person or brings back a key that had ended; no directory may
paper-grants = this stop list gives back what an earlier one took; a stop list can only take away
paper-grants-next = to give something back, propose a directory: vault keys resume
paper-broken = this paper does not pass verification; do not sign it
act-refused = this act is refused
sign-ask = Sign { $count ->
    [one] this
   *[other] these { $count } papers
 }?
sign-hash = number to compare: { $number }
sign-progress = signed by { $count } of the { $needed } officers it takes: { $names }
sign-half = signed with one key of two, which does not count: { $names }
sign-not-counted = signatures that count for nothing, by people who are no officers: { $names }
sign-no-officer = this key is no officer's here
sign-no-officer-next = vault keys officers shows who is one; after a change, bring this home up to date first
sign-merge-one = --merge goes with exactly one FILE
signed = signed by { $names }: { $path }
signed-next = Hand { $path } to the next officer: vault keys sign { $path }
signed-enough-next = Enough have signed: vault keys publish { $path }
publish-signed-ask = Put this into force?
publish-note-where = say where the signed text goes: -o FILE
published-note = signed text: { $path }
published-relay-next = It is in force here all the same. Once the relay answers: vault keys publish { $path } --relay
published-stop = stop list { $number } is in force
fresh-shown = newest known here: root { $root }, directory { $directory }, stop list { $stop }, register of { $size } entries
fresh-ask = Say so as the notary?
fresh-not-notary = this key is not the notary's
fresh-not-notary-next = vault keys officers --notary CARD makes it so, with the next root
fresh-signed = freshness note signed: { $path }
fresh-unseen = no state of the register was seen here yet
fresh-unseen-next = with --relay it is asked for
transcript-changed = the transcript does not hold together at entry { $entry }: it was changed
transcript-changed-next = move it out of this home and keep it; a new one then begins. Compare it with the other officers' transcripts
transcript-whole = { $entries } entries, unbroken; the last is { $hash }. Written down elsewhere, it shows later that nothing was cut off.

## Stopping

stop-already = this key is stopped already
stop-no-key = this person has no such key
stop-closed = this person has left: there is nothing to stop
stop-suspended = this person is suspended already
resume-ask = Lift the suspension of { $who }? Keys that were stopped stay stopped.
resumed = the suspension of { $who } ends with the next directory
resume-not-suspended = this person is not suspended
stop-since-next = reaching back in the register takes as many officers as a directory
stop-person = only people are stopped; name a person
stop-reason = there is no reason "{ $word }"; reasons are: { $words }
stop-no-station = { $name } has no machine in use
stop-which-key = that is not exactly one key of this person; keys are: { $keys }
stop-ask = Take this away now?
stop-next = What { $who } has received and opened stays readable to whoever holds key and file. Next: senders re-wrap what still waits (vault outbox rewrap), and vault keys who-could-read lists what was within reach.

## What a paper says, in plain words

show-founding = Founding of { $name }
show-root = root { $number } and directory { $directory }
show-directory = directory { $number }
show-stop = stop list { $number }
show-stop-limits = It takes away from now on. It does not call back what was opened before.
show-policy-text = a policy
show-recovery-set = a recovery key split among officers
show-recovery-request = a request to recover with a unit's key
show-fingerprint = fingerprint { $number }: all officers must see the same
show-officer = key officer { $office }: { $name }
show-officer-new = new key officer { $office }: { $name }
show-officer-gone = no longer a key officer: { $office } { $name }
show-thresholds = a new root takes { $root } officers, a directory { $enrol }, a stop list { $stop }
show-relay = relay { $name } at { $addresses }
show-log = register { $origin }
show-notary = the relay vouches for freshness (notary)
show-notary-other = another notary key
show-no-notary = no notary: a withheld stop list is noticed only when the directory expires
show-witnesses = witnesses: { $names }
show-name = the organisation is called { $name } from now on
show-policy = policy: { $name }
show-root-renewed = officers, thresholds and keys stay as they are
show-expires = the root is good until { $day }
show-enrolled = { $who } is entered: { $posts }; may see up to { $level }; roles: { $roles }; signing key { $key }
show-state = { $who }: { $from } becomes { $to }
show-key-added = { $who } gets a new { $kind } { $key }
show-key-retired = { $who }: the { $kind } { $key } is retired and still opens what is old
show-key-stopped = { $who }: the { $kind } { $key } is stopped for good
show-renamed = { $who } was called { $from } and is called { $to }
show-posts = { $who } moves from { $from } to { $to }
show-roles = { $who }: roles given: { $added }; taken: { $removed }
show-clearance = { $who } may see up to { $to }, before up to { $from }
show-deputies = { $who }: deputies named: { $added }; no longer: { $removed }
show-papers = { $who }: vetting, training, letters or absence are recorded anew
show-unit-new = new unit { $name }, may handle up to { $level }
show-unit = { $unit }: { $from } becomes { $to }
show-clerks = { $unit }: new clerks { $added }; no longer { $removed }
show-single-clerk = { $unit } has a single clerk: if he is away, nobody receives
show-no-clerk = { $unit } has no clerk who may receive
show-recovery = { $unit }: recovery key { $key }
show-recovery-none = { $unit }: no recovery key any more
show-policy-other = another policy, number { $hash }
show-rests = rests on root { $number }
show-folds = takes in the stop lists up to number { $number }
show-until = good for sealing until { $day }
show-other = another change, which this version has no words for: { $what }
show-suspend = { $who } may not act until a directory says otherwise ({ $reason })
show-revoke = every key of { $who } is stopped for good ({ $reason })
show-revoke-key = the { $kind } { $key } of { $who } is stopped for good ({ $reason })
show-since = ; reaches back to place { $size } of the register
kind-sign = signing key
kind-station = key of a machine
kind-opening = opening key
reason-lost = lost
reason-stolen = stolen
reason-compromised = compromised
reason-left = has left
reason-inquiry = pending an inquiry
reason-lapsed = requirements have lapsed
reason-other = other
