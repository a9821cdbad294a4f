import assert from "node:assert/strict";
import { test } from "node:test";
import { edgesByNode, edgesOf, strongest } from "../src/network/decode.js";
import { escaped, svgOf } from "../src/network/svg.js";
import { addressOf, coloured, dataOf, found, radii } from "../src/network/view.js";

/** @param {number[]} numbers seven bits a byte, as the server writes them */
function code(numbers) {
  const bytes = numbers.flatMap((number) => {
    const out = [];
    let rest = number;
    while (rest > 127) {
      out.push((rest % 128) + 128);
      rest = Math.floor(rest / 128);
    }
    return [...out, rest];
  });
  return btoa(String.fromCharCode(...bytes));
}

const answer = /** @type {import("../src/network/decode.js").Answer} */ ({
  nodes: {
    id: ["a", "b", "c"],
    label: ["Ä One", "Beta", "gamma one"],
    x: [0, 1, 2],
    y: [0, 1, 0],
    community: [0, 0, 1],
    country: ["DE", null, "DE"],
    degree: [4, 1, null],
  },
  edges: { count: 0, unit: 1, code: "" },
  measures: ["degree"],
  palette: ["#111111", "#222222", "#999999"],
  communities: [{ community: 0, size: 2, label: "DE; oncology" }],
  total: { nodes: 3, edges: 0 },
  sparql: { query: "", left_out: "" },
  note: null,
});

test("edges come back as the server wrote them", () => {
  // 0-1 (3), 0-300 (200), 2-3 (1): steps, rises, units
  const told = { count: 3, unit: 0.5, code: code([0, 1, 6, 0, 299, 400, 2, 1, 2]) };
  const { source, target, weight } = edgesOf(told);
  assert.deepEqual([...source], [0, 0, 2]);
  assert.deepEqual([...target], [1, 300, 3]);
  assert.deepEqual([...weight], [3, 200, 1]);
});

test("numbers above 32 bits are not cut", () => {
  const { weight } = edgesOf({ count: 1, unit: 1, code: code([0, 1, 2 ** 40]) });
  assert.equal(weight[0], 2 ** 40);
});

test("nobody loses the strongest tie", () => {
  const edges = {
    source: Uint32Array.from([0, 0, 0, 1]),
    target: Uint32Array.from([1, 2, 3, 2]),
    weight: Float64Array.from([9, 8, 1, 7]),
  };
  assert.deepEqual(strongest(edges, 4, 3).sort(), [0, 1, 2], "3 keeps its only tie, 1-2 goes");
  assert.deepEqual(strongest(edges, 4, 9), [0, 1, 2, 3]);
  assert.deepEqual(edgesByNode(edges, 4), [[0, 1, 2], [0, 3], [1, 3], [2]]);
});

test("groups by size, unknown ones grey", () => {
  const { legend, colours } = coloured(answer, "country");
  assert.deepEqual(colours, ["#111111", "#999999", "#111111"]);
  assert.deepEqual(
    legend.map((g) => [g.label, g.size]),
    [
      ["DE", 2],
      ["all others", 1],
    ],
  );
  assert.equal(coloured(answer, "community").legend[0]?.label, "DE; oncology");
});

test("the area of a node grows with its measure", () => {
  const [large = 0, small = 0, none = 0] = radii(answer, "degree");
  assert.equal(large, 14);
  assert.equal((small - none) / (large - none), 0.5, "a quarter of the area");
});

test("an address says what is not usual, and nothing else", () => {
  const said = new URLSearchParams("relation=csa&from=&weight=count&colour=country&pin=a");
  const address = addressOf(said, { weight: "count", colour: "community" });
  assert.equal(address, "/network?relation=csa&colour=country&pin=a");
  assert.equal(dataOf(address), "/api/v1/network/graph?relation=csa");
  assert.equal(
    addressOf(new URLSearchParams(), {}),
    "/network?relation=",
    "all, not the first view",
  );
  assert.equal(dataOf("/network?relation="), "/api/v1/network/graph?");
});

test("names are found without accents, beginnings first", () => {
  const names = answer.nodes.label;
  assert.deepEqual(found(names, "a one", 5), [0, 2]);
  assert.deepEqual(found(names, "", 5), []);
});

test("a file holds no markup from names", () => {
  const dots = [{ x: 0, y: 0, radius: 3, colour: "#111111", label: "<script>&" }];
  const svg = svgOf(dots, [], [{ label: "<b>", colour: "#222222", size: 1 }], 'x"');
  assert.ok(!svg.includes("<script>") && !svg.includes("<b>"));
  assert.equal(escaped("<a b='c'>"), "&#60;a b=&#39;c&#39;&#62;");
});
