// @ts-check
// What waits for a second person: opened on their device, read whole, agreed to with the very words.
import { openEnvelope } from "../sealing/envelope.js";
import { matches } from "../sealing/commitment.js";
import { heading } from "./alerts.js";
import { get, post, sentence } from "./api.js";
import { fill, fromTemplate, one, onPress, replace } from "./dom.js";
import { answerThread, writeNote } from "./notes.js";
import { missing, sealReason } from "./proposing.js";
import { dayWords } from "./queue.js";
import { fromBase64 } from "./store.js";
import { say, word } from "./words.js";

/** @typedef {{id: string, act: string, alert: string, alert_id: string | null, inbox: string, number: number, municipality: string,
 *    by: string, mine: boolean, may_agree: boolean, role: string, who: string[], day: string, needs: number, agreed: number,
 *    commitment: string, draft: string}} Proposal */
/** `about` are the reports it was written from, `mine` the members it concerns.
 *  @typedef {{salt: string, text: string, found: {guard: string, what: string}[], reason: string, about: string[], mine: string[]}} Draft */
/** @typedef {import("./publish.js").Desk} Desk */

/** @param {Desk} desk @returns {Promise<Proposal[]>} */
export async function fetchProposals(desk) {
  return (await get(desk.addresses.proposals)).body.proposals;
}

/** @param {Desk} desk @param {readonly Proposal[]} proposals @param {(id: string, root: HTMLElement) => void} show @returns {HTMLElement[]} lines of the list */
export function proposalLines(desk, proposals, show) {
  return proposals.map((proposal) => {
    const line = [dayWords(proposal.day), proposal.mine ? say("asked_by_me") : say("asked_by", { who: proposal.by }),
      say("agreed_of", { agreed: proposal.agreed, needs: proposal.needs })].join(" · ");
    const made = fromTemplate("t-item", {
      kind: word("acts", proposal.act), place: word("municipalities", proposal.municipality), now: "", line, doubt: proposal.alert,
    });
    const button = /** @type {HTMLButtonElement} */ (one(made, "button"));
    button.dataset.line = proposal.id;
    onPress(button, async () => show(proposal.id, await proposalView(desk, proposal)));
    return made;
  });
}

/** @param {Desk} desk @param {Proposal} proposal @returns {Promise<HTMLElement>} */
async function proposalView(desk, proposal) {
  const about = proposal.alert_id ? await desk.alertOf(proposal.alert_id) : undefined;
  const root = fromTemplate("t-proposal", {
    act: `${word("acts", proposal.act)} · ${word("municipalities", proposal.municipality)}`,
    who: `${proposal.mine ? say("asked_by_me") : say("asked_by", { who: proposal.by })} · ${dayWords(proposal.day)}`,
    alert: about ? [heading(about), about.says, about.times, about.summary].filter(Boolean).join(" · ") : proposal.alert,
  });
  const draft = await opened(desk, proposal);
  const text = draft === null ? null : JSON.parse(draft.text);
  fill(root, { summary: text ? text.summary || "" : "", reason: draft && draft.reason ? say("because", { reason: draft.reason }) : "" });
  replace(one(root, ".pairs"), text === null ? [] : await facts(desk, text));
  /** @type {HTMLElement} */ (one(root, ".look")).hidden = text === null || !text.summary;
  const found = draft === null ? [] : draft.found || [];
  replace(one(root, ".guards"), found.map((/** @type {any} */ { guard, what }) => fromTemplate("t-guard", { text: word("guards", guard), what })));
  const mine = draft !== null && concerns(desk, draft);
  const may = proposal.may_agree && !mine;
  /** @type {HTMLElement} */ (one(root, ".override")).hidden = found.length === 0 || !may;
  if (draft === null) fill(root, { refused: say("draft_closed") });
  fill(root, { others: mine ? say("concerns_me") : may ? "" : whoElse(proposal) });
  buttons(desk, proposal, root, draft, may);
  return root;
}

/** @param {Proposal} proposal @returns {string} who is missing */
function whoElse(proposal) {
  const left = missing(Math.max(1, proposal.needs - proposal.agreed), proposal.role, proposal.who);
  return proposal.mine ? left : `${say("others_agree")} ${left}`;
}

/** Whether this member said that a report it was written from is about them or their family: as its writer knew, or as
 *  the notes here say. @param {Desk} desk @param {Draft} draft @returns {boolean} */
function concerns(desk, draft) {
  const about = desk.store.threads.filter(({ id }) => (draft.about || []).includes(id));
  return [...(draft.mine || []), ...about.flatMap(({ mine }) => mine)].includes(desk.writer.id);
}

/** @param {Desk} desk @param {Proposal} proposal
 *  @returns {Promise<Draft | null>} null: it cannot be opened here, or it is not what was promised */
