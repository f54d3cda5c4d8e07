import assert from "node:assert/strict";
import { test } from "node:test";
import { maybeOf } from "../../../src/atarraya/desk/static/desk/claims.js";
import { addressedFor, maybeSame, threadsOf } from "../../../src/atarraya/desk/static/desk/threads.js";

const header = (over = {}) => ({
  id: crypto.randomUUID(), inbox: "i", number: 1, municipality: "27099", urgency: null, age: "H1", day: "2026-11-20",
  size: 2048, expires: "2026-12-20", mark: "", ...over,
});
const report = (thread, over = {}, head = {}) => ({
  header: header(head), code: "opened",
  payload: { v: 1, type: "report", thread, kind: "CONFINEMENT", municipality: "27099", urgency: "NOW", ...over },
});
const note = (thread, act, over = {}) => ({
  header: header(), code: "opened", payload: { v: 1, type: "note", thread, act, by: "m1", at: "2026-11-20T10:00", ...over },
});

test("notes that arrive before their account still join it", () => {
  const [thread] = threadsOf([note("t", "grade", { source: "B", info: "2" }), report("t")]);
  assert.equal(thread.source, "B");
  assert.equal(thread.notes.length, 1);
});

test("notes without an account make no thread, and what nobody here opens is left out", () => {
  const closed = { header: header(), code: "closed", payload: null };
  assert.deepEqual(threadsOf([note("lost", "text"), closed]), []);
});

test("the newest note of a kind stands, whatever order they came in", () => {
  const later = note("t", "assign", { to: "ana", at: "2026-11-21T08:00" });
  const sooner = note("t", "assign", { to: "luz", at: "2026-11-20T08:00" });
  assert.equal(threadsOf([later, report("t"), sooner])[0].assigned, "ana");
});

test("urgent first, unclassified before what is only to know, settled last", () => {
  const list = threadsOf([
    report("know", { urgency: "KNOW" }), report("none", { urgency: undefined }), report("now"), report("done"),
    note("done", "state", { state: "DONE" }),
  ]);
  assert.deepEqual(list.map((thread) => thread.id), ["now", "none", "know", "done"]);
});

test("a kept copy stands for an account that reached its last day", () => {
  const kept = note("t", "keep", { account: { v: 1, type: "report", thread: "t", kind: "THREAT", day: "2026-10-01" } });
  const [thread] = threadsOf([kept]);
  assert.equal(thread.account.kind, "THREAT");
  assert.equal(thread.kept, true);
});

test("the same event is asked about within two days, one family and one place, and only asked", () => {
  const families = { CONFINEMENT: "MOVE", MOVEMENT_BAN: "MOVE", THREAT: "THREATS" };
  const threads = threadsOf([
    report("a"), report("b", { kind: "MOVEMENT_BAN" }, { day: "2026-11-22" }), report("c", {}, { day: "2026-11-23" }),
    report("d", { kind: "THREAT" }), report("e", { municipality: "27001" }),
  ]);
  const a = threads.find((thread) => thread.id === "a");
  assert.deepEqual(maybeSame(a, threads, families).map((thread) => thread.id), ["b"]);
  assert.deepEqual(a.same, []);
});

test("same event is reversible", () => {
  const yes = note("t", "same", { as: "u", same: true, at: "2026-11-20T09:00" });
  const no = note("t", "same", { as: "u", same: false, at: "2026-11-20T09:30" });
  assert.deepEqual(threadsOf([report("t"), yes])[0].same, ["u"]);
  assert.deepEqual(threadsOf([report("t"), yes, no])[0].same, []);
});

test("what was decided of two reports counts for both, is not asked again, and may be undone from either", () => {
  const families = { CONFINEMENT: "MOVE" };
  const yes = note("a", "same", { as: "b", same: true, at: "2026-11-20T09:00" });
  const no = note("b", "same", { as: "a", same: false, at: "2026-11-20T09:30" });
  const read = (...notes) => Object.fromEntries(threadsOf([report("a"), report("b"), ...notes]).map((thread) => [thread.id, thread]));
  const joined = read(yes);
  assert.deepEqual([joined.a.same, joined.b.same], [["b"], ["a"]]);
  const parted = read(yes, no);
  assert.deepEqual([parted.a.same, parted.b.same, parted.a.apart], [[], [], ["b"]]);
  assert.deepEqual(maybeSame(parted.a, [parted.a, parted.b], families), []);
  const again = read(yes, no, note("a", "same", { as: "b", same: true, at: "2026-11-20T10:00" }));
  assert.deepEqual(again.b.same, ["a"]);
});

