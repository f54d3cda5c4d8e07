// @ts-check
// Asks every few seconds whether anything changed. Most answers are 304 and weigh nothing.
import { get } from "./api.js";

const SEEN = 5000;
const HIDDEN = 20000;
const SLOWEST = 60000;

export class Pulse {
  /** @param {string} address @param {(body: any) => Promise<void>} onChange @param {(reached: boolean) => void} onLine */
  constructor(address, onChange, onLine) {
    this.address = address;
    this.onChange = onChange;
    this.onLine = onLine;
    this.etag = "";
    this.failures = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.stopped = false;
    this.busy = false;
    document.addEventListener("visibilitychange", () => document.hidden || this.now());
  }

  stop() {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  now() {
    clearTimeout(this.timer);
    if (!this.stopped && !this.busy) void this.beat();
  }

  async beat() {
    this.busy = true;
    try {
      const looking = document.hidden ? "0" : "1";
      const { body, etag, same } = await get(`${this.address}?looking=${looking}`, { etag: this.etag });
      this.etag = etag;
      this.failures = 0;
      this.onLine(true);
      if (!same) await this.onChange(body);
    } catch {
      this.failures += 1;
      this.etag = "";
      this.onLine(false);
    }
    this.busy = false;
    const usual = document.hidden ? HIDDEN : SEEN;
    if (!this.stopped) this.timer = setTimeout(() => this.now(), Math.min(SLOWEST, usual * 2 ** this.failures));
  }
}
