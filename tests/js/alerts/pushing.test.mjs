// The browser's part in notices, by hand: what ends ends here first, with or without signal.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { served } from "../served.mjs";

const { closeKept } = await served("sealing/kept.js");
const { come, quieted, renew, shown } = await served("alerts/point/pushing.js");
const { addressOf } = await served("alerts/point/wishes.js");

/** @type {any[]} */
let done = [];
/** @type {(method: string) => any} */
let answers = () => ({ ok: true });

globalThis.fetch = /** @type {any} */ (async (/** @type {string} */ address, /** @type {any} */ how) => {
  done.push([how.method, how.body ? JSON.parse(how.body) : null, how.headers.Authorization, how.keepalive]);
  assert.equal(address, "/api/point/notices");
  return answers(how.method);
});
const files = new Map();
globalThis.caches = /** @type {any} */ ({
  open: async () => ({
    match: async (/** @type {string} */ name) => files.get(name) && new Response(files.get(name)),
    put: async (/** @type {string} */ name, /** @type {Response} */ file) => void files.set(name, await file.arrayBuffer()),
  }),
});

/** A phone's store that holds these. @param {Record<string, unknown>} held */
async function store(held) {
  const keep = Object.fromEntries(await Promise.all(Object.entries(held).map(async ([key, value]) => [key, await closeKept(key, value)])));
  const get = (/** @type {string} */ key) => {
    const request = /** @type {any} */ ({ result: keep[key] });
    queueMicrotask(() => request.onsuccess());
    return request;
  };
  return { transaction: () => ({ objectStore: () => ({ get }) }) };
}

const subscription = (/** @type {string} */ name) => ({
  toJSON: () => ({ endpoint: `https://maker/${name}`, expirationTime: null, keys: { p256dh: "p", auth: "a" } }),
  unsubscribe: async () => Boolean(done.push("given up")),
});

/** @param {any} held @param {any} next what a new subscription is */
const browser = (held, next = null) => ({
  getNotifications: async () => [{ close: () => done.push("taken from the screen") }],
  pushManager: {
    getSubscription: async () => held,
    subscribe: async (/** @type {any} */ how) => {
      done.push(["asked for", how.applicationServerKey, how.userVisibleOnly]);
      if (!next) throw new Error("no");
      return next;
    },
  },
});

const WANTS = { wants: [{ urgency: "NOW", municipality: null, kind: null }], quiet: null, until: "2026-12-01" };
const here = await store({ device: "T", hears: WANTS });
const SAID = { ask: false, ways: [{ name: "push", public: { key: "K" } }] };

beforeEach(() => {
  done = [];
  answers = (method) => ({ ok: true, json: async () => (method === "GET" ? SAID : { done: true }) });
});

test("the browser's own part ends before the server is told, and without it", async () => {
  const tell = await quieted(browser(subscription("a")), here);
  assert.deepEqual(done, ["taken from the screen", "given up"]);
  assert.equal(await tell(), true);
  assert.deepEqual(done.slice(2), [["DELETE", null, "Point T", true]]);
  answers = () => { throw new TypeError("no signal"); };
  done = [];
  assert.equal(await (await quieted(browser(subscription("a")), here))(), false);
  assert.deepEqual(done.slice(0, 2), ["taken from the screen", "given up"]);
});

test("a phone that never asked tells nobody", async () => {
  for (const held of [{ device: "T" }, { device: "T", hears: { shared: true } }, {}]) {
    assert.equal(await (await quieted(browser(null), await store(held)))(), true);
  }
  assert.equal(await (await quieted(undefined, await store({ device: "T" })))(), true);
  assert.ok(!done.some((one) => one[0] === "DELETE"));
});

test("what the server was not told is told again, though the browser has forgotten", async () => {
  for (const hears of [WANTS, { end: true }, { shared: true, end: true }]) {
    done = [];
    await (await quieted(browser(null), await store({ device: "T", hears })))();
    assert.equal(done.filter((one) => one[0] === "DELETE").length, 1);
  }
});

test("a browser that fails or does not answer keeps no phone from being cleaned", async () => {
  const failing = browser(subscription("a"));
  failing.getNotifications = async () => { throw new Error("no"); };
  assert.equal(await (await quieted(failing, here))(), true);
  const broken = { transaction: () => { throw new Error("closed"); } };
  assert.equal(await (await quieted(browser(subscription("a")), broken))(), true);
});

test("an address that the browser changed is told; nobody is asked anything", async () => {
  await renew(browser(null), here, { newSubscription: subscription("b") });
  assert.deepEqual(done.map((one) => one[0]), ["PUT"]);
  assert.deepEqual(done[0][1], { way: "push", address: { endpoint: "https://maker/b", p256dh: "p", auth: "a" } });
  done = [];
  const before = { options: { applicationServerKey: "K", userVisibleOnly: true } };
  await renew(browser(null, subscription("c")), here, { newSubscription: null, oldSubscription: before });
  assert.deepEqual(done[0], ["asked for", "K", true]);
  assert.equal(done[1][1].address.endpoint, "https://maker/c");
});

test("an address that cannot be renewed is forgotten on both sides", async () => {
  const b = { newSubscription: subscription("b") };
  const ends = [
    [browser(subscription("b")), here, b, () => ({ ok: false })],
    [browser(subscription("b")), here, b, () => { throw new TypeError("no signal"); }],
    [browser(subscription("b")), here, {}, answers],
    [browser(subscription("b")), here, { oldSubscription: { options: {} } }, answers],
    [browser(subscription("b")), await store({ device: "T", hears: { shared: true } }), b, answers],
  ];
  for (const [registration, db, change, says] of ends) {
    done = [];
    answers = /** @type {any} */ (says);
    await renew(/** @type {any} */ (registration), db, change);
    assert.ok(done.includes("given up"));
    assert.equal(done[done.length - 1][0], "DELETE");
  }
  await renew(browser(subscription("b")), await store({}), b);
});

test("what is shown is what came, one at a time; something, whatever came", () => {
  const [title, how] = shown({ json: () => ({ title: "Cuaderno", body: "Hay algo nuevo." }) });
  assert.deepEqual([title, how.body, how.tag], ["Cuaderno", "Hay algo nuevo.", "new"]);
  for (const data of [null, { json: () => { throw new SyntaxError(); } }, { json: () => null }]) {
    assert.deepEqual([shown(data)[0], shown(data)[1].body], ["·", ""]);
  }
});

test("a tap goes to the page that is open, else opens it at its neutral address", async () => {
  const went = /** @type {string[]} */ ([]);
  const client = (/** @type {string} */ path, able = true) => ({
    url: `https://x.org${path}`, focus: async () => { if (!able) throw new Error("no"); went.push(`focus ${path}`); },
  });
  const clients = (/** @type {any[]} */ ...open) => ({ matchAll: async () => open, openWindow: async (/** @type {string} */ path) => void went.push(path) });
  await come(clients(client("/equipo/"), client("/es/")), ["/", "/es/"]);
  await come(clients(client("/m/"), client("/equipo/")), ["/", "/es/"]);
  await come(clients(client("/", false)), ["/", "/es/"]);
  assert.deepEqual(went, ["focus /es/", "/", "/"]);
});

test("an address is told as the server takes it", () => {
  assert.deepEqual(addressOf(subscription("a")), { endpoint: "https://maker/a", p256dh: "p", auth: "a" });
});
