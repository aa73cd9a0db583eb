# English: recovery keys. Keys are those of zh-CN/recovery.ftl; words follow docs/glossary.md.

## Help

help-keys-recovery = Recovery keys of units: deal, look at, ask for, hand over
help-keys-recovery-new = Deal a unit's recovery key among holders
help-keys-recovery-new-unit = the unit, by name or number
help-keys-recovery-new-holders = who holds a share, with commas between
help-keys-recovery-new-need = how many shares it takes
help-keys-recovery-new-output = a new folder for the set and the sealed shares
help-keys-recovery-list = Show the sets this machine knows, and units without one
help-keys-recovery-check = See whether your share opens and is the one that was signed for
help-keys-recovery-check-share = your share
help-keys-recovery-check-set = the signed set
help-keys-recovery-ask = Ask for a run, on the machine kept for it
help-keys-recovery-ask-who = who is to read again
help-keys-recovery-ask-set = the signed set whose shares it takes
help-keys-recovery-ask-reason = forgotten, lost, departed or ordered
help-keys-recovery-ask-label = label hashes of the items; everything the person holds unless said
help-keys-recovery-ask-days = for how many days it may be used; 7 unless said, 14 at most
help-keys-recovery-ask-output = the request, to be signed
help-keys-recovery-give = Hand your share over to an approved run
help-keys-recovery-give-request = the approved request
help-keys-recovery-give-share = your share
help-keys-recovery-give-set = the signed set
help-keys-recovery-give-output = the share, sealed to the run
help-keys-recover = Run an approved recovery, once
help-keys-recover-request = the approved request
help-keys-recover-set = the signed set
help-keys-recover-share = a share handed over to this run; may be repeated
help-keys-recover-items = items, or folders of items; may be repeated
help-keys-recover-output = a new folder for what comes of it
help-identity-recovered = Take what a recovery run gave back
help-identity-recovered-files = the run's folder, or single files of it; and the files of items that are not in the inbox

## Names

name-recovery-cover = what for
name-recovery-holders = held by
name-recovery-items = items
name-recovery-run = run's own key
name-recovery-key = recovery key
name-recovery-need = shares
name-recovery-person = reads again
name-recovery-reason = reason
name-recovery-set = set
name-recovery-unit = key of
name-recovery-until = usable until

## Dealing and asking

recovery-need = { $need } of { $of }
recovery-share-for = the share for { $who }: { $path }
recovery-set-written = the set, to be signed: { $path }
recovery-dealt-next = The whole key is gone from this machine. Have officers sign set and directory (vault keys sign), hand each holder his share and the signed set; each looks with vault keys recovery check.
recovery-set-former = this is not the unit's present key: it opens what was sealed before
recovery-holder-unfit = { $who } has no key in use to which a share could be sealed
recovery-split = the key cannot be dealt like this
recovery-split-next = at least two shares must be needed, no more than there are holders, and no holder twice
recovery-run-passphrase = passphrase of the run's own key
recovery-ask-unfit = such a request cannot be made
recovery-label-unreadable = "{ $word }" is no label hash
recovery-asked-next = Have the officers sign it (vault keys sign), then send it to the holders of the shares. The run's own key stays on this machine: the run happens here.
recovery-cover-person = everything that { $person } holds
recovery-cover-items = { $count ->
    [one] one item
   *[other] { $count } items
  }
recovery-reason-forgotten = passphrase forgotten
recovery-reason-lost = key file or token lost
recovery-reason-departed = the holder has left, another takes over
recovery-reason-ordered = ordered by an authority
recovery-key-unfit = not a key of this person in use: it would be refused

## Handing over and running

recovery-give-ask = hand your share over to this run?
recovery-given-next = Send the file to the machine of the run; only the run's own key opens it.
recover-ask = join the shares and give these items back?
recover-left-out = { $path } is left out: { $why }
recover-nothing = nothing was given back
recovered-run = { $count ->
    [one] one item was given back
   *[other] { $count } items were given back
  }: { $path }
recover-key-known = the unit's recovery key was whole on this machine: deal a new one (vault keys recovery new)
recover-next = Hand the folder to the person, who takes it with vault identity recovered. Wipe this machine's copies of the items.
recovered-items = { $count ->
    [one] one item can be read again
   *[other] { $count } items can be read again
  }
share-good = this is share { $number }, as it was signed for

## Refusals

recovery-unsigned = not enough officers have signed
recovery-unsigned-next = have more officers sign it with vault keys sign
recovery-set-unread = this is no recovery set
recovery-set-unknown = recovery set { $set } is not known on this machine
recovery-set-unknown-next = name its file with --set
recovery-request-unread = this is no recovery request
recovery-other-file = { $path } is something else
recovery-expired = the request could be used until { $time }
recovery-ask-anew = ask anew with vault keys recovery ask
recovery-from-future = the request is dated { $time }, later than now
recovery-from-future-next = set this machine's clock
recovery-used = this request was used before: each runs once
recovery-run-elsewhere = the run's own key is not on this machine
recovery-run-elsewhere-next = run it where it was asked for
recovery-other-set = this is set { $found }, the request names { $wanted }
recovery-other-set-next = name the file of the right set with --set
recovery-other-unit = this is the key of { $found }, the request names { $wanted }
recovery-key-inactive = the key that the request names for { $person } is not in use any more
recovery-key-inactive-next = ask anew, for the key now in the directory
recovery-person-inactive = { $person } may not act
recovery-key-of-another = the request names a key of { $owner } for { $person }
recovery-not-covered = the request does not cover it
recovery-item-other-unit = it was wrapped to the recovery key of { $found }, not of { $wanted }
recovery-item-other-key = it was wrapped to another recovery key of { $unit }: it takes the shares of that set
recovery-item-without = it has no recovery key among its recipients
recovery-not-held = { $person } holds no copy of it
recovery-other-suite = the person's key is of another suite
recovery-other-suite-next = the person needs a key of the item's suite
recovery-item-failed = it could not be given back
share-damaged = { $file } is damaged
share-damaged-next = ask its holder for another copy
share-other-key = { $file } is sealed to another key
share-other-key-next = to look at a share takes its holder's keys; to run takes shares handed over to this very run
share-other-set = { $file } is a share of set { $found }, not of { $wanted }
share-other-set-next = bring the shares of the set that was signed
share-not-as-signed = { $file } is not the share that was signed for
shares-too-few = it takes { $needed } different shares, there are { $found }
shares-too-few-next = ask more holders to hand theirs over
shares-wrong = the shares do not give the key that was signed for
restored-damaged = { $file } is damaged
restored-other-item = { $file } is for another item
restored-other-key = { $file } is wrapped to another key
restored-other-key-next = it was made for the key that the request names
restored-without-item = the item of { $file } is not in this inbox
restored-without-item-next = first receive the item, or name its file as well: vault identity recovered FOLDER FILE
inbox-begun = a transfer of this item from the relay is under way
inbox-begun-next = finish it with vault receive
warn-no-recovery = { $unit } has no recovery key: what its people lose, nobody can give back
