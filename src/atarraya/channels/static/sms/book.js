// @ts-check
// A codebook opened on a member's device: its words, what a message means, and two papers that are printed apart.
import { facts, input, one, onSubmit, problem } from "../network/dom.js";
import { unlocked } from "../network/unlock.js";
import { fromB64 } from "../sealing/bytes.js";
import { openEnvelope } from "../sealing/envelope.js";
import "./sheet.js";
import { read } from "./words.js";

/** @typedef {import("./words.js").Entry} Entry */

const { sealed, words, pairs } = facts();

/** @param {string} code @returns {string} */
const say = (code) => /** @type {HTMLTemplateElement} */ (one(`template[data-say="${code}"]`)).content.textContent || "";

/** @param {Entry} entry @returns {string} */
const meaning = ({ sort, value }) => (sort === "duress" ? say("forced") : words[sort][value] || value);

/** @param {string} text @returns {HTMLLIElement} */
function line(text) {
  const made = document.createElement("li");
  made.textContent = text;
  return made;
}

/** @param {Entry[]} entries @param {string} text @returns {string} */
function told(entries, text) {
  const found = read(entries, text);
  if (found === null) return say("nothing");
  const parts = [["kind", found.kind], ["urgency", found.urgency], ["zone", found.zone]]
    .filter(([, value]) => value !== null).map(([sort, value]) => words[String(sort)][String(value)] || String(value));
  return [parts.join(" · "), found.sure ? "" : say("unsure"), found.duress ? say("forced") : ""].filter(Boolean).join(" — ");
}

/** @param {Entry[]} entries */
function show(entries) {
  one("[data-words]").replaceChildren(...entries.map(({ say: word }) => line(word)));
  one("[data-legend]").replaceChildren(...entries.map((entry) => line(meaning(entry))));
  one("[data-opened]").hidden = false;
  onSubmit(one("[data-reading]"), async () => {
    const place = one("[data-means]");
    place.textContent = told(entries, input("[name=said]").value);
    place.hidden = false;
  });
}

async function open() {
  const keyring = await unlocked();
  const payload = await openEnvelope(fromB64(sealed), keyring.identities);
  if (payload === null) problem("closed");
  else {
    show(/** @type {Entry[]} */ (payload.entries));
    one("[data-grown]").hidden = !payload.duress_circle || pairs.includes(payload.duress_circle);
  }
  keyring.onChange(() => keyring.state !== "open" && location.reload());
}

void open();
