// The little of a browser that the network's scripts need, and the vectors they are held to.
import { readFileSync } from "node:fs";

export { served } from "../served.mjs";

const root = new URL("../../../", import.meta.url);

/** @param {string} name */
export const vectors = (name) => JSON.parse(readFileSync(new URL(`tests/vectors/${name}.json`, root), "utf8"));

class Storage {
  #kept = new Map();
  getItem(key) {
    return this.#kept.has(key) ? this.#kept.get(key) : null;
  }
  setItem(key, value) {
    this.#kept.set(key, String(value));
  }
  removeItem(key) {
    this.#kept.delete(key);
  }
  get whole() {
    return JSON.stringify([...this.#kept]);
  }
}

/** Answers of a pretended server by path; each is asked with the body. @type {Map<string, (body: any) => any>} */
export const answers = new Map();
/** What was sent, in order. @type {{path: string, body: any}[]} */
export const sent = [];

/** Put the pretended browser in place. */
export function pretend() {
  const listeners = new Map();
  Object.assign(globalThis, {
    sessionStorage: new Storage(),
    localStorage: new Storage(),
    window: globalThis,
    addEventListener: (name, act) => listeners.set(name, act),
    document: { addEventListener: (name, act) => listeners.set(name, act), querySelector: () => null, cookie: "c=mark" },
    fetch: async (path, options) => {
      const body = options.body ? JSON.parse(options.body) : null;
      sent.push({ path, body, mark: options.headers["X-CSRFToken"] });
      const [status, said] = await answers.get(path)(body);
      return { ok: status < 400, status, json: async () => said };
    },
  });
  return { happen: (name) => listeners.get(name)?.() };
}
