// What of a report goes into one closed SMS, and how much has room: counted by the codec, never by guessing letters.
import assert from "node:assert/strict";
import { test } from "node:test";
import { served } from "../served.mjs";

const { grouped, headOf, measure, whole } = await served("alerts/point/smstext.js");
const { fits, open, pack, read, seal, unpack } = await served("sealing/sms/message.js");
const { bothVectors } = await import("../sealing/room.mjs");

const [{ public: key, secret, inbox }] = bothVectors("sms");
const WRITTEN = Date.parse("2026-11-26T15:07:00Z");
const ANSWERS = {
  id: "i", thread: "t", family: "MOVE", kind: "CONFINEMENT", municipality: "27099", zone: null, urgency: "NOW", needs: "",
  when: "", part: "", who: "", bands: "21-100", seen: "SAW", text: "", way: "", number: "", hour: "", consents: [],
  wish: false, attachments: [], discreet: false, where: "",
};
const TEXT = "Llegaron anoche a la escuela; no dejan salir por el río. Hay 3 niños enfermos. ";
const head = (more = {}, how = { wish: false, cut: false }) => headOf({ ...ANSWERS, ...more }, WRITTEN, how);

test("what was tapped is in the head; what has no place in it is left out", () => {
  const said = head({}, { wish: true, cut: true });
  assert.deepEqual(
    [said.kind, said.municipality, said.urgency, said.count, said.groups, said.flags],
    ["CONFINEMENT", "27099", "NOW", 22, ["COMMUNITY"], ["SAW", "SHARE", "CUT"]],
  );
  const other = head({ municipality: "B-7", bands: "", seen: "", who: "PERSON", urgency: "" });
  assert.deepEqual([other.municipality, other.count, other.groups, other.flags, other.urgency], ["", 0, ["PERSON"], [], ""]);
});

test("every answer that a point can give packs and opens as it was", () => {
  for (const bands of ["", "1-5", "6-20", "21-100", "100+"]) for (const who of ["", "COMMUNITY", "FAMILY", "PERSON"]) {
    for (const seen of ["", "SAW", "TOLD"]) {
      const said = head({ bands, who, seen });
      assert.deepEqual(unpack(pack(said, "texto")).head, said);
    }
  }
});

test("an old list's number is in the message of a phone that knows no newer one", async () => {
  for (const number of [1, 5, 4095, 4096, 5000]) {
    const letters = await seal(head(), "siguen aqui", { key, inbox, number });
    assert.equal(letters.length, 160);
    const sealed = read(letters);
    assert.equal(sealed.number, number % 4096);
    assert.equal((await open(sealed, { secret, inbox, number })).text, "siguen aqui");
    assert.equal(await open(sealed, { secret, inbox, number: number + 1 }), null);
  }
});

test("what is left has room, and what is over has none", () => {
  for (let length = 0; length < 400; length += 7) {
    const typed = TEXT.repeat(6).slice(0, length);
    const { text, left, over, kept } = measure(typed);
    assert.equal(over === 0, fits(text), String(length));
    if (over > 0) {
      assert.equal(kept.length + over, text.length);
      assert.ok(fits(kept) && text.startsWith(kept));
      assert.ok(!fits(text.slice(0, kept.length + 1)) || !fits(text.slice(0, kept.length + 3)));
    } else {
      assert.ok(left >= 0 && left <= 160);
      // As many letters more, of the same kind of text, do fit.
      if (length >= 80) assert.ok(measure(text + TEXT.slice(length % TEXT.length).repeat(2).slice(0, Math.floor(left * 0.7))).over === 0, String(length));
    }
  }
  assert.deepEqual(measure(""), { text: "", left: 152, over: 0, kept: "" });
});

test("a language without accents or with other letters is measured by the codes that carry it", () => {
  const strange = "k".repeat(90);
  const { over, kept } = measure(strange);
  assert.equal(over, 0);
  assert.equal(kept, strange);
  assert.ok(measure("k".repeat(200)).over >= 200 - 97);
});

test("only whole words stay when the end is let go", () => {
  assert.equal(whole("no dejan salir por el ri"), "no dejan salir por el");
  assert.equal(whole("palabrasinningunespacio"), "palabrasinningunespacio");
});

test("to be dictated it stands in groups of four", () => {
  assert.equal(grouped("ABCDEFGHIJ"), "ABCD EFGH IJ");
  assert.equal(grouped("x".repeat(160)).split(" ").length, 40);
});
