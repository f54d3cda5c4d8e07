import assert from "node:assert/strict";
import { test } from "node:test";
import { served } from "../served.mjs";

const { accountOf, ageOf, besideOf, codesOf, momentOf, readersOf, sealSheet } = await served("desk/sheet.js");
const { text } = await served("sealing/bytes.js");
const { openEnvelope } = await served("sealing/envelope.js");
const { newReceipt, threadEraseHash } = await served("sealing/receipt.js");
const { Decrypter, generateX25519Identity, identityToRecipient } = await served("vendor/age.js");

const NETWORK = "6f1b0a0e-3c1d-4e2f-9a7b-0d5c8e7f6a21";
const keys = await Promise.all(Array.from({ length: 3 }, generateX25519Identity));
const server = await generateX25519Identity();
const inbox = {
  id: "0b7c5f5e-8d1a-4c3b-8e6f-2a9d4c1b7e30", circles: ["c1", "c2", "two"], purposes: ["VERIFIERS", "WOMEN", "LEGAL"],
  list: { number: 3, recipients: await Promise.all(keys.map(identityToRecipient)) },
};
const facts = { policies: { ARMED_PRESENCE: "AT_ONCE", THREAT: "ONE" }, shown: new Set(["z1"]), transport: await identityToRecipient(server) };
const NOW = new Date(2026, 10, 26, 15, 30);
const reading = (more) => ({ kind: "ARMED_PRESENCE", urgency: "NOW", zone: null, duress: false, sure: true, rest: "tamborero clarinete", ...more });
const book = { id: "b1", municipality: "27099", only: false, duress: "two" };
const sheet = (more = {}) => ({
  came: "PAPER", other: true, collective: "Consejo", municipality: "27099", message: "tamborero clarinete", kind: "ARMED_PRESENCE",
  urgency: "NOW", zone: "", day: "0", part: "", bands: "", seen: "SAW", way: "", number: "", more: "", discreet: false,
  read: { book, reading: reading() }, ...more,
});

async function arrived({ body }) {
  const decrypter = new Decrypter();
  decrypter.addIdentity(server);
  const plain = await decrypter.decrypt(body);
  const length = new DataView(plain.buffer).getUint32(0);
  return { header: JSON.parse(text(plain.subarray(4, 4 + length))), envelope: plain.subarray(4 + length) };
}
const beside = (header) => Uint8Array.from(atob(header.beside.sealed), (letter) => letter.charCodeAt(0));

test("codes go only with what their own book read surely, of a kind at once, told by another", () => {
  assert.deepEqual(codesOf(sheet(), facts), { book: "b1", share: { kind: "ARMED_PRESENCE", seen: "TOLD" } });
  const wrong = [
    { read: null }, { other: false }, { discreet: true }, { kind: "THREAT" }, { kind: "" }, { urgency: "DAYS" }, { zone: "z1" },
    { municipality: "27001" }, { read: { book, reading: reading({ sure: false }) } }, { read: { book: { ...book, only: true }, reading: reading() } },
    { kind: "THREAT", read: { book, reading: reading({ kind: "THREAT" }) } },
  ];
  for (const more of wrong) assert.equal(codesOf(sheet(more), facts), null, JSON.stringify(more));
  const placed = sheet({ zone: "z1", part: "NIGHT", read: { book, reading: reading({ zone: "z1" }) } });
  assert.deepEqual(codesOf(placed, facts).share, { kind: "ARMED_PRESENCE", seen: "TOLD", zone: "z1", when: "NIGHT" });
  const small = sheet({ zone: "z2", read: { book, reading: reading({ zone: "z2" }) } });
  assert.equal("zone" in codesOf(small, facts).share, false);
});

test("a paper is never taken for newer than it can be", () => {
  assert.equal(momentOf("", "", NOW), null);
  assert.equal(momentOf("0", "NIGHT", NOW), NOW.getTime());
  const said = [["0", "AFTERNOON"], ["0", ""], ["1", "NIGHT"], ["1", ""], ["3", ""], ["7", ""], ["", ""]];
  assert.deepEqual(said.map(([day, part]) => ageOf(sheet({ day, part }), NOW)), ["H6", "D1", "D1", "D3", "W1", "OLD", "OLD"]);
});

