// @ts-check
// Opens the desk whenever the key is opened, and empties it whenever the key closes.
import { keyring } from "../network/keyring.js";
import { unlocked } from "../network/unlock.js";
import { one } from "./dom.js";
import { ListsRefused } from "./keys.js";
import { say } from "./words.js";

/** @param {HTMLElement} root @param {(keyring: any) => Promise<void>} onOpen @param {() => void} onClose */
export async function lock(root, onOpen, onClose) {
  for (;;) {
    await unlocked();
    one(root, "#stopped").hidden = true;
    try {
      await onOpen(keyring);
      void keyring.countersign();
    } catch (error) {
      one(root, "#stopped").textContent = error instanceof ListsRefused ? say("wrong_list") : say("no_line");
      one(root, "#stopped").hidden = false;
    }
    await closed();
    onClose();
  }
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
