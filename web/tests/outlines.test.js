import assert from "node:assert/strict";
import { test } from "node:test";
import { area, outlines, rounded } from "../outlines.js";

test("points on a grid, each corner once", () => {
  assert.deepEqual(
    rounded([
      [0.01, 0],
      [0.04, 0.01],
      [1.06, 0],
    ]),
    [
      [0, 0],
      [1.1, 0],
    ],
  );
});

test("the area of a square, in either direction", () => {
  /** @type {[number, number][]} */
  const square = [
    [0, 0],
    [2, 0],
    [2, 2],
    [0, 2],
  ];
  assert.equal(area(square), 4);
  assert.equal(area([...square].reverse()), 4);
});

test("the countries of Europe are there, with the islands that a reader looks for", () => {
  const found = new Map(outlines().map((country) => [country.name, country.rings.length]));
  for (const name of ["Germany", "Malta", "Luxembourg", "Estonia", "Israel"]) {
    assert.ok(found.has(name), name);
  }
  assert.ok((found.get("Greece") ?? 0) > 5);
});
