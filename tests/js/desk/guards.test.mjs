import assert from "node:assert/strict";
import { test } from "node:test";
import { contactsIn, digitsIn, guardsOf, namesIn, placesIn } from "../../../src/atarraya/desk/static/desk/guards.js";

for (const text of ["llame al 300 000 0012", "cc 1.077.123.456", "tel. (604) 123-4567", "3000000012", "cédula 123456"]) {
  test(`finds the number in "${text}"`, () => assert.equal(digitsIn(text).length, 1));
}
for (const text of ["unas 120 familias", "el 23 de noviembre de 2026", "3 o más personas", "del 20 al 23"]) {
  test(`leaves "${text}" alone`, () => assert.deepEqual(digitsIn(text), []));
}

test("names are found without accents, in capitals and by a single part", () => {
  assert.equal(namesIn("Amenazaron a JOSE PENA ayer", ["José Peña"]).length, 1);
  assert.equal(namesIn("hablaron con Peñaloza", ["José Peña"]).length, 0);
  assert.equal(namesIn("vieron a Yurleidy cerca", ["Yurleidy Mosquera"]).length, 1);
});

test("a place finer than allowed is found in the text and in the zone", () => {
  assert.equal(placesIn("en la bocana de Boca Mansa", ["Boca Mansa"]).length, 1);
  const draft = { summary: "", zone: "z", zoneMayShow: false, consent: true };
  assert.deepEqual(guardsOf(draft, { names: [], places: [] }).map(({ guard }) => guard), ["place"]);
});

// The server stops these (alerts/texts.py) when a second person agrees; here the writer is stopped first.
for (const text of ["escriba a ana@ejemplo.org", "mire www.ejemplo.org", "en radio.com.co lo dicen"]) {
  test(`finds where to write in "${text}"`, () => assert.equal(contactsIn(text).length, 1));
}
for (const text of ["en la vereda El Retiro", "por la calle 14", "está en 5.6912, -76.6583"]) {
  test(`finds the finer place in "${text}"`, () => assert.equal(placesIn(text, []).length, 1));
}
for (const text of ["varias veredas del río", "nadie pasa por la calle principal", "Llamen a su consejo.", ""]) {
  test(`finds no place nor address in "${text}"`, () => {
    assert.deepEqual(placesIn(text, ["", "·"]), []);
    assert.deepEqual(contactsIn(text), []);
  });
}

test("missing consent and too long a text stop it", () => {
  const draft = { summary: "ñ".repeat(281), zone: null, zoneMayShow: false, consent: false };
  assert.deepEqual(guardsOf(draft, { names: [], places: [] }).map(({ guard }) => guard), ["consent", "length"]);
});
