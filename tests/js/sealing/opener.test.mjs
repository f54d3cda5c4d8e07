import assert from "node:assert/strict";
import { test } from "node:test";

import { room, vectors } from "./room.mjs";

const { openMany } = await room("opener");
const { fromBase64 } = await room("bytes");
const { identities, good, refused } = vectors("envelopes");
const items = [...good, ...refused].map(({ sealed }, i) => ({ id: String(i), bytes: fromBase64(sealed), number: 1 }));

test("all are told, in order, and a spoilt one stops nothing", async () => {
  const told = [];
  const results = await openMany(items, identities, (done, total, opened) => told.push([done, total, opened.id]));
  assert.deepEqual(told, items.map(({ id }, i) => [i + 1, items.length, id]));
  assert.deepEqual(results.map(({ code }) => code).slice(0, 4), ["opened", "opened", "closed", "opened"]);
  assert.deepEqual(results.slice(4).map(({ code }) => code), refused.map(({ code }) => code));
  assert.deepEqual(results[3].payload, good[3].payload);
});

test("a key that knows its place in a list tries only that stanza", async () => {
  const at = (position) => [{ secret: identities[5], positions: { 1: position } }];
  assert.equal((await openMany([items[3]], at(5)))[0].code, "opened");
  assert.equal((await openMany([items[3]], at(4)))[0].code, "closed");
  assert.equal((await openMany([{ ...items[3], number: 2 }], at(4)))[0].code, "opened");
  assert.equal((await openMany([{ ...items[3], number: undefined }], at(4)))[0].code, "opened");
});

test("between runs there is a breath for other work", async () => {
  let breaths = 0;
  let open = true;
  const tick = () => {
    breaths += 1;
    if (open) setTimeout(tick, 0);
  };
  setTimeout(tick, 0);
  const many = Array.from({ length: 60 }, (_, i) => ({ ...items[2], id: String(i) }));
  await openMany(many, identities);
  open = false;
  assert.ok(breaths >= 5, String(breaths));
});

test("it can be stopped", async () => {
  let done = 0;
  const results = await openMany(items, identities, () => (done += 1), { cancelled: () => done >= 2 });
  assert.equal(results.length, 2);
});
