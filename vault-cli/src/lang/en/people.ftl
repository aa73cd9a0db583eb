# English: people, keys and the organisation. Keys are those of zh-CN/people.ftl; words follow docs/glossary.md.

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
passphrase-wrong-next = a lost passphrase cannot be recovered: ask the key officer for a one-time code, then run vault identity replace CODE
passphrase-changed = passphrase changed
passphrase-changed-next = old backups keep the old passphrase; make a new one

## Your own keys

identity-none = there are no keys of yours here
identity-none-next = join with the organisation file from your key officer: vault join FILE
identity-exists = there are keys here already; they are never overwritten
identity-exists-next = for another set, name another folder with --home
identity-damaged = the key file is damaged
identity-damaged-next = bring identity.age back from a backup
backup-damaged = the backup is damaged, or is none: { $path }
backup-damaged-next = take another backup, or make a new one on the machine that has the keys: vault identity backup FILE
identity-not-locked = the key file could not be locked
identity-made = keys made and locked with your passphrase
identity-made-next = make a backup now: vault identity backup FILE
identity-backed-up = backed up to { $path }
identity-backed-up-next = keep backup and passphrase apart; stock age opens it with the passphrase
rotate-says =
    New keys are made and locked like the present ones, and the key officers are asked to enter them.
    Until the next directory shows them, everything goes on with the present keys; after that the old opening key
    opens only what is old. Rotation takes nothing back: whoever has the old key still reads what it could read. If
    it may be in other hands, tell a key officer to stop it instead.
rotate-outbox = the outbox holds items signed with the present key: send them first (vault outbox resume), or seal them again afterwards
rotate-ask = Make new keys?
rotate-withdraw-none = no new keys wait here
rotate-withdraw-other = the new keys that wait here (request { $number }) take the place of lost ones: they are not taken back
rotate-withdraw-offline = the relay does not answer: whether the new keys are in force by now is not known here
rotate-withdraw-late = too late: the directory shows the new keys, and they are in use now
rotate-withdraw-ask = Take back the new keys you asked for (request { $number })? The present ones stay in use.
rotate-withdrawn = the new keys are taken back; nothing else has changed
rotate-withdrawn-next = Tell the key officer if you read the number out already. Should the new keys be published all the same, the next vault keys sync takes them into use.
renewal-next = Read the number out to the key officer. Once the keys are entered and published, vault keys sync takes them into use; then make a new backup.
renewal-pending = other new keys are waiting for the directory already (request number { $number })
renewal-pending-next = let the key officer enter those first; the same command as then hands the same request in again
renewal-waits = your new keys are waiting to be entered; the present ones are in use. Request number: { $number }
renewed = your new keys are in use now
renewed-next = make a new backup: vault identity backup FILE
replace-says =
    New keys are made for you and locked with a new passphrase; the code asks for them in place of the old.
    Once the directory shows them, the old key file is kept in the folder former, locked as it is. What was sealed to
    the old keys opens with them only, or by a recovery. If somebody else may have the old keys, tell a key officer
    at once: replacing does not stop them.
replace-ask = Make new keys with this code?
replace-old-items = For what was sealed to your old keys, ask the key officer about a recovery, or the senders for another copy.
replace-other-person = the keys here belong to somebody else
replace-other-person-next = leave --as out, or name another folder with --home
ask-own-number = your name or number in the directory
restore-says =
    Your keys are put on this machine, locked with the same passphrase. The machine gets a key of its own, which the
    key officers are asked to enter: until then it reaches no relay.
