# English: items: levels, drafting, sealing, opening. Keys are those of zh-CN/items.ftl; words follow docs/glossary.md.

## Levels

name-level = level
name-term = term
name-mark = mark
term-none = none
term-to-be-declared = to be declared
term-forms = write a term as 2年, 6个月, 2030-12-31, 长期, or a condition
mark-english = write the mark itself ({ $mark }): in English, secret is 机密 and confidential is 秘密
mark-star-on-internal = 工作秘密 carries no ★: write 内部
mark-released = 解密 says that something was a secret and is none: have the item declassified, or type 无密级 for what never was one
mark-no-copy = this item has no copy { $copy }
mark-head = head of the first page

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

## Drafting

ask-mark = Mark (机密★20年, 秘密★10年, 内部, 无密级)
ask-to = To (several with commas)
ask-title = Title
ask-term = Term (2年, 6个月, 2030-12-31)
ask-basis = Basis (the clause; several with semicolons)
to-myself = you cannot send to yourself
to-myself-next = copy 0 always stays with you
term-unread = "{ $words }" is no term
draft-form = write the id of the item that holds the draft; vault outbox and vault inbox show it
why-form = write FIELD=TEXT, for example basis=third clause, because …
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
open-not-the-first = it says it was resealed, but it is not what the first sender sealed
open-damaged-next = keep the file, and tell the sender and the key officer
open-sync-next = vault keys sync
open-former-next = if it was sealed to keys that you have replaced since, ask the key officers for a recovery
remark-key-stopped = the sender's signing key was stopped since; nothing proves that this was signed before
remark-decider-stopped = the key of somebody who decided on this has been stopped since; nothing here proves that the decision was signed before
remark-decisions-by-file = this item came by file: nothing proves that no refusal or withdrawal was left out; the register at the relay would
remark-row-dropped = a recipient was left out of the newest access note, and no stop of that key is known here yet; run vault keys sync
remark-writer-stopped = the key that signed the access note was stopped since; nothing proves that it signed before
remark-term-ended = the term has ended: it awaits a release review, it is not free
remark-not-yet = its time has not come yet
remark-later-directory = the directory this item names was never seen here; the next one judged in its place
remark-other = { $word }
check-passed = no rule refuses it
check-item-passed = the signatures hold and no rule refuses it

circulate-person = a copy is passed to one person: name somebody
circulate-output = what came as a file goes on as a file: where is it to be written?
circulate-output-next = add -o FILE, a new file, and hand it to the next reader
circulate-not-held = no copy of this item is in your hands, or you have passed it on
circulate-not-held-next = vault circulate ITEM shows who had it, and who has it now
circulate-confirm = Sign copy { $number } over to { $name }? Your signature says that you have read it.
circulate-failed = the copy cannot be passed on
circulated = { $path } is for { $name }, and opens with that person's key only
circulated-next = Hand the file over; vault circulate FILE shows on whose way it has been.
circulated-at-relay = { $item } is signed over to { $name } and waits for that person at the relay
circulate-way = copy { $number }: { $names }
circulate-left = still to read: { $names }
circulate-all = Everybody in the scope has had it.
