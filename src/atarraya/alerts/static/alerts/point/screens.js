// @ts-check
// Screens of a part that comes after the page: fetched with it, and set in the page once.

const PATIENCE = 30000;

/** Parsed by the browser as a document, never as text put in the page.
 *  @param {string} address a document in the page's language, whose `main` holds screens
 *  @returns {Promise<Element>} that `main`; rejects where it was never kept and no signal brings it */
export function screensAt(address) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("GET", address);
    request.responseType = "document";
    request.timeout = PATIENCE;
    request.onload = () => {
      const screens = request.status === 200 && request.responseXML && request.responseXML.querySelector("main");
      if (screens) resolve(document.importNode(screens, true));
      else reject(new Error("screens"));
    };
    request.onerror = request.ontimeout = () => reject(new Error("screens"));
    request.send();
  });
}
