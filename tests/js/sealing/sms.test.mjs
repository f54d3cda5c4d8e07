// A sealed SMS in the browser: the same bits as Python's. tests/sealing/test_sms.py reads the same files.
import assert from "node:assert/strict";
import { test } from "node:test";

import { bothVectors, file, room, vectors, vendored } from "./room.mjs";

const message = await room("sms/message");
const { plain, LETTERS } = await room("sms/letters");
const head = await room("sms/head");
const model = await room("sms/model");
const fivebit = await room("sms/fivebit");
const { toB64 } = await room("bytes");
const damaged = (error) => error.code === "sms_damaged";
const hex = (bytes) => Buffer.from(bytes).toString("hex");
const fromHex = (text) => Uint8Array.from(Buffer.from(text, "hex"));

test("both halves make and open the same", async () => {
  for (const { inbox, secret, good } of bothVectors("sms")) {
    for (const { typed, text, head: said, number, inside, message: whole } of good) {
      assert.equal(plain(typed), text);
      assert.equal(hex(message.pack(said, text)), inside);
      const sealed = message.read(` ${whole}\n`);
      assert.equal(message.write(sealed), whole);
      assert.equal(message.fullNumber(sealed, number + 4095), number);
      const opened = await message.open(sealed, { secret, inbox, number });
      assert.deepEqual({ ...opened.head, count: said.count }, said);
      assert.equal(opened.text, text);
    }
  }
});

test("the model is the same in both", () => {
  for (const { rows } of bothVectors("sms")) {
    for (const [[before, last], shares] of Object.entries(rows)) {
      assert.deepEqual(model.row(LETTERS.indexOf(before), LETTERS.indexOf(last)).shares, shares);
    }
  }
});

test("what is no message is refused", () => {
  for (const text of vectors("sms").refused) assert.throws(() => message.read(text), damaged, text);
});

test("HPKE is that of RFC 9180", async () => {
  const given = Object.fromEntries(Object.entries(vectors("hpke-rfc9180")).map(([name, value]) => [name, fromHex(value)]));
  const { Chacha20Poly1305, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } = await vendored("hpke");
  const suite = new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Chacha20Poly1305() });
  const key = (bytes, isPublic) => suite.kem.importKey("raw", bytes, isPublic);
  const ekm = { publicKey: await key(given.pkEm, true), privateKey: await key(given.skEm, false) };
  const recipientPublicKey = await key(given.pkRm, true);
  const { ct, enc } = await suite.seal({ recipientPublicKey, info: given.info, ekm }, given.pt, given.aad);
  assert.deepEqual([hex(new Uint8Array(enc)), hex(new Uint8Array(ct))], [hex(given.pkEm), hex(given.ct)]);
  const recipientKey = await key(given.skRm, false);
  const opened = await suite.open({ recipientKey, enc: given.pkEm, info: given.info }, given.ct, given.aad);
  assert.equal(hex(new Uint8Array(opened)), hex(given.pt));
});

test("a message opens to its key, list and inbox alone, and to nobody once changed", async () => {
  const { public: key, secret, inbox, good } = vectors("sms");
  const { head: said, text, number } = good[1];
  const whole = await message.seal(said, text, { key, inbox, number });
  assert.match(whole, /^[0-9A-Za-z]{160}$/);
  assert.notEqual(whole, await message.seal(said, text, { key, inbox, number }));
  const sealed = message.read(whole);
  const by = { secret, inbox, number };
  assert.equal((await message.open(sealed, by)).text, text);
  assert.equal(await message.open(sealed, { ...by, number: number + 1 }), null);
  assert.equal(await message.open(sealed, { ...by, inbox: inbox.replace("0", "1") }), null);
  assert.equal(await message.open(sealed, { ...by, secret: toB64(new Uint8Array(32).fill(7)) }), null);
  for (let at = 0; at < sealed.inside.length; at += 7) {
    const inside = sealed.inside.slice();
    inside[at] ^= 1;
    assert.equal(await message.open({ ...sealed, inside }, by), null);
  }
  assert.equal(await message.open({ ...sealed, key: new Uint8Array(32) }, by), null);
});

test("a circle's bundle has a key of sealed SMS, and lists say one for each recipient or none", async () => {
  const { newBundle, newCircleBundle, publicHalf, readBundle } = await room("bundle");
  const { secret, public: known } = vectors("sms");
  assert.equal((await publicHalf({ ...(await newBundle()), sms: secret })).sms, known);
  assert.equal("sms" in (await publicHalf(await newBundle())), false);
  const made = await newCircleBundle();
  assert.deepEqual(readBundle(JSON.stringify(made)), made);
  assert.throws(() => readBundle(JSON.stringify({ ...made, sms: "short" })), (error) => error.code === "bundle_shape");
  const { listDocument, readList } = await room("lists");
  const { v, sms, ...fields } = readList(vectors("lists").documents[0].text);
  const keys = fields.recipients.map((_, place) => (place === 0 ? known : null));
  assert.deepEqual(readList(listDocument({ ...fields, sms: keys })).sms, keys);
  for (const wrong of [[], [...keys, null], keys.slice(1), null, ["x", ...keys.slice(1)], known]) {
    assert.throws(() => listDocument({ ...fields, sms: wrong }), (error) => error.code === "list_broken", String(wrong));
  }
});

test("a text that does not fit is refused, and one that does comes back", () => {
  const nothing = { kind: "", municipality: "", time: 0, urgency: "", count: 0, groups: [], flags: [] };
  assert.throws(() => message.pack(nothing, "zxw".repeat(60)), (error) => error.code === "sms_long");
  assert.equal(message.fits("zxw".repeat(60)), false);
  assert.equal(message.unpack(message.pack(nothing, "wx kz".repeat(19))).text, "wx kz".repeat(19));
});

test("the decoder raises its own refusal only, and no two codes are one text", () => {
  let seed = 12345;
  const next = () => (seed = (seed * 1103515245 + 12345) % 2147483648) >> 16;
  let read = 0;
  for (let turn = 0; turn < 3000; turn++) {
    const value = Uint8Array.from({ length: 69 }, () => next() & 255);
    value[7] &= 47; // so that it is not refused for its spare flag alone
    try {
      const { head: said, text } = message.unpack(value);
      read += 1;
      if (!(value[7] & 32)) assert.equal(hex(message.pack(said, text)), hex(value));
    } catch (error) {
      assert.ok(damaged(error), String(error));
    }
    for (const coder of [model, fivebit]) {
      try {
        assert.equal(hex(coder.encode(coder.decode(value.slice(8)), 61)), hex(value.slice(8)));
      } catch (error) {
        assert.ok(damaged(error), String(error));
      }
    }
  }
  assert.ok(read > 100, String(read));
});

test("a step of time means the last such moment, or a day ahead", () => {
  const arrived = 1795000000;
  for (const ago of [0, 900, 86400, 300 * 86400, -20 * 3600]) {
    const written = Math.floor((arrived - ago) / 900) * 900;
    assert.equal(head.moment(head.step(written), arrived), written);
  }
});

test("the model weighs what it may on the wire", () => {
  assert.ok(file("src/atarraya/sealing/static/vendor/smsmodel.js").length <= 20 * 1024);
});
