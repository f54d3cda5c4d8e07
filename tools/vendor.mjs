// Builds each third-party browser library into one ES module, and our word list into another, under
// src/atarraya/sealing/static/vendor/. The result is not committed; its SHA-256 is (vendor.sums), so that
// anyone who builds gets the same bytes or is told. `--write-sums` records new sums after a deliberate change.
import { createHash } from "node:crypto";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const tools = dirname(fileURLToPath(import.meta.url));
const root = dirname(tools);
const out = join(root, "src/atarraya/sealing/static/vendor");
const sumsFile = join(tools, "vendor.sums");
const absent = join(tools, "vendor/absent.mjs");

const libraries = [
  {
    name: "age",
    entry: join(tools, "vendor/age.mjs"),
    alias: { "@noble/post-quantum/hybrid.js": absent, "@noble/curves/nist.js": absent },
    licences: ["age-encryption", "@noble/ciphers", "@noble/curves", "@noble/hashes", "@scure/base"],
  },
  {
    name: "hpke",
    entry: join(tools, "vendor/hpke.mjs"),
    // Its way to another runtime: hashed names would look for a file of that name beside it.
    alias: { crypto: absent },
    licences: ["@hpke/core", "@hpke/common", "@hpke/dhkem-x25519", "@hpke/chacha20poly1305"],
  },
  {
    name: "shamir",
    entry: join(root, "node_modules/shamir-secret-sharing/esm/index.js"),
    alias: {},
    licences: ["shamir-secret-sharing"],
  },
];

/** @param {string} path */
async function sha256(path) {
  return createHash("sha256").update(await readFile(path)).digest("hex");
}

/** @param {typeof libraries[number]} library @returns {Promise<string[]>} names of the files written */
async function bundle({ name, entry, alias, licences }) {
  await build({
    entryPoints: [entry],
    outfile: join(out, `${name}.js`),
    absWorkingDir: root,
    alias,
    bundle: true,
    charset: "ascii",
    define: { "Object.hasOwn": "hasOwn" },
    format: "esm",
    inject: [join(tools, "vendor/hasown.mjs")],
    legalComments: "none",
    logLevel: "warning",
    minify: true,
    platform: "browser",
    target: "chrome90",
  });
  const texts = [];
  for (const licence of licences) {
    const folder = join(root, "node_modules", licence);
    const { version } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    texts.push(`${licence} ${version}\n\n${(await readFile(join(folder, "LICENSE"), "utf8")).trim()}\n`);
  }
  await writeFile(join(out, `${name}.LICENSE.txt`), texts.join(`\n${"-".repeat(72)}\n\n`));
  return [`${name}.js`, `${name}.LICENSE.txt`];
}

/** The list of words, as a module: the same words.txt that the server reads. In order, each word is told by how many
 *  letters it shares with the one before: a fifth less on the wire. */
async function words() {
  const text = await readFile(join(root, "src/atarraya/sealing/words.txt"), "utf8");
  const list = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  let before = "";
  const told = list.map((word) => {
    let shared = 0;
    while (shared < 9 && shared < word.length && word[shared] === before[shared]) shared += 1;
    before = word;
    return shared + word.slice(shared);
  });
  const read = "let b=\"\";export const WORDS=T.match(/\\d\\D+/g).map((w)=>(b=b.slice(0,+w[0])+w.slice(1)));\n";
  await writeFile(join(out, "words.js"), `const T=${JSON.stringify(told.join(""))};\n${read}`);
  return ["words.js"];
}

/** The text model of sealed SMS, as a module: the same model-1.txt that the server reads. */
async function smsModel() {
  const text = await readFile(join(root, "src/atarraya/sealing/sms/model-1.txt"), "utf8");
  await writeFile(join(out, "smsmodel.js"), `export const MODEL=${JSON.stringify(text.replace(/\s/g, ""))};\n`);
  return ["smsmodel.js"];
}

async function main() {
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  const files = [];
  for (const library of libraries) files.push(...(await bundle(library)));
  files.push(...(await words()), ...(await smsModel()));
  for (const file of ["age", "hpke", "shamir", "smsmodel", "words"]) {
    await copyFile(join(tools, `types/vendored/${file}.d.ts`), join(out, `${file}.d.ts`));
  }
  const lines = [];
  for (const file of files.sort()) lines.push(`${await sha256(join(out, file))}  ${file}\n`);
  const built = lines.join("");
  if (process.argv.includes("--write-sums")) await writeFile(sumsFile, built);
  if (built !== (await readFile(sumsFile, "utf8"))) {
    console.error(`The vendored files differ from tools/vendor.sums:\n${built}`);
    process.exitCode = 1;
  }
}

await main();
