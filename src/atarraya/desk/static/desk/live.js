// @ts-check
// Hears at once that something changed, where the site keeps live streams. Without them the pulse goes on alone.
import { get } from "./api.js";

const AGAIN = 5000;
const SLOWEST = 300000;

export class Live {
  /** @param {string} address where the word to listen with is asked for @param {() => void} onChange */
  constructor(address, onChange) {
    this.address = address;
    this.onChange = onChange;
    this.after = "";
    this.failures = 0;
    this.stopped = false;
    /** @type {EventSource | undefined} */
    this.source = undefined;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    void this.open();
  }

  stop() {
    this.stopped = true;
    clearTimeout(this.timer);
    if (this.source) this.source.close();
  }

  async open() {
    try {
      const { body } = await get(this.address);
      if (body.address && !this.stopped) this.listen(body);
    } catch {
      this.again();
    }
  }

  /** @param {{address: string, token: string, after: number}} told */
  listen({ address, token, after }) {
    const from = this.after || String(after);
    const source = new EventSource(`${address}?t=${encodeURIComponent(token)}&after=${from}`);
    this.source = source;
    source.onopen = () => (this.failures = 0);
    source.addEventListener("changed", (event) => {
      this.after = /** @type {MessageEvent} */ (event).lastEventId;
      this.onChange();
    });
    // This member may not listen any more: the pulse will say why.
    source.addEventListener("ended", () => this.stop());
    // The browser would come back with the same word, which is old by then.
    source.onerror = () => {
      source.close();
      this.again();
    };
  }

  again() {
    if (this.stopped) return;
    this.failures += 1;
    const wait = Math.min(SLOWEST, AGAIN * 2 ** (this.failures - 1));
    this.timer = setTimeout(() => void this.open(), wait * (0.5 + Math.random()));
  }
}
