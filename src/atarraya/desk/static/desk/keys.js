// @ts-check
// Which keys open which inbox, and to whom this desk seals. Everything comes from the tab's keyring.

/** @typedef {{id: string, name: string, purposes: string[], circles: string[], refused?: string, list: {number: number,
 *    recipients: string[]}, days: Record<number, string>, sms?: Record<number, (string | null)[]>}} Inbox  `days`, and
 *    keys of sealed SMS by place: of each list, by its number */
/** @typedef {{id: string, purpose: string, epochs: {recipient: string, bundle: {age: string, sms?: string}}[]}} Circle */

export class ListsRefused extends Error {}

/** What a desk needs of its keys. */
export class Keys {
  /** @param {readonly Circle[]} circles @param {readonly Inbox[]} inboxes */
  constructor(circles, inboxes) {
    this.circles = circles;
    this.inboxes = new Map(inboxes.map((inbox) => [inbox.id, inbox]));
    this.purposes = new Set(circles.map(({ purpose }) => purpose));
  }

  /** @param {string} id @returns {Inbox} */
  inbox(id) {
    const found = this.inboxes.get(id);
    if (!found || found.refused) throw new ListsRefused("list_broken");
    return found;
  }

  /** @param {string} id of an inbox @returns {{recipients: string[], number: number, purposes: string[]}} */
  list(id) {
    const { list, purposes } = this.inbox(id);
    return { recipients: list.recipients, number: list.number, purposes };
  }

  /** @param {string} id of an inbox @returns {number[]} places of this member's circles */
  places(id) {
    const mine = new Set(this.circles.map((circle) => circle.id));
    return this.inbox(id).circles.map((circle, place) => (mine.has(circle) ? place : -1)).filter((place) => place >= 0);
  }

  /** Every key of every circle that serves the inbox; each tries its own place first.
   *  @param {string} id of an inbox @returns {{secret: string}[]} */
  identities(id) {
    return this.bundles(id).map((bundle) => ({ secret: bundle.age }));
  }

  /** @param {string} id of an inbox @returns {{age: string, sms?: string}[]} of every epoch, the newest first */
  bundles(id) {
    const serving = new Set(this.inbox(id).circles);
    return this.circles.filter((circle) => serving.has(circle.id)).flatMap((circle) =>
      circle.epochs.map((epoch) => epoch.bundle)).reverse();
  }

  /** @param {string} id of an inbox @returns {string[]} every key that may open a sealed SMS, the newest first */
  smsKeys(id) {
    return this.bundles(id).flatMap(({ sms }) => (sms === undefined ? [] : [sms]));
  }

  /** A sealed SMS has room for one circle: the first of the team that has a key for it, as phones choose it.
   *  @param {string} id of an inbox @param {number} number of a list @returns {boolean} whether that circle's key is here */
  opensSms(id, number) {
    const { circles, purposes, sms = {} } = this.inbox(id);
    const named = (sms[number] || []).map((key, place) => ({ key, circle: circles[place], purpose: purposes[place] }));
    const team = purposes.includes("VERIFIERS") ? named.filter(({ purpose }) => purpose === "VERIFIERS") : named.filter(({ purpose }) => purpose !== "WOMEN");
    const first = team.find(({ key }) => key !== null);
    return first === undefined || this.circles.some((circle) => circle.id === first.circle);
  }

  /** @param {string} id of an inbox @param {number} number of a list @returns {string | null} the day it was signed */
  listDay(id, number) {
    return this.inbox(id).days[number] || null;
  }

  /** @returns {string} the inbox where proposals are sealed: the first whose list stands */
  mainInbox() {
    const found = [...this.inboxes.values()].find((inbox) => !inbox.refused && inbox.purposes.includes("VERIFIERS"));
    if (!found) throw new ListsRefused("list_broken");
    return found.id;
  }
}

/** @param {any} keyring open @returns {Promise<Keys>} throws ListsRefused when a list does not follow */
export async function openKeys(keyring) {
  const inboxes = await keyring.inboxes();
  for (const inbox of inboxes) {
    if (inbox.refused) throw new ListsRefused(inbox.refused);
    ownKeyStands(keyring.circles, inbox);
  }
  return new Keys(keyring.circles, inboxes);
}

/** The list must name the very key this member holds for their own circle: a server cannot swap it.
 *  @param {readonly Circle[]} circles @param {Inbox} inbox */
function ownKeyStands(circles, inbox) {
  for (const circle of circles) {
    const place = inbox.circles.indexOf(circle.id);
    const known = circle.epochs.map(({ recipient }) => recipient);
    if (place >= 0 && !known.includes(inbox.list.recipients[place])) throw new ListsRefused("list_broken");
  }
}
