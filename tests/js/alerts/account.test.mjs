import assert from "node:assert/strict";
import { test } from "node:test";
import {
  account, blank, discreetAccount, header, mayWarn, quietRoute, share, team, tellsMore, women,
} from "../../../src/atarraya/alerts/static/alerts/point/account.js";

let made = 0;
const answers = (over = {}) => ({ ...blank(() => `id-${(made += 1)}`), kind: "CONFINEMENT", municipality: "27099", ...over });
const setup = (over = {}) => ({
  inbox: {
    id: "inbox", number: 3, recipients: ["age1a", "age1b", "age1c"],
    circles: [{ purpose: "VERIFIERS", people: 3 }, { purpose: "WOMEN", people: 2 }, { purpose: "RESPONDERS", people: 4 }],
  },
  network: { id: "n", team_hours: "", demo: false },
  point: { municipality: "27099", phones: 1, present: true },
  kinds: [{ code: "CONFINEMENT", policy: "AT_ONCE" }, { code: "THREAT", policy: "ONE" }],
  zones: [{ id: "z1", municipality: "27099", name: "río", may_show: true }, { id: "z2", municipality: "27099", name: "caño", may_show: false }],
  ...over,
});
const halves = { lookup: "l", eraseHash: "e" };
const receipt = { ...halves, words: ["a", "b", "c", "d", "e"], erase: "x", reply: "r", thread: "t" };

test("a report goes to those who check, and to nobody else", () => {
  assert.deepEqual(team(setup()), { places: [true, false, false], people: 3 });
});

test("an inbox without such a circle is read by all but the women's team", () => {
  const inbox = { ...setup().inbox, circles: [{ purpose: "COUNCIL", people: 5 }, { purpose: "WOMEN", people: 2 }, { purpose: "CARE", people: 1 }] };
  assert.deepEqual(team(setup({ inbox })).places, [true, false, true]);
});

test("the discreet way opens to the women's team only, and to nobody where there is none", () => {
  assert.deepEqual(women(setup()), [false, true, false]);
  const inbox = { ...setup().inbox, circles: [{ purpose: "VERIFIERS", people: 3 }] };
  assert.equal(women(setup({ inbox })).includes(true), false);
});

test("a discreet report has the header of a check-in: the same members, the same values", () => {
  const check = header(setup(), "00000000-0000-4000-8000-000000000001", halves, quietRoute(setup()));
  const told = header(setup(), "00000000-0000-4000-8000-000000000002", halves, quietRoute(setup()));
  assert.deepEqual(Object.keys(check), Object.keys(told));
  assert.equal(JSON.stringify(check).length, JSON.stringify(told).length);
  assert.deepEqual(check.share, { kind: "CHECKIN" });
});

test("a discreet account has no place for what happened", () => {
  const said = discreetAccount(answers({ text: "lo que pasó", kind: "THREAT" }), receipt, "report", true);
  assert.equal(JSON.stringify(said).includes("lo que pasó"), false);
  assert.equal(JSON.stringify(said).includes("THREAT"), false);
  assert.equal(said.discreet, true);
  assert.equal(said.contact.partner, true);
});

test("only at-once kinds of the point's own municipality may be warned of, and not by an old link", () => {
  assert.equal(mayWarn(setup(), answers()), true);
  assert.equal(mayWarn(setup(), answers({ kind: "THREAT" })), false);
  assert.equal(mayWarn(setup(), answers({ municipality: "27001" })), false);
  assert.equal(mayWarn(setup({ point: { municipality: "27099", phones: 0, present: false } }), answers()), false);
});

test("codes carry a zone only where it may be shown, and never what was typed", () => {
  assert.equal(share(setup(), answers({ zone: "z1" }), false).zone, "z1");
  assert.equal("zone" in share(setup(), answers({ zone: "z2" }), false), false);
  const codes = share(setup(), answers({ text: "nombre", number: "300", seen: "SAW", part: "NIGHT" }), true);
  assert.deepEqual(codes, { kind: "CONFINEMENT", seen: "SAW", delay: true, when: "NIGHT" });
});

test("an account says who was harmed as a collective unless somebody said otherwise", () => {
  assert.equal(account(answers(), receipt, "report").who, "COMMUNITY");
});

test("codes alone tell nothing more; any answer does", () => {
  assert.equal(tellsMore(answers()), false);
  for (const over of [{ text: "x" }, { needs: "HEALTH" }, { hour: "8" }, { consents: ["STATS"] }, { attachments: [{}] }]) {
    assert.equal(tellsMore(answers(over)), true);
  }
});

test("nothing that a person wrote is in a header", () => {
  const a = answers({ text: "CANARIO", number: "CANARIO", where: "CANARIO", hour: "CANARIO" });
  const said = header(setup(), a.id, halves, { municipality: a.municipality, urgency: "NOW", share: share(setup(), a, false) });
  assert.equal(JSON.stringify(said).includes("CANARIO"), false);
});
