# English. Keys are those of zh-CN.ftl; words follow docs/glossary.md.

## The frame of the help

clap-usage = Usage:{ " " }
clap-command = command
clap-commands = Commands
clap-options-slot = [options]
clap-arguments = Arguments
clap-options = Options
clap-everywhere = Everywhere

## Help

help = Seals files to named people, carries them through a relay and leaves signed evidence of every step.
    Without a command it lists what waits for me.
help-more =
    Every day:
      vault send notice.docx --to lina     seal and send
      vault receive                        fetch and sign for
      vault read 3                         read number 3

    Exit codes: 0 done · 1 failed · 2 usage · 3 refused by a rule · 4 signature or integrity · 5 network
help-global-home = the personal folder (or VAULT_HOME)
help-global-lang = language: zh or en; follows the locale
help-global-json = print one JSON document and nothing else
help-global-passphrase-file = take the passphrase from the first line of a file
help-global-yes = answer every request for confirmation with yes
help-global-quiet = print only what was asked for
help-global-verbose = print technical causes too
help-global-help = show help
help-global-version = show the version

help-send = Seal files and send them through the relay
help-send-more =
    Asks for what is missing, shows one summary, takes one yes.
      vault send notice.docx --to lina --mark 内部 --term 2年 --basis "work secrets list 3"
      vault send a.xlsx b.xlsx --to lina,财务科 --title "First quarter"
help-send-files = what to send; several files make one item
help-draft-to = recipients: name, pinyin, unit, address (李娜@财务科) or number; several are fine
help-draft-mark = the mark as printed: 机密★20年 (secret), 秘密★10年 (confidential), 内部 (internal), 无密级 (unclassified)
help-draft-term = the term where the mark does not carry it: 2年, 6个月, 2030-12-31
help-draft-title = the title; taken from the file name otherwise
help-draft-basis = the clause the level rests on; several are fine
help-draft-doc-no = the document number
help-draft-copying = copying: none, ask (by leave) or allowed; none unless said
help-draft-urgency = normal, urgent or extra-urgent
help-draft-scope = others who may know of it; recipients are included
help-draft-unit = the unit it is sent from, if you hold several posts
help-draft-read-by = to be read by the end of this day (UTC+8)
help-draft-not-before = not to be read before this day
help-draft-keep-until = kept at the relay to the end of this day
help-draft-point = a secret point, sealed with the item; several are fine

help-outbox = What is on its way out
help-outbox-list = List items the relay has not accepted yet
help-outbox-resume = Go on where sending stopped
help-outbox-resume-item = which item; all otherwise
help-outbox-discard = Give up an item the relay has not accepted
help-outbox-discard-item = which item

help-inbox = What came in: waiting at the relay, and received here
help-receive = Fetch what waits, verify it and sign for it
help-receive-items = which items, by number or id; all otherwise
help-read = Read a received item; nothing is left behind
help-read-item = its number or id
help-read-stdout = hand the content to standard output
help-read-path = print the temporary path and clean up after Enter
help-read-viewer = the program to look with
help-export = Write the content of a received item elsewhere; always leaves an entry
help-export-item = its number or id
help-export-output = a new file, or a folder to put it in
help-status = Where the copies of an item are
help-status-item = which item; without it, everything sent from here

help-seal = Seal into a file, without a relay
help-seal-files = what to seal; several files make one item
help-seal-output = the sealed file; the file's name with .age otherwise
help-open = Open a sealed file, without a relay
help-open-file = the sealed file
help-open-output = a new file or a folder
help-open-stdout = hand the content to standard output
help-inspect = Show the label of a sealed file; needs no key
help-inspect-file = the sealed file
help-check = Dry run: list every refusal that sending would meet
help-check-files = the files to send, or one sealed file
help-mark = Read a mark and print it in the proper form
help-mark-marks = marks such as 机密★10年

help-identity = Your own keys
help-identity-new = Make keys
help-identity-show = Show who you are and which keys you use
help-identity-backup = Copy the key file (still locked; stock age opens it too)
help-identity-backup-file = the new file
help-identity-passphrase = Change the passphrase
help-identity-passphrase-new-passphrase-file = take the new passphrase from the first line of a file
help-identity-export = Write your public keys
help-identity-export-file = the new file; printed otherwise
help-unlock = Ask for no passphrase for a while
help-unlock-time = how long: 8h, 30m; 8h unless said
help-lock = Ask for the passphrase again from now on

