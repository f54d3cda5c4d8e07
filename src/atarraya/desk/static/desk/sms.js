// @ts-check
// Answering whoever wrote by SMS: one short message, sealed here to the gateway that sends it. What it says and to whom
// is kept as a sealed note of the thread, so that others of the team know.
import { foreign, replyFault } from "../sms/words.js";
import { toB64 } from "../sealing/bytes.js";
import { sealEnvelope } from "../sealing/envelope.js";
import { get, post, sentence } from "./api.js";
import { fill, one, onPress } from "./dom.js";
import { composer } from "./phrase.js";
import { say } from "./words.js";

/** @typedef {import("./threads.js").Thread} Thread */
/** @typedef {{id: string, inbox: string, name: string, recipient: string, print: string, works: boolean}} Gateway */

const ADDRESS = "/equipo/sms/";

/** @param {Thread} thread @returns {string} the number that wrote, or "" */
function numberOf(thread) {
  const contact = thread.account && thread.account.contact;
  return contact && contact.way === "SMS" ? String(contact.number || "") : "";
}

/** @param {{keys: import("./keys.js").Keys}} desk @param {Thread} thread @param {HTMLElement} root
 *  @param {(act: {act: string, [member: string]: unknown}) => Promise<boolean>} note */
export function smsForm(desk, thread, root, note) {
  const form = /** @type {HTMLFormElement} */ (one(root, "[data-form=sms]"));
  const number = numberOf(thread);
  form.hidden = number === "" || thread.root === null;
  form.addEventListener("submit", (event) => event.preventDefault());
  if (!form.hidden) composer(desk.keys, thread, form);
  /** @type {Gateway | undefined} the one whose print was shown: what is compared is what is sealed to */
  let shown;
  form.addEventListener("focusin", async () => {
    shown = shown || await gatewayOf(thread).catch(() => undefined);
    if (!shown) return;
    one(form, "[data-print-of]").textContent = shown.print;
    one(form, "[data-key]").hidden = false;
  });
  onPress(one(form, "[data-do=sms]"), async () => {
    const text = String(new FormData(form).get("sms")).trim();
    const fault = text === "" ? "" : replyFault(text, []);
    if (text === "" || fault !== "") {
      fill(root, { refused: fault ? say(`sms_${fault}`, { letters: foreign(text).join(" ") }) : "" });
      return;
    }
    try {
      const told = await send(thread, shown, number, text);
      if (told !== "") fill(root, { refused: told });
      else if (await note({ act: "sms", text })) {
        form.reset();
        form.dispatchEvent(new Event("input"));
      }
    } catch (error) {
      fill(root, { refused: sentence(error) });
    }
  });
}

/** @param {Thread} thread @returns {Promise<Gateway | undefined>} the gateway that sends for the thread's inbox */
async function gatewayOf(thread) {
  const { inbox } = /** @type {NonNullable<Thread["root"]>} */ (thread.root).header;
  const { gateways } = (await get(ADDRESS)).body;
  return gateways.find((/** @type {Gateway} */ one_) => one_.inbox === inbox);
}

/** @param {Thread} thread @param {Gateway | undefined} shown @param {string} to @param {string} text
 *  @returns {Promise<string>} why it was not sent, or "" */
async function send(thread, shown, to, text) {
  const gateway = await gatewayOf(thread);
  if (!gateway) return say("sms_none");
  if (shown && shown.recipient !== gateway.recipient) return say("sms_other_key");
  const by = (thread.account && thread.account.sms && thread.account.sms.channel) || "";
  const payload = { v: /** @type {1} */ (1), type: "out", to, text, by };
  const sealed = await sealEnvelope({ payload, recipients: [gateway.recipient], addressed: [true] });
  await post(ADDRESS, { gateway: gateway.id, sealed: toB64(sealed) });
  return gateway.works ? "" : say("sms_waits");
}
