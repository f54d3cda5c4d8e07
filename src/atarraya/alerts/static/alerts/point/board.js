// @ts-check
// The board: what others warned of, by municipality. Held in memory; kept on the phone only if that was asked for,
// and then until three days pass without signal.
import { callAs, Refused } from "./api.js";
import { age, arrange, KEPT, merge, networkNow, placeNow, stateNow, until, when } from "./copy.js";
import { all, capital, copy as copied, drawing, find, here, onShow, put, say, show } from "./dom.js";
import { now, saw } from "./session.js";
import { offerVoice, speak, wordsIn } from "./speech.js";
import { recall, remember } from "./store.js";

/** @typedef {import("./copy.js").Copy} Copy */
/** @typedef {{copy: Copy, fetched: number}} Held */
/** @type {Held | null} */
let held = null;
let etag = "";
let tagged = "";
let fresh = false;
/** A copy was deleted because its time was over, and nothing has come since. */
let lapsed = false;
let chosen = "";
/** When each alert was first on this phone. @type {Record<string, number>} */
const read = {};

/** @returns {Promise<Held | null>} what is in memory, else the phone's copy; neither is read after its time */
async function heldHere() {
  const kept = held || /** @type {Held | undefined} */ (await recall(now.db, "board"));
  if (!kept) return null;
  const passed = Date.now() - kept.fetched;
  // A clock put right by a little is no reason to lose it; one set back further would keep it for ever.
  if (passed > -3600000 && passed < KEPT) return (held = kept);
  forgetBoard();
  await remember(now.db, "board", undefined);
  for (const part of ["[data-corrections]", "[data-groups]"]) find(part).replaceChildren();
  put(find("[data-copy-age]"), "");
  lapsed = true;
  put(find("[data-board-note]"), say("gone-old"));
  return null;
}

/** Forget a copy that is older than it may be, though nobody opens the board. @returns {Promise<void>} */
export const tidy = async () => void (await heldHere());

/** Ask for what is new. Throws Refused, or what fetch throws without signal. */
async function fetchBoard() {
  const asked = [held ? `since=${held.copy.seq}` : "", follows.length ? `places=${follows.join(",")}` : ""];
  const query = asked.filter(Boolean).join("&");
  const path = query ? `board.json?${query}` : "board.json";
  const response = await callAs(now.db, path, { headers: etag && path === tagged ? { "If-None-Match": etag } : {} });
  if (response.status === 304 && held) held = { copy: held.copy, fetched: Date.now() };
  else {
    held = { copy: merge(held ? held.copy : null, await response.json()), fetched: Date.now() };
    etag = response.headers.get("ETag") || "";
    tagged = path;
  }
  fresh = true;
  lapsed = false;
  if (!(await recall(now.db, "copy"))) return;
  await remember(now.db, "board", held);
  // Somebody may have said meanwhile that none is to be kept.
  if (!(await recall(now.db, "copy"))) await remember(now.db, "board", undefined);
}

/** @param {unknown} error @returns {string} */
function whyNot(error) {
  if (!(error instanceof Refused)) return say(lapsed ? "gone-old" : "copy-none");
  if (error.code === "previous_link") return say("old-link");
  return say(error.status === 403 ? "paused" : "open-no");
}

export async function refreshBoard() {
  put(find("[data-board-note]"), "");
  await heldHere();
  if (held) draw();
  try {
    await fetchBoard();
  } catch (error) {
    fresh = false;
    if (!held || error instanceof Refused) put(find("[data-board-note]"), whyNot(error));
  }
  if (held) draw();
}

/** @param {import("./copy.js").Place} place @param {number} alerts @returns {HTMLElement} */
function groupOf(place, alerts) {
  const group = copied("group");
  group.dataset.place = place.c;
  const state = placeNow(place, alerts, fresh);
  put(find("h2", group), place.n);
  const words = [say(state, {}, "places")];
  if (place.k) words.push(say("spoke", { n: place.k[0], m: place.k[1] }));
  else if (state !== "ALERTS") words.push(say("few"));
  const head = find("[data-spoke]", group);
  put(head, words.join(" · "));
  if (state !== "ALERTS" && state !== "SPOKE") head.prepend(drawing("s-unknown"));
  return group;
}

