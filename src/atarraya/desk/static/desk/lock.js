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
    if (keyring.state === "unknown") await reached(root, () => keyring.load());
    await unlocked();
    const end = closed();
    await opened(root, onOpen);
    await end;
    one(root, "#stopped").hidden = true;
    onClose();
  }
}

/** Do what needs the line, again and again until it is done: a line here comes and goes.
 *  @template T @param {HTMLElement} root @param {() => Promise<T>} work @returns {Promise<T>} */
export async function reached(root, work) {
  const place = one(root, "#stopped");
  for (;;) {
    try {
      const done = await work();
      place.hidden = true;
      return done;
    } catch (fault) {
      // The page itself carries the sentence of no line, for when not even the words have come.
      const { sentence: own } = /** @type {{sentence?: string}} */ (fault);
      if (own || fault instanceof Refused) place.textContent = own || sentence(fault);
      place.hidden = false;
    }
    await new Promise((resolve) => setTimeout(resolve, AGAIN));
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
