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
help-draft-class = what sort of paper it is: document, meeting, minutes, petition, foreign, leadership or communication
help-draft-kind = the field it is about: political, military, foreign, economic, technology, personal or other
help-draft-carrier = what carries it: electronic, paper, magnetic, optical or device; electronic unless said
help-draft-issued = the day of issue printed on it; the term counts from then, and from the day of release unless said
help-draft-notified = the day of the notice of level and term, from which the term counts
help-draft-no-minutes = not to be transcribed, handed round or derived from
help-draft-pass-down = to whom its content may be passed down by word of mouth
help-draft-draft = an earlier draft, sealed as an item: its id; several are fine
help-draft-handler = who proposes the level, if not you; this person never decides on it
help-draft-why = a reason in words that only holders read, FIELD=TEXT, such as basis=…; several are fine

help-outbox = What is on its way out
help-outbox-list = List items the relay has not accepted yet
help-outbox-resume = Go on where sending stopped
help-outbox-resume-item = which item; all otherwise
help-outbox-discard = Give up an item the relay has not accepted
help-outbox-discard-item = which item
help-outbox-rewrap = Wrap sent items that still wait for the keys now in use
help-outbox-rewrap-item = which item; all otherwise

help-inbox = What came in: waiting at the relay, and received here
help-inbox-list = List what waits and what was received
help-inbox-reseal = Seal a received item anew under a new file key
help-inbox-reseal-item = its number or id
help-inbox-rekey = Wrap received items for your key now in use
help-inbox-rekey-item = its number or id; all otherwise
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

help-pending = lists what waits for your decision
help-approve = agrees at your step; the last yes releases the item
help-approve-more =
    Whatever the step is called, the verb is the same. Shown once, one yes.
      vault approve 1f0a77c2d3e4
      vault approve report.docx.age --with report.docx.review.note
help-approve-item = an item of vault pending, a sealed file, or a request file
help-approve-opinion = what you add to your yes; only holders of the item can read it
help-approve-principal = in whose place you sign, where several have you as deputy
help-approve-step = at which step (review, approval); otherwise the one that is open
help-approve-with = for files: decisions that came beside it
help-approve-output = for files: the file to write
help-refuse = refuses at your step; it goes back to its sender
help-refuse-item = an item of vault pending, a sealed file, or a request file
help-refuse-reason = why; only holders of the item can read it
help-refuse-principal = in whose place you sign, where several have you as deputy
help-refuse-step = at which step (review, approval); otherwise the one that is open
help-refuse-with = for files: decisions that came beside it
help-refuse-output = for files: the file to write
help-withdraw = takes an item back before its release, or your own agreement before the next step
help-withdraw-item = the item, or a request file on which you agreed
help-withdraw-output = for request files: the file to write
help-circulate = pass a received copy along its scope, each reader signing it over
help-circulate-item = a received item, or a sealed file
help-circulate-to = the next reader; without one, shows who had it
help-circulate-output = a new file for the next reader; otherwise it goes through the relay
help-ask = asks one more person to decide at a step of an item that waits for decision
help-ask-item = the item
help-ask-who = step and name, as review=NAME
help-chase = says of whom your sent items wait and since when; with an item, reminds them
help-chase-item = which one to remind them of; without it all that wait are listed
help-return = gives a copy that waits for you back to its sender, with a reason
help-return-more =
    The reason is signed and entered where the relay can read it, so it is one of a few words:
      not-for-me   meant for somebody else
      incomplete   something is missing
      wrong-mark   level, term or scope look wrong
      twice        it came twice
      other        you tell the sender by another way
