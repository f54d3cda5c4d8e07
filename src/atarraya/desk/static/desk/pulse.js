// @ts-check
// Asks every few seconds whether anything changed. Most answers are 304 and weigh nothing.
import { get } from "./api.js";

const SEEN = 5000;
const HIDDEN = 20000;
const SLOWEST = 60000;

export class Pulse {
  /** @param {string} address @param {(body: any) => Promise<void>} onChange
   *  @param {(fault: unknown) => void} onLine told after each beat: null, or what went wrong */
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
    this.again = false;
    this.onShown = () => document.hidden || this.now();
    document.addEventListener("visibilitychange", this.onShown);
  }

  stop() {
    this.stopped = true;
    clearTimeout(this.timer);
    document.removeEventListener("visibilitychange", this.onShown);
  }

  /** Ask now, or as soon as the beat under way ends. */
  now() {
    clearTimeout(this.timer);
    if (this.busy) this.again = true;
    else if (!this.stopped) void this.beat();
  }

  async beat() {
    this.busy = true;
    this.again = false;
    try {
      const looking = document.hidden ? "0" : "1";
      const { body, etag, same } = await get(`${this.address}?looking=${looking}`, { etag: this.etag });
      if (!same && !this.stopped) await this.onChange(body);
      this.etag = etag;
      this.failures = 0;
      if (!this.stopped) this.onLine(null);
    } catch (fault) {
      this.failures += 1;
      this.etag = "";
      if (!this.stopped) this.onLine(fault);
    }
    this.busy = false;
    const usual = document.hidden ? HIDDEN : SEEN;
    if (this.again && this.failures === 0) this.now();
    else if (!this.stopped) this.timer = setTimeout(() => this.now(), Math.min(SLOWEST, usual * 2 ** this.failures));
  }
}
