# English: requests, leaves, and the form. Keys are those of zh-CN/requests.ftl; words follow docs/glossary.md.

## Help

help-request = Ask leave for any act but sending
help-request-more =
    Asks for what is missing, shows the form, takes one yes, and writes a request file that goes round:
      vault request export 3 --reason "for the audit" -o export.note
      vault approve export.note            each decider in turn; the file goes on to the next
      vault request show export-2.note     how far it has come
help-request-widen = Ask to let somebody into the scope
help-request-copy = Ask for further numbered copies
help-request-export = Ask to write the content outside
help-request-carry-out = Ask to take an item out of the office
help-request-lend-outside = Ask to lend an item to somebody outside
help-request-change = Ask for another level or term
help-request-declassify = Ask to declassify
help-request-release = Ask for a release review before publication
help-request-destroy = Ask to destroy
help-request-recover = Ask for a recovery by the unit's recovery key
help-request-standing = Ask for a standing approval of internal traffic
help-request-derive = Ask to make a new item out of this one
help-request-list = List requests at the relay: waiting for you, asked by you, decided about what you hold
help-request-show = Print a request with its decisions
help-request-show-files = the request file, and decisions that came as files of their own
help-widen = Ask to let somebody into the scope, or do it with a decided request
help-widen-more =
    vault widen 3 --to lina --reason "joins the working group" -o widen.note
    vault widen notice.age --with widen-3.note -o notice-2.age
help-change = Ask for another level or term of an item
help-declassify = Ask to declassify an item
help-release = Ask for the review that comes before publication
help-asking-items = items: received or sent here by number or id, or sealed files
help-asking-to = who gets something: name, pinyin, unit, address or number
help-asking-with = the decided request, in one file or several: makes the widened item
help-asking-count = how many copies; for a standing approval, how many items
help-asking-due = the day by which it is back
help-asking-briefed-by = who told the borrower his duties, face to face
help-asking-mark = the new mark as printed, such as 秘密★5年
help-asking-term = the new term alone
help-asking-reason = why; sealed to you and the deciders
help-asking-unit = the unit that decides, if you hold several posts
help-asking-ask = who is asked at a step, as review=wangli; everybody who may decide otherwise
help-asking-custodian = who carries it out; the item's sender otherwise
help-asking-decide-by = to be decided by the end of this day; as the policy has it otherwise
help-asking-until = the leave may be used to the end of this day
help-asking-output = a request file in place of the relay; when widening, the sealed file with the new header
help-draft-derived-from = the items it is made from: level, term, basis and scope are taken over
help-draft-reason-code = same, points (touches the secret points), summary, or demanded (by the issuer); summary otherwise
help-draft-leave = the issuer's leave to derive, in request files; what this home asked for is found by itself
help-request-use = Enter that a leave was used: a copy made, an item taken out or lent
help-request-use-item = the received item
help-request-use-with = the decided request, in one file or several; what this home keeps is found by itself
help-request-back = Enter that what was taken out or lent is back
help-request-back-item = the received item
help-export-with = the leave to export, in one request file or several
help-export-release = for publication, by a decided release review
help-draft-by-standing = the standing approval it goes by, a decided request file; one that this home keeps is found by itself
help-form = Print the approval form of an item or a request
help-form-what = an item, a sealed file, or a request file with its decisions
help-form-html = write a page to print on A4, complete in itself

## Acts, steps and answers

word-act-widen = widening the scope
word-act-copy = copying
word-act-export = export
word-act-carry-out = carrying out
word-act-lend-outside = lending outside
word-act-change = change of level or term
word-act-declassify = declassification
word-act-release = release for publication
word-act-destroy = destruction
word-act-recover = recovery
word-act-standing = standing approval
word-act-derive = derivation
word-answer-agree = agreed
word-answer-refuse = refused
word-answer-withdraw = withdrawn

## Asking

asking-ask-reason = Reason
asking-ask-unit = Unit that decides
asking-ask-count = How many copies
asking-ask-uses = For how many items
asking-ask-due = Back by (2026-12-31)
asking-ask-briefed = Who told the borrower his duties
asking-ask-mark = New mark (such as 秘密★5年)
asking-person = { $who } is a unit; a person is needed here
asking-several-units = these items were issued by different units, and each decides on its own
asking-several-units-next = ask for the items of one unit at a time
asking-text-unfit = a reason or opinion has 1 to 4,095 bytes, in lines without control characters
asking-too-many = there are too many deciders to close this text to
asking-too-many-next = name whom you ask: --ask approval=NAME
asking-sign-ask = Sign this request?
asking-asked = signed; the request is in { $path }
asking-asked-next = Hand the file to the first decider: vault approve { $path }
asking-approve-ask = Agree at this step ({ $step })?
asking-refuse-ask = Refuse at this step ({ $step })? That ends the request.
asking-withdraw-ask = Take your agreement back ({ $step })?
asking-answered = signed; the file that goes on is { $path }
asking-answered-complete = Every step has agreed. Hand the file back to whoever asked.
asking-answered-refused = The request has ended. Hand the file back to whoever asked.
asking-answered-next = Hand the file to the next decider.
asking-clock = a decision in this file is dated { $time }, ahead of the clock here; set the clock right
asking-refused = refused
asking-used = agreed and used
asking-decided = agreed at every step
asking-open = waits: { $step }
asking-file-none = there is no request in these files
asking-file-several = these files hold more than one request
asking-file-other = a decision in these files is about another request
asking-file-unread = this is no request file of this organisation
asking-file-next = hand over one request file, and decisions on it that came as files of their own