help-return-item = an item that waits, by number or id
help-return-reason = not-for-me, incomplete, wrong-mark, twice or other
help-watch = says when something comes, while it happens
help-watch-more =
    Stays connected: a document to receive or to decide on, a request to answer, something that happened to what you
    sent. Dials again by itself when the relay or the network was away. Ends with Ctrl-C.
    The program of --run finds VAULT_EVENT (arrived, decide, asked, happened) and VAULT_ABOUT (the item's id, or the
    request's hash) in its environment. It has a minute for each.
help-watch-notify = show a notice on the desktop, which names nobody and nothing
help-watch-run = a program to run for each event; no shell, no further words
help-recall = calls copies of a sent item back that nobody has signed for yet
help-recall-more = Says of each copy whether it was taken back unseen, after its title was shown, or too late.
help-recall-item = which item
help-recall-to = whose copies; all otherwise
help-register = Evidence of what happened to items, as files that anybody judges without the relay
help-register-verify = Judge evidence: does every entry stand in the register, does every signature in it hold
help-register-verify-files = files of vault register export, or C2SP tlog-proof texts
help-register-verify-org = the organisation's file to judge by; otherwise the one joined here
help-register-export = Write the evidence kept here of an item; no title, no content
help-register-export-item = an item sent, received or decided on here
help-register-export-output = a new file
help-draft-ask = whom to ask at a step, as review=NAME or approval=NAME,NAME; otherwise everybody who may decide
help-draft-decide-by = to be decided by 24:00 of this day; otherwise as long as the policy gives
help-check-with = decisions that came beside a sealed file
help-check-opinions = opens the opinions too
help-inspect-with = decisions that came beside it
help-status-opinions = shows the opinions of those who decided

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
help-mark = Read a mark and print it in the proper form, or the head of a first page
help-mark-marks = marks such as 机密★10年
help-mark-of = a sealed file: prints the head of the first page for each of its copies; needs no key
help-mark-copy = the copy number to print, six digits on the paper
help-mark-urgency = normal, urgent or extra-urgent
help-mark-doc-no = the document number, put into its printed form 财办〔2026〕5号

help-identity = Your own keys
help-identity-new = Make keys
help-identity-show = Show who you are and which keys you use
help-identity-backup = Copy the key file (still locked; stock age opens it too)
help-identity-backup-file = the new file
help-identity-rotate = Ask for new keys in place of the present ones
help-identity-rotate-opening = a new opening key only
help-identity-rotate-signing = a new signing key only
help-identity-rotate-output = write the request to a file instead of handing it to the relay
help-identity-rotate-withdraw = takes new keys back that are not entered yet
help-identity-rotate-more = The old opening key stays in the key file and opens what is old.
help-identity-replace = Ask for new keys when you can no longer use the old (passphrase forgotten, machine lost)
help-identity-replace-code = the one-time code on the sheet
help-identity-replace-organisation = the organisation file, on a machine that has not joined yet
help-identity-replace-fingerprint = the 30 digits the key officer told you
help-identity-replace-who = your name or number, on a machine without your keys
help-identity-replace-output = write the request to a file instead of handing it to the relay
help-identity-restore = Use your keys on another machine, from a backup
help-identity-restore-backup = what vault identity backup wrote
help-identity-restore-organisation = the organisation file
help-identity-restore-fingerprint = the 30 digits the key officer told you
help-identity-restore-output = the request for the key officer
help-identity-passphrase = Change the passphrase
help-identity-passphrase-new-passphrase-file = take the new passphrase from the first line of a file
help-identity-new-recipient = lock the keys by a hardware token: its recipient, age1NAME1…; once for each token
help-identity-new-identity = the file with the tokens' identities, AGE-PLUGIN-NAME-1…, in the same order
help-identity-token = Lock the key file by a hardware token
help-identity-token-more =
    A plugin named age-plugin-NAME reaches the token. It is started only from /usr/libexec/vault/plugins,
    /usr/lib/age-plugins or /usr/bin, and only if nobody but root can change it.
help-identity-token-recipient = the token's recipient, age1NAME1…; once for each token
help-identity-token-identity = the file with the tokens' identities, AGE-PLUGIN-NAME-1…, in the same order
help-identity-token-remove = lock the file by a passphrase again
help-identity-token-new-passphrase-file = take the new passphrase from the first line of a file
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
help-keys-enrol-request = a request file; or --pending
help-keys-enrol-pending = takes the requests that wait at the relay
help-keys-enrol-number = the 30 digits that the person read out; with --pending once for each person
help-keys-invite = Draw one-time codes for people, a sheet for each
help-keys-invite-who = someone enrolled who lost his keys or forgot the passphrase
help-keys-invite-from = people as a table (CSV)
help-keys-invite-new-units = units of the table that do not exist yet are made on enrolment
help-keys-invite-name = someone new
help-keys-invite-days = for how many days the codes are good; 7 unless said
help-keys-invite-output = a new folder for sheets, organisation file and list; with --withdraw the new list alone
help-keys-invite-list = shows the codes that are open
help-keys-invite-withdraw = takes back the open codes for this name, number or id
help-keys-invite-relay = also hands the list to the relay
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
help-keys-who-could-read = List what a person's keys could open, of the items here
help-keys-who-could-read-who = name, pinyin, address or number
help-keys-who-could-read-key = this key only, by the beginning of its number
help-keys-sync = Fetch the newest directory
help-keys-sync-from = from an organisation file instead of the relay
help-keys-sync-watch = stays connected and takes each newer version into use as it comes, until Ctrl-C

help-join = Join an organisation: compare the fingerprint, make keys, hand the request in
help-join-file = the organisation file from the key officer
help-join-code = the one-time code from your sheet
help-join-name = your name
help-join-pinyin = your name in pinyin; worked out otherwise
help-join-fingerprint = the 30 digits the key officer told you; asked no more if they match
help-join-output = writes the request to this file instead of handing it to the relay
help-doctor = Look for what is wrong on this machine
help-completions = Print completions for a shell
help-completions-shell = bash, zsh, fish, elvish or powershell
help-demo = Show everything once, on this machine
help-demo-file = the file to show it with; a sample document otherwise
help-demo-dir = the folder to do it in
help-demo-keep = leave everything there and say how to go on by hand
help-policy = The policy: check, sign, publish, look at it
help-policy-check = Say in words what a policy file means, and everything wrong with it
help-policy-check-file = the policy as a TOML file
help-policy-check-clauses = also list every clause of the catalogues
help-policy-sign = Take a policy into the next directory, and sign it
help-policy-sign-file = the policy as a TOML file, or what another officer passed on to sign
help-policy-sign-merge = another copy of what is to be signed, whose signatures are taken over
help-policy-sign-at-terminal = key file of another officer who sits here too
help-policy-sign-output = where the proposal goes
help-policy-publish = Put a signed policy into force with its directory
help-policy-publish-files = what was signed, in one copy or several; without any, what is drafted here
help-policy-publish-at-terminal = key file of another officer who sits here too
help-policy-publish-output = where the organisation file goes
help-policy-publish-relay = also hand it to the relay
help-policy-show = The policy in force
help-policy-show-clauses = also list every clause, and the written rules in full