help-keys = The organisation: its root, directory and people
help-keys-init = Found an organisation
help-keys-init-name = its name
help-keys-init-officer = the key officer's name
help-keys-init-relay-card = the relay-card.json that vault-relay init wrote
help-keys-init-internal = before 内部 goes out: decide (an approval) or free (none)
help-keys-init-output = where the organisation file goes
help-keys-enrol = Admit a person; takes effect when published
help-keys-enrol-request = the request file that vault join wrote
help-keys-enrol-unit = the unit; made if there is none of this name
help-keys-enrol-post = the post held there
help-keys-enrol-clearance = the highest level the person may see: secret, confidential, internal or none
help-keys-enrol-role = roles: handler, reviewer, approver, clerk and others
help-keys-enrol-affiliation = own, outside or foreign; own unless said
help-keys-enrol-name = corrects the name in the request
help-keys-enrol-pinyin = corrects the pinyin in the request
help-keys-enrol-clerk = also a clerk, who receives for the unit
help-keys-enrol-unit-level = the highest level the unit may handle
help-keys-publish = Sign the next directory and write the organisation file
help-keys-publish-output = where the organisation file goes
help-keys-publish-relay = also hand it to the relay
help-keys-list = List people and units
help-keys-show = Show one person or unit
help-keys-show-who = name, pinyin, unit, address or number
help-keys-sync = Fetch the newest directory
help-keys-sync-from = from an organisation file instead of the relay

help-join = Join an organisation: compare the fingerprint, make keys, write a request
help-join-file = the organisation file from the key officer
help-join-name = your name
help-join-pinyin = your name in pinyin; worked out otherwise
help-join-fingerprint = the 30 digits the key officer told you; asked no more if they match
help-join-output = where the request goes
help-doctor = Look for what is wrong on this machine
help-completions = Print completions for a shell
help-completions-shell = bash, zsh, fish, elvish or powershell
help-demo = Show everything once, on this machine
help-demo-file = the file to show it with; a sample document otherwise
help-demo-dir = the folder to do it in
help-demo-keep = leave everything there and say how to go on by hand

## Wrong usage

usage-unknown-option = there is no such option: { $what }
usage-unknown-command = there is no such command: { $what }
usage-missing = still missing: { $what }
usage-missing-command = a command is missing
usage-no-value = { $what } needs a value
usage-bad-value = { $what } cannot be "{ $value }"
usage-conflict = { $what } and { $other } exclude each other
usage-count = wrong number of values for { $what }
usage-not-utf8 = an argument is not valid UTF-8
usage-other = the command was not understood
usage-near = did you mean { $what }?
usage-help = --help shows how it is used

## The frame of the output

failed-lead = Not done:{ " " }
refused-lead = Refused:{ " " }
warn-lead = Note:{ " " }
code-in-brackets = { " " }({ $code })
about = about: { $what }
cause = cause: { $detail }
time-left = { $time } left
span-seconds = { $seconds } s
span-minutes = { $minutes } min { $seconds } s
span-whole-minutes = { $minutes } min
span-whole-hours = { $hours } h
span-hours = { $hours } h { $minutes } min
span-days = { $days ->
    [one] 1 day
   *[other] { $days } days
}
count-files = { $count ->
    [one] 1 file
   *[other] { $count } files
}

## Questions

ask-end = :{ " " }
ask-yes-no = [y/n]{ " " }
ask-number = number:{ " " }
ask-nobody = "{ $question }" needs an answer; give it with { $option }
ask-declined = given up; nothing was changed
ask-broken = the terminal cannot be read

## Files

io-not-found = { $path } does not exist
io-denied = no permission: { $path }
io-exists = { $path } exists and is left alone
io-exists-next = choose another name, or move the old file away
io-full = the disk is full; { $path } was not written
io-full-next = make room and try again; no half file was left
io-is-folder = { $path } is a folder
io-other = { $path } cannot be read or written
file-open-to-others = others can read { $path }, so it is not used
file-open-to-others-next = first take their right away: chmod { $mode } { $path }
file-too-large = { $path } is far too large for what it should be

## The personal folder

home-nowhere = no personal folder is known; name one with --home
home-none = { $path } is not a personal folder yet
home-none-next = join with the organisation file from your key officer: vault join FILE
home-newer = { $path } was written by a newer vault; this one leaves it alone
home-newer-next = use the newer vault
home-damaged = { $path } is damaged
home-busy = another vault is using this personal folder
home-busy-next = wait for it to end

## Passphrases

passphrase-again = Once more
passphrase-differs = the two differ
passphrase-short = too short: a passphrase has at least { $count } characters
passphrase-short-next = take a sentence that you remember and nobody guesses
passphrase-file-text = the passphrase file is not text: { $path }
passphrase-file-empty = the first line of the passphrase file is empty: { $path }
keyring-refused = the system's keyring refuses; the passphrase will be asked for each time

