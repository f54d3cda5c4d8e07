// @ts-check
// The map, a second look at the board: drawn by the server, asked for only when somebody wants it. Built into a file of
// its own, which comes then.

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

/** Draw it anew. @param {string} token of this phone @param {(code: string) => void} goTo the place of a municipality on
 *  the board @returns {Promise<void>} rejects without signal */
export async function draw(token, goTo) {
  const place = /** @type {HTMLElement} */ (document.querySelector("[data-map]"));
  place.replaceChildren();
  style(place);
  place.append(document.importNode(await fetchMap(token), true));
  place.onclick = (event) => {
    const link = /** @type {Element} */ (event.target).closest("a");
    if (!link) return;
    event.preventDefault();
    goTo(String(link.getAttribute("href")).replace("#m-", ""));
  };
}
