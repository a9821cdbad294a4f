import assert from "node:assert/strict";
import { test } from "node:test";
import isGraph from "graphology-utils/is-graph.js";
import { PictureGraph } from "../src/network/picture_graph.js";

/** A triangle of which one side is doubled, and what it told while it grew. */
function drawn() {
  const graph = new PictureGraph();
  /** @type {string[]} */
  const told = [];
  for (const event of ["nodeAdded", "nodeDropped", "edgeAdded", "edgeDropped"])
    graph.on(event, ({ key }) => told.push(`${event} ${key}`));
  for (const node of [0, 1, 2]) graph.addNode(node, { label: `n${node}` });
  graph.addUndirectedEdgeWithKey("a", 0, 1, { size: 1 });
  graph.addUndirectedEdgeWithKey("b", 1, 2, { size: 2 });
  graph.addUndirectedEdgeWithKey("c", 2, 0, { size: 3 });
  graph.addUndirectedEdgeWithKey("d", 0, 1, { size: 4 });
  return { graph, told };
}

test("sigma takes it for a graph, and reads its nodes and edges", () => {
  const { graph, told } = drawn();
  assert.ok(isGraph(graph));
  assert.deepEqual(graph.nodes(), ["0", "1", "2"]);
  assert.deepEqual([graph.order, graph.size], [3, 4]);
  assert.deepEqual(graph.extremities("b"), ["1", "2"]);
  assert.equal(graph.getEdgeAttributes("c").size, 3);
  assert.deepEqual(told.slice(-2), ["edgeAdded c", "edgeAdded d"]);
  /** @type {string[]} */
  const edges = [];
  graph.forEachEdge((key, { size }, one, other) => edges.push(`${key}${size}${one}${other}`));
  assert.deepEqual(edges, ["a101", "b212", "c320", "d401"]);
});

test("two are neighbours as long as one edge joins them", () => {
  const { graph, told } = drawn();
  graph.dropEdge("a");
  assert.ok(graph.areNeighbors(1, "0"));
  graph.dropEdge("d");
  assert.ok(!graph.areNeighbors(0, 1));
  graph.dropNode(2);
  assert.deepEqual([graph.nodes(), graph.edges()], [["0", "1"], []]);
  assert.deepEqual(told.slice(-3), ["edgeDropped b", "edgeDropped c", "nodeDropped 2"]);
});

test("what changes of all nodes is told once; what is not there is an error", () => {
  const { graph } = drawn();
  let told = 0;
  graph.on("eachNodeAttributesUpdated", () => {
    told += 1;
  });
  graph.updateEachNodeAttributes((node, data) => ({ ...data, size: Number(node) }));
  assert.equal(told, 1);
  assert.deepEqual(graph.getNodeAttributes(2), { label: "n2", size: 2 });
  assert.throws(() => graph.extremities("z"), /no edge z/);
  assert.throws(() => graph.addNode(1, {}), /already/);
  assert.throws(() => graph.addUndirectedEdgeWithKey("e", 0, 9, {}), /no node 9/);
});
