# English: help texts. Keys are those of zh-CN/help.ftl; words follow docs/glossary.md.

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
help-unlock-status = says whether and until when
help-lock = Ask for the passphrase again from now on

help-keys = The organisation: its root, directory and people
help-keys-init = Found an organisation
help-keys-init-name = its name
help-keys-init-officer = the key officers' names, with commas between; each types a passphrase here
help-keys-init-card = an officer's card, once for each officer who sits at another machine
help-keys-init-thresholds = how many officers a root, a directory and a stop list take, such as 2,2,1
help-keys-init-unit = the offices by name, with commas between
help-keys-init-unit-level = the highest level they may handle; 内部 unless said
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
help-keys-publish = Put into force what enough officers have signed
help-keys-publish-files = what was signed, in one copy or several; without any, the directory drafted here
help-keys-publish-at-terminal = key file of another officer who sits here too
help-keys-publish-output = where the organisation file goes
help-keys-publish-relay = also hand it to the relay
help-keys-officer = Make an officer's key on this machine
help-keys-officer-name = who holds it
help-keys-officer-output = where the card for the other officers goes
help-keys-officer-take = take in a key file that was made at another machine
help-keys-officer-organisation = take the organisation of this file into use here
help-keys-officer-fingerprint = the 30 digits that another officer told
help-keys-sign = Show what officers are to sign, and sign it
help-keys-sign-files = what to sign; without any, the next directory as it is drafted here
help-keys-sign-merge = another copy of the same file, whose signatures are taken over
help-keys-sign-at-terminal = key file of another officer who sits here too
help-keys-sign-output = where a newly proposed directory goes
help-keys-stop = Take a person's keys or rights away at once
help-keys-stop-who = name, pinyin, address or number
help-keys-stop-key = this key only, by the beginning of its number
help-keys-stop-station = the person's machines only
help-keys-stop-suspend = suspend the person; a directory can lift it
help-keys-stop-reason = lost, stolen, compromised, left, inquiry, lapsed or other
help-keys-stop-since = from this size of the register on; takes as many officers as a directory
help-keys-stop-at-terminal = key file of another officer who sits here too
help-keys-stop-output = where the organisation file goes, or the proposal if more must sign
help-keys-stop-relay = also hand it to the relay
help-keys-resume = Lift a suspension with the next directory
help-keys-resume-who = name, pinyin, address or number
help-keys-change = Change name, clearance, post, unit or roles; takes effect when published
help-keys-change-who = name, pinyin, address or number
help-keys-change-name = the new name
help-keys-change-pinyin = its sound
help-keys-change-clearance = the highest level the person may see: secret, confidential, internal or none
help-keys-change-unit = the unit of the main post; roles and clerk duty in the old unit end today
help-keys-change-post = the title of the main post
help-keys-change-role = all roles held in that unit from now on, or none
help-keys-deputy = Name who acts in a person's place, with dates
help-keys-deputy-who = whose place it is
help-keys-deputy-role = the role in which the deputy acts
help-keys-deputy-by = who acts
help-keys-deputy-from = the first day, such as 2026-12-01
help-keys-deputy-to = the last day
help-keys-deputy-end = take this deputy out of the list
help-keys-papers = Record class, last valid day and hash of papers that are kept elsewhere
help-keys-papers-who = name, pinyin, address or number
help-keys-papers-category = class of secrecy staff: none, general, important or core
help-keys-papers-vetting = the vetting as CLASS:DAY or CLASS:DAY:FILE, or none; of the file only its hash is kept
help-keys-papers-training = the training, likewise
help-keys-papers-letter = the secrecy letter, likewise
help-keys-papers-abroad = days abroad as DAY:DAY, or none
help-keys-unit = Make a unit, or change its name, place, level and clerks
help-keys-unit-unit = name or number
help-keys-unit-new = make it
help-keys-unit-rename = its new name
help-keys-unit-parent = the unit above, or none
help-keys-unit-level = the highest level it may handle; 内部 for a new one unless said
help-keys-unit-clerk = all its clerks from now on, with commas between, or none
help-keys-leave = End someone's service once everything is handed back
help-keys-leave-who = name, pinyin, address or number
help-keys-leave-held = how many items and copies are still held; must be 0
help-keys-leave-pending = how many decisions still wait; must be 0
help-keys-leave-letter = the leaver's secrecy letter as CLASS:DAY:FILE
help-keys-leave-cooling-off = the last day of the cooling-off time
help-keys-draft = Show what is drafted for the next directory
help-keys-draft-drop = take all of it back
help-keys-officers = Show the officers; with options, propose the next root
help-keys-officers-add = card of a new officer
help-keys-officers-remove = an officer who ceases to be one, by office or name
help-keys-officers-root = how many officers a new root takes
help-keys-officers-enrol = how many officers a directory takes
help-keys-officers-stop = how many officers a stop list takes
help-keys-officers-relay-card = the relay's new card
help-keys-officers-no-notary = without a notary from now on
help-keys-officers-renew = change nothing but the dates
help-keys-officers-at-terminal = key file of another officer who sits here too
help-keys-officers-output = where the new root goes
help-keys-fresh = Say, as a notary that is not the relay, what is newest
help-keys-fresh-output = where the organisation file goes
help-keys-fresh-relay = ask the relay what is newest, and hand it the note
help-keys-officers-notary = card of a notary that is not the relay
help-keys-transcript = Print and verify what was shown, signed and published here
help-keys-list = List people and units
help-keys-show = Show one person or unit
help-keys-show-who = name, pinyin, unit, address or number
help-keys-sync = Fetch the newest directory
help-keys-sync-from = from an organisation file instead of the relay
help-keys-sync-watch = stays connected and takes each newer version into use as it comes, until Ctrl-C

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
