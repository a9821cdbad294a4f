import assert from "node:assert/strict";
import { test } from "node:test";
import oxigraph from "oxigraph";
import { answer, loaded } from "../src/published/engine.js";
import { search } from "../src/published/names.js";
import { csv } from "../src/published/table.js";

const quads = new TextEncoder().encode(
  '<http://x/a> <http://x/p> "1" .\n<http://x/a> <http://x/p> "1" <http://x/g> .\n<http://x/a> <http://x/p> "1" <http://x/h> .\n',
);

test("the merge counts a triple of two graphs once, the graphs hold it each", () => {
  const store = loaded(oxigraph.Store, quads);
  const merged = answer(store, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }");
  assert.deepEqual(merged, { type: "rows", columns: ["n"], rows: [["1"]] });
  const graphs = answer(store, "SELECT ?g { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g");
  assert.deepEqual(graphs, {
    type: "rows",
    columns: ["g"],
    rows: [["http://x/g"], ["http://x/h"]],
  });
});

test("truth values, triples, unbound variables and errors", () => {
  const store = loaded(oxigraph.Store, quads);
  assert.deepEqual(answer(store, "ASK { ?s ?p 1 }"), { type: "truth", truth: false });
  const triples = answer(store, "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }");
  assert.equal(triples.type, "text");
  const open = answer(store, "SELECT ?s ?x { ?s ?p ?o OPTIONAL { ?o ?q ?x } }");
  assert.deepEqual(open.type === "rows" && open.rows, [["http://x/a", null]]);
  assert.throws(() => answer(store, "SELECT nonsense"));
});

test("names are found without accents, in any order of words, whole names first", () => {
  /** @type {import("../src/published/names.js").Row[]} */
  const rows = [
    ["organisation/b", "Türkiye Bilimler Akademisi", "TÜBA"],
    ["organisation/a", "Scientific Council of Türkiye", "TÜBİTAK"],
    ["organisation/c", "TUBA", ""],
  ];
  assert.deepEqual(
    search(rows, "tubitak").map((row) => row[0]),
    ["organisation/a"],
  );
  assert.deepEqual(
    search(rows, "akademisi turkiye").map((row) => row[0]),
    ["organisation/b"],
  );
  assert.deepEqual(
    search(rows, "tuba").map((row) => row[0]),
    ["organisation/c", "organisation/b"],
  );
  assert.deepEqual(search(rows, "  "), []);
});

test("CSV quotes what needs it", () => {
  assert.equal(
    csv(
      ["a", "b"],
      [
        ['x"y', null],
        ["1,2", "z"],
      ],
    ),
    'a,b\r\n"x""y",\r\n"1,2",z\r\n',
  );
});
