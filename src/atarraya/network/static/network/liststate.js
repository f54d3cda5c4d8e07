// @ts-check
// The desk's memory of each inbox's lists: public keys only. A lower number or a broken chain is refused, as on phones.
import { readList, verifyChain } from "../sealing/lists.js";

const PLACE = "lists ";

/** @param {{document: string}[]} lists @returns {Record<number, (string | null)[]>} keys of sealed SMS, by list's number */
const smsOf = (lists) => Object.fromEntries(lists.map(({ document }) => [readList(document).number, readList(document).sms || []]));

/** @param {{document: string}[]} lists @returns {Record<number, string>} the day each was signed, by its number */
const daysOf = (lists) => Object.fromEntries(lists.map(({ document }) => [readList(document).number, readList(document).day]));

/** @param {{id: string, name: string, fingerprint: string, circles: string[], purposes: string[], lists: any[]}} inbox
 *  @returns {Promise<any>} {id, name, fingerprint, circles, list, days, sms} or {id, name, refused: "list_lower"|…} */
export async function checkedLists(inbox) {
  const { id, name, circles, purposes } = inbox;
  try {
    // The first time this browser meets the inbox it takes the server's word; people compare it with the card.
    const held = JSON.parse(localStorage.getItem(PLACE + id) || "null");
    const state = held || { fingerprint: inbox.fingerprint, number: 0, document: null };
    const { fingerprint, number, document, list } = await verifyChain(state, inbox.lists);
    localStorage.setItem(PLACE + id, JSON.stringify({ fingerprint, number, document }));
    return { id, name, circles, purposes, fingerprint, list, days: daysOf(inbox.lists), sms: smsOf(inbox.lists) };
  } catch (fault) {
    return { id, name, refused: /** @type {any} */ (fault).code || "list_broken" };
  }
}
