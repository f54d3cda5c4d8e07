// What the page seals by is the last setup whose list was verified, whichever was here first.
import assert from "node:assert/strict";
import { test } from "node:test";

import { served } from "../served.mjs";

globalThis.document = /** @type {any} */ ({ querySelectorAll: () => [], querySelector: () => null, addEventListener() {} });
const { know, now, open, verified } = await served("alerts/point/session.js");

const setup = (/** @type {number} */ number) => /** @type {any} */ ({ inbox: { number }, point: { municipality: "27099" } });

test("nothing may be sealed by a list that nobody has verified", async () => {
  know(setup(7));
  const state = await Promise.race([verified().then(() => "sealed"), new Promise((done) => setTimeout(done, 20, "waits"))]);
  assert.equal(state, "waits");
  assert.equal(now.setup, null);
});

test("a phone that comes back seals by what the server says now, not by what it had kept", async () => {
  open(setup(7));
  assert.equal((await verified()).inbox.number, 7);
  open(setup(8));
  assert.equal((await verified()).inbox.number, 8);
  know(setup(9));
  assert.equal((await verified()).inbox.number, 8, "one whose list is still on trial seals nothing");
});
