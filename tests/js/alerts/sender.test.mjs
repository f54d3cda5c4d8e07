import assert from "node:assert/strict";
import { test } from "node:test";
import { served } from "../served.mjs";

const { ageBand, pause, verdict } = await served("alerts/point/sender.js");

test("how long it waited is told in bands that begin where the server's do", () => {
  const said = [0, 1, 1.1, 6, 24, 25, 72, 168, 169, 900].map(ageBand);
  assert.deepEqual(said, ["H1", "H1", "H6", "H6", "D1", "D3", "D3", "W1", "OLD", "OLD"]);
});

test("kept once or twice is kept", () => {
  assert.equal(verdict(201), "kept");
  assert.equal(verdict(200), "kept");
});

test("what may change with time is tried again: pauses, floods, a full disk, a busy or broken server", () => {
  for (const status of [400, 401, 403, 404, 429, 500, 502, 503, 507]) assert.equal(verdict(status), "later", String(status));
});

test("what will never be taken is told to the person, and not sent for ever", () => {
  for (const status of [409, 410, 413, 415, 422]) assert.equal(verdict(status), "refused", String(status));
});

test("pauses grow and never pass a quarter of an hour", () => {
  const pauses = Array.from({ length: 40 }, (_, tries) => pause(tries));
  assert.equal(pauses[0], 2000);
  assert.ok(pauses.every((each, i) => i === 0 || each >= pauses[i - 1]));
  assert.equal(Math.max(...pauses), 15 * 60000);
});
