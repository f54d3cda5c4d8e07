// What the desk makes of a sealed SMS: open, of before a change, too old, or damaged; and of what is none.
import assert from "node:assert/strict";
import { test } from "node:test";
import { served } from "../served.mjs";

const { Keys } = await served("desk/keys.js");
const { openSealed } = await served("desk/sealedsms.js");
const { seal } = await served("sealing/sms/message.js");
const { step } = await served("sealing/sms/head.js");
const { bothVectors } = await import("../sealing/room.mjs");

const [{ public: key, secret, inbox }] = bothVectors("sms");
const AT = "2026-11-26T15:07";
const now = Date.parse(`${AT}:00Z`) / 1000;
const HEAD = { kind: "CONFINEMENT", municipality: "27099", time: step(now - 1800), urgency: "NOW", count: 22, groups: ["FAMILY", "CHILDREN"], flags: ["TOLD", "SHARE"] };
const keys = (current, days = {}, secrets = [secret]) => ({
  list: () => ({ number: current }), smsKeys: () => secrets, opensSms: () => true, listDay: (_, number) => days[number] || null,
});
const entry = (text, number = 7, day = "2026-11-26") => ({
  header: { inbox, number, day },
  payload: { v: 1, type: "report", thread: "t", kind: null, urgency: null, text, contact: { number: "+57300" }, sms: { read: false, at: AT } },
});
const sealed = (number = 7, head = {}, text = "siguen en la escuela") => seal({ ...HEAD, ...head }, text, { key, inbox, number });
async function desk(one, given = keys(7)) {
  await openSealed([one], given);
  return one.payload;
}

test("what was said inside takes the place of the letters; number and thread stay", async () => {
  const payload = await desk(entry(`RV: ${await sealed()}\n--\nmi firma`));
  const { text, kind, municipality, urgency, bands, who, groups, seen, wish, contact, thread } = payload;
  assert.deepEqual(
    [text, kind, municipality, urgency, bands, who, groups, seen, wish, contact.number, thread],
    ["siguen en la escuela", "CONFINEMENT", "27099", "NOW", "21-100", "FAMILY", ["CHILDREN"], "TOLD", "share", "+57300", "t"],
  );
  assert.deepEqual(payload.sms.sealed, { state: "open", written: "2026-11-26T14:30", doubt: false, cut: false });
});

test("an hour that cannot be right is in doubt, and what was cut says so", async () => {
  for (const [ago, doubt] of [[71 * 3600, false], [73 * 3600, true], [-1800, false], [-3 * 3600, true]]) {
    const payload = await desk(entry(await sealed(7, { time: step(now - ago), flags: ["CUT"] })));
    assert.equal(payload.sms.sealed.doubt, doubt, String(ago));
    assert.equal(payload.sms.sealed.cut, true);
  }
});

test("an hour of arrival that is none stops nothing", async () => {
  for (const at of ["", "later", undefined, 5, "999999-01-01T00:00", {}]) {
    const one = entry(await sealed());
    one.payload.sms.at = at;
    const { text, sms } = await desk(one);
    assert.deepEqual([text, sms.sealed.state, sms.sealed.written, sms.sealed.doubt], ["siguen en la escuela", "open", "", true], String(at));
  }
});

test("of before a change it opens for 45 days and is marked; then it is told and not opened", async () => {
  const whole = await sealed(5);
  assert.equal((await desk(entry(whole), keys(7, { 6: "2026-11-20" }))).sms.sealed.state, "before");
  assert.equal((await desk(entry(whole), keys(7, { 6: "2026-10-12" }))).sms.sealed.state, "before");
  const old = await desk(entry(whole), keys(7, { 6: "2026-10-11" }));
  assert.deepEqual([old.sms.sealed.state, old.text, old.kind], ["old", "", null]);
  assert.equal((await desk(entry(whole), keys(7, {}))).sms.sealed.state, "old");
});

test("a list that was changed after it was handed on is found by its number", async () => {
  const payload = await desk(entry(await sealed(7), 7), keys(9, { 8: "2026-11-26" }));
  assert.equal(payload.sms.sealed.state, "open");
});

test("cut, altered, of another key or of a list that never was: damaged, and its letters are not shown", async () => {
  const whole = await sealed();
  const altered = whole.slice(0, 100) + (whole[100] === "A" ? "B" : "A") + whole.slice(101);
  for (const [text, given] of [[whole.slice(0, 155), keys(7)], [altered, keys(7)], [whole, keys(7, {}, [])], [whole, keys(6)], [`${whole}x`, keys(7)]]) {
    const payload = await desk(entry(text), given);
    assert.deepEqual([payload.sms.sealed.state, payload.text], ["damaged", ""]);
    assert.equal(payload.contact.number, "+57300");
  }
});

test("to another circle's key: told as theirs; what nobody can read is damaged at either desk", async () => {
  const theirs = { ...keys(7, {}, []), opensSms: () => false };
  const whole = await sealed();
  const payload = await desk(entry(whole), theirs);
  assert.deepEqual([payload.sms.sealed.state, payload.text], ["other", ""]);
  assert.equal((await desk(entry(whole.slice(0, 155)), theirs)).sms.sealed.state, "damaged");
});

test("whose a sealed SMS is follows from the list it was written by, as phones choose", () => {
  const at = (mine, sms, purposes = ["VERIFIERS", "WOMEN", "VERIFIERS"]) => {
    const inbox = { id: "i", name: "", circles: ["a", "w", "b"], purposes, list: { number: 2, recipients: [] }, days: {}, sms };
    return new Keys(mine.map((id) => ({ id, purpose: "", epochs: [] })), [inbox]).opensSms("i", 2);
  };
  assert.equal(at(["a"], { 2: ["k", "k", "k"] }), true);
  assert.equal(at(["b"], { 2: ["k", "k", "k"] }), false);
  assert.equal(at(["b"], { 2: [null, "k", "k"] }), true, "the first that has a key");
  assert.equal(at(["w"], { 2: [null, "k", "k"] }), false, "never the women's team");
  assert.equal(at(["b"], { 1: ["k", "k", "k"] }), true, "of a list without such keys: nobody else's");
  assert.equal(at(["b"], { 2: ["k", "k", "k"] }, ["WOMEN", "WOMEN", "CARE"]), true, "no verifiers: all but the women's team");
});

test("every other SMS and every other entry stays as it is", async () => {
  const others = [entry("llegó la panga con plátano"), entry("a".repeat(99)), { header: {}, payload: null }];
  const report = entry(await sealed());
  delete report.payload.sms;
  others.push(report, { ...entry(await sealed()), payload: { v: 1, type: "note", text: await sealed() } });
  const before = JSON.stringify(others);
  await openSealed(others, keys(7));
  assert.equal(JSON.stringify(others), before);
});
