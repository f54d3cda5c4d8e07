// @ts-check
// Opening what the server keeps wrapped to a member, and signing a head of the trail.
import { post } from "./api.js";
import { openBundleWith } from "../sealing/bundle.js";
import { fromB64 } from "../sealing/bytes.js";
import { canonical } from "../sealing/canonical.js";
import { signText } from "../sealing/signing.js";

const SIGNATURE = "/equipo/firma";

/** @param {any[]} circles as llaves.json has them @param {import("../sealing/bundle.js").Bundle} own
 *  @returns {Promise<any[]>} the same with each epoch's bundle; epochs that do not open are left out */
export async function openFiles(circles, own) {
  return Promise.all(
    circles.map(async (circle) => {
      const opened = await Promise.all(
        circle.epochs.map(async (/** @type {any} */ epoch) => ({
          ...epoch,
          bundle: await openBundleWith(fromB64(epoch.sealed), own.age).catch(() => null),
        })),
      );
      const epochs = opened.filter((epoch) => epoch.bundle);
      const present = epochs.find((epoch) => epoch.number === circle.current);
      return { ...circle, epochs, bundle: present ? present.bundle : null };
    }),
  );
}

/** @param {any} kept llaves.json @param {import("../sealing/bundle.js").Bundle} own @returns {Promise<boolean>} */
export async function signHead(kept, own) {
  const { number, digest, day } = kept.head;
  const text = canonical({ v: 1, network: kept.network, number, digest, day });
  await post(SIGNATURE, { number, digest, signature: signText("head", text, own.ed25519).signature });
  return true;
}
