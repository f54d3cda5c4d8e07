// @ts-check
// The words that a keyholder will ask for by voice, made from this browser's own key.
import { publicHalf } from "../sealing/bundle.js";
import { one, onSubmit } from "./dom.js";
import { unlocked } from "./unlock.js";
import { voiceWords } from "./voice.js";

/** @param {{age: string, ed25519: string}} half */
async function show(half) {
  const words = await voiceWords(half);
  one("[data-voice]").textContent = words.join(" · ");
  one("[data-shown]").hidden = false;
  one("[data-begin]").hidden = true;
}

const held = sessionStorage.getItem("own half");
if (held) void show(JSON.parse(held));

onSubmit(one("[data-begin]"), async () => {
  const { bundle } = await unlocked();
  if (bundle) await show(await publicHalf(bundle));
});
