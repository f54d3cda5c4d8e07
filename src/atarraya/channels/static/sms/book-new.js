// @ts-check
// A codebook is written here and sealed here: to the gateway that reads SMS, and to the people who may read it.
import { postAndGo } from "../network/api.js";
import { all, facts, input, one, onSubmit, problem, refuse } from "../network/dom.js";
import { unlocked } from "../network/unlock.js";
import { toB64 } from "../sealing/bytes.js";
import { sealEnvelope } from "../sealing/seal.js";
import { faults, foreign, replyFault } from "./words.js";

/** @typedef {{gateway: string, recipient: string, print: string, inbox: string, zones: [string, string][], pairs: [string, string][]}} Facts */

const known = /** @type {Record<string, Facts>} */ (facts());

/** @returns {Facts} of the point that is chosen */
const chosen = () => known[input("[name=point]").value];

function show() {
  const { print, zones, pairs } = chosen();
  one("[data-print-of]").textContent = print;
  for (const group of all("[data-zones]")) group.replaceChildren(...zones.map(([id, name]) => new Option(name, `zone ${id}`)));
  const two = one("[name=two]");
  two.replaceChildren(...Array.from(two.children).slice(0, 1), ...pairs.map(([id, name]) => new Option(name, id)));
}

/** @returns {import("./words.js").Entry[]} */
function written() {
  const rows = all("[data-row]").map((row) => [input("[name=say]", row).value.trim(), input("[name=means]", row).value]);
  const filled = rows.filter(([say]) => say !== "");
  const without = filled.find(([, means]) => means === "");
  if (without) throw said("no_meaning", [without[0]]);
  return filled.map(([say, means]) => ({ say, sort: means.split(" ")[0], value: means.slice(means.indexOf(" ") + 1) }));
}

/** @param {string} code @param {string[]} words @returns {Error & {code: string, words?: string[]}} */
const said = (code, words) => Object.assign(refuse(code), { words });

/** @returns {{inside: import("../sealing/seal.js").Payload, facts: Facts}} throws what is wrong with it, by code */
function book() {
  const entries = written();
  const [fault] = faults(entries);
  if (fault) throw said(fault.code, fault.words);
  const reply = input("[name=reply]").value.trim();
  const wrong = replyFault(reply, entries);
  if (wrong) throw said(wrong, wrong === "reply_letters" ? foreign(reply) : []);
  const two = input("[name=two]").value;
  if (entries.some(({ sort }) => sort === "duress") !== (two !== "")) throw refuse("no_two");
  const numbers = input("[name=numbers]").value.split(/[\n,;]/).map((line) => line.trim()).filter(Boolean);
  const only = input("[name=only_these]").checked && numbers.length > 0;
  return { inside: { v: 1, type: "codebook", entries, reply, duress_circle: two, numbers, only_these: only }, facts: chosen() };
}

async function seal() {
  const { inside, facts: about } = book();
  const keyring = await unlocked();
  const inbox = (await keyring.inboxes()).find((/** @type {any} */ found) => found.id === about.inbox);
  if (!inbox || inbox.refused) throw refuse("no_list");
  const { recipients, number } = inbox.list;
  const team = inbox.purposes.map((/** @type {string} */ purpose) => purpose === "VERIFIERS");
  const addressed = team.includes(true) ? team : inbox.purposes.map((/** @type {string} */ purpose) => purpose !== "WOMEN");
  await postAndGo(location.pathname, {
    gateway: about.gateway,
    point: input("[name=point]").value,
    number,
    for_gateway: toB64(await sealEnvelope({ payload: inside, recipients: [about.recipient], addressed: [true] })),
    for_people: toB64(await sealEnvelope({ payload: inside, recipients, addressed })),
  });
}

if (document.querySelector("[data-begin]")) {
  one("[name=point]").addEventListener("change", show);
  show();
  onSubmit(one("[data-begin]"), async () => {
    try {
      await seal();
    } catch (fault) {
      const { code, words } = /** @type {any} */ (fault);
      if (!words || words.length === 0) throw fault;
      problem(code);
      one("[data-problem]").append(` ${words.join(" · ")}`);
    }
  });
}
