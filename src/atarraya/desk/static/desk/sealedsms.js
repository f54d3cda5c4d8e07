// @ts-check
// Opens what came as one sealed SMS: inside the account of an SMS that the gateway handed on, as it was received. What
// cannot be opened goes to a person as damaged. What it needs is fetched when the first one comes.

/** @typedef {import("./threads.js").Entry} Entry */
/** @typedef {import("./threads.js").Payload} Payload */
/** How it opened: "open"; "before" the inbox's last change of keys; "old", so long before that it is not opened;
 *  "other", to another circle's key; "damaged". `written`: a moment in UTC by the sender's phone; `doubt`: that clock cannot be right.
 *  @typedef {{state: string, written: string, doubt: boolean, cut: boolean}} Sealed */
/** @typedef {{list: (id: string) => {number: number}, smsKeys: (id: string) => string[],
 *    opensSms: (id: string, number: number) => boolean,
 *    listDay: (id: string, number: number) => string | null}} Keys */

const RUN = /[0-9A-Za-z]{100,}/; // no word is as long: a message, perhaps cut, whatever was put around it
const KEPT_DAYS = 45; // after a change of keys, as for reports that come over the line (R4)
const DAY = 86400000;
const TOLERATED = { ahead: 3600, behind: 72 * 3600 }; // seconds between the sender's clock and the gateway's
const MINUTE = /^2[01]\d\d-\d\d-\d\dT\d\d:\d\d$/; // whoever writes may seal anything as the hour of arrival
const BANDS = /** @type {[number, string][]} */ ([[100, "100+"], [21, "21-100"], [6, "6-20"], [1, "1-5"]]);

const kit = () => Promise.all([import("../sealing/sms/message.js"), import("../sealing/sms/head.js")]);

/** @param {Iterable<Entry>} entries their accounts are replaced by what was said inside @param {Keys} keys */
export async function openSealed(entries, keys) {
  for (const entry of entries) {
    const payload = entry.payload;
    if (!payload || payload.type !== "report" || !payload.sms || payload.sms.sealed) continue;
    const run = RUN.exec(String(payload.text));
    if (run) entry.payload = await opened(entry, payload, run[0], keys);
  }
}

/** @param {Entry} entry @param {Payload} payload @param {string} letters @param {Keys} keys @returns {Promise<Payload>} */
async function opened(entry, payload, letters, keys) {
  const { inbox, number: current, day } = entry.header;
  const [{ fullNumber, open, read }, { moment }] = await kit();
  let sealed;
  try {
    sealed = read(letters);
  } catch {
    return told(payload, "damaged");
  }
  const number = fullNumber(sealed, keys.list(inbox).number);
  if (number < 1) return told(payload, "damaged");
  if (number < current && tooLong(keys.listDay(inbox, number + 1), day)) return told(payload, "old");
  for (const secret of keys.smsKeys(inbox)) {
    const said = await open(sealed, { secret, inbox, number });
    if (said) {
      const state = number < current ? "before" : "open";
      const arrived = MINUTE.test(payload.sms.at) ? Date.parse(`${payload.sms.at}:00Z`) / 1000 : NaN;
      if (Number.isNaN(arrived)) return account(payload, said, { state, written: "", doubt: true });
      const written = moment(said.head.time, arrived);
      const doubt = written > arrived + TOLERATED.ahead || written < arrived - TOLERATED.behind;
      return account(payload, said, { state, written: new Date(written * 1000).toISOString().slice(0, 16), doubt });
    }
  }
  return told(payload, keys.opensSms(inbox, number) ? "damaged" : "other");
}

/** @param {string | null} changed day of the list after it @param {string} day of arrival @returns {boolean} */
const tooLong = (changed, day) => changed === null || Date.parse(day) - Date.parse(changed) > KEPT_DAYS * DAY;

/** Nothing of it could be read: its letters say nothing to anybody. @param {Payload} payload @param {string} state */
const told = (payload, state) => ({ ...payload, text: "", sms: { ...payload.sms, sealed: { state, written: "", doubt: false, cut: false } } });

/** @param {Payload} payload @param {{head: import("../sealing/sms/head.js").Head, text: string}} said
 *  @param {{state: string, written: string, doubt: boolean}} how @returns {Payload} */
function account(payload, { head, text }, how) {
  const has = (/** @type {string} */ flag) => head.flags.includes(flag);
  const [who, ...others] = ["COMMUNITY", "FAMILY", "PERSON"].filter((group) => head.groups.includes(group));
  const band = BANDS.find(([least]) => head.count >= least);
  return {
    ...payload,
    kind: head.kind || null,
    municipality: head.municipality || null,
    urgency: head.urgency || null,
    who: who || null,
    groups: [...others, ...head.groups.filter((group) => ![who, ...others].includes(group))],
    bands: band ? band[1] : null,
    seen: has("SAW") ? "SAW" : has("TOLD") ? "TOLD" : null,
    wish: has("SHARE") ? "share" : null,
    text,
    sms: { ...payload.sms, sealed: { ...how, cut: has("CUT") } },
  };
}
