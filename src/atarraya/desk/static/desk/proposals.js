// @ts-check
// What waits for a second person: opened on their device, read whole, agreed to with the very words.
import { openEnvelope } from "../sealing/envelope.js";
import { matches } from "../sealing/commitment.js";
import { get, post } from "./api.js";
import { fill, fromTemplate, one, onPress, replace } from "./dom.js";
import { sealReason } from "./proposing.js";
import { dayWords } from "./queue.js";
import { fromBase64 } from "./store.js";
import { say, word } from "./words.js";

/** @typedef {{id: string, act: string, alert: string, inbox: string, number: number, municipality: string, by: string,
 *    mine: boolean, may_agree: boolean, role: string, day: string, needs: number, agreed: number, commitment: string, draft: string}} Proposal */
/** @typedef {import("./publish.js").Desk} Desk */

/** @param {Desk} desk @param {(root: HTMLElement) => void} show @returns {Promise<HTMLElement[]>} lines of the list */
export async function proposalLines(desk, show) {
  const { body } = await get(desk.addresses.proposals);
  return body.proposals.map((/** @type {Proposal} */ proposal) => {
    const line = [dayWords(proposal.day), proposal.mine ? say("asked_by_me") : say("asked_by", { who: proposal.by }),
      say("agreed_of", { agreed: proposal.agreed, needs: proposal.needs })].join(" · ");
    const made = fromTemplate("t-item", {
      kind: word("acts", proposal.act), place: word("municipalities", proposal.municipality), now: "", line, doubt: proposal.alert,
    });
    onPress(one(made, "button"), async () => show(await proposalView(desk, proposal)));
    return made;
  });
}

/** @param {Desk} desk @param {Proposal} proposal @returns {Promise<HTMLElement>} */
async function proposalView(desk, proposal) {
  const root = fromTemplate("t-proposal", {
    act: `${word("acts", proposal.act)} · ${word("municipalities", proposal.municipality)}`,
    who: `${proposal.mine ? say("asked_by_me") : say("asked_by", { who: proposal.by })} · ${dayWords(proposal.day)}`,
    alert: proposal.alert,
  });
  const draft = await opened(desk, proposal);
  const text = draft === null ? null : JSON.parse(draft.text);
  fill(root, { summary: text ? text.summary || "" : "", reason: draft && draft.reason ? say("because", { reason: draft.reason }) : "" });
  replace(one(root, ".pairs"), text === null ? [] : facts(desk, text));
  const found = draft === null ? [] : draft.found || [];
  replace(one(root, ".guards"), found.map((/** @type {any} */ { guard, what }) => fromTemplate("t-guard", { text: word("guards", guard), what })));
  /** @type {HTMLElement} */ (one(root, ".override")).hidden = found.length === 0 || !proposal.may_agree;
  if (draft === null) fill(root, { refused: say("draft_closed") });
  fill(root, { others: proposal.may_agree || proposal.mine ? "" : say("others_agree", { role: proposal.role }) });
  buttons(desk, proposal, root, draft, found);
  return root;
}

/** @param {Desk} desk @param {Proposal} proposal
 *  @returns {Promise<{salt: string, text: string, found: {guard: string, what: string}[], reason: string} | null>} null: it
 *  cannot be opened here, or it is not what was promised */
async function opened(desk, proposal) {
  try {
    const identities = desk.keys.identities(proposal.inbox).map(({ secret }) => secret);
    const draft = /** @type {any} */ (await openEnvelope(fromBase64(proposal.draft), identities));
    return draft !== null && (await matches(proposal.commitment, draft.salt, draft.text)) ? draft : null;
  } catch {
    return null;
  }
}

/** @param {Desk} desk @param {Record<string, any>} text @returns {HTMLElement[]} everything that would be published */
function facts(desk, text) {
  const zone = desk.sheet.zones.find(({ id }) => id === text.zone);
  /** @type {[string, string][]} */
  const all = [
    [say("f_what"), word("kinds", text.kind)], [say("f_municipality"), word("municipalities", text.municipality)],
    [say("f_zone"), zone ? zone.name : ""], [say("f_soon"), word("urgencies_long", text.urgency)],
    [say("f_when"), word("parts", text.when)], [say("f_seen"), word("seen", text.seen)],
    [say("f_advice"), word("advice", text.advice)], [say("f_public"), text.public ? say("yes") : ""],
    [say("f_outcome"), word("outcomes", text.outcome)], [say("f_answer"), word("answers", text.answer)],
    [say("f_until"), text.until || ""], [say("f_into"), text.into || ""],
  ];
  return all.filter(([, value]) => value !== "").map(([name, value]) => fromTemplate("t-fact", { name, value }));
}

/** @param {Desk} desk @param {Proposal} proposal @param {HTMLElement} root
 *  @param {{salt: string, text: string, reason: string} | null} draft @param {readonly {guard: string}[]} found */
function buttons(desk, proposal, root, draft, found) {
  const act = (/** @type {string} */ name, /** @type {boolean} */ shown, /** @type {() => Promise<object>} */ body) => {
    const button = /** @type {HTMLButtonElement} */ (one(root, `[data-do=${name}]`));
    button.hidden = !shown;
    onPress(button, async () => {
      try {
        await post(`${desk.addresses.proposals}/${proposal.id}/${name}`, await body());
        desk.changed();
        desk.back();
      } catch (error) {
        fill(root, { refused: /** @type {Error} */ (error).message || say("not_sent") });
      }
    });
  };
  onPress(one(root, "[data-do=back]"), async () => desk.back());
  act("approve", proposal.may_agree && draft !== null, async () => {
    const given = /** @type {{salt: string, text: string, reason: string}} */ (draft);
    const lifted = /** @type {HTMLInputElement} */ (one(root, "[name=override]")).checked && found.length > 0;
    return {
      text: given.text, salt: given.salt, overrides: lifted ? [...new Set(found.map(({ guard }) => guard))] : [],
      reason: lifted ? await sealReason(desk.keys, proposal.inbox, given.reason) : null,
    };
  });
  act("refuse", proposal.may_agree, async () => ({}));
  act("withdraw", proposal.mine, async () => ({}));
}
