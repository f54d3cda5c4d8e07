// @ts-check
// The right side: one view at a time. On a phone it covers the list, and the browser's Back uncovers it again: a step
// is put into the history when a view opens, so that Back never leaves the desk (and closes the key) by surprise.
import { one, replace } from "./dom.js";

export class Pane {
  /** @param {HTMLElement} root @param {() => void} onEmptied */
  constructor(root, onEmptied) {
    this.side = one(root, "#side");
    this.columns = one(root, ".columns");
    this.list = one(root, "#items");
    this.onEmptied = onEmptied;
    this.step = false;
    addEventListener("popstate", () => {
      this.step = false;
      if (this.side.firstElementChild !== null) this.empty();
    });
  }

  /** @param {HTMLElement} view @param {boolean} focus */
  put(view, focus) {
    replace(this.side, [view]);
    this.columns.classList.add("opened");
    document.body.classList.add("opened");
    if (!this.step) {
      history.pushState(null, "");
      this.step = true;
    }
    const heading = /** @type {HTMLElement | null} */ (view.querySelector("h1"));
    if (focus && heading) heading.focus();
    if (focus) scrollTo(0, 0);
  }

  /** Take the view away and give the focus back to the line it came from. */
  empty() {
    const line = /** @type {HTMLElement | null} */ (this.list.querySelector("[aria-current]"));
    this.columns.classList.remove("opened");
    document.body.classList.remove("opened");
    replace(this.side, []);
    this.onEmptied();
    if (line && document.activeElement === document.body) line.focus({ preventScroll: true });
  }
}
