# English: the frame of every command. Keys are those of zh-CN/program.ftl; words follow docs/glossary.md.

## The frame of the help

clap-usage = Usage:{ " " }
clap-command = command
clap-commands = Commands
clap-options-slot = [options]
clap-arguments = Arguments
clap-options = Options
clap-everywhere = Everywhere

## Wrong usage

usage-unknown-option = there is no such option: { $what }
usage-unknown-command = there is no such command: { $what }
usage-missing = still missing: { $what }
usage-missing-command = a command is missing
usage-no-value = { $what } needs a value
usage-bad-value = { $what } cannot be "{ $value }"
usage-twice = { $what } is given more than once
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
ask-number = a number from 1 to { $count }:{ " " }
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

## Doctor

doctor-home = personal folder { $path }
doctor-private = { $name } is readable by you alone
doctor-unlocked = unlocked: no passphrase is asked for (vault lock ends it)
doctor-locked = locked: the passphrase is asked for each time
doctor-token = the token's plugin is in place: { $path }
doctor-organisation = organisation: { $name }
doctor-directory = directory { $number } is good for sealing until { $day }
doctor-clock = clock { $time }
doctor-clock-behind = the clock is behind the directory's date: set this machine's time
doctor-request-waits = your request is waiting to be entered; its number: { $number }
doctor-run-wiped = a run of recovery had been cut off after its end; its own key was still here and is wiped now
doctor-paper-soon = your { $paper } is valid until { $day }: have it renewed in time
doctor-paper-over = your { $paper } was valid until { $day }: tell the office that keeps it
doctor-own-keys = the directory names your keys as they are here
doctor-may-seal = nothing stands in the way of sealing
doctor-memory = there is a folder in memory to read in
doctor-no-dumps = a crash writes no memory to disk, and other programs of yours cannot look in
doctor-dumps = the system lets a crash write memory to disk, or other programs look in
doctor-swap-locked = secrets in memory stay out of swap
doctor-swap-none = there is no swap on this machine
doctor-swap-on = memory may be written to swap: have the swap encrypted or switched off, or raise the limit on locked memory (ulimit -l unlimited)
doctor-keyring = vault unlock works here
doctor-no-keyring = the kernel's keyring is not available here: the passphrase is asked for each time
doctor-wrong = something wants attention

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
