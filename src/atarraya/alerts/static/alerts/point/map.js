// @ts-check
// The map, a second look at the board: drawn by the server, asked for only when somebody wants it.
import { fetchDocument } from "./api.js";
import { goTo } from "./board.js";
import { find, put, say, show } from "./dom.js";
import { now } from "./session.js";
import { recall } from "./store.js";

/** @param {HTMLElement} place */
function style(place) {
  if (document.querySelector("link[data-map-style]")) return;
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = String(place.dataset.style);
  link.dataset.mapStyle = "";
  document.head.append(link);
}

/** @param {Event} event a municipality was tapped: to its place on the board */
function chosen(event) {
  const link = /** @type {Element} */ (event.target).closest("a");
  if (!link) return;
  event.preventDefault();
  goTo(String(link.getAttribute("href")).replace("#m-", ""));
}

export async function showMap() {
  show("map");
  const place = find("[data-map]");
  put(find("[data-map-no]"), "");
  place.replaceChildren();
  style(place);
  try {
    const drawn = await fetchDocument("/api/point/map.svg", "image/svg+xml", { Authorization: `Point ${await recall(now.db, "device")}` });
    if (drawn.localName !== "svg") throw new Error("map");
    place.append(document.importNode(drawn, true));
    place.onclick = chosen;
  } catch {
    put(find("[data-map-no]"), say("need-signal"));
  }
}
