import assert from "node:assert/strict";
import { before, test } from "node:test";

import { room } from "./room.mjs";

const { newBundle, publicHalf } = await room("bundle");
const { sealEnvelope, openEnvelope, measure, BUCKETS } = await room("envelope");
const { sealForTransport } = await room("transport");
const bytes = await room("bytes");
const refusal = (code) => (error) => error.code === code;
const REPORT = { v: 1, type: "report", text: "No dejan pasar por el río" };

let secrets = [];
let recipients = [];
before(async () => {
  const circles = await Promise.all(Array.from({ length: 6 }, newBundle));
  secrets = circles.map(({ age }) => age);
  recipients = (await Promise.all(circles.map(publicHalf))).map(({ age }) => age);
});

const addressing = (count, ...places) => Array.from({ length: count }, (_, i) => places.includes(i));
const seal = (payload, count, ...places) =>
  sealEnvelope({ payload, recipients: recipients.slice(0, count), addressed: addressing(count, ...places) });

test("size depends on the bucket and the number of circles only", async () => {
  for (let count = 1; count <= 6; count++) {
    for (const length of [0, 1900, 2100, 20000]) {
      const payload = { v: 1, type: "report", text: "a".repeat(length) };
      const sizes = new Set();
      for (const places of [[], [0], [0, count - 1]]) sizes.add((await seal(payload, count, ...places)).length);
      assert.deepEqual([...sizes], [102 + 98 * count + measure(payload).bucket]);
    }
  }
});

test("buckets end where they say", async () => {
  const bare = JSON.stringify({ v: 1, type: "note", text: "" }).length;
  for (const bucket of BUCKETS) {
    const fits = { v: 1, type: "note", text: "a".repeat(bucket - 4 - bare) };
    assert.deepEqual(measure(fits), { size: bucket, bucket });
    assert.deepEqual(await openEnvelope(await seal(fits, 1, 0), secrets), fits);
  }
  const over = { v: 1, type: "note", text: "a".repeat(32768 - 3 - bare) };
  assert.equal(measure(over).bucket, 0);
  await assert.rejects(seal(over, 1, 0), refusal("envelope_too_long"));
});

test("a text report's whole body keeps within 4,096 bytes, both ways", async () => {
  const sealed = await seal(REPORT, 6, 2);
  const header = {
    id: bytes.newId(), inbox: bytes.newId(), number: 1000, municipality: "27001", urgency: "unclassified",
    age: "under_an_hour", lookup: bytes.toB64(bytes.random(32)), erase_hash: bytes.toB64(bytes.random(32)),
  };
  const json = JSON.stringify({ ...header, sealed: bytes.toBase64(sealed) });
  assert.ok(json.length <= 4096, String(json.length));
  assert.equal((await sealForTransport(header, sealed, recipients[0])).length, 3710);
  const coded = { ...header, share: { kind: "armed_presence", zone: bytes.newId(), when: "today", delay: true } };
  assert.equal((await sealForTransport(coded, sealed, recipients[0])).length, 3710);
});

test("unknown members and types are kept", async () => {
  const payload = { v: 1, type: "something_later", deep: { a: [1.5, null, "ñ🙂"] } };
  assert.deepEqual(await openEnvelope(await seal(payload, 2, 1), [secrets[1]]), payload);
});

test("what can't be an envelope is not sealed", async () => {
  const good = { payload: REPORT, recipients: recipients.slice(0, 2), addressed: [true, true] };
  const postQuantum = `age1pq1${"q".repeat(1900)}`;
  const cases = [
    [{ recipients: [], addressed: [] }, "recipients_count"],
    [{ recipients: [...recipients, recipients[0]], addressed: addressing(7) }, "recipients_count"],
    [{ addressed: [true] }, "addressed_count"],
    [{ recipients: [recipients[0], postQuantum] }, "recipient_kind"],
    [{ recipients: [recipients[0], recipients[1].replace("age1", "age1tag1")] }, "recipient_kind"],
    [{ recipients: [recipients[0], recipients[1].slice(0, -1) + "b"] }, "recipient_kind"],
    [{ recipients: [recipients[0], secrets[0]] }, "recipient_kind"],
    [{ payload: { type: "report" } }, "payload_shape"],
    [{ payload: { v: 1 } }, "payload_shape"],
  ];
  for (const [change, code] of cases) await assert.rejects(sealEnvelope({ ...good, ...change }), refusal(code));
});

test("a bit changed anywhere in the header, the nonce or the payload is noticed", async () => {
  const sealed = await seal(REPORT, 3, 1);
  const header = sealed.length - 2048 - 32;
  const places = [...Array(header).keys(), header + 3, header + 16, sealed.length - 1];
  for (const place of places) {
    const bent = sealed.slice();
    bent[place] ^= 1 << place % 7;
    const outcome = await openEnvelope(bent, secrets).then(
      (payload) => payload,
      (error) => error.code,
    );
    assert.ok(outcome === null || ["envelope_shape", "envelope_damaged"].includes(outcome), `${place} ${outcome}`);
  }
});

test("cut short or with something after it, it is no envelope", async () => {
  const sealed = await seal(REPORT, 2, 0);
  for (const end of [0, 1, 21, 22, 100, 219, 300, 2000, sealed.length - 1]) {
    await assert.rejects(openEnvelope(sealed.slice(0, end), secrets), refusal("envelope_shape"), String(end));
  }
  await assert.rejects(openEnvelope(bytes.concat(sealed, sealed), secrets), refusal("envelope_shape"));
});

test("a stanza with a spoilt point does not hide the next one", async () => {
  const { Encrypter, Stanza } = await import("../../../src/atarraya/sealing/static/vendor/age.js");
  const { be32, concat, utf8 } = bytes;
  const encrypter = new Encrypter();
  encrypter.addRecipient({ wrapFileKey: () => [new Stanza(["X25519", "A".repeat(43)], new Uint8Array(32))] });
  encrypter.addRecipient(recipients[1]);
  const json = utf8(JSON.stringify(REPORT));
  const sealed = await encrypter.encrypt(concat(be32(json.length), json, new Uint8Array(2044 - json.length)));
  assert.deepEqual(await openEnvelope(sealed, [secrets[1]]), REPORT);
});
