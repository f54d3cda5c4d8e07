// @ts-check
// Makes elements from the page's own templates. Text is only ever set as text.

/** @param {string} id of a <template> @param {Record<string, string>} [slots] text by data-slot
 *  @returns {HTMLElement} its first element, filled */
export function fromTemplate(id, slots = {}) {
  const template = /** @type {HTMLTemplateElement} */ (document.getElementById(id));
  const made = /** @type {HTMLElement} */ (document.importNode(template.content, true).firstElementChild);
  fill(made, slots);
  return made;
}

/** @param {Element} root @param {Record<string, string>} slots an empty text hides its element */
export function fill(root, slots) {
  for (const [name, text] of Object.entries(slots)) {
    for (const place of root.querySelectorAll(`[data-slot="${name}"]`)) {
      place.textContent = text;
      /** @type {HTMLElement} */ (place).hidden = text === "";
    }
  }
}

/** @template {Element} [T=HTMLElement] @param {ParentNode} root @param {string} selector @returns {T} */
export function one(root, selector) {
  const found = root.querySelector(selector);
  if (found === null) throw new Error(`missing ${selector}`);
  return /** @type {T} */ (/** @type {unknown} */ (found));
}

/** @param {Element} place @param {readonly Node[]} nodes */
export function replace(place, nodes) {
  place.replaceChildren(...nodes);
}

/** Run `work` once at a time from a button: a second press while it runs does nothing.
 *  @param {HTMLButtonElement} button @param {() => Promise<void>} work */
export function onPress(button, work) {
  let busy = false;
  button.addEventListener("click", async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    button.setAttribute("aria-busy", "true");
    try {
      await work();
    } finally {
      busy = false;
      button.removeAttribute("aria-busy");
    }
  });
}