restore-exchanged = The directory names the keys of this backup as yours now: they take the place of those here, which are kept in the folder former, locked as they are.
restore-ask = Use your keys on this machine?
restore-next = Give the file to the key officer and read the number out. Once it is entered and published: vault keys sync --from FILE
restore-older = this backup is older than your present keys
restore-older-next = make a new backup on your other machine: vault identity backup FILE
restore-unknown-next = take a newer organisation file; if you were never enrolled, run vault join FILE CODE
own-key-not-mine = the directory names another { $kind } for you, { $key }, which this home does not have: what is meant for you may go to somebody else. If you did not ask for new keys, tell another key officer at once
own-key-exchanged = your { $kind } here is retired, and the directory names { $key } in its place. If you exchanged your keys on another machine, make a backup there and run vault identity restore FILE here; if you did not, tell another key officer at once
own-key-ended = the directory has ended your { $kind }, and names no other. For new keys, ask a key officer for a one-time code, then vault identity replace CODE
identity-by-passphrase = the key file is locked by a passphrase
identity-by-token = the key file is locked by the token { $recipient }, reached through { $path }
identity-made-token = keys made and locked by the token
token-locked = the key file is locked by the token; the old passphrase or token opens it no longer
token-removed = the key file is locked by the new passphrase; the token is no longer needed
token-changed-next = backups made before stay locked the old way: make a new one and destroy the old
token-single = only one token opens the key file: if it is lost or breaks, the keys are lost with it. Add a second token, or keep a backup that another token opens
token-backed-up-next = the backup opens only with the token: without it, nothing does. The file beside it whose name ends in .tokens belongs to it
token-no-passphrase = a token locks the key file: there is no passphrase to change
token-no-passphrase-next = to use a passphrase again: vault identity token --remove
token-none = no token locks the key file
token-none-next = to change the passphrase: vault identity passphrase
token-renewal = new keys wait for the directory: what locks the present ones can be changed afterwards
token-renewal-next = let the key officer enter them first (vault identity show tells the request number), then vault keys sync
token-list-damaged = { $path } is no list of tokens
token-texts = the tokens' recipients and identities do not fit together
token-texts-next = the plugin's own program prints both: name each recipient with --recipient, and put the identities into one file, one a line, in the same order
token-ask-program = Let { $path } reach the token? It will hold the key of your key file
token-ask-moved = The plugin is now { $path }; you agreed to { $old }. Start it all the same?
token-waits = waiting for the token: { $path }
token-says = { $path } says: { $words }
token-asks = { $path } asks: { $words }
token-choice = its answer: { $words }
token-no = no
token-no-program = { $program } is not installed
token-no-program-next = have the administrator install it in one of these folders: { $folders }
token-unsafe = the plugin is not started: somebody else than root could have changed { $path }
token-unsafe-next = have the administrator look where it came from, and give program and folders to root, writable by nobody else
token-start = { $path } could not be started
token-hangs = { $path } took too long and was ended
token-floods = { $path } sent far too much and was ended
token-ends = { $path } ended before it was done
token-garbled = { $path } does not speak as plugins do
token-lies = { $path } gave an answer that cannot be true; nothing of it was used
token-complains = { $path } reports: { $words }
token-next = plug the token in and try again; nothing was changed
token-other = none of your tokens belongs to this key file
token-other-next = plug in the token it was locked by; vault identity show names it
token-wrong-key = the token gave a key that does not open the key file; nothing was changed
name-opening-key = opening key
name-signing-key = signing key
name-station-key = station key
written = written: { $path }
output-broken = the output broke off
unlock-time = "{ $time }" is no length of time
unlock-time-next = for example 30m or 8h, at most 24h
unlocked = no passphrase needed for { $time }; vault lock ends it
unlocked-until = no passphrase needed until { $time }
locked = the passphrase is asked for again
locked-already = it was not unlocked

## Joining

name-unfit = "{ $name }" cannot stand in the directory: { $why }
name-unfit-next = a name has at most 192 bytes (64 Chinese characters) and plain letters, signs and single spaces, without @
name-unfit-empty = it is empty
name-unfit-long = it is too long
name-unfit-at = it holds the sign @
name-unfit-signs = it holds characters that do not show, or that turn the line around
pinyin-unfit = "{ $word }" is no sound of a name
pinyin-unfit-next = write it in letters a to z, such as "li na", or leave it out
request-unreadable = this is no complete join request
request-unreadable-next = have the other side run vault join again and send the whole file
request-signature = the request was changed on its way: its signature does not hold
request-not-authorised = the request is not signed by the present key of the person it names
request-one-key = the request uses one key for two purposes
request-unusable-key = a key of the request is not usable
request-inactive = the person may not act now
code-form = a code has 28 letters and digits, in groups of four
code-mistyped = the code was mistyped
code-next = type it as it stands on the sheet; case and spaces do not matter
ask-code = one-time code from your sheet
not-admitted = the relay did not admit the request
not-admitted-next = the code may have expired, been used or been withdrawn: ask your key officer for another
request-handed-in = your request is at the relay
join-by-file = or write it to a file with -o and hand that to the key officer

## The organisation

