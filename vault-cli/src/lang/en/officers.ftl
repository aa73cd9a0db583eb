# English: what key officers read. Keys are those of zh-CN/officers.ftl; words follow docs/glossary.md.

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
