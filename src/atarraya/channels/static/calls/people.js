// @ts-check
// A call chain as data: people in an order in which everybody is called by the team or by somebody who stands above.

/** @typedef {{id: string, name: string, number: string, by: string}} Person  `by`: the id of who calls them, "" the team */

const NUMBER = /^(?=.*\d)[+\d(][\d\s().-]{1,23}$/;
export const DEEPEST = 3;

/** What is wrong with a chain, by the code of its sentence and whom it is about; code "" when nothing is.
 *  @param {string} title @param {readonly Person[]} people @returns {{code: string, who: string}} */
export function fault(title, people) {
  if (title.trim() === "") return { code: "no_title", who: "" };
  if (people.length === 0) return { code: "nobody", who: "" };
  /** @type {Set<string>} */
  const above = new Set();
  for (const { id, name, number, by } of people) {
    if (by !== "" && !above.has(by)) return { code: "no_caller", who: name };
    if (number !== "" && !NUMBER.test(number)) return { code: "bad_number", who: name };
    above.add(id);
  }
  return { code: "", who: "" };
}

/** Everybody under who calls them, as deep as they stand. Who has lost their caller is called by the team.
 *  @param {readonly Person[]} people @returns {(Person & {depth: number})[]} */
export function tree(people) {
  const known = new Set(people.map(({ id }) => id));
  /** @type {(Person & {depth: number})[]} */
  const found = [];
  const seen = new Set();
  const under = (/** @type {string} */ by, /** @type {number} */ depth) => {
    for (const person of people) {
      const caller = known.has(person.by) ? person.by : "";
      if (caller !== by || seen.has(person.id)) continue;
      seen.add(person.id);
      found.push({ ...person, depth: Math.min(depth, DEEPEST) });
      under(person.id, depth + 1);
    }
  };
  under("", 0);
  // A circle of callers that another program wrote: nobody is left out.
  for (const person of people) if (!seen.has(person.id)) found.push({ ...person, depth: 0 });
  return found;
}

/** @typedef {{person: string, said: string, alias: string, at: string, id: string}} Mark */

/** The newest mark of each person. The same whatever the order in which marks came, and however often.
 *  @param {Iterable<Mark>} marks @returns {Map<string, Mark>} */
export function standing(marks) {
  /** @type {Map<string, Mark>} */
  const found = new Map();
  for (const mark of marks) {
    const before = found.get(mark.person);
    if (!before || before.at < mark.at || (before.at === mark.at && before.id < mark.id)) found.set(mark.person, mark);
  }
  return found;
}
