// The vendored copy of age, held to age's own published vectors, and to what a browser of 2021 knows.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inflateSync } from "node:zlib";

import * as age from "cctv-age";

import { file, vendored } from "./room.mjs";

const { Decrypter } = await vendored("age");

/** @param {Uint8Array} bytes @returns {[Record<string, string[]>, Uint8Array]} */
function parse(bytes) {
  const end = Buffer.from(bytes).indexOf("\n\n");
  const fields = {};
  for (const line of Buffer.from(bytes.subarray(0, end)).toString().split("\n")) {
    const [key, value] = line.split(": ");
    (fields[key] = fields[key] || []).push(value);
  }
  const body = bytes.slice(end + 2);
  return [fields, fields.compressed ? Uint8Array.from(inflateSync(body)) : body];
}

/** @param {Record<string, string[]>} fields @param {Uint8Array} body @returns {Promise<string>} */
async function outcome(fields, body) {
  try {
    const decrypter = new Decrypter();
    for (const identity of fields.identity || []) decrypter.addIdentity(identity);
    for (const passphrase of fields.passphrase || []) decrypter.addPassphrase(passphrase);
    const plain = await decrypter.decrypt(body);
    return Buffer.from(await crypto.subtle.digest("SHA-256", plain)).toString("hex");
  } catch {
    return "refused";
  }
}

let seen = 0;
for (const [name, bytes] of Object.entries(age)) {
  const [fields, body] = parse(bytes);
  if (fields.armored) continue; // no armour in what the browser gets
  seen += 1;
  test(`age vector ${name}`, async () => {
    const opens = fields.expect[0] === "success" && !name.startsWith("hybrid");
    assert.equal(await outcome(fields, body), opens ? fields.payload[0] : "refused");
  });
}

test("there were vectors", () => assert.ok(seen > 90, String(seen)));

test("nothing in the vendored files is newer than Chrome 90", () => {
  const newer = [
    /\.at\(/, /Object\.hasOwn\b/, /structuredClone/, /\.findLast/, /randomUUID/, /AbortSignal\.timeout/, /\.toSorted\(/,
    /withResolvers/, /\.groupBy\(/, /isWellFormed/, /\bstatic\s*\{/, /Array\.fromAsync/, /\bcause:/, /\bimport\(/,
    /\bimport\b[^(]*\bfrom\b/, /\beval\(/, /new Function\(/, /innerHTML/,
  ];
  for (const name of ["age", "shamir", "words"]) {
    const source = file(`src/atarraya/sealing/static/vendor/${name}.js`);
    for (const pattern of newer) assert.doesNotMatch(source, pattern, `${name} ${pattern}`);
  }
});

test("post-quantum and tag recipients are absent, not half there", async () => {
  const { Encrypter } = await vendored("age");
  for (const recipient of [`age1pq1${"q".repeat(1952)}`, "age1tag1qqqq"]) {
    const encrypter = new Encrypter();
    await assert.rejects(async () => {
      encrypter.addRecipient(recipient);
      await encrypter.encrypt(new Uint8Array(1));
    });
  }
});