function draw() {
  if (!held || here() !== "board") return;
  const { copy, fetched } = held;
  const clock = networkNow(copy.hour, fetched, Date.now());
  const names = Object.fromEntries(copy.places.map((place) => [place.c, place.n]));
  const own = now.known ? now.known.point.municipality : "";
  const line = (/** @type {import("./copy.js").Alert} */ alert) => {
    read[alert.i] = read[alert.i] || Date.now();
    const here = alert.m === own;
    const drawn = lineOf(alert, names[alert.m] || alert.m, clock, { own: here, second: here && saw[alert.k] < read[alert.i] });
    offerVoice(drawn);
    return drawn;
  };
  const { changed, groups } = arrange(copy, clock);
  const reading = document.activeElement && document.activeElement.closest("[data-place]");
  const place = wanted || (reading ? String(/** @type {HTMLElement} */ (reading).dataset.place) : "");
  const top = changed.map(line);
  if (top.length) top.unshift(Object.assign(document.createElement("h2"), { textContent: say("corrections") }));
  find("[data-corrections]").replaceChildren(...top);
  find("[data-groups]").replaceChildren(
    ...groups.map(({ place, alerts }) => {
      const group = groupOf(place, alerts.length);
      group.append(...alerts.map(line));
      if (place.more) group.append(Object.assign(document.createElement("p"), { textContent: say("and-more", { n: place.more }) }));
      return group;
    }),
  );
  const head = document.querySelector(`[data-place="${place}"] h2`);
  if (head) /** @type {HTMLElement} */ (head).focus();
  wanted = "";
  const old = age(Date.now() - fetched);
  put(find("[data-copy-age]"), fresh ? "" : say("copy-old", { n: say(old.key, { n: old.n }) }));
}

/** @type {string[]} */
let follows = [];
let wanted = "";

/** Show the board at one municipality. @param {string} code */
export function goTo(code) {
  wanted = code;
  show("board");
}

onShow("board", () => {
  void recall(now.db, "follows").then((codes) => {
    follows = codes || [];
    return refreshBoard();
  });
});

onShow("follow", () => {
  const setup = now.known;
  if (!setup) return;
  find("[data-follow]").replaceChildren(
    ...setup.municipalities.map(({ code, name }) => {
      const label = document.createElement("label");
      const box = document.createElement("input");
      box.type = "checkbox";
      box.value = code;
      box.autocomplete = "off";
      box.checked = follows.includes(code);
      label.append(box, ` ${name}`);
      return label;
    }),
  );
});

export async function pickFollow() {
  const boxes = /** @type {HTMLInputElement[]} */ (all("[data-follow] input"));
  follows = boxes.filter((box) => box.checked).map((box) => box.value);
  await remember(now.db, "follows", follows);
  // Another choice is another board: what is held does not continue it.
  held = null;
}

/** @param {boolean} keep a copy on this phone */
export async function pickCopy(keep) {
  await remember(now.db, "copy", keep || undefined);
  await remember(now.db, "board", keep && held ? held : undefined);
}

/** @param {HTMLElement} button @returns {import("./copy.js").Alert | undefined} */
function alertOf(button) {
  const id = /** @type {HTMLElement} */ (button.closest(".alert")).dataset.id;
  return held ? held.copy.alerts.find((alert) => alert.i === id) : undefined;
}

/** @param {HTMLElement} button */
export function radio(button) {
  const alert = alertOf(button);
  show("radio");
  put(find("[data-radio]"), (alert && alert.r) || "");
}

/** @param {HTMLElement} button */
export function share(button) {
  const alert = alertOf(button);
  chosen = (alert && alert.q) || "";
  show("share");
  find("[data-share-done]").hidden = true;
  put(find("[data-share-text]"), chosen);
}

/** @param {string} text */
export async function passOn(text) {
  const way = /** @type {any} */ (navigator);
  try {
    if (way.share) await way.share({ text });
    else {
      await way.clipboard.writeText(text);
      find("[data-share-done]").hidden = false;
    }
  } catch {
    // The person closed the list of ways to share.
  }
}

export const shareNow = () => passOn(chosen);

/** @param {HTMLElement} button */
export function hear(button) {
  const alert = alertOf(button);
  const line = /** @type {HTMLElement} */ (button.closest(".alert"));
  if (alert) speak(alert.r || wordsIn(line, "[data-acts], [data-own]"));
}

/** What a point knows of an alert: it goes on, it has passed, I saw it too.
 *  @param {HTMLElement} button @param {"still" | "passed" | "seconds"} act */
