// A tab's keyring: open in memory only, locked after five minutes, asleep under a number and the server's half.
import assert from "node:assert/strict";
import { after, beforeEach, mock, test } from "node:test";

import { answers, pretend, sent, served } from "./together.mjs";

const browser = pretend();
const { newBundle, newPhrase, publicHalf, sealBundleForPhrase, sealBundleTo } = await served("sealing/bundle.js");
const { toB64, sha256, fromB64 } = await served("sealing/bytes.js");
const { verifyText } = await served("sealing/signing.js");
const { IDLE_SECONDS, keyring } = await served("network/keyring.js");

const mine = await newBundle();
const half = await publicHalf(mine);
const phrase = newPhrase().join(" ");
const first = await newBundle();
const second = await newBundle();
const foreign = await newBundle();
const epoch = async (number, bundle, to) => ({ number, sealed: toB64(await sealBundleTo(bundle, to)) });
const kept = {
  network: "n",
  member: { id: "m", alias: "Ana", state: "ACTIVE", public: half },
  files: { phrase: toB64(await sealBundleForPhrase(mine, phrase)), code: "", passkey: "", passkey_name: "" },
  circles: [
    { id: "c", name: "Uno", current: 2, epochs: [await epoch(1, first, half.age), await epoch(2, second, half.age)] },
    { id: "d", name: "Dos", current: 1, epochs: [await epoch(1, foreign, (await publicHalf(foreign)).age)] },
  ],
  inboxes: [],
  head: { number: 7, digest: toB64(new Uint8Array(32)), day: "2026-11-23" },
};
/** The server's half of a number, as the server keeps it. */
const held = { half: "", proof: "", tries: 0 };

beforeEach(async () => {
  await keyring.lockNow();
  sent.length = 0;
  Object.assign(held, { half: "", proof: "", tries: 0 });
});
after(() => keyring.rest()); // its clock would keep this process for five minutes
answers.set("/equipo/llaves.json", () => [200, kept]);
answers.set("/equipo/numero/olvidar", () => [204, null]);
answers.set("/equipo/firma", (body) => [200, body]);
answers.set("/equipo/numero/guardar", ({ proof }) => {
  Object.assign(held, { half: toB64(crypto.getRandomValues(new Uint8Array(32))), proof, tries: 0 });
  return [200, { half: held.half }];
});
answers.set("/equipo/numero/abrir", ({ proof }) => {
  if (!held.half || held.tries >= 3) return [403, { title: "pin_gone", detail: "gone" }];
  if (proof === held.proof) return [200, { half: held.half }];
  held.tries += 1;
  return [403, { title: "pin", detail: "no" }];
});

test("the phrase opens my key, and of the circles' keys those that are mine", async () => {
  assert.equal(await keyring.openWithPhrase(newPhrase().join(" ")), false);
  assert.equal(keyring.state, "locked");
  await assert.rejects(keyring.openWithPhrase("one two"), { code: "phrase_words" });
  assert.equal(await keyring.openWithPhrase(phrase.toUpperCase()), true);
  assert.deepEqual(keyring.circles[0].bundle, second);
  assert.equal(keyring.circles[1].bundle, null);
  assert.deepEqual(keyring.identities, [second.age, first.age]);
});

test("nothing of a key is sent or stored", async () => {
  await keyring.openWithPhrase(phrase);
  await keyring.setPin("4711");
  const traces = JSON.stringify(sent) + sessionStorage.whole + localStorage.whole;
  for (const secret of [mine.age, mine.ed25519, second.age, second.ed25519, phrase, "4711"]) {
    assert.ok(!traces.includes(secret));
  }
});

test("it locks by itself after five minutes without a touch", async () => {
  mock.timers.enable({ apis: ["Date", "setInterval"], now: Date.now() });
  try {
    await keyring.openWithPhrase(phrase);
    mock.timers.tick((IDLE_SECONDS - 1) * 1000);
    assert.equal(keyring.state, "open");
    browser.happen("keydown");
    mock.timers.tick((IDLE_SECONDS - 1) * 1000);
    assert.equal(keyring.state, "open");
    mock.timers.tick(2000);
    assert.equal(keyring.state, "locked");
    assert.deepEqual([keyring.bundle, keyring.circles], [null, []]);
  } finally {
    mock.timers.reset();
  }
});

test("a machine that slept through the five minutes finds it locked, and a touch does not revive it", async () => {
  mock.timers.enable({ apis: ["Date"], now: Date.now() });
  try {
    await keyring.openWithPhrase(phrase);
    mock.timers.setTime(Date.now() + IDLE_SECONDS * 1000);
    browser.happen("pointerdown");
    browser.happen("visibilitychange");
    assert.equal(keyring.state, "locked");
  } finally {
    mock.timers.reset();
  }
});

test("leaving the page locks it", async () => {
  await keyring.openWithPhrase(phrase);
  browser.happen("pagehide");
  assert.equal(keyring.bundle, null);
});

test("a number reopens the tab with the server's half, three tries", async () => {
  await keyring.openWithPhrase(phrase);
  await assert.rejects(keyring.setPin("12"), { code: "pin_short" });
  await keyring.setPin("4711");
  keyring.rest();
  assert.equal(keyring.state, "sleeping");
  assert.equal(await keyring.openWithPin("0000"), false);
  assert.equal(await keyring.openWithPin("4711"), true);
  assert.deepEqual(keyring.bundle, mine);
  keyring.rest();
  for (let i = 0; i < 2; i++) assert.equal(await keyring.openWithPin("0000"), false);
  await assert.rejects(keyring.openWithPin("4711"), { code: "pin_gone" });
  assert.equal(keyring.state, "locked");
});

test("what sleeps in the tab opens nothing without the server's half", async () => {
  await keyring.openWithPhrase(phrase);
  await keyring.setPin("4711");
  keyring.rest();
  held.half = toB64(new Uint8Array(32));
  await assert.rejects(keyring.openWithPin("4711"));
  assert.equal(keyring.bundle, null);
});

test("locking for good forgets the sleeping copy and the server's half", async () => {
  await keyring.openWithPhrase(phrase);
  await keyring.setPin("4711");
  await keyring.lockNow();
  assert.equal(keyring.state, "locked");
  assert.deepEqual(sent.map(({ path }) => path).slice(-1), ["/equipo/numero/olvidar"]);
  assert.equal(sessionStorage.getItem("asleep"), null);
});

test("a file of somebody else's key opens nothing here", async () => {
  assert.equal(await keyring.use(foreign), false);
  assert.equal(keyring.state, "locked");
});

test("the head of the trail is signed with my key and no other", async () => {
  assert.equal(await keyring.countersign(), false);
  await keyring.openWithPhrase(phrase);
  assert.equal(await keyring.countersign(), true);
  const { body } = sent.find(({ path }) => path === "/equipo/firma");
  const text = `{"day":"2026-11-23","digest":"${kept.head.digest}","network":"n","number":7,"v":1}`;
  assert.ok(verifyText("head", text, { key: half.ed25519, signature: body.signature }));
});

test("listeners hear every change until they stop", async () => {
  const heard = [];
  const stop = keyring.onChange(() => heard.push(keyring.state));
  await keyring.openWithPhrase(phrase);
  keyring.rest();
  stop();
  await keyring.openWithPhrase(phrase);
  assert.deepEqual(heard, ["open", "locked"]);
  assert.equal((await sha256(fromB64(half.ed25519))).length, 32);
});
