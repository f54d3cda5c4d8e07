// @ts-check
// Hearing notices by SMS: the number is sealed here to the gateway that sends. It is never sent as it is written.
import { one } from "../network/dom.js";
import { toB64 } from "../sealing/bytes.js";
import { sealEnvelope } from "../sealing/seal.js";

const section = one('[data-way="sms"]');
const form = /** @type {HTMLFormElement} */ (section.closest("form"));
const choice = /** @type {HTMLInputElement} */ (one("input[name=way]", section));
const typed = /** @type {HTMLInputElement} */ (one("[data-typed=to]", section));
let busy = false;

/** @param {string} code @param {string} [more] */
function say(code, more = "") {
  const held = /** @type {HTMLTemplateElement} */ (one(`template[data-say="${code}"]`, section));
  one("[data-why]", section).textContent = `${held.content.textContent} ${more}`.trim();
}

/** @param {string} name @returns {HTMLInputElement} */
const field = (name) => /** @type {HTMLInputElement} */ (one(`[data-field="${name}"]`, section));

/** A number with its country's, or ten digits of a mobile here. @param {string} text @returns {string} "" if it is none */
function number(text) {
  const plain = text.replace(/[\s().-]/g, "");
  return /^(?:\+\d{8,15}|\d{10})$/.test(plain) ? plain : "";
}

async function seal() {
  const to = number(typed.value);
  if (to === "") {
    say("number");
    typed.focus();
    return;
  }
  const { gateway = "", recipient = "" } = section.dataset;
  const sealed = await sealEnvelope({ payload: { v: 1, type: "notice", to }, recipients: [recipient], addressed: [true] });
  field("gateway").value = gateway;
  field("sealed").value = toB64(sealed);
  typed.value = "";
  form.submit();
}

choice.disabled = false;
typed.disabled = false;
say("ready", section.dataset.print);
form.addEventListener("submit", (event) => {
  // Nothing typed: what was sealed before stays.
  if (!choice.checked || typed.value.trim() === "") return;
  event.preventDefault();
  if (busy) return;
  busy = true;
  seal().catch(() => say("failed")).finally(() => { busy = false; });
});
