// Drives ODK's own engine in a page: list, form, places, answers. What it lacks (it encrypts nothing) the test does.
import { loadForm } from "@getodk/xforms-engine";

/** @param {string} path @param {string} basic @param {RequestInit} [more] */
const ask = (path, basic, more = {}) => fetch(path, { ...more, headers: { Authorization: basic } });

/** @param {string} text @param {string} name */
const all = (text, name) => [...new DOMParser().parseFromString(text, "text/xml").getElementsByTagName(name)].map((one) => one.textContent);

/** @param {any} node @param {string} reference */
function find(node, reference) {
  if (node.currentState.reference === reference) return node;
  for (const child of node.currentState.children || []) {
    const found = find(child, reference);
    if (found) return found;
  }
  return null;
}

/** @param {any} node @param {any} value */
function answer(node, value) {
  if (node.nodeType === "select") {
    if (Array.isArray(value)) node.selectValues(value);
    else node.selectValue(value);
  } else node.setValue(value);
}

/** Fetch the form as a phone does and fill it in. @param {{basic: string, answers: Record<string, any>, photo: number[]}} given */
async function fill({ basic, answers, photo }) {
  const list = await (await ask("/odk/formList", basic)).text();
  const form = await (await ask(all(list, "downloadUrl")[0], basic)).text();
  const manifest = await (await ask(all(list, "manifestUrl")[0], basic)).text();
  const media = all(manifest, "downloadUrl")[0];
  const loaded = await loadForm(form, {
    fetchFormAttachment: (resource) => {
      if (!String(resource).endsWith(all(manifest, "filename")[0])) throw new Error(String(resource));
      return ask(media, basic);
    },
  });
  if (loaded.status === "failure") throw loaded.error;
  const { root } = loaded.createInstance();
  for (const [reference, value] of Object.entries(answers)) answer(find(root, reference), value);
  find(root, "/data/photo1").setValue(new File([new Uint8Array(photo)], "orilla.jpg", { type: "image/jpeg" }));
  const places = find(root, "/data/municipality").currentState.valueOptions.map((one) => one.value);
  const payload = await root.prepareInstancePayload({ payloadType: "monolithic" });
  const [data] = payload.data;
  const files = [];
  for (const [name, file] of data.entries()) {
    files.push({ field: name, name: file.name, bytes: [...new Uint8Array(await file.arrayBuffer())] });
  }
  return {
    status: payload.status, key: payload.submissionMeta.encryptionKey, places, files,
    labels: ["kind", "where"].map((name) => find(root, `/data/${name}`).currentState.label.asString),
    languages: root.languages.map((one) => one.language),
  };
}

/** Send as Collect does: HEAD, then POST. @param {{basic: string, files: {field: string, name: string, bytes: number[]}[]}} given */
async function send({ basic, files }) {
  const head = await ask("/odk/submission", basic, { method: "HEAD" });
  const body = new FormData();
  for (const { field, name, bytes } of files) body.append(field, new File([new Uint8Array(bytes)], name), name);
  const post = await ask(new URL(head.headers.get("Location") || "").pathname, basic, { method: "POST", body });
  return { head: head.status, post: post.status, says: all(await post.text(), "message")[0] };
}

Object.assign(globalThis, { odk: { fill, send } });
