// @ts-check
// Asking or erasing with five words, from any phone. Right and wrong words take as long and look alike.
import { field, find, onShow, put, say } from "./dom.js";
import { callAs, Refused } from "./api.js";
import { now, receipts } from "./session.js";

/** @type {import("./account.js").Receipt | null} */
let held = null;

function clear() {
  held = null;
  find("[data-answer]").hidden = true;
  find("[data-erase]").hidden = true;
  put(find("[data-answer-text]"), "");
}

onShow("ask", clear);

/** @param {string} sentence @param {boolean} may whether erasing is offered */
function tell(sentence, may) {
  find("[data-answer]").hidden = false;
  find('[data-do="erase-ask"]').hidden = !may;
  put(find("[data-answer-text]"), sentence);
}

/** @param {{s: string, p: string} | null} answer @returns {string} */
function inWords(answer) {
  if (!answer) return say("ask-none");
  return say(answer.p, {}, "answers") || say("READ", {}, "answers");
}

export async function lookUp() {
  clear();
  tell(say("ask-wait"), false);
  const made = await receipts();
  try {
    held = await made.deriveReceipt(field("words").value, String(document.body.dataset.network));
  } catch {
    return tell(say("ask-words"), false);
  }
  try {
    const response = await callAs(now.db, "receipt", { method: "POST", body: { lookup: held.lookup } });
    const { fromB64 } = await import("../../sealing/bytes.js");
    tell(inWords(await made.openReply(fromB64((await response.json()).reply), held.reply)), true);
  } catch (error) {
    tell(say(error instanceof Refused ? "later" : "need-signal"), false);
  }
}

export async function erase() {
  if (!held) return;
  const { lookup, erase: secret, thread } = held;
  try {
    await callAs(now.db, "erase", { method: "POST", body: { lookup, erase: secret, thread } });
    clear();
    field("words").value = "";
    tell(say("erased"), false);
  } catch {
    tell(say("need-signal"), true);
  }
}

