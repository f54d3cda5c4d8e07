// @ts-check
// The map, a second look at the board: drawn by the server, asked for only when somebody wants it.
import { goTo } from "./board.js";
import { find, put, say, show } from "./dom.js";
import { now } from "./session.js";
import { recall } from "./store.js";

/** @param {string} token @returns {Promise<Element>} parsed by the browser as a document, never as text put in the page */
function fetchMap(token) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("GET", "/api/point/map.svg");
    request.responseType = "document";
    request.overrideMimeType("image/svg+xml");
    request.setRequestHeader("Authorization", `Point ${token}`);
    request.setRequestHeader("Accept-Language", document.documentElement.lang);
    request.onload = () => {
      const drawn = request.status === 200 && request.responseXML ? request.responseXML.documentElement : null;
      if (drawn && drawn.localName === "svg") resolve(drawn);
      else reject(new Error("map"));
    };
    request.onerror = () => reject(new Error("map"));
    request.send();
  });
}

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
    place.append(document.importNode(await fetchMap(await recall(now.db, "device")), true));
    place.onclick = chosen;
  } catch {
    put(find("[data-map-no]"), say("need-signal"));
  }
}
