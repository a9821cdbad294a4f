import assert from "node:assert/strict";
import { test } from "node:test";
import { withoutPrefixes, withPrefixes } from "../src/editor/prefixes.js";

const KNOWN = { pm: "https://example.org/pm#", rdfs: "http://www.w3.org/2000/01/rdf-schema#" };

test("known declarations are hidden, others stay", () => {
  const head = "PREFIX pm: <https://example.org/pm#>\nPREFIX ex: <urn:x>\n";
  assert.equal(withoutPrefixes(`${head}\nSELECT *`, KNOWN), "PREFIX ex: <urn:x>\n\nSELECT *");
  const other = "PREFIX pm: <urn:other>\nASK {}";
  assert.equal(withoutPrefixes(other, KNOWN), other, "the same prefix for another namespace");
});

test("used prefixes are put in on the first line, so that errors name the right line", () => {
  const query = "SELECT * {\n ?s pm:partner ?o }";
  assert.equal(withPrefixes(query, KNOWN), `PREFIX pm: <https://example.org/pm#> ${query}`);
});

test("what only looks like a prefix is none", () => {
  for (const query of [
    'SELECT * { ?s ?p "rdfs:label" }',
    "SELECT * { ?s ?p <urn:pm:x> } # pm:partner",
    "SELECT * { ?pm ?p '''rdfs:\nx''' }",
    "PREFIX pm: <urn:y> SELECT * { ?s pm:x ?o }",
  ]) {
    assert.equal(withPrefixes(query, KNOWN), query);
  }
});

test("hiding and putting in gives the same query", () => {
  const query = "PREFIX pm: <https://example.org/pm#> SELECT * { ?s pm:partner ?o }";
  assert.equal(withPrefixes(withoutPrefixes(query, KNOWN), KNOWN), query);
});
