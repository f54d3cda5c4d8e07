import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { served } from "../served.mjs";

const { faults, folded, foreign, read, replyFault, slips } = await served("sms/words.js");
const vectors = JSON.parse(readFileSync(new URL("../../vectors/codebooks.json", import.meta.url), "utf8"));

// Invented words: do not use them in the field.
const BOOK = [
  { say: "pesca", sort: "kind", value: "THREAT" },
  { say: "canoa grande", sort: "kind", value: "CONFINEMENT" },
  { say: "plátano", sort: "urgency", value: "NOW" },
  { say: "abuela", sort: "duress", value: "1" },
];

test("the browser reads as the gateway does", () => {
  assert.ok(vectors.readings.length === vectors.texts.length && vectors.texts.length > 20);
  vectors.texts.forEach((text, n) => assert.deepEqual(read(vectors.entries, text), vectors.readings[n], text));
});

test("a slip is one letter more, less, other or two swapped", () => {
  assert.deepEqual(["panga", "pagna", "pang", "pangas", "banga", "gapan", ""].map((word) => slips("panga", word)), [0, 1, 1, 1, 1, 4, 5]);
  assert.equal(folded("Ñandú"), "nandu");
});

test("a book that would be guessed at is not made", () => {
  assert.deepEqual(faults(BOOK), []);
  const with_ = (say, sort, value) => faults([...BOOK, { say, sort, value }]).map(({ code }) => code);
  assert.deepEqual(with_("pezca", "kind", "COMBAT"), ["alike"]);
  assert.deepEqual(with_("pescado", "kind", "COMBAT"), ["alike"]);
  assert.deepEqual(with_("pesca", "kind", "THREAT"), []);
  assert.deepEqual(with_("so", "kind", "COMBAT"), ["short"]);
  assert.deepEqual(with_("gracias", "kind", "COMBAT"), ["common"]);
  assert.deepEqual(faults([]).map(({ code }) => code), ["no_kind", "no_urgency"]);
});

test("a reply says no code, no address, and fits one plain SMS", () => {
  const said = ["", "Listo, gracias.", "Está bien", "La pesca llegó", "mire www.ejemplo.org", "a".repeat(161)];
  assert.deepEqual(said.map((reply) => replyFault(reply, BOOK)), ["", "", "reply_letters", "reply_letters", "reply_link", "reply_long"]);
  assert.equal(replyFault("Buena pesca", BOOK), "reply_code");
  assert.deepEqual(foreign("está así"), ["á", "í"]);
});