org-none = no organisation was joined here
org-other = this is another organisation's file: it does not fit the root pinned here
org-other-next = compare the 30 digits; one home belongs to one organisation, use --home for another
org-unreadable = this is no organisation file
org-broken = the organisation file does not pass verification
org-rollback = this is older than what was seen here before; it is not used
org-rollback-next = ask the key officer for the newest file; if this is all there is, somebody may be turning time back
org-policy-lower-next = nothing of it is used; tell the key officers: a policy that was replaced is signed anew under the next number
org-fork = two different texts were signed as { $part } { $number }
org-fork-fresh = the notary signed two freshness notes of { $made }
org-fork-next = use neither; both are kept in the folder contradiction of your home: take it to the key officers
contradiction-kept = { $what }; evidence for the key officers: { $files }
contradiction-file = evidence of a contradiction, for the key officers: { $files }
org-gap = versions are missing between this directory and the one here
org-gap-next = ask the key officer for a file that holds the heads in between
org-future = it is dated { $made }, and this machine's clock shows { $now }
org-future-next = set this machine's clock; if it is right, somebody dated a text ahead: tell the key officers
fresh-ahead = a freshness note is dated { $made }, and this machine's clock shows { $now }: it was left out, everything else was taken. If your clock is right, tell whoever runs the relay
stop-grants = a stop list gives back what the one before it took; only a directory can do that
part-root = root
part-directory = directory
part-stop = stop list
part-fresh = freshness note
part-register = register
seal-clock-back = this machine's clock shows { $now }, but { $known } has been already
seal-clock-back-next = set the clock; until then you can read, not seal
seal-root-expired = the organisation's root expired on { $day }
seal-sync-next = run vault keys sync, or ask the key officers for a newer file; reading goes on meanwhile
seal-withheld = { $part } { $number } exists, and it has not arrived here
seal-withheld-next = run vault keys sync; if it still does not arrive, somebody may be keeping it back: tell the key officers. Reading goes on meanwhile
seal-stale = there has been no news of the organisation since { $since }, more than 14 days
warn-no-news = no news of the organisation since { $since }: run vault keys sync
warn-root-expires = the organisation's root expires on { $day }: the key officers must renew it
warn-directory-expires = the directory expires on { $day }: the key officers must publish the next one
warn-two-stops = officers signed two stop lists { $number }: what either took away stays taken until the next directory decides; both are kept in the folder contradiction of your home for the key officers
warn-no-notary = the organisation has no notary: a stop list kept back would be noticed only when the directory expires
warn-single-clerk = { $unit } receives through a single clerk: if that person is away, nobody receives
warn-no-clerk = none of the clerks of { $unit } may act: nobody receives for it
warn-recovery-wanted = the policy demands a recovery key for { $level } items, and neither { $unit } nor a unit above it has one that fits: deal one with vault keys recovery new
warn-weak-unit = { $unit } has a weakness that this version has no words for
me-unknown = the directory does not know you yet
me-unknown-next = hand your join request to the key officer; once enrolled, run vault keys sync --from FILE

## The directory

officer-card-next = take the relay-card.json that vault-relay init wrote
ask-organisation = Name of the organisation
ask-officer = Name of the key officer
passphrase-officer-new = New passphrase of the officer's key
passphrase-officer-of = Passphrase of the officer's key { $path }
passphrase-officer-new-of = { $name }: new passphrase of your officer's key
passphrase-officer = Passphrase of the officer's key
org-founded = { $name } is founded
org-written = organisation file: { $path }
org-internal-decide = 内部 needs an approval here too. For everyday traffic an approver can give a standing approval, for so many items until a day; rules of your own: vault policy check FILE. For a trial use --internal free
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
name-papers = papers
name-affiliation = belongs to
name-station-class = machine
station-internet = on the internet
station-internal = internal network
station-classified = for classified work
name-state = state
name-address = address
name-key = key
name-directory = directory
directory-line = number { $number }, signed { $made }, for sealing until { $expires }
directory-expired = the directory has expired: reading goes on, sealing does not
state-active = active
state-suspended = suspended
state-closed = closed
key-state-active = in use
key-state-retired = retired
key-state-stopped = stopped
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
enrol-other-name = invited as { $invited }, calls himself { $name }
enrol-other-name-ask = Is that the same person, to be entered as { $name }?
enrol-number-ask = the number they read out (empty for later)
enrol-later = left for later
enrol-nothing = nothing waits
number-differs = this is not the number of the request: it may be somebody else's
request-ask = Is this the number they read out? Enter it?
request-station = { $who } asks for another machine
request-rotate = { $who } asks for new keys in place of the present ones
request-replace = { $who } asks for new keys, because the old ones cannot be used any more
request-entered = the request of { $who } is entered
invite-ask = { $count ->
    [one] Draw a code for one person?
   *[other] Draw codes for { $count } people?
  }