async function opened(desk, proposal) {
  try {
    const identities = desk.keys.identities(proposal.inbox).map(({ secret }) => secret);
    const draft = /** @type {any} */ (await openEnvelope(fromBase64(proposal.draft), identities));
    return draft !== null && (await matches(proposal.commitment, draft.salt, draft.text)) ? draft : null;
  } catch {
    return null;
  }
}

/** @param {Desk} desk @param {Record<string, any>} text @returns {Promise<HTMLElement[]>} everything that would be published */
async function facts(desk, text) {
  const zone = desk.sheet.zones.find(({ id }) => id === text.zone);
  const into = text.into ? await desk.alertOf(text.into) : undefined;
  /** @type {[string, string][]} */
  const all = [
    [say("f_what"), word("kinds", text.kind)], [say("f_municipality"), word("municipalities", text.municipality)],
    [say("f_zone"), zone ? zone.name : text.zone || ""], [say("f_soon"), word("urgencies_long", text.urgency)],
    [say("f_when"), [text.day ? dayWords(text.day) : "", word("parts", text.when)].filter(Boolean).join(" ")],
    [say("f_seen"), word("seen", text.seen)], [say("f_advice"), word("advice", text.advice)],
    [say("f_public"), text.public ? say("yes") : ""], [say("f_outcome"), word("outcomes", text.outcome)],
    [say("f_answer"), word("answers", text.answer)], [say("f_until"), hour(text.until)],
    [say("f_into"), into ? `${heading(into)} · ${into.times}` : text.into || ""],
  ];
  return all.filter(([, value]) => value !== "").map(([name, value]) => fromTemplate("t-fact", { name, value }));
}

/** @param {string | null} code YYYY-MM-DDTHH @returns {string} as people write it */
const hour = (code) => (code ? `${code.slice(8, 10)}/${code.slice(5, 7)} ${code.slice(11)}:00` : "");

/** @param {Desk} desk @param {Proposal} proposal @param {HTMLElement} root @param {Draft | null} draft @param {boolean} may */
function buttons(desk, proposal, root, draft, may) {
  const act = (/** @type {string} */ name, /** @type {boolean} */ shown, /** @type {() => Promise<string>} */ work) => {
    const button = /** @type {HTMLButtonElement} */ (one(root, `[data-do=${name}]`));
    button.hidden = !shown;
    onPress(button, async () => {
      try {
        desk.tell(await work());
      } catch (error) {
        fill(root, { refused: sentence(error) });
        return;
      }
      desk.back();
      desk.changed();
    });
  };
  const address = `${desk.addresses.proposals}/${proposal.id}`;
  onPress(one(root, "[data-do=back]"), async () => desk.back());
  act("approve", may && draft !== null, () => agree(desk, proposal, root, /** @type {Draft} */ (draft)));
  act("refuse", may, async () => { await post(`${address}/refuse`, {}); return say("refused_it"); });
  act("withdraw", proposal.mine, async () => { await post(`${address}/withdraw`, {}); return say("took_back"); });
}

/** Agree with the very words; what it led to is noted in the threads it came from, and their reporters are answered.
 *  @param {Desk} desk @param {Proposal} proposal @param {HTMLElement} root @param {Draft} draft @returns {Promise<string>} what to tell */
async function agree(desk, proposal, root, draft) {
  const found = draft.found || [];
  const lifted = /** @type {HTMLInputElement} */ (one(root, "[name=override]")).checked && found.length > 0;
  const { waits_for: left, alert } = await post(`${desk.addresses.proposals}/${proposal.id}/approve`, {
    text: draft.text, salt: draft.salt, overrides: lifted ? [...new Set(found.map(({ guard }) => guard))] : [],
    reason: lifted ? await sealReason(desk.keys, proposal.inbox, draft.reason) : null,
  });
  if (left > 0) return say("agreed_more", { count: left });
  const answer = JSON.parse(draft.text).answer;
  const missed = await follow(desk, draft, answer, proposal.alert_id === null ? alert : null);
  const done = say("done_act", { act: word("acts", proposal.act) });
  return answer && missed > 0 ? `${done} ${say("answer_elsewhere", { count: missed })}` : done;
}

/** @param {Desk} desk @param {Draft} draft @param {string | null} answer @param {string | null} alert just made
 *  @returns {Promise<number>} reports that could not be told from here */
async function follow(desk, draft, answer, alert) {
  let missed = 0;
  const find = (/** @type {string} */ id) => desk.store.threads.find((thread) => thread.id === id);
  // A desk that has just been opened may not have brought them yet.
  if ((draft.about || []).some((id) => !find(id))) await desk.store.refresh().catch(() => 0);
  for (const id of draft.about || []) {
    const thread = find(id);
    try {
      if (alert && thread) desk.store.add(await writeNote(desk.addresses, desk.keys, desk.writer, thread, { act: "became", alert }));
      if (answer && !(thread && (await answerThread(desk, thread, answer)))) missed += 1;
    } catch {
      missed += 1;
    }
  }
  return missed;
}
