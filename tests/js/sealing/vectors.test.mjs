// What both halves must treat alike. tests/sealing/test_vectors.py reads the same files.
import assert from "node:assert/strict";
import { test } from "node:test";

import { bothVectors, room, vectors } from "./room.mjs";

const bytes = await room("bytes");
const refusal = (code) => (error) => error.code === code;

test("canonical texts", async () => {
  const { canonical, parseCanonical } = await room("canonical");
  const { good, refused } = vectors("canonical");
  for (const { source, canonical: text } of good) {
    assert.equal(canonical(JSON.parse(source)), text);
    assert.deepEqual(parseCanonical(text), JSON.parse(source));
  }
  for (const source of refused) assert.throws(() => parseCanonical(source), refusal("canonical"), source);
  for (const value of [1.5, -0, NaN, 2 ** 53, undefined, 1n, new Date(0), () => 1, [undefined]]) {
    assert.throws(() => canonical(value), refusal("canonical"));
  }
});

test("texts that stand for bytes", () => {
  for (const { hex, b64, crockford, checked } of vectors("encoding")) {
    const value = Uint8Array.from(Buffer.from(hex, "hex"));
    assert.equal(bytes.toB64(value), b64);
    assert.deepEqual(bytes.fromB64(b64), value);
    assert.equal(bytes.toCrockford(value), crockford);
    assert.deepEqual(bytes.fromCrockford(bytes.grouped(crockford).toLowerCase()), value);
    assert.equal(bytes.toChecked(value), checked);
    assert.deepEqual(bytes.fromChecked(checked.replace(/0/g, "o").replace(/1/g, "l"), value.length), value);
  }
});

test("receipts", async () => {
  const { answerLookups, claimHash, deriveReceipt, threadEraseHash } = await room("receipt");
  for (const { good, refused } of bothVectors("receipts")) {
    for (const { network, typed, words, entry, answers, ...expected } of good) {
      const { erase_hash: eraseHash, claim_hash: hashed, thread_erase_hash: note, ...same } = expected;
      assert.deepEqual(await deriveReceipt(typed, network), { words, eraseHash, claimHash: hashed, ...same });
      assert.equal(await claimHash(expected.claim), hashed);
      assert.deepEqual(await answerLookups(expected.reply), answers);
      assert.equal(await threadEraseHash(expected.thread, entry), note);
    }
    for (const typed of refused) await assert.rejects(deriveReceipt(typed, "x"), refusal("receipt_words"));
  }
});

test("replies", async () => {
  const { openReply } = await room("receipt");
  for (const { key, slot, answer } of bothVectors("replies").flat()) {
    assert.deepEqual(await openReply(bytes.fromBase64(slot), key), answer);
  }
});

test("envelopes open for those addressed and nobody else", async () => {
  const { openEnvelope } = await room("envelope");
  for (const { identities, good } of bothVectors("envelopes")) {
    for (const { sealed, stanzas, addressed, payload } of good) {
      const blob = bytes.fromBase64(sealed);
      for (const [i, secret] of identities.entries()) {
        const expected = i < stanzas && addressed[i] ? payload : null;
        assert.deepEqual(await openEnvelope(blob, [secret]), expected);
        assert.deepEqual(await openEnvelope(blob, [{ secret, position: i }]), expected);
        assert.equal(await openEnvelope(blob, [{ secret, position: i + 1 }]), null);
      }
    }
  }
  const { identities, grease } = vectors("envelopes");
  assert.deepEqual(await openEnvelope(bytes.fromBase64(grease.sealed), [identities[1]]), grease.payload);
});

test("envelopes that are none are refused by name", async () => {
  const { openEnvelope } = await room("envelope");
  const { identities, refused } = vectors("envelopes");
  for (const { name, sealed, code } of refused) {
    const opening = openEnvelope(bytes.fromBase64(sealed), identities.slice(0, 2).reverse());
    await assert.rejects(opening, (error) => error.name === "SealingError" && error.code === code, name);
  }
});

test("lists", async () => {
  const { documentHash, fingerprint, readList, verifyChain } = await room("lists");
  const { documents, cases, no_lists: noLists } = vectors("lists");
  for (const { text, fingerprint: print, digest } of documents) {
    assert.equal(await fingerprint(text), print);
    assert.equal(await documentHash(text), digest);
  }
  for (const { name, state, lists, result } of cases) {
    if (typeof result === "string") await assert.rejects(verifyChain(state, lists), refusal(result), name);
    else {
      const held = await verifyChain(state, lists);
      assert.equal(held.number, result, name);
      assert.equal(held.document, documents[result - 1].text, name);
      assert.deepEqual(held.list.recipients, JSON.parse(held.document).recipients);
    }
  }
  for (const text of noLists) assert.throws(() => readList(text), refusal("list_broken"), text);
});

test("commitments", async () => {
  const { matches } = await room("commitment");
  for (const { hash, salt, text, matches: expected } of vectors("commitments")) {
    assert.equal(await matches(hash, salt, text), expected);
  }
});

test("transport", async () => {
  const { Decrypter } = await import("../../../src/atarraya/sealing/static/vendor/age.js");
  for (const { secret, header, envelope, sealed } of bothVectors("transport")) {
    const decrypter = new Decrypter();
    decrypter.addIdentity(secret);
    const plain = await decrypter.decrypt(bytes.fromBase64(sealed));
    const length = new DataView(plain.buffer).getUint32(0);
    assert.equal(length % 768, 0);
    assert.deepEqual(JSON.parse(bytes.text(plain.subarray(4, 4 + length))), header);
    assert.equal(bytes.toBase64(plain.subarray(4 + length)), envelope);
  }
});

test("key bundles", async () => {
  const all = await room("bundle");
  for (const { bundle, phrase, code, member, ...files } of bothVectors("bundles")) {
    assert.deepEqual(await all.publicHalf(bundle), files.public);
    assert.deepEqual(await all.openBundleWithPhrase(bytes.fromBase64(files.for_phrase), phrase), bundle);
    assert.deepEqual(await all.openBundleWithCode(bytes.fromBase64(files.for_code), code), bundle);
    assert.deepEqual(await all.openBundleWith(bytes.fromBase64(files.for_member), member), bundle);
  }
});

test("sheets", async () => {
  const { join } = await room("sheets");
  const { identity, recipient, sheets, other } = vectors("sheets-browser");
  for (const [a, b] of [[0, 1], [1, 2], [2, 0]]) assert.equal(await join([sheets[a], sheets[b]], recipient), identity);
  assert.equal(await join(sheets, recipient), identity);
  await assert.rejects(join([sheets[0], other], recipient), refusal("sheet_other"));
});

test("attachments", async () => {
  const { openFile } = await room("attachments");
  const { sealed, plain, ...named } = vectors("attachments-browser");
  assert.deepEqual(await openFile(named, sealed.map(bytes.fromBase64)), bytes.fromBase64(plain));
});
