// @ts-check
// *Contar más*: every part can be left out, none leads to another.
import { all, field, find, onShow, press, say, show, wide } from "./dom.js";
import { kindsOf, notKept } from "./report.js";
import { begun, now, sealer, step } from "./session.js";

let typing = 0;

/** Questions of one tap: answer it and come back. @type {Record<string, "kind" | "who" | "bands" | "seen" | "way" | "when" | "part">} */
const TAPPED = { kind: "kind", who: "who", bands: "bands", seen: "seen" };
/** Questions whose screen has more than one thing. @type {Record<string, "way" | "when" | "part">} */
const STAYING = { way: "way", when: "when", "part-of-day": "part" };

/** @param {HTMLElement} button */
export async function pickOne(button) {
  const key = String(button.dataset.pick);
  const value = String(button.dataset.v);
  const a = await begun();
  const name = TAPPED[key] || STAYING[key];
  const off = key !== "kind" && a[name] === value;
  a[name] = off ? "" : value;
  press(key, off ? "" : value);
  step(notKept);
  if (key in TAPPED) show("more");
}

export const picks = [...Object.keys(TAPPED), ...Object.keys(STAYING)];

onShow("kind", () => {
  const a = now.answers;
  if (!a) return;
  const kinds = kindsOf(a.family).map((kind) => wide(say(kind, {}, "kinds"), { pick: "kind", v: kind }));
  find("[data-kinds]").replaceChildren(...kinds);
  press("kind", a.kind);
});

/** A tick on each part that was told. */
onShow("more", () => {
  rested();
  const a = now.answers;
  if (!a) return;
  const has = (/** @type {string} */ kind) => a.attachments.some((one) => one.kind === kind);
  const told = /** @type {Record<string, unknown>} */ ({
    voice: has("voice"), photo: has("photo"), text: a.text, when: a.when || a.part, who: a.who, bands: a.bands,
    seen: a.seen, contact: a.way || a.number || a.hour, consents: a.consents.length,
    kind: a.kind !== kindsOf(a.family)[0],
  });
  for (const square of all('[data-pick="part"]')) square.classList.toggle("done", Boolean(told[String(square.dataset.v)]));
});

/** Keep what is typed: sealed when the hand rests. @param {(a: import("./account.js").Answers, value: string) => void} keep */
const typed = (keep) => async (/** @type {Event} */ event) => {
  const input = /** @type {HTMLInputElement} */ (event.target);
  keep(await begun(), input.value);
  clearTimeout(typing);
  typing = window.setTimeout(rested, 800);
};

/** Seal what was typed, if it is not sealed yet. */
function rested() {
  if (typing) step(notKept);
  clearTimeout(typing);
  typing = 0;
}

export function watchFields() {
  field("text").addEventListener("input", typed(async (a, value) => {
    const before = a.text;
    a.text = value;
    const { fits } = await sealer();
    if (!fits(a)) a.text = before;
    find("[data-room]").hidden = fits({ ...a, text: value });
  }));
  for (const name of /** @type {("number" | "hour")[]} */ (["number", "hour"])) {
    field(name).addEventListener("input", typed((a, value) => void (a[name] = value)));
    field(`t-${name}`).addEventListener("input", typed((a, value) => void (a[name] = value)));
  }
  field("t-where").addEventListener("input", typed((a, value) => void (a.where = value)));
  find("[data-consents]").addEventListener("change", async () => {
    const a = await begun();
    const ticked = all("[data-consents] input").filter((one) => /** @type {HTMLInputElement} */ (one).checked);
    a.consents = ticked.map((one) => /** @type {HTMLInputElement} */ (one).value);
    step(notKept);
  });
}

