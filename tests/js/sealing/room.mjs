// Where the tests find the room's modules and the vectors that the server's half reads too.
import { readFileSync } from "node:fs";

const root = new URL("../../../", import.meta.url);
const modules = new URL("src/atarraya/sealing/static/", root);

/** @param {string} name of a module in static/sealing */
export const room = (name) => import(new URL(`sealing/${name}.js`, modules).href);

/** @param {string} name of a built file in static/vendor */
export const vendored = (name) => import(new URL(`vendor/${name}.js`, modules).href);

/** @param {string} path from the project's root */
export const file = (path) => readFileSync(new URL(path, root), "utf8");

/** @param {string} name */
export const vectors = (name) => JSON.parse(file(`tests/vectors/${name}.json`));

/** Both halves' vectors of a kind. @param {string} name */
export const bothVectors = (name) => [vectors(name), vectors(`${name}-browser`)];
