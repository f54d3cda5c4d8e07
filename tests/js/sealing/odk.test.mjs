// The key of ODK forms in a circle's bundle: the same in Python (tests/sealing/test_vectors.py reads the same file).
import assert from "node:assert/strict";
import { test } from "node:test";

import { room, vectors } from "./room.mjs";

const { newBundle, newCircleBundle, publicHalf, readBundle } = await room("bundle");
const { listDocument, odkHash, readList } = await room("lists");
const { fromB64 } = await room("bytes");
const known = vectors("odk");

test("a circle's bundle has an RSA key, and its public half is the one Python reads", async () => {
  assert.equal((await publicHalf({ ...(await newBundle()), odk: known.secret })).odk, known.public);
  assert.equal(await odkHash(known.public), known.hash);
  assert.equal(await odkHash(undefined), null);
  assert.equal("odk" in (await publicHalf(await newBundle())), false);
  const made = await newCircleBundle();
  assert.deepEqual(readBundle(JSON.stringify(made)), made);
  const { odk } = await publicHalf(made);
  assert.equal(fromB64(odk).length, fromB64(known.public).length);
  for (const wrong of ["short", 3, null, known.secret.slice(0, 400)]) {
    const broken = JSON.stringify({ ...made, odk: wrong });
    assert.throws(() => readBundle(broken), (error) => error.code === "bundle_shape", String(wrong));
  }
});

test("lists say the hash of a key for each recipient or none", () => {
  const { v, ...fields } = readList(vectors("lists").documents[0].text);
  const said = fields.recipients.map((_, place) => (place === 0 ? known.hash : null));
  assert.deepEqual(readList(listDocument({ ...fields, odk: said })).odk, said);
  for (const wrong of [[], [...said, null], said.slice(1), null, ["x", ...said.slice(1)], known.hash]) {
    assert.throws(() => listDocument({ ...fields, odk: wrong }), (error) => error.code === "list_broken", String(wrong));
  }
});