test("the account says who tells it and how it came, and never the word of somebody forced", () => {
  const forced = sheet({ message: "tamborero bombardino clarinete", read: { book, reading: reading({ duress: true }) }, more: "ñandú" });
  const account = accountOf(forced, null, { thread: "t", key: "k", now: NOW, codes: true });
  assert.deepEqual(account.told, { came: "PAPER", other: true, collective: "Consejo", read: true, sure: true });
  assert.equal(account.text, "tamborero clarinete\n\nñandú");
  assert.equal(JSON.stringify(account).includes("bombardino"), false);
  assert.deepEqual([account.when, account.seen, account.wish], [{ day: "2026-11-26", part: null }, "SAW", null]);
  const own = accountOf(sheet({ other: false }), null, { thread: "t", key: "k", now: NOW, codes: false });
  assert.deepEqual([own.told.other, own.wish], [false, "share"]);
  const unknown = accountOf(sheet({ read: null, message: "hola", kind: "" }), null, { thread: "t", key: "k", now: NOW, codes: false });
  assert.deepEqual([unknown.text, unknown.kind, unknown.wish, unknown.told.read], ["hola", null, null, false]);
});

test("the team reads it, or the women alone; the two hear of force, and where there are no two the team does", () => {
  assert.deepEqual(readersOf(inbox, false), [true, false, false]);
  assert.deepEqual(readersOf(inbox, true), [false, true, false]);
  assert.deepEqual(readersOf({ ...inbox, purposes: ["LEGAL", "WOMEN", "CARE"] }, false), [true, false, true]);
  const forced = { book, reading: reading({ duress: true }) };
  assert.deepEqual(besideOf(sheet(), inbox), [false, false, false]);
  assert.deepEqual(besideOf(sheet({ read: forced }), inbox), [false, false, true]);
  assert.deepEqual(besideOf(sheet({ read: { ...forced, book: { ...book, duress: "gone" } } }), inbox), [true, false, false]);
});

test("what waits looks alike with codes, without, for the women, and with somebody forced", async () => {
  const forced = { book, reading: reading({ duress: true }) };
  const kinds = [sheet(), sheet({ read: null, kind: "", urgency: "" }), sheet({ discreet: true }), sheet({ read: forced })];
  const items = await Promise.all(kinds.map((one) => sealSheet(one, inbox, facts, null, NOW)));
  assert.equal(new Set(items.map(({ body }) => body.length)).size, 1);
  assert.ok(items.every(({ hour }) => hour % 3600000 === 0));
  for (const item of items) assert.deepEqual(Object.keys(item).sort(), ["body", "hour", "id"]);
  const opened = await Promise.all(items.map(arrived));
  assert.deepEqual(opened.map(({ header }) => header.share !== null), [true, false, false, true]);
  assert.deepEqual([opened[2].header.urgency, opened[2].header.municipality], [null, "27099"]);
  assert.equal((await openEnvelope(opened[2].envelope, [keys[1]])).discreet, true);
  assert.equal(await openEnvelope(opened[2].envelope, [keys[0]]), null);
  const notes = await Promise.all(opened.map(({ header }) => openEnvelope(beside(header), [keys[2]])));
  assert.deepEqual(notes.map((note) => note && note.act), [null, null, null, "duress"]);
  assert.equal(notes[3].thread, (await openEnvelope(opened[3].envelope, [keys[0]])).thread);
});

test("a slip's words find the account and erase what went beside it", async () => {
  const receipt = await newReceipt(NETWORK);
  const { header, envelope } = await arrived(await sealSheet(sheet(), inbox, facts, receipt, NOW));
  assert.deepEqual([header.lookup, header.erase_hash], [receipt.lookup, receipt.eraseHash]);
  assert.equal(header.beside.erase_hash, await threadEraseHash(receipt.thread, header.beside.id));
  const account = await openEnvelope(envelope, [keys[0]]);
  assert.deepEqual([account.reply_key, account.thread_key, account.claim_hash], [receipt.reply, receipt.thread, receipt.claimHash]);
  assert.equal(JSON.stringify(account).includes(receipt.erase), false);
});

test("the longest message and the dearest letters still fit beside", async () => {
  const long = sheet({ message: "ñ€\"".repeat(300), more: "ú".repeat(1500), read: { book, reading: reading({ duress: true, rest: "" }) } });
  const { header } = await arrived(await sealSheet(long, inbox, facts, null, NOW));
  assert.equal((await openEnvelope(beside(header), [keys[2]])).act, "duress");
});