## People and units

who-of-several = "{ $word }" fits more than one
who-of-several-next = give the address (name@unit) or the number
who-candidate = { $line }
who-nobody = the directory has no "{ $word }"
who-nobody-next = vault keys list shows everybody; for someone just enrolled, vault keys sync first
passphrase-ask = Passphrase
passphrase-new = New passphrase
passphrase-wrong = wrong passphrase
passphrase-wrong-next = a lost passphrase cannot be recovered: ask the key officer to enrol you again
passphrase-changed = passphrase changed
passphrase-changed-next = old backups keep the old passphrase; make a new one

## Your own keys

identity-none = there are no keys of yours here
identity-none-next = join with the organisation file from your key officer: vault join FILE
identity-exists = there are keys here already; they are never overwritten
identity-exists-next = for another set, name another folder with --home
identity-damaged = the key file is damaged
identity-damaged-next = bring identity.age back from a backup
identity-not-locked = the key file could not be locked
identity-made = keys made and locked with your passphrase
identity-made-next = make a backup now: vault identity backup FILE
identity-backed-up = backed up to { $path }
identity-backed-up-next = keep backup and passphrase apart; stock age opens it with the passphrase
name-opening-key = opening key
name-signing-key = signing key
name-station-key = station key
written = written: { $path }
output-broken = the output broke off
unlock-time = "{ $time }" is no length of time
unlock-time-next = for example 30m or 8h, at most 24h
unlocked = no passphrase needed for { $time }; vault lock ends it
locked = the passphrase is asked for again
locked-already = it was not unlocked

## Levels

name-level = level
name-term = term
name-mark = mark
term-none = none
term-to-be-declared = to be declared
term-forms = write a term as 2年, 6个月, 2030-12-31, 长期, or a condition
mark-english = write the mark itself ({ $mark }): in English, secret is 机密 and confidential is 秘密
mark-star-on-internal = 工作秘密 carries no ★: write 内部

## Joining

name-unfit = the name holds characters that cannot be used
request-unreadable = this is no complete join request
request-unreadable-next = have the other side run vault join again and send the whole file
request-signature = the request was changed on its way: its signature does not hold

## The organisation

org-none = no organisation was joined here
org-other = this is another organisation's file: it does not fit the root pinned here
org-other-next = compare the 30 digits; one home belongs to one organisation, use --home for another
org-unreadable = this is no organisation file
org-broken = the organisation file does not pass verification
org-rollback = this directory is older than one seen here before; it is not used
org-rollback-next = ask the key officer for the newest file; if this is all there is, somebody may be turning time back
org-fork = there are two different directories (or roots) number { $number }
org-fork-next = stop, keep both, and take them to the key officer
org-gap = versions are missing between this directory and the one here
org-gap-next = ask the key officer for a file that holds the heads in between
me-unknown = the directory does not know you yet
me-unknown-next = hand your join request to the key officer; once enrolled, run vault keys sync --from FILE

## The key officer

officer-exists = there is an organisation in this home already
officer-card = the relay's card is incomplete
officer-root = the root cannot be signed
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

## Items

name-item = item
name-basis = basis
name-doc-no = document number
name-urgency = urgency
name-copying = copying
name-sender = sender
name-scope = scope
name-copies = copies
name-read-by = to be read by
name-not-before = not before
name-keep-until = kept until
name-made = made
name-size = size
name-suite = suite
copy-kept = {" "}(kept by the sender)
suite-hybrid = hybrid (post-quantum)
suite-classic = classic
starts-released = , from the day it is sent
starts-on = , from { $day }
starts-issued = , from the day of issue
starts-notified = , from the day of notice
ends-on = , until { $day } 24:00
urgency-normal = normal
urgency-urgent = urgent
urgency-extra = extra urgent
copying-none = not allowed
copying-ask = by leave only
copying-allowed = allowed
item-not-age = this is no sealed file
item-cut = the file is incomplete: it ends inside its header
item-cut-next = ask for the whole file again
item-length = the file is shorter or longer than its label says
inspect-unchecked = This is what the label claims; checking its signature takes the directory: vault check FILE

## The directory

