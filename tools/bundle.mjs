// Builds the scripts of the point's page, which many phones fetch over a slow line, into as few files as it can wait for:
// main.js, which the form needs; seals.js, which seals and verifies and comes after it; map.js and notices.js, which come
// only to whoever opens them; bysms.js, which the worker keeps for when there is no data; worker.js, the service worker.
// Sources stay small modules. Neither the files nor their sums are committed: the same sources give the same bytes
// anywhere, and made-of.json beside them says of which sources these were made.
import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, posix, relative } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const rooms = ["alerts", "sealing", "web"].map((room) => join(root, "src/atarraya", room, "static"));
const POINT = "alerts/point";
// `bundle.mjs FOLDER` builds elsewhere, to compare.
const out = process.argv[2] || join(rooms[0], POINT, "built");
// The line between files: these are asked for by main.js, by their names, when they are needed.
const LATER = ["seals.js", "map.js", "notices.js", "bysms.js"];
// What may stand in both: it holds nothing. Anything else there would be two of what must be one.
const STATELESS = new Set(["sealing/bytes.js", "sealing/errors.js", "alerts/point/screens.js", "alerts/point/wishes.js"]);

/** Rooms are served side by side: a path from one into another leads through neither's folder here. */
const served = {
  name: "served",
  setup(/** @type {import("esbuild").PluginBuild} */ plugins) {
    plugins.onResolve({ filter: /^\.\.?\// }, async ({ path, importer, kind }) => {
      if (kind === "dynamic-import" && LATER.includes(basename(path))) return { path: `./${basename(path)}`, external: true };
      const name = posix.join(posix.dirname(nameOf(importer)), path);
      return { path: await find(name) };
    });
  },
};

/** @param {string} path @returns {string} the name under which a source is served */
function nameOf(path) {
  const home = rooms.find((room) => path.startsWith(room));
  if (!home) throw new Error(`${path} is served by no room`);
  return relative(home, path);
}

/** @param {string} name @returns {Promise<string>} */
async function find(name) {
  for (const room of rooms) {
    const path = join(room, name);
    if (await readFile(path).then(() => true, () => false)) return path;
  }
  throw new Error(`${name} is in no room`);
}

/** @param {string} entry @param {"esm" | "iife"} format @returns {Promise<string[]>} names of what it was made of */
async function bundle(entry, format) {
  const { metafile } = await build({
    absWorkingDir: root,
    bundle: true,
    charset: "ascii",
    entryPoints: [join(rooms[0], POINT, entry)],
    format,
    legalComments: "none",
    logLevel: "warning",
    metafile: true,
    minify: true,
    outfile: join(out, entry),
    platform: "browser",
    plugins: [served],
    target: "chrome90",
    tsconfigRaw: "{}",
  });
  return Object.keys(metafile.inputs).map((path) => nameOf(join(root, path)));
}

async function main() {
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  const first = await bundle("main.js", "esm");
  const modules = [first];
  for (const entry of LATER) modules.push(await bundle(entry, "esm"));
  const worker = await bundle("worker.js", "iife");
  const every = modules.flat().filter((name) => !STATELESS.has(name));
  const twice = every.filter((name, at) => every.indexOf(name) < at);
  if (twice.length > 0) throw new Error(`in two of main.js, ${LATER.join(", ")}: ${twice.join(", ")}`);
  /** @type {Record<string, string>} */
  const made = {};
  for (const name of [...new Set([...modules.flat(), ...worker])].sort()) {
    made[name] = createHash("sha256").update(await readFile(await find(name))).digest("hex");
  }
  await writeFile(join(out, "made-of.json"), `${JSON.stringify(made, null, 1)}\n`);
}

await main();
