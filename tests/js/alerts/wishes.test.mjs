// What a phone is to hear of, and how it stands: nothing by itself, nothing without both the server and the browser.
import assert from "node:assert/strict";
import { test } from "node:test";
import { served } from "../served.mjs";

const { blank, days, drafted, lacks, quietOf, standing, wanted } = await served("alerts/point/wishes.js");

const full = { ...blank(), places: ["27099"], kinds: ["*"], least: "NOW" };
const said = { ask: true, hour: "2026-11-26T17", ways: [{ name: "push", public: { key: "k" } }] };
const hears = { wants: [{ urgency: "NOW", municipality: null, kind: null }], quiet: null, until: "2026-12-01" };
const held = { said: { ...said, ask: false }, hears, permission: "granted", subscribed: true };

test("a form begins with nothing chosen, and may not be saved so", () => {
  assert.deepEqual(blank(), { places: [], kinds: [], least: "", start: "", end: "", passes: false });
  assert.equal(lacks(blank()), "choose");
  for (const part of ["places", "kinds"]) assert.equal(lacks({ ...full, [part]: [] }), "choose", part);
  assert.equal(lacks({ ...full, least: "" }), "choose");
  assert.equal(lacks(full), "");
});

test("quiet hours are two, and two different ones", () => {
  for (const [start, end] of [["22", ""], ["", "05"], ["05", "05"]]) assert.equal(lacks({ ...full, start, end }), "hours");
  assert.equal(lacks({ ...full, start: "22", end: "05" }), "");
  assert.equal(quietOf(full), null);
  assert.deepEqual(quietOf({ ...full, start: "22", end: "05", passes: true }), { start: "22", end: "05", now_passes: true });
});

test("each place with each kind; all of them takes the place of the single ones", () => {
  const draft = { ...full, places: ["27099", "27001"], kinds: ["COMBAT", "THREAT"] };
  assert.equal(wanted(draft).length, 4);
  assert.deepEqual(wanted({ ...draft, places: ["27099", "*"], kinds: ["*", "COMBAT"] }), hears.wants);
  const many = Array.from({ length: 61 }, (_, code) => String(code));
  assert.equal(lacks({ ...full, places: many }), "many");
  assert.equal(lacks({ ...full, places: many.slice(1) }), "");
  assert.equal(lacks({ ...full, places: [...many, "*"] }), "");
});

test("what was chosen comes back into the form as it was chosen", () => {
  const draft = { places: ["27099", "27001"], kinds: ["COMBAT", "THREAT"], least: "DAYS", start: "22", end: "05", passes: true };
  assert.deepEqual(drafted(wanted(draft), quietOf(draft)), draft);
  assert.deepEqual(drafted(hears.wants, null), { ...full, places: ["*"] });
});

test("a phone that nobody spoke for is asked; one that others use is left alone", () => {
  const new_ = { said, hears: undefined, permission: "default", subscribed: false };
  assert.equal(standing(new_), "ask");
  assert.equal(standing({ ...new_, hears: { shared: true } }), "shared");
  assert.equal(standing({ ...new_, hears: { shared: true }, said: { ...said, ways: [] } }), "shared");
  assert.equal(standing({ ...new_, hears: { end: true } }), "ask");
});

test("where it cannot be, the question is not asked", () => {
  const new_ = { said, hears: undefined, permission: "default", subscribed: false };
  assert.equal(standing({ ...new_, said: { ...said, ways: [{ name: "mail", public: {} }] } }), "none");
  assert.equal(standing({ ...new_, permission: null }), "unable");
  assert.equal(standing({ ...new_, permission: "denied" }), "denied");
});

test("it is on only while the server, the browser and its permission all hold", () => {
  assert.equal(standing(held), "on");
  assert.equal(standing({ ...held, hears: undefined }), "on", "the server's answer was lost on its way, and it was kept");
  assert.equal(standing({ ...held, permission: "default" }), "stopped");
  assert.equal(standing({ ...held, permission: "denied" }), "denied");
  assert.equal(standing({ ...held, subscribed: false }), "stopped", "the browser gave its address up");
  assert.equal(standing({ ...held, said }), "stopped", "the maker said that the address is gone");
});

test("after the last day it is asked again, and said so", () => {
  assert.equal(standing({ ...held, said: { ...said, hour: "2026-12-01T23" } }), "stopped");
  assert.equal(standing({ ...held, said: { ...said, hour: "2026-12-02T00" } }), "again");
  assert.equal(days("2026-11-26", "2026-12-01"), 5);
});