officer-card-next = take the relay-card.json that vault-relay init wrote
ask-organisation = Name of the organisation
ask-officer = Name of the key officer
passphrase-officer-new = New passphrase of the officer's key
passphrase-officer = Passphrase of the officer's key
org-founded = { $name } is founded
org-written = organisation file: { $path }
org-internal-decide = 内部 needs an approval here too, which this version cannot check yet, so nothing can be sent. For a trial use --internal free
org-founded-next = Give the file to everybody and read the fingerprint out to them; they run vault join FILE. For the relay: vault-relay import FILE
name-name = name
name-pinyin = pinyin
name-number = number
name-post = unit and post
name-unit = unit
name-clerks = clerks
name-clearance = may see up to
name-unit-level = may handle up to
name-members = people
name-roles = roles
name-state = state
name-address = address
name-key = key
name-directory = directory
directory-line = number { $number }, signed { $made }, for sealing until { $expires }
directory-expired = the directory has expired: reading goes on, sealing does not
state-active = active
state-suspended = suspended
state-closed = closed
role-handler = handler
role-reviewer = reviewer
role-approver = approver
role-clerk = clerk
role-classification-officer = classification officer
role-key-officer = key officer
role-custodian = custodian
role-supervisor = supervisor
role-inspector = inspector
role-unknown = there is no role "{ $word }"
role-known = roles are: { $words }
ask-unit = Unit
ask-post = Post
ask-clearance = Highest level they may see (机密, 秘密, 内部, 无)
enrol-ask = Is this the number they read out? Enrol them?
enrolled = { $name } is entered as { $number }
enrolled-unit = new unit { $name }, { $number }
enrolled-next = It takes effect when published: vault keys publish
publish-ask = Sign the next directory ({ $persons } people, { $units } units)?
published = directory { $number } is signed; good for sealing until { $day }
published-relay = the relay has taken it
published-next = For the relay: vault-relay import { $path }; for everybody: vault keys sync
synced = directory { $number } is in use now
synced-already = directory { $number } is the newest
synced-me = your number in the directory is { $number }

## Drafting

ask-mark = Mark (机密★20年, 秘密★10年, 内部, 无密级)
ask-to = To (several with commas)
ask-title = Title
ask-term = Term (2年, 6个月, 2030-12-31)
ask-basis = Basis (the clause; several with semicolons)
to-myself = you cannot send to yourself
to-myself-next = copy 0 always stays with you
term-unread = "{ $words }" is no term
day-form = write days as 2026-12-31
folder-next = name the files in it; several make one item
not-a-file = { $path } is no regular file
file-name-unfit = this file name cannot travel with an item: { $path }
file-name-unfit-next = rename it: no control or direction characters, none of \ / : * ? and the like, and no name reserved by systems such as CON
refused-unknown = it was not let through
item-none = there is no item "{ $word }"
item-none-next = give four characters or more of either end of its id; vault inbox and vault outbox list show them
item-several = "{ $word }" fits more than one item
evidence-unwritten = the evidence cannot be written
read-no-memory = this machine has no folder in memory to read in
read-no-memory-next = text can go to --stdout; anything else is written where you say by vault export
viewer-failed = the viewer { $program } does not start
files-unfit = these files do not make an item

## Sealing and opening

name-title = title
name-files = files
name-to = to
name-blank = {" "}
name-scope-more = may also know
name-signers = to be signed by
signers-none = nobody
summary-files = { $names } ({ $size })
seal-ask = Seal it?
progress-seal = sealing
progress-open = opening
sealed = sealed: { $path }
sealed-next = The file may travel any way you like; only the recipients can open it. Without the relay there is no receipt.
seal-failed = it was not sealed
seal-failed-next = did a file change meanwhile? Nothing was left behind; try again
io-full-here = the disk is full
opened = opened: { $path }
opened-no-register = It did not come through the relay, so the register tells nothing about it.
open-not-mine = this was not sealed to you
open-damaged = it does not open: the content is damaged or was changed
open-damaged-next = keep the file, and tell the sender and the key officer
open-sync-next = vault keys sync
remark-key-stopped = the sender's signing key was stopped since; nothing proves that this was signed before
remark-term-ended = the term has ended: it awaits a release review, it is not free
remark-not-yet = its time has not come yet
remark-later-directory = the directory this item names was never seen here; the next one judged in its place
remark-other = { $word }
check-passed = no rule refuses it
check-item-passed = the signatures hold and no rule refuses it

## Doctor

doctor-home = personal folder { $path }
doctor-private = { $name } is readable by you alone
doctor-unlocked = unlocked: no passphrase is asked for (vault lock ends it)
doctor-locked = locked: the passphrase is asked for each time
doctor-organisation = organisation: { $name }
doctor-directory = directory { $number } is good for sealing until { $day }
doctor-clock = clock { $time }
doctor-clock-behind = the clock is behind the directory's date: set this machine's time
doctor-memory = there is a folder in memory to read in
doctor-wrong = something wants attention

