// @ts-check
// New arrivals: a number in the title, and a short low tone if the member asked for it.

const title = document.title;
let waiting = 0;

/** @param {number} fresh */
export function count(fresh) {
  waiting = fresh === 0 ? 0 : waiting + fresh;
  document.title = waiting > 0 ? `(${waiting}) ${title}` : title;
}

document.addEventListener("visibilitychange", () => { if (!document.hidden) count(0); });

/** @param {ParentNode} root @param {number} fresh how many reports arrived: counted in the title while nobody looks */
export function arrived(root, fresh) {
  if (fresh === 0) return;
  if (document.hidden) count(fresh);
  const box = /** @type {HTMLInputElement | null} */ (root.querySelector("#sound"));
  if (box && box.checked) tone();
}

function tone() {
  const context = new AudioContext();
  const oscillator = context.createOscillator();
  const volume = context.createGain();
  oscillator.frequency.value = 330;
  volume.gain.setValueAtTime(0.15, context.currentTime);
  volume.gain.exponentialRampToValueAtTime(0.001, context.currentTime + 0.4);
  oscillator.connect(volume).connect(context.destination);
  oscillator.start();
  oscillator.stop(context.currentTime + 0.4);
  oscillator.onended = () => void context.close();
}
