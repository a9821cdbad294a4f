import assert from "node:assert/strict";
import { test } from "node:test";
import { Places, shortened } from "../src/network/places.js";

test("a name is written only where no other stands", () => {
  const places = new Places();
  const box = { x: 0, y: 0, width: 50, height: 20 };
  assert.equal(places.take(box), true);
  assert.equal(places.take({ ...box, x: 49, y: 19 }), false);
  assert.equal(places.take({ ...box, x: 50 }), true); // beside it
  assert.equal(places.take({ ...box, y: 20 }), true); // below it
  places.clear();
  assert.equal(places.take({ ...box, x: 10 }), true);
});

test("a long name is cut at a word, a short one stays", () => {
  assert.equal(shortened("University of Oxford", 32), "University of Oxford");
  const cut = shortened("Biobanking and Biomolecular Resources Research", 32);
  assert.equal(cut, "Biobanking and Biomolecular…");
  assert.equal(shortened("Forschungszentrumsgesellschaft", 10), "Forschung…");
});
