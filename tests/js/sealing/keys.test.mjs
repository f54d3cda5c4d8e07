// Key bundles, recovery codes, phrases, sheets, receipts, words.
import assert from "node:assert/strict";
import { test } from "node:test";

import { file, room, vendored } from "./room.mjs";

const bundle = await room("bundle");
const bytes = await room("bytes");
const sheets = await room("sheets");
const words = await room("words");
const refusal = (code) => (error) => error.code === code;

test("a phrase is seven words, a code 160 bits with a check; others don't open", async () => {
  const mine = await bundle.newBundle();
  const phrase = bundle.newPhrase();
  assert.equal(phrase.length, 7);
  const sealed = await bundle.sealBundleForPhrase(mine, phrase);
  assert.deepEqual(await bundle.openBundleWithPhrase(sealed, phrase.join("  ").toUpperCase()), mine);
  assert.equal(await bundle.openBundleWithPhrase(sealed, bundle.newPhrase()), null);
  await assert.rejects(bundle.openBundleWithPhrase(sealed, phrase.slice(1)), refusal("phrase_words"));
  const code = bundle.newCode();
  assert.match(code, /^([0-9A-HJKMNP-TV-Z]{4}-){7}[0-9A-HJKMNP-TV-Z]{5}$/);
  const slip = (code[0] === "0" ? "1" : "0") + code.slice(1);
  await assert.rejects(bundle.sealBundleForCode(mine, slip), refusal("check"));
});

test("a file that asks for too much work is not tried", async () => {
  const { Encrypter } = await vendored("age");
  const encrypter = new Encrypter();
  encrypter.setPassphrase("x");
  encrypter.setScryptWorkFactor(1);
  const text = bytes.text((await encrypter.encrypt(bytes.utf8("{}"))).subarray(0, 80).map((b) => Math.min(b, 127)));
  const heavy = bytes.utf8(text.replace(/(-> scrypt \S+) 1\n/, "$1 20\n"));
  await assert.rejects(bundle.openBundleWithPhrase(heavy, bundle.newPhrase()), refusal("bundle_work"));
});

test("a bundle that is none is not sealed, an unknown member is kept", async () => {
  const mine = { ...(await bundle.newBundle()), peers: { later: true } };
  const { age } = await bundle.publicHalf(mine);
  assert.deepEqual(await bundle.openBundleWith(await bundle.sealBundleTo(mine, age), mine.age), mine);
  for (const wrong of [{ ...mine, v: 2 }, { ...mine, age }, { ...mine, ed25519: "AAAA" }, { v: 1 }]) {
    await assert.rejects(bundle.sealBundleTo(wrong, age), refusal("bundle_shape"));
  }
  await assert.rejects(bundle.sealBundleTo(mine, [age, `age1pq1${"q".repeat(1900)}`]), refusal("recipient_kind"));
});

test("one sheet tells nothing, two slips are named", async () => {
  const { age: secret } = await bundle.newBundle();
  const { age: recipient } = await bundle.publicHalf({ v: 1, age: secret, ed25519: bytes.toB64(bytes.random(32)) });
  const [a, b] = await sheets.split(secret);
  assert.equal(a.replace(/-/g, "").length, 56);
  await assert.rejects(sheets.join([a], recipient), refusal("sheet_count"));
  await assert.rejects(sheets.join([a, a], recipient), refusal("sheet_twice"));
  const slip = b.slice(0, 6) + (b[6] === "7" ? "8" : "7") + b.slice(7);
  await assert.rejects(sheets.join([a, slip], recipient), refusal("check"));
});

test("the check character catches each single slip and each two neighbours swapped", () => {
  const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  const plain = bytes.toCrockford(bytes.random(34));
  const check = bytes.checkCharacter(plain);
  for (let i = 0; i < plain.length; i++) {
    for (const other of alphabet) {
      if (other !== plain[i]) {
        assert.notEqual(bytes.checkCharacter(plain.slice(0, i) + other + plain.slice(i + 1)), check);
      }
    }
    const swapped = plain.slice(0, i) + (plain[i + 1] || "") + plain[i] + plain.slice(i + 2);
    if (swapped !== plain) assert.notEqual(bytes.checkCharacter(swapped), check);
  }
});

test("the words are the server's words, drawn from all of them", () => {
  const source = file("src/atarraya/sealing/words.txt").split("\n").filter((line) => line && !line.startsWith("#"));
  assert.deepEqual(words.WORDS, source);
  const drawn = [1, 2, 3].flatMap(() => words.drawWords(30000));
  assert.equal(new Set(drawn).size, 2048);
  assert.deepEqual(words.plainWords(" Árbol, NUBE-río\n"), ["arbol", "nube", "rio"]);
  assert.deepEqual(words.unknownWords([source[0], "xyzzy"]), [1]);
});

test("ids are UUIDv4", () => {
  for (let i = 0; i < 50; i++) assert.match(bytes.newId(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test("a reply fills its slot or is refused; nothing else opens", async () => {
  const { emptyReply, newestReply, openReply, sealReply } = await room("receipt");
  const key = bytes.toB64(bytes.random(32));
  const slot = await sealReply({ s: "read", p: "", d: "2026-11-23" }, key);
  assert.equal(slot.length, emptyReply().length);
  assert.equal(await openReply(emptyReply(), key), null);
  assert.equal(await openReply(slot.slice(1), key), null);
  const later = await sealReply({ s: "answered", p: "DONE", d: "2026-11-24" }, key);
  assert.equal((await newestReply([slot, emptyReply(), later, emptyReply()], key)).p, "DONE");
  assert.equal(await newestReply([emptyReply(), emptyReply()], key), null);
  await assert.rejects(sealReply({ s: "read", p: "x".repeat(60), d: "2026-11-23" }, key), refusal("reply_too_long"));
});

test("a slice can't be moved, swapped, cut or left out", async () => {
  const { newAttachment, openChunk, openFile, sealChunk, sealFile, CHUNK } = await room("attachments");
  const one = newAttachment();
  const { sealed, ...named } = await sealFile(one, bytes.random(CHUNK + 5));
  assert.deepEqual(sealed.map(({ length }) => length), [CHUNK + 16, 4096 + 16]);
  assert.equal((await openFile({ ...one, ...named }, sealed)).length, CHUNK + 5);
  await assert.rejects(openChunk(one, 1, sealed[0]), refusal("chunk_damaged"));
  await assert.rejects(openChunk({ ...one, id: newAttachment().id }, 0, sealed[0]), refusal("chunk_damaged"));
  await assert.rejects(openFile({ ...one, ...named }, sealed.slice(0, 1)), refusal("chunk_missing"));
  await assert.rejects(openFile({ ...one, ...named }, [...sealed].reverse()), refusal("chunk_damaged"));
  await assert.rejects(sealChunk(one, 0, new Uint8Array(CHUNK + 1)), refusal("chunk_too_long"));
});