test("a thread knows the alerts it became", () => {
  const [thread] = threadsOf([report("t"), note("t", "became", { alert: "x" }), note("t", "became", { alert: "x" })]);
  assert.deepEqual(thread.alerts, ["x"]);
});

test("a note never reaches further than its account, and a grade only verifiers", () => {
  const purposes = ["VERIFIERS", "WOMEN", "RESPONDERS"];
  const [quiet] = threadsOf([report("t", { discreet: true })]);
  assert.deepEqual(addressedFor(quiet, purposes, [0, 1, 2]), [false, true, false]);
  const [open] = threadsOf([report("t")]);
  assert.deepEqual(addressedFor(open, purposes, [0, 1, 2]), [true, false, true]);
  assert.deepEqual(addressedFor(open, purposes, [0, 1, 2], "VERIFIERS"), [true, false, false]);
  assert.deepEqual(addressedFor(quiet, purposes, [0, 2]), [false, false, false]);
});

test("what a closed phone left unfinished stands until its report comes", () => {
  const draft = { ...report("t"), payload: { ...report("t").payload, type: "draft", text: "half" } };
  assert.equal(threadsOf([draft])[0].account.text, "half");
  assert.equal(threadsOf([draft, report("t", { text: "whole" })])[0].account.text, "whole");
  assert.equal(threadsOf([report("t", { text: "whole" }), draft])[0].account.text, "whole");
});

const claim = (claimed, over = {}) => ({
  header: header(), code: "opened", payload: { v: 1, type: "note", act: "false_alarm", claim: "c", ...over }, claimed,
});

test("a false alarm said with a report's words stands under that report, once, and under no other", () => {
  const list = [claim("h1"), report("mine", { claim_hash: "h1" }), claim("h1"), report("other", { claim_hash: "h2" }), report("none")];
  const threads = Object.fromEntries(threadsOf(list).map((thread) => [thread.id, thread]));
  assert.deepEqual([threads.mine.denied, threads.other.denied, threads.none.denied], [true, false, false]);
  assert.equal(threads.mine.notes.length, 1);
  assert.equal(threads.mine.state, "OPEN");
});

test("words that are nobody's, and notes that only pretend, stand nowhere", () => {
  const pretended = note("mine", "false_alarm");
  const [thread] = threadsOf([report("mine", { claim_hash: "h1" }), claim("wrong"), claim(undefined, { thread: "mine" }), pretended]);
  assert.deepEqual([thread.denied, thread.notes], [false, []]);
});

test("a copy kept as a case is still recognised by its words", () => {
  const kept = note("t", "keep", { account: { v: 1, type: "report", thread: "t", kind: "THREAT", day: "2026-10-01", claim_hash: "h1" } });
  assert.equal(threadsOf([kept, claim("h1")])[0].denied, true);
});

test("the alerts a report may have become: those a note names, else of its family and municipality", () => {
  const families = { CONFINEMENT: "MOVE", MOVEMENT_BAN: "MOVE", THREAT: "THREATS" };
  const alert = (over = {}) => ({ id: "a", kind: "MOVEMENT_BAN", municipality: "27099", ...over });
  const [thread] = threadsOf([report("t")]);
  assert.equal(maybeOf(thread, alert(), families), true);
  assert.equal(maybeOf(thread, alert({ kind: "THREAT" }), families), false);
  assert.equal(maybeOf(thread, alert({ municipality: "27001" }), families), false);
  const [named] = threadsOf([report("t"), note("t", "became", { alert: "b" })]);
  assert.deepEqual([maybeOf(named, alert(), families), maybeOf(named, alert({ id: "b", kind: "THREAT" }), families)], [false, true]);
});
