import assert from "node:assert/strict";
import { test } from "node:test";
import { link, ownIris } from "../src/editor/table.js";

const BASE = "https://example.org/";

test("own things lead to their pages, scripts nowhere", () => {
  assert.deepEqual(link("https://example.org/id/a", BASE), { href: "/id/a", text: "id/a" });
  assert.equal(link("https://other.org/x", BASE).href, "https://other.org/x");
  assert.equal(link("javascript:alert(1)", BASE).href, "");
});

test("names are asked for once, and only of IRIs that a query can hold", () => {
  const term = (/** @type {string} */ value) => ({ type: "uri", value });
  /** @type {import("../src/editor/table.js").Row[]} */
  const rows = [{ a: term(`${BASE}id/a`), b: term(`${BASE}id/a`) }, { a: term(`${BASE}x> }`) }];
  assert.deepEqual(ownIris(rows, BASE), [`${BASE}id/a`]);
});
