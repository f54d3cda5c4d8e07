import assert from "node:assert/strict";
import { test } from "node:test";
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