## The relay

relay-none = the root names no relay
relay-socket = this machine's network cannot be used
relay-other = what answers is not our relay: it has another key
relay-other-next = do not go on; tell the operator
relay-away = the relay cannot be reached
relay-away-next = look at the network and try again
relay-later = the relay is busy; try again in a moment
relay-refused = the relay did not carry it out
relay-station = the relay does not know this station
relay-station-next = it will once it has the directory in which you are enrolled; ask the key officer
relay-evidence = the relay's evidence does not hold
relay-untrue = the relay's answer contradicts itself or breaks the protocol
relay-behind = the relay's directory is older than the one here
relay-behind-next = have the operator import the newest organisation file into the relay; if that was done, somebody may be trying to bring an old directory back: tell the key officer
relay-broke = the connection to the relay broke
register-split = the relay shows another register than before
register-split-next = both states are kept in { $path }; take them to the key officer
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
event-accepted = accepted
event-released = released
event-available = waiting for its holder
event-shown = header shown
event-demanded = demand (signed by the recipient)
event-received = receipt (signed by the recipient)
event-damaged = damage reported (signed by the recipient)
event-opened = opened (signed by the recipient)
event-exported = exported (signed by the recipient)
event-refused = refused
event-lapsed = demand lapsed without receipt
event-removed = payload removed
word-other = { $word }
read-how = it cannot be shown here
read-how-next = use --stdout, --path for a temporary path, or --viewer PROGRAM
read-enter = Press Enter when done; the temporary file goes then
read-gone = The temporary file is gone
export-none = the label allows no copies, so it is not exported
export-none-next = use vault read; if it must leave, ask the sender to seal it anew with copying allowed
export-ask = the label allows copies by leave only, which this version cannot check yet
export-ask-next = use vault read
export-confirm = Write the plaintext to { $path }? It will be entered
exported = exported: { $path }
exported-next = The plaintext has left its seal; it is in your care now

## Demonstration

demo-title = vault: one document, from sealing to receipt
demo-intro = A small organisation is made on this machine, a real relay is started, and real commands go the whole way. Nothing is claimed below that was not checked first.
demo-scene-office = 1. The organisation
demo-scene-send = 2. Seal and send
demo-scene-relay = 3. What the relay sees
demo-scene-receive = 4. Demand, receipt, opening
demo-scene-evidence = 5. Evidence
demo-scene-top-secret = 6. Top secret is refused, three times
demo-relay-made = the relay is ready: it has keys for TLS and for its register, and none that opens anything
demo-founded = { $name } is founded; its root has the fingerprint { $fingerprint }
demo-enrolled = { $name } joins: { $unit }, { $post }
demo-published = the key officer signs the directory (Ed25519 and ML-DSA-44), every station takes it
demo-serving = the relay serves on { $address } (QUIC, X25519MLKEM768, raw public keys on both sides)
demo-relay-blind = title and text were searched for in every file of the relay: they are not there. It holds labels and ciphertext only
demo-demand-first = the demand is signed before the bytes are served, the receipt after every byte is verified and on disk; both enter the register
demo-inspect-lead = What was received is still sealed. Anybody can read its label without a key, but neither title nor content:
demo-identical = the opened file is the original, byte for byte ({ $bytes } bytes)
demo-receipt = the receipt is leaf { $leaf }, proved to stand in the register of { $size } leaves
demo-receipt-signed = the register's state is signed with Ed25519 and ML-DSA-44; inside the leaf, Li Na's own signature holds
demo-receipt-proof = the evidence is a C2SP tlog-proof text: it can be verified offline, without asking the relay again
demo-forgery-lead = The third time: a client that skips every check of its own puts a top-secret label together by hand, signs it with a genuine key and hands it to the relay
demo-forgery-refused = the relay: top secret is not accepted (top-secret); the register keeps the attempt
demo-done = Done in { $seconds } seconds
demo-gone = Everything it made is gone. To go on by hand: vault demo --keep --dir FOLDER
demo-kept = Everything is kept in { $path } (the passphrase stands in the file passphrase there)
demo-serve = First start the relay in another terminal:
demo-go-on = Then, for example:
demo-broken = the demonstration could not go on
demo-untrue = something was not as the demonstration says
demo-not-empty = { $path } is not an empty folder
demo-not-empty-next = name a new folder
number-missing = number { $number } for { $holder } is missing: something may be kept back; ask the operator
evidence-missing = the relay shows no evidence that this item was accepted and released
