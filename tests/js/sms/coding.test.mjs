import assert from "node:assert/strict";
import { test } from "node:test";
import { served } from "../served.mjs";

const { boxesSaid, markOf, phrase, plainMark, plainSms, readAll, sayable } = await served("sms/coding.js");

// Invented words: do not use them in the field.
const ENTRIES = [
  { say: "tamborero", sort: "kind", value: "ARMED_PRESENCE" },
  { say: "clarinete", sort: "urgency", value: "NOW" },
  { say: "ñame bravo", sort: "kind", value: "COMBAT" },
  { say: "güira", sort: "urgency", value: "DAYS" },
  { say: "bombardino", sort: "duress", value: "1" },
];
const book = { id: "a", entries: ENTRIES };
const other = { id: "b", entries: [{ say: "tamborero", sort: "kind", value: "COMBAT" }, ENTRIES[1]] };

test("numbers of boxes are the book's words in its order, and what is no box is said", () => {
  assert.deepEqual(boxesSaid(ENTRIES, "1 2"), { say: "tamborero clarinete", wrong: [] });
  assert.deepEqual(boxesSaid(ENTRIES, " 3,4 "), { say: "ñame bravo güira", wrong: [] });
  assert.deepEqual(boxesSaid(ENTRIES, "0 6 x 1"), { say: "tamborero", wrong: ["0", "6", "x"] });
  assert.deepEqual(boxesSaid(ENTRIES, ""), { say: "", wrong: [] });
});

test("ticked boxes are read by the same rules as words", () => {
  const { reading } = readAll([book], boxesSaid(ENTRIES, "1 2").say);
  assert.deepEqual([reading.kind, reading.urgency, reading.sure], ["ARMED_PRESENCE", "NOW", true]);
  assert.equal(readAll([book], boxesSaid(ENTRIES, "1 3 2").say).reading.sure, false);
  assert.equal(readAll([book], `${boxesSaid(ENTRIES, "1 2").say} ya no`).reading.sure, false);
});

test("two books that read it differently are nobody's guess, and a forced person is still heard", () => {
  assert.equal(readAll([book, other], "tamborero clarinete").reading.sure, false);
  assert.equal(readAll([book, other], "tamborero clarinete").reading.kind, null);
  const forced = readAll([other, book], "tamborero clarinete bombardino");
  assert.deepEqual([forced.reading.duress, forced.reading.kind, forced.book.id], [true, null, "a"]);
  assert.equal(readAll([other, book], "ñame bravo clarinete").book.id, "a");
  assert.equal(readAll([book, other], "buenas tardes"), null);
});

test("the mark of a sheet changes with its words, their order and its zones", async () => {
  const marks = await Promise.all([
    markOf(ENTRIES, ["z1", "z2"]), markOf([...ENTRIES].reverse(), ["z1", "z2"]), markOf(ENTRIES, ["z2", "z1"]),
    markOf(ENTRIES, ["z1"]), markOf(ENTRIES.slice(1), ["z1", "z2"]),
  ]);
  assert.equal(new Set(marks).size, 5);
  assert.equal(await markOf(ENTRIES, ["z1", "z2"]), marks[0]);
  for (const mark of marks) assert.match(mark, /^[0-9A-Z]{4}$/);
  assert.equal(plainMark(" o1-lz "), "011Z");
});

test("what may be said never offers the word of somebody who is forced", () => {
  assert.equal(sayable(ENTRIES).some(({ sort }) => sort === "duress"), false);
  const all = sayable(ENTRIES).map((_, at) => at);
  assert.equal(/bombardino/.test(phrase(ENTRIES, all).text), false);
  assert.equal(phrase(ENTRIES, [4, 9]).text, "");
});

test("a phrase is in plain letters and says what the collective will read in it", () => {
  const { text, means } = phrase([{ say: "plátano maduró", sort: "kind", value: "COMBAT" }, ENTRIES[1]], [0, 1]);
  assert.equal(text, "platano maduro clarinete");
  assert.deepEqual([means.kind, means.urgency, means.sure], ["COMBAT", "NOW", true]);
  assert.equal(phrase(ENTRIES, [2, 3]).text, "ñame bravo güira");
  assert.equal(plainSms("Mañana  vuelve é í ó ú"), "Mañana vuelve é i o u");
});