invite-days = codes are good for 1 to 90 days
invite-whom = say whom: --from FILE, --name NAME, or someone enrolled
invite-full = 1000 invitations are open; wait until some are used or expire
invite-expired = the code expired on { $time }
invite-wrong-code = the request was not made with the code of its invitation
invite-not-for-this = the invitation is for someone or something else
invite-anew = invite the person again with vault keys invite
invite-none = no code is open
invite-no-such = no code for "{ $word }" is open
invite-no-such-next = vault keys invite --list shows the open ones
invite-withdraw-ask = { $count ->
    [one] Withdraw this code?
   *[other] Withdraw these { $count } codes?
  }
invite-withdrawn = { $count ->
    [one] one code is withdrawn
   *[other] { $count } codes are withdrawn
  }
invite-withdrawn-next = It admits a request until the relay has the new list: hand it over with --relay.
invite-unit-unknown = the directory has no unit called { $names }
invite-unit-unknown-next = correct the table; if they are new, say so with --new-units
invite-new-units = new units, made when somebody is enrolled in them: { $names }
invite-unit-level = { $unit } may handle up to { $level }
progress-sheets = writing the sheets
invite-list-written = list of open codes: { $path }
name-code-of = code for
name-until = good until
invited-relay = the list is in force at the relay
invited = { $count ->
    [one] one sheet is
   *[other] { $count } sheets are
  } in { $path }
invited-next = Give each person his sheet and the organisation file. Their requests come in with vault keys enrol --pending.
table-not-utf8 = line { $line } is not UTF-8
table-not-utf8-next = save the table as CSV UTF-8
table-broken = line { $line } is not like the others
table-twice = line { $line }: { $name } stands in the table already
table-twice-next = one row for each person; two of one name and unit go in one after the other with vault keys invite --name
table-levels = line { $line }: { $unit } may handle another level here than on line { $other }
table-levels-next = give one unit one level, or leave the column empty
table-cell-empty-next = every row needs it
table-too-long = at most { $most } people in one table
table-empty = there is nobody in the table
table-column-unknown = there is no column "{ $name }"
table-columns = columns: { $names }
table-column-twice = the column { $name } stands twice
table-column-missing = the column { $name } is missing
table-cell = line { $line }, column { $column }: "{ $value }"
table-cell-empty = line { $line }, column { $column } is empty
table-paper-class = a paper's class is 1 to 32 of a-z, 0-9 and hyphen
table-station-class = it is internet, internal or classified
table-affiliation = own, outside or foreign
table-yes-no = yes or no
sheet-join =
    { $name }

    { $organisation }

    1.  vault join { $file } { $code }
    2.  { $fingerprint }
    3.  Compare these 30 digits with those on your screen before you say yes.
        Then read the number of your request out to the key officer.

    Good until { $until }. It admits one request.
sheet-replace =
    { $name }

    { $organisation }

    vault identity replace { $code }

    On a new machine:
    vault identity replace { $code } --organisation { $file } --as { $number }
    { $fingerprint }
    Compare these 30 digits with those on your screen before you say yes.

    Then read the number of your request out to the key officer.
    Good until { $until }. It admits one request.
enrolled = { $name } is entered as { $number }
enrolled-unit = new unit { $name }, { $number }
enrolled-next = It takes effect when published: vault keys publish
publish-ask = Sign this and put it into force?
published = directory { $number } is signed; good for sealing until { $day }
published-relay = the relay has taken it
published-relay-already = the very same is in force at the relay already
published-relay-newer = the relay has what is newer (directory { $directory }, stop list { $stop }) and took nothing from this file: vault keys sync
published-next = For the relay: vault-relay import { $path }; for everybody: vault keys sync
synced = directory { $number } is in use now
synced-already = directory { $number } is the newest
watch-busy = another command is at work in this home; the newest version is taken into use as soon as it has ended
watch-ended = the relay is closing down; run the command again later
synced-me = your number in the directory is { $number }
