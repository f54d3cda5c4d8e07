// @ts-check
// Asking or erasing with five words, from any phone, and saying that it was a false alarm, from one that a link opened.
// Right and wrong words take as long and look alike, in what is sent too.
import { fromB64 } from "../../sealing/bytes.js";
import { field, find, here, onShow, put, say } from "./dom.js";
import { callAs, Refused } from "./api.js";
import { changed, send, sentAs } from "./outbox.js";
import { seals } from "./later.js";
import { keepFalseAlarm } from "./sealer.js";
import { now } from "./session.js";

/** @type {import("./account.js").Receipt | null} */
let held = null;

function clear() {
  held = null;
  find("[data-answer]").hidden = true;
  find("[data-erase]").hidden = true;
  find("[data-deny]").hidden = true;
  put(find("[data-answer-text]"), "");
}

onShow("ask", clear);

/** @param {string} sentence @param {boolean} may whether erasing and saying more are offered */
function tell(sentence, may) {
  find("[data-answer]").hidden = false;
  for (const act of ["erase-ask", "deny-ask"]) find(`[data-do="${act}"]`).hidden = !may;
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
  let made;
  try {
    made = await seals();
  } catch {
    return tell(say("need-signal"), false);
  }
  try {
    held = await made.deriveReceipt(field("words").value, String(document.body.dataset.network));
  } catch {
    return tell(say("ask-words"), false);
  }
  try {
    const lookups = await made.answerLookups(held.reply);
    const response = await callAs(now.db, "receipt", { method: "POST", body: { lookups } });
    const slots = (await response.json()).replies.map((/** @type {string} */ slot) => fromB64(slot));
    tell(inWords(await made.newestReply(slots, held.reply)), true);
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

/** To say more, this phone must know to whom: only a link tells it which list is the team's. */
function denyAsk() {
  if (!now.setup) return put(find("[data-answer-text]"), say("deny-link"));
  find("[data-erase]").hidden = true;
  find("[data-deny]").hidden = false;
}

/** It waits sealed in the outbox like any report. Nothing on the board changes until people have read it. */
async function deny() {
  const { setup } = now;
  if (!held || !setup || now.busy) return;
  now.busy = true;
  try {
    const id = await keepFalseAlarm(now.db, setup, held);
    clear();
    field("words").value = "";
    tell(`${say("kept")} ${say("denied")}`, false);
    sentAs(id, () => here() === "ask" && put(find("[data-answer-text]"), `${say("left-phone")} ${say("denied")}`));
    void send(true);
    void changed();
  } catch {
    tell(say("not-kept"), true);
  } finally {
    now.busy = false;
  }
}

find('[data-do="erase-ask"]').addEventListener("click", () => void (find("[data-deny]").hidden = true));
find('[data-do="deny-ask"]').addEventListener("click", denyAsk);
find('[data-do="deny"]').addEventListener("click", () => void deny());
