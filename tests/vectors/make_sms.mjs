// Makes the browser's half of the vectors of sealed SMS. Run by hand after make_sms.py.
import { readFileSync, writeFileSync } from "node:fs";

const room = new URL("../../src/atarraya/sealing/static/sealing/", import.meta.url);
const [message, letters] = await Promise.all(
  ["sms/message", "sms/letters"].map((name) => import(new URL(`${name}.js`, room).href)),
);
const from = JSON.parse(readFileSync(new URL("sms.json", import.meta.url), "utf8"));
const good = [];
for (const { typed, head, number } of from.good) {
  const text = letters.plain(typed);
  const sealed = await message.seal(head, text, { key: from.public, inbox: from.inbox, number });
  const inside = Buffer.from(message.pack(head, text)).toString("hex");
  good.push({ typed, text, head, number, inside, message: sealed });
}
const value = { ...from, good };
const ascii = JSON.stringify(value, null, 1).replace(/[\u007f-\uffff]/g, (unit) => "\\u" + unit.charCodeAt(0).toString(16).padStart(4, "0"));
writeFileSync(new URL("sms-browser.json", import.meta.url), `${ascii}\n`);