## Using a leave

leave-other-act = this leave is for something else: { $act }
change-unclassified = what is to be no secret any more is not changed but declassified
change-unclassified-next = ask for it: vault declassify
widen-one = widen one item at a time
widen-at-relay = the content of this item is at the relay, not here
widen-own = the header of this item is a holder's own; only the shared one is widened
widen-nobody = everybody the leave names can open the item already, or may not have it now
widen-ask = Let them in?
widen-withheld = not let in, as they may not have it now: { $names }
widened = widened: { $path }
widened-at-relay = { $item } is offered to those let in, with the leave and the decisions on it
widened-next = The leave and its decisions travel in the item. Hand the file to those let in.

## Form

form-of-request = Approval form: { $act }
form-of-sending = Approval form: sending
form-sending = sending
form-act = act
form-requester = asked by
form-unit = decided by unit
form-holders = for
form-custodian = carried out by
form-new-level = new level
form-new-term = new term
form-due = back by
form-briefed-by = duties told by
form-count = number
form-reason = reason
form-made = asked
form-decide-by = decide by
form-not-after = good until
form-policy = policy (SHA-256)
form-none = none
form-closed = (closed: opens with the keys of those entitled)
form-unsigned = not signed yet
form-item = Item { $item }
form-label-hash = label (SHA-256)
form-hash = request (SHA-256)
form-title = title
form-points = secret points
form-carrier = carrier
form-produced = produced
form-origin = origin
form-original = original
form-derived = derived
form-resealed = resealed
form-drafts = drafts
form-handler = handler
form-reviewer = reviewer
form-approver = approver
form-dates = dates
form-step = step
form-signer = signed by
form-on-behalf = for
form-answer = answer
form-date = date
form-opinion = opinion
form-fingerprint = signature fingerprint
form-asked = waits for { $names }
form-no-decision = no decision is demanded
form-waits = waits for decisions
form-notice = Drawn from signed texts. The form proves nothing by itself: the texts and their signatures do, in the item or the request file, by the hash above.
form-written = written: { $path }
form-written-next = What stands on the page is as secret as the item: print and keep it accordingly.
carrier-electronic = electronic
carrier-paper = paper
carrier-magnetic = magnetic
carrier-optical = optical
carrier-device = device
derive-inherited = taken over from the sources where nothing else was said: { $mark }, { $term }
export-leave-next = ask leave: vault request export { $item }
export-unreleased = no decided release review of this item is known here
export-unreleased-next = vault release { $item }, and with the decided file: vault export { $item } --release --with FILE
change-noted = change taken in by
change-not-noted = change not yet seen by
change-name = since then
change-declassified = declassified on { $day } (the old mark stands on what was issued)
change-changed = from { $day }: { $new }
term-over-name = term
term-over = over since { $day } 24:00; it awaits a release review, it is not free: vault release { $item }
term-over-line = the term of { $items } is over; ask for a release review: vault release ITEM
leave-none-here = no leave that serves for this is known here
leave-none-here-next = hand it over with --with FILE
leave-not-out = nothing of this item is known here as taken out by you and not back
leave-not-out-next = the entry may still wait for the relay: vault inbox
leave-used = entered: { $act } of { $item }
leave-back = entered: { $item } is back
leave-use-ask = Enter this ({ $act })?
change-line = { $name }: { $words }
event-copied = a numbered copy made
event-carried-out = taken out of the office
event-brought-back = back in the office
event-lent = lent outside
event-given-back = given back
standing-used = Goes out under a standing approval (good until { $until }, for { $count } items); with --ask somebody is asked instead
asking-handed-in = signed and handed to the relay: { $name }
asking-handed-in-next = Deciders see it with vault request list and vault pending.
asking-responded = signed and entered: { $name }
asking-none = there is no request "{ $word }"
asking-none-next = vault request list shows them
asking-nothing = no requests
asking-pending = Requests that wait for you (vault approve req-…):
name-request = request