export async function tell(button, act) {
  const alert = alertOf(button);
  const told = find("[data-told]", /** @type {HTMLElement} */ (button.closest("details")));
  if (!alert) return;
  put(told, "");
  try {
    const body = act === "seconds" ? { seen: "SAW", knew: false } : undefined;
    await callAs(now.db, `alerts/${alert.i}/${act}`, { method: "POST", body });
    put(told, say("thanks"));
  } catch (error) {
    put(told, say(error instanceof Refused ? "cannot" : "need-signal"));
  }
}

/** While the board is looked at, it is asked again each minute; otherwise a copy's time is watched. */
export function watchBoard() {
  const again = () => {
    if (here() === "board" && document.visibilityState === "visible") void refreshBoard();
    else if (now.db) tidy().catch(() => {});
  };
  setInterval(again, 60000);
  document.addEventListener("visibilitychange", again);
}

/** The copy in memory goes with the page. */
export function forgetBoard() {
  held = null;
  etag = "";
}

// One alert as a line that is read: shape, what and where, how soon; when and state; what to do; until when.
/** @param {import("./copy.js").When} moment @returns {string} “ayer en la tarde” */
export const whenWords = ({ key, n, part }) => [say(key, { n }), part ? say(part) : ""].filter(Boolean).join(" ");

/** What its state is called, and its shape. @param {import("./copy.js").Alert} alert @param {number} now
 *  @returns {{words: string, shape: string}} */
export function standing(alert, now) {
  const state = stateNow(alert, now);
  const open = !alert.e;
  const named = state === "UNCONF" && (alert.n || 0) > 1 ? "TWO" : state === "UNCONF" && alert.b ? "TEAM" : state;
  const words = [say(named, { n: alert.n || 1 }, "states")];
  if (state === "CLOSED" && alert.o) words.push(say(alert.o, {}, "outcomes")); // what was not so says it already
  if (open && alert.d) return { words: [say("doubt", {}, "states"), ...words].join(" · "), shape: "s-doubt" };
  if (open && alert.c) return { words: [say("corrected", {}, "states"), ...words].join(" · "), shape: "s-corrected" };
  return { words: words.join(" · "), shape: open ? `s-${state}` : "s-ended" };
}

/** @param {import("./copy.js").Alert} alert @returns {string} what points tapped under it, and when there is news */
function notes(alert, /** @type {number} */ now) {
  const said = [];
  if (alert.g) said.push(say("go-on", { n: alert.g }));
  if (alert.y) said.push(say("passed", { n: alert.y }));
  if (alert.l) said.push(say("no-news", { n: whenWords({ ...when(alert.l, "", now), part: "" }) }));
  return said.join(" · ");
}

/** @param {import("./copy.js").Alert} alert @param {string} place name of its municipality @param {number} now the network's clock
 *  @param {{bare?: boolean, own?: boolean, second?: boolean}} [how] `bare`: nothing to tap; `own`: of this point's
 *  municipality; `second`: this phone warned of the same before it had read this @returns {HTMLElement} */
export function lineOf(alert, place, now, { bare = false, own = false, second = false } = {}) {
  const line = copied("alert-line");
  const { words, shape } = standing(alert, now);
  line.className = ["alert", alert.u, stateNow(alert, now), alert.d ? "doubt" : "", alert.e ? "old" : ""].join(" ");
  line.dataset.id = alert.i;
  find("use", line).setAttribute("href", `#${shape}`);
  const where = alert.z ? `${alert.z}, ${place}` : place;
  put(find("[data-what]", line), `${say(alert.k, {}, "kinds")} · ${where}`);
  put(find("[data-soon]", line), alert.e ? "" : say(alert.u));
  put(find("[data-state-line]", line), `${whenWords(when(alert.t, alert.p || "", now))} · ${words}`);
  put(find("[data-advice]", line), alert.e ? "" : say(alert.a, {}, "advice"));
  put(find("[data-summary]", line), alert.w || "");
  const ends = until(alert.x, now);
  const ended = alert.e || stateNow(alert, now) === "EXPIRED";
  put(find("[data-until]", line), [ended ? "" : capital(say(ends.key, { n: ends.n })), notes(alert, now)].filter(Boolean).join(" · "));
  find("[data-acts]", line).hidden = bare;
  find("[data-own]", line).hidden = bare || !own || Boolean(alert.e);
  find('[data-do="second"]', line).hidden = !second;
  return line;
}
