import assert from "node:assert/strict";
import { test } from "node:test";
import { compared } from "../src/page/order.js";

test("numbers by value, names as people sort them, nothing last", () => {
  const up = (/** @type {string[]} */ cells) => [...cells].sort((a, b) => compared(a, b, false));
  const down = (/** @type {string[]} */ cells) => [...cells].sort((a, b) => compared(a, b, true));
  assert.deepEqual(up(["1\u202f000", "", "20", "3.5"]), ["3.5", "20", "1\u202f000", ""]);
  assert.deepEqual(down(["1\u202f000", "", "20"]), ["1\u202f000", "20", ""]);
  assert.deepEqual(up(["Zürich", "älter", "Berlin"]), ["älter", "Berlin", "Zürich"]);
  assert.deepEqual(up(["JTC10", "JTC9"]), ["JTC9", "JTC10"]);
});
