# The policy: its file, looking at it, signing it, putting it into force

policy-toml = { $file }, line { $line } is not valid TOML
policy-toml-next = compare docs/examples/policy.toml; texts stand in quotes, entries are separated by commas
policy-not-utf8 = { $file }, line { $line } is not UTF-8 (it may be GB18030)
policy-not-utf8-next = save it as UTF-8 (a table as "CSV UTF-8")
policy-at = { $file }, line { $line }, { $place }: { $what }
policy-row = { $file }, line { $line }: { $what }
policy-cell = column "{ $column }" says "{ $value }": { $what }
policy-clause = { $clause }: { $what }
policy-unfit = { $file } cannot become a policy
policy-too-long = { $file } with its catalogues has { $found } KiB, at most { $most } KiB go: leave clauses out, or shorten them
policy-field-missing = { $name } is missing
policy-field-unknown = there is no such field
policy-field-known = here you can write: { $names }
policy-text-wanted = this should be a text in quotes
policy-bool-wanted = this should be true or false
policy-number-wanted = this should be a whole number from { $least } to { $most }
policy-list-wanted = this should be a list
policy-table-wanted = this should be a set of fields
policy-word-unknown = there is no such word
policy-level-term = only the level stands here, without a term
policy-level-unknown = "{ $word }" is no level that can be used, and counts as top secret
policy-level-known = use 机密 (secret), 秘密 (confidential), 内部 (internal) or 无密级 (unclassified); top secret has no place in a policy
policy-step-word = a step is called 审核 (review), 批准 (approval), or by a word of lower-case letters
policy-twice = this stands there twice
policy-section-missing = the section "{ $name }" ({ $word }) is missing
policy-table-broken = { $file }, line { $line } has another number of columns than the other lines
policy-table-column = { $file }: there is no use for a column "{ $name }"
policy-table-column-twice = { $file }: the column "{ $name }" stands there twice
policy-table-column-missing = { $file }: the column "{ $name }" is missing
policy-years = this should be a number of years from 1 to 99, such as 10
policy-few-steps = fewer decisions than the floor demands: at least { $floor }
policy-many = at most { $most }
policy-step-twice = the step { $step } stands there twice
policy-no-decider = { $role } may not decide: reviewers, approvers, classification officers, custodians and supervisors do
policy-release-order = publication is first reviewed by a reviewer and last approved by a classification officer
policy-no-suite = at least one suite has to be allowed
policy-classic = the classic suite is for work secrets at most
policy-beyond-law = longer than the { $years } years of the law
policy-ceiling = a standing approval covers work secrets at most
policy-line = this should have 1 to { $most } bytes, without a space at either end
policy-characters = there are control characters, invisible ones, or others that signed texts do not have
policy-clause-level = the level does not fit the catalogue: state secrets are 机密 or 秘密, work secrets are 内部
policy-clause-endless = a clause for state secrets needs a longest term
policy-clause-special = a clause for work secrets has no special provision
policy-clause-twice = there is a clause of this id already (width, case and spaces make no second one)
policy-clause-none = there is no clause in the catalogue
policy-catalogue-twice = there is a catalogue of this name already
policy-paragraphs = this should have 1 to { $most } paragraphs

policy-level = { $level }: { $steps }; { $term }; suites { $suites }; { $recovery }; { $returned }
policy-level-closed = { $level }: not sent
policy-no-steps = no decision
policy-step = { $step } ({ $role })
policy-step-review = review
policy-step-approval = approval
policy-years-most = { $years ->
    [one] at most one year
   *[other] at most { $years } years
}
policy-years-open = no limit to the term
policy-hybrid = hybrid
policy-suite-classic = classic
policy-recovery-required = a recovery key must be among the recipients
policy-recovery-allowed = a recovery key may be among the recipients
policy-recovery-forbidden = no recovery key among the recipients
policy-return = back within { $days } days
policy-return-none = no day of return
policy-act = { $act }: { $steps }
policy-standing = { $level } at most, for { $days } days and { $uses } items at most
policy-no-standing = none, every item is decided
policy-network = networked, through the relay on the internal network, and by file
policy-standalone = standing alone, nothing passes a relay, everything goes by file
policy-line-of = { $what }: { $value }
policy-hold = a person holds a copy for { $days } days at most
policy-demand = a demand without a receipt lapses after { $days } days
policy-decide = deciders have { $days } days where the sender says nothing
policy-remind = deciders are reminded after { $hours } hours
policy-catalogue = catalogue "{ $name }" ({ $kind }): { $count ->
    [one] one clause
   *[other] { $count } clauses
}
policy-no-catalogue = no catalogue of bases: what the handler writes as the basis is not checked
policy-state-secrets = state secrets
policy-work-secrets = work secrets
policy-section = { $name }: { $count ->
    [one] one paragraph
   *[other] { $count } paragraphs
}
policy-special = special provision
policy-clause-line = { $clause } { $text } ({ $limits })
policy-clause-added = new clause: { $clause }
policy-clause-dropped = clause left out: { $clause }
policy-section-new = written rule "{ $name }":
policy-section-dropped = written rule "{ $name }" left out
policy-change = { $what }: { $from } becomes { $to }
policy-tightens = [tighter] { $change }
policy-loosens = [looser] { $change }
policy-what-name = name
policy-what-profile = way of working
policy-what-send = { $level }, whether it is sent
policy-sent = sent
policy-sent-not = not sent
policy-what-steps = decisions on { $what }
policy-what-suites = suites of { $level }
policy-what-years = term of { $level }
policy-what-recovery = recovery key of { $level }
policy-what-return = return of { $level }
policy-what-hold = days a person holds a copy
policy-what-demand = days until a demand lapses
policy-what-decide = days for deciding
policy-what-remind = hours until a reminder
policy-what-standing = standing approvals
policy-what-clause = clause { $clause }
policy-what-catalogues = catalogues and their order

policy-title = policy "{ $name }", number { $number }
policy-heading-rules = What each level and each act demands
policy-heading-clauses = Clauses of "{ $name }"
policy-heading-sections = Written rules
policy-heading-changes = Against the policy in force (number { $number })
policy-heading-built-in = Against the built-in policy
policy-same = no difference
policy-fine = { $file } can become a policy
policy-fine-next = a key officer runs: vault policy sign { $file }
policy-loosened = { $count ->
    [one] one rule becomes looser
   *[other] { $count } rules become looser
}, all above the floor; look at each before you sign
policy-same-next = there is nothing to sign
policy-drafted = policy number { $number } is part of the next directory as drafted here
policy-not-drafted = no policy is drafted here: run vault policy sign FILE first
show-policy-new = policy "{ $name }", number { $number }, comes into force with this directory
show-policy-lower = this file replaces policy number { $from } by number { $to }
show-policy-lower-next = numbers of policies only go up; propose it anew with vault policy sign

ask-basis-clause = basis (a number of the list or a clause; several with semicolons)
basis-offer = clauses of the catalogue that come near:
basis-offer-none = no clause of the catalogue comes near; vault policy show --clauses lists all of them
basis-choice = { $number }  { $clause }
basis-unknown = no clause of the catalogue is called "{ $word }"
basis-near = these come near: { $clauses }
basis-all = vault policy show --clauses lists all of them
