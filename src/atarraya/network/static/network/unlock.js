// @ts-check
// The part of a page where the key is opened: shown when a step needs it, gone as soon as it is open.
import { Refused } from "./api.js";
import { all, input, one, wake } from "./dom.js";
import { keyring } from "./keyring.js";

/** @param {string} code @param {string} [sentence] */
function say(code, sentence = "") {
  const place = one("[data-unlock-problem]");
  const held = document.querySelector(`[data-unlock] template[data-say="${code}"]`);
  place.textContent = sentence || (held instanceof HTMLTemplateElement && held.content.textContent) || code;
  place.hidden = false;
}

/** @param {"phrase" | "code" | "pin"} way */
function offer(way) {
  for (const name of ["phrase", "code", "pin"]) one(`[data-unlock-${name}]`).hidden = name !== way;
  one('[data-unlock-with="passkey"]').hidden = !keyring.hasPasskey;
  one('[data-unlock-with="code"]').hidden = way === "code";
  one('[data-unlock-with="phrase"]').hidden = way === "phrase";
  one("[data-unlock-newpin]").hidden = way === "pin";
  one("[data-unlock-problem]").hidden = true;
  one("[data-unlock]").dataset.way = way;
  input(`[data-unlock-${way}] input`).focus();
}

/** @returns {Promise<boolean>} */
async function tryOpen() {
  const way = one("[data-unlock]").dataset.way;
  const typed = input(`[data-unlock-${way}] input`).value;
  if (way === "pin") return keyring.openWithPin(typed.trim());
  return way === "code" ? keyring.openWithCode(typed) : keyring.openWithPhrase(typed);
}

/** @param {() => Promise<boolean>} open @param {() => void} done */
async function attempt(open, done) {
  const busy = one("[data-unlock-busy]");
  if (!busy.hidden) return;
  busy.hidden = false;
  one("[data-unlock-problem]").hidden = true;
  try {
    if (await open()) {
      await rememberPin();
      done();
    } else say(one("[data-unlock]").dataset.way === "pin" ? "pin" : "wrong");
  } catch (fault) {
    const code = /** @type {any} */ (fault).code || "wrong";
    if (code === "pin_gone") offer("phrase");
    const known = document.querySelector(`[data-unlock] template[data-say="${code}"]`) !== null;
    if (fault instanceof Refused) say(known ? code : "offline", fault.sentence);
    else say(known ? code : "wrong");
  } finally {
    busy.hidden = true;
  }
}

/** A short number for this tab, if one was written. Without it the words are asked again on the next page. */
async function rememberPin() {
  const pin = input("[data-unlock-newpin] input").value.trim();
  if (pin) await keyring.setPin(pin).catch(() => null);
}

let watching = false;

function showLock() {
  const line = one("[data-lock]");
  const left = keyring.secondsLeft;
  line.hidden = left === 0;
  one("[data-lock-left]").textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
}

/** Resolve when the key is open, asking for it if needed.
 *  @param {"phrase" | "code"} [first] the way offered first @returns {Promise<typeof keyring>} */
export async function unlocked(first = "phrase") {
  if (keyring.state === "unknown") await keyring.load();
  if (keyring.state === "open") return keyring;
  const section = one("[data-unlock]");
  section.hidden = false;
  section.scrollIntoView({ block: "nearest" });
  offer(keyring.state === "sleeping" && first === "phrase" ? "pin" : first);
  wake(one("[data-unlock-form]"));
  await new Promise((resolve) => {
    const done = () => resolve(undefined);
    one("[data-unlock-form]").onsubmit = (event) => {
      event.preventDefault();
      void attempt(tryOpen, done);
    };
    for (const button of all("[data-unlock-with]")) {
      button.onclick = () => {
        const way = /** @type {any} */ (button.dataset.unlockWith);
        if (way === "passkey") void attempt(() => keyring.openWithPasskey(), done);
        else offer(way);
      };
    }
  });
  for (const field of all("input", section)) /** @type {HTMLInputElement} */ (field).value = "";
  section.hidden = true;
  one("[data-lock-now]").onclick = () => void keyring.lockNow();
  if (!watching) {
    watching = true;
    keyring.onChange(showLock);
    setInterval(showLock, 1000);
  }
  showLock();
  return keyring;
}
