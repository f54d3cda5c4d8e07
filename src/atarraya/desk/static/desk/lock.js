// @ts-check
// Opens the desk whenever the key is opened, and empties it whenever the key closes.
import { keyring } from "../network/keyring.js";
import { unlocked } from "../network/unlock.js";
import { Refused, sentence } from "./api.js";
import { one } from "./dom.js";
import { ListsRefused } from "./keys.js";
import { say } from "./words.js";

const AGAIN = 5000;

/** @param {HTMLElement} root @param {(keyring: any) => Promise<void>} onOpen @param {() => void} onClose */
export async function lock(root, onOpen, onClose) {
  for (;;) {
    await unlocked();
    const end = closed();
    await opened(root, onOpen);
    await end;
    one(root, "#stopped").hidden = true;
    onClose();
  }
}

/** Open the desk; without a line, try again until there is one or the key closes.
 *  @param {HTMLElement} root @param {(keyring: any) => Promise<void>} onOpen */
async function opened(root, onOpen) {
  while (keyring.state === "open") {
    const refused = one(root, "#stopped");
    try {
      await onOpen(keyring);
      refused.hidden = true;
      void keyring.countersign();
      return;
    } catch (fault) {
      const final = fault instanceof Refused || fault instanceof ListsRefused;
      refused.textContent = final ? sentence(fault) : say("no_line");
      refused.hidden = false;
      if (final) return;
    }
    await new Promise((resolve) => setTimeout(resolve, AGAIN));
  }
}

/** @returns {Promise<void>} when the key is not open any more */
function closed() {
  return new Promise((resolve) => {
    if (keyring.state !== "open") resolve();
    const stop = keyring.onChange(() => {
      if (keyring.state === "open") return;
      stop();
      resolve();
    });
  });
}
