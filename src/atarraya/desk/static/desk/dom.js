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

/** Put lines into a list: what had the focus keeps it, and the open one is marked.
 *  @param {Element} list @param {readonly HTMLElement[]} lines each with a button that carries `data-line`
 *  @param {string} current the open one's */
export function showLines(list, lines, current) {
  const active = document.activeElement;
  const focused = active instanceof HTMLElement && list.contains(active) ? active.dataset.line : undefined;
  replace(list, lines);
  mark(list, current);
  for (const button of list.querySelectorAll("button")) {
    if (focused !== undefined && button.dataset.line === focused) button.focus({ preventScroll: true });
  }
}

/** Mark the open line and no other. @param {Element} list @param {string} current */
export function mark(list, current) {
  for (const button of list.querySelectorAll("button")) {
    if (button.dataset.line === current) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }
}

/** Run `work` once at a time from a button: a second press while it runs does nothing. What it throws is told to the
 *  whole desk, which says it.
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
    } catch (fault) {
      document.dispatchEvent(new CustomEvent("desk-fault", { detail: fault }));
    } finally {
      busy = false;
      button.removeAttribute("aria-busy");
    }
  });
}

/** Put the shape that carries a state into its place (its word stands beside it).
 *  @param {Element} root @param {string} id of a symbol of the page */
export function shape(root, id) {
  const drawing = one(root, ".shape");
  drawing.removeAttribute("hidden");
  one(drawing, "use").setAttribute("href", `#${id}`);
}
