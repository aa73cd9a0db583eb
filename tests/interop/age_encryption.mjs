// One call of the npm package age-encryption (typage), for tests/tests/interop.rs.
//
//   node age_encryption.mjs seal FILE OUT RECIPIENT…
//   node age_encryption.mjs open FILE OUT IDENTITY
//
// The package is looked for in VAULT_INTEROP_DIR, which tests/interop/install.sh fills.
import { createRequire } from "node:module";
import { readFile, writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

const require = createRequire(process.env.VAULT_INTEROP_DIR + "/package.json");
const age = await import(pathToFileURL(require.resolve("age-encryption")));

const [verb, input, output, ...keys] = process.argv.slice(2);
const bytes = await readFile(input);
let result;
if (verb === "seal") {
  const encrypter = new age.Encrypter();
  for (const recipient of keys) encrypter.addRecipient(recipient);
  result = await encrypter.encrypt(bytes);
} else if (verb === "open") {
  const decrypter = new age.Decrypter();
  for (const identity of keys) decrypter.addIdentity(identity);
  result = await decrypter.decrypt(bytes);
} else {
  throw new Error("seal or open");
}
await writeFile(output, result);
