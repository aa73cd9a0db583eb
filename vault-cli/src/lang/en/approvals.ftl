# English: approvals. Keys are those of zh-CN/approvals.ftl; words follow docs/glossary.md.

## Steps and who signs

step-review = review
step-approval = approval
step-line = { $step }: { $who }
step-unknown = "{ $word }" is no step of this item
step-known = its steps: { $steps }
step-open = open
step-later = comes later
step-agreed = agreed
step-agreed-unopened = agreed without opening it
step-refused = refused
signers-or = {" or "}
signers-deputy = {" "}(deputy until { $until }: { $deputy }, for { $principal })
signed-for = { $who } (for { $principal })
ask-unread = "{ $words }" does not say who is asked
ask-form = write --ask review=NAME, or --ask approval=NAME,NAME
ask-person = { $name } is a unit: people decide, units do not
ask-none-needed = nobody has to decide on an item of this level
ask-reason = Reason
ask-for-whom = In whose place do you sign?
decide-by-closed = { $time }; until it is decided only you and those who sign can open it
until-left = { $time } ({ $left } left)
time-over = over

name-step = step
name-signer = who
name-for = in place of
name-decide-by = decide by
name-time-left = time left
name-opinion = opinion
name-reason = reason
name-released = released
name-handler = handler

## Proposing

propose-ask = Hand it to them for decision?
proposed = proposed: { $item }; the relay holds it until it is decided
proposed-next = You will be told by vault what came of it. Meanwhile: vault status { $item }, vault chase { $item }; taking it back: vault withdraw { $item }
sealed-proposal-next = This is a proposal: only you and those who sign can open it. Carry it to the first of them: vault approve FILE.age
outbox-proposed = waiting for decision, as last heard: { $count }
outbox-proposed-next = How far each has come: vault status ITEM; of whom it waits: vault chase

## Waiting for my decision

pending-heading = { $count ->
    [one] 1 item waits for your decision
   *[other] { $count } items wait for your decision
}
pending-nothing = nothing waits for your decision
pending-next = Read one with vault read ITEM; answer with vault approve ITEM or vault refuse ITEM --reason TEXT.
pending-none-such = no item "{ $word }" waits for a decision of yours
pending-none-such-next = vault pending lists what does; a sealed file is named by its path
in-place-of = for { $who }
review-next = Answer with vault approve { $item } or vault refuse { $item } --reason TEXT; nothing of it stays here.

## Answering

not-opened = you have not opened it on this machine, and your decision will say so
not-opened-next = to read it first: { $command }
approve-ask = Agree?
approve-unopened-ask = Agree without having opened it here?
approve-last-ask = Agree, and so release it to the recipients?
approve-last-unopened-ask = Release it to the recipients without having opened it here?
refuse-ask = Refuse? It ends there; a changed paper is a new item.
withdraw-ask = Take your agreement back?
withdraw-item-ask = Take the item back? It ends there; a changed paper is a new item.
said-agree = you agreed: { $step }
said-last = you agreed: { $step }; every step has its agreement
said-refuse = you refused: { $step }; it goes back to its sender with your reason
said-withdraw = you took your agreement back: { $step }
said-next = next: { $step }, { $who }
said-released = The item is released: its recipients can fetch it now.
decided-leaf = entered in the register as leaf { $index }
withdrawn-item = taken back: { $item }
withdraw-ended = this item does not wait for a decision any more, so it cannot be taken back
withdraw-too-late = how it stands: vault status { $item }
withdraw-nothing = you have no agreement to take back here
withdraw-nothing-next = an agreement can be taken back until the next step is decided; how it stands: vault status ITEM
answer-agree = agrees
answer-refuse = refuses
answer-withdraw = takes the agreement back
opinion-of = { $step }, { $who } { $answer }:
opinion-unfit = an opinion has 1 to 4,095 bytes of plain text
opinions-next = There are opinions; only those who hold the item can read them: vault status { $item } --opinions
decide-none-needed = nobody has to decide on this item
decide-done = this item was decided: it is released
decide-file-only = { $what } is for sealed files
decide-faster-next = somebody else was faster, or the item ended; how it stands now: vault status { $item }
clock-behind = an earlier decision on this item bears a time that is still to come: { $time }
clock-behind-next = one of the two clocks is wrong; without a register only they order the decisions
release-no-row = this item has no wrap for you as somebody who decides, so you cannot complete it
release-failed = the header that releases the item cannot be made
withheld-line = copy { $copy } is not given out: { $holder } ({ $reason })
withheld-unit = the unit has no clerk who may receive it
withheld-inactive = suspended, or has left
withheld-keyless = has no key for it
withheld-uncleared = not cleared for this level any more
withheld-now = may not have one at present; vault keys sync shows why
withheld-unknown = not in the directory

## By file

note-written = the decision is in { $path }
note-next = Carry it, with the item, to whoever signs next: vault approve FILE.age --with NOTE
note-refused-next = Carry it back to the sender, who reads the reason with: vault check FILE.age --with NOTE --opinions
note-unread = { $path } is no decision of this organisation
released-file = released: { $path }
released-file-next = Hand this file, not the proposal, to the recipients. It came together without the register: nothing shows that no refusal was left out.

## What decisions come to

open-not-released = it waits for decision, and is closed to its recipients until it is released; then it comes as another file, or over the relay

decisions-open = not decided yet: { $step } is open
decisions-complete = every step has its agreement
decisions-complete-closed = every step has its agreement, but the copies are not wrapped: whoever signed last has the released file
decisions-refused = it was refused
decisions-idle = { $count ->
    [one] 1 decision does not count here: another one came first, or it is about another item
   *[other] { $count } decisions do not count here: others came first, or they are about another item
}
decisions-unproved = the relay does not show every decision between proposal and release
decisions-unproved-next = do not take it; tell the sender and the operator: a refusal may have been left out
item-waits-for = waits for { $step }
event-decision = decision
event-review = signed for by somebody who decides
event-withdrawn = taken back by its sender
event-chased = reminder (signed by the sender)
event-noted = change taken in (signed by the recipient)
event-withheld = copy not given out

## News and reminders

news-released = { $item } was approved and released
news-refused = { $item } was refused ({ $step }, { $who })
news-reason-sealed = the reason: vault status { $item } --opinions
news-lapsed = { $item } was not decided in time; to send it all the same, propose it again
news-returned = { $item }: { $who } gave the copy back ({ $reason })
news-expired = { $item }: the copy for { $who } was not fetched in time and has expired
news-damaged = { $item }: { $who } reports that it arrived damaged; the relay still has it, and it can be fetched again
news-spoilt = { $item }: the relay's disk has damaged it; send the document again
ask-one-step = say one step at a time
ask-reads-already = all of them can open it already: whoever was asked, or decides at another step
ask-ask = Ask them too?
asked-also = { $item } waits for their decision as well: { $who }
chase-nothing = none of your items waits for a decision
chase-nothing-here = this item waits for no decision
chase-nothing-here-next = where it is: vault status ITEM
chase-fetch = to be fetched
chase-reminded = entered in the register; they see the reminder in vault. Urgent matters still deserve a call.
chase-too-soon = they were reminded already, and the policy wants more time between two reminders
chase-too-soon-next = call them; whom the item waits for: vault chase
chase-next = Nothing was sent to anybody. With an item it reminds them: vault chase ITEM
