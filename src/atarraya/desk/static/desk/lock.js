// @ts-check
// The lock is always in sight: how long the key stays open, and the ways to close it.
import { keyring } from "../network/keyring.js";
import { unlocked } from "../network/unlock.js";
import { one } from "./dom.js";
import { ListsRefused } from "./keys.js";
import { say } from "./words.js";

/** @param {HTMLElement} root @param {(keyring: any) => Promise<void>} onOpen @param {() => void} onClose */
export async function lock(root, onOpen, onClose) {
  const state = one(document, "#lock");
  const now = /** @type {HTMLButtonElement} */ (one(document, "#lock-now"));
  now.addEventListener("click", () => void keyring.lockNow());
  setInterval(() => paint(state, now), 1000);
  for (;;) {
    await unlocked();
    paint(state, now);
    try {
      await onOpen(keyring);
      void keyring.countersign();
    } catch (error) {
      one(root, "#stopped").textContent = error instanceof ListsRefused ? say("wrong_list") : say("no_line");
      one(root, "#stopped").hidden = false;
    }
    await closed();
    onClose();
    paint(state, now);
  }
}

/** @param {HTMLElement} state @param {HTMLElement} now */
function paint(state, now) {
  const open = keyring.state === "open";
  const minutes = Math.max(1, Math.ceil(keyring.secondsLeft / 60));
  const text = open ? (state.dataset.open || "").replace("{minutes}", String(minutes)) : state.dataset.shut || "";
  if (state.textContent !== text) state.textContent = text;
  now.hidden = !open;
}

/** @returns {Promise<void>} when the key is not open any more */
function closed() {
  return new Promise((resolve) => {
    const stop = keyring.onChange(() => {
      if (keyring.state === "open") return;
      stop();
      resolve();
    });
    if (keyring.state !== "open") {
      stop();
      resolve();
    }
  });
}
