// The scripts of all rooms side by side, as the server serves them.
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const root = new URL("../../", import.meta.url);
const folder = mkdtempSync(join(tmpdir(), "static-"));
for (const room of ["sealing", "network", "alerts", "channels", "web", "desk"]) {
  cpSync(new URL(`src/atarraya/${room}/static/`, root), folder, { recursive: true });
}
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

/** @param {string} path such as network/voice.js */
export const served = (path) => import(pathToFileURL(join(folder, path)).href);
