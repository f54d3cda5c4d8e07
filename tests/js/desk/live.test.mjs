// The desk's live stream: it asks for a fresh word each time, goes on from the last line it had, and stays quiet
// where there are no streams.
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { Live } from "../../../src/atarraya/desk/static/desk/live.js";

const settle = () => new Promise((resolve) => setImmediate(resolve));
/** @type {any[]} */
let sources = [];
/** @type {any[]} */
let timers = [];
let asked = 0;
/** @type {any} */
let told = {};
const real = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout };

class Source {
  constructor(/** @type {string} */ url) {
    this.url = url;
    this.heard = /** @type {Record<string, (event: any) => void>} */ ({});
    this.closed = false;
    sources.push(this);
  }
  addEventListener(/** @type {string} */ name, /** @type {any} */ act) { this.heard[name] = act; }
  close() { this.closed = true; }
}

beforeEach(() => {
  sources = [];
  timers = [];
  asked = 0;
  told = { address: "/vivo", token: "a b", after: 7 };
  Object.assign(globalThis, {
    EventSource: Source,
    fetch: async () => {
      asked += 1;
      if (told instanceof Error) throw told;
      const headers = new Headers({ "Content-Type": "application/json" });
      return { ok: true, status: 200, headers, json: async () => told };
    },
    setTimeout: (/** @type {any} */ act, /** @type {number} */ wait) => timers.push({ act, wait }),
    clearTimeout: () => (timers = []),
  });
});
afterEach(() => void Object.assign(globalThis, real));

test("it listens from the number the page was told, and passes on that something changed", async () => {
  let changes = 0;
  const live = new Live("/equipo/vivo.json", () => (changes += 1));
  await settle();
  assert.equal(sources[0].url, "/vivo?t=a%20b&after=7");
  sources[0].heard.changed({ lastEventId: "9" });
  assert.equal(changes, 1);
  live.stop();
  assert.ok(sources[0].closed);
});

test("after a fault it asks for a new word and goes on from the last line it had", async () => {
  const live = new Live("/equipo/vivo.json", () => undefined);
  await settle();
  sources[0].heard.changed({ lastEventId: "9" });
  told = { address: "/vivo", token: "new", after: 30 };
  sources[0].onerror();
  assert.ok(sources[0].closed, "the browser would come back with the old word");
  assert.ok(timers[0].wait >= 2500 && timers[0].wait <= 7500);
  timers[0].act();
  await settle();
  assert.equal(sources[1].url, "/vivo?t=new&after=9");
  live.stop();
});

test("faults one after the other are further and further apart, and an open stream forgets them", async () => {
  const live = new Live("/equipo/vivo.json", () => undefined);
  await settle();
  const waits = [];
  for (let turn = 0; turn < 9; turn += 1) {
    sources.at(-1).onerror();
    waits.push(timers.at(-1).wait);
    timers.at(-1).act();
    await settle();
  }
  assert.ok(waits[8] >= 150000 && waits[8] <= 450000);
  sources.at(-1).onopen();
  sources.at(-1).onerror();
  assert.ok(timers.at(-1).wait <= 7500);
  live.stop();
});

test("where there are no streams it asks once and is quiet", async () => {
  told = { address: null };
  const live = new Live("/equipo/vivo.json", () => assert.fail("nothing was said"));
  await settle();
  assert.equal(asked, 1);
  assert.deepEqual([sources.length, timers.length], [0, 0]);
  live.stop();
});

test("who may not listen any more is not asked again", async () => {
  const live = new Live("/equipo/vivo.json", () => undefined);
  await settle();
  sources[0].heard.ended({});
  assert.ok(sources[0].closed);
  sources[0].onerror();
  assert.equal(timers.length, 0);
  live.stop();
});

test("without a line it tries again later", async () => {
  told = new TypeError("no line");
  const live = new Live("/equipo/vivo.json", () => undefined);
  await settle();
  assert.equal(timers.length, 1);
  live.stop();
});
