// The words that two people compare by voice: the same in the browser and on the server.
import assert from "node:assert/strict";
import { test } from "node:test";

import { served, vectors } from "./together.mjs";

const { sameWords, voiceWords } = await served("network/voice.js");

test("the browser's words are the server's", async () => {
  for (const { public: half, words } of vectors("voice")) assert.deepEqual(await voiceWords(half), words);
});

test("words are the same however they are said, and only then", () => {
  const words = ["arbol", "canoa", "luna", "rio"];
  assert.ok(sameWords("Árbol, canoa · LUNA río", words));
  assert.ok(!sameWords("canoa arbol luna rio", words));
  assert.ok(!sameWords("arbol canoa luna", words));
  assert.ok(!sameWords("", words));
});
