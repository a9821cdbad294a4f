// What a graph takes in the engine that browsers get: node largest_graph.js FILE.nq MEGABYTES
// reads so much of a file of N-Quads, as `permed publish` writes it (the merge, then the named
// graphs), and prints statements, processor seconds to load, megabytes of memory, and seconds of a count.
import { open } from "node:fs/promises";
import { argv, cpuUsage, memoryUsage } from "node:process";
import oxigraph from "oxigraph";
import { answer, loaded } from "../src/published/engine.js";

const LINE_END = 10;
const file = await open(argv[2]);
const named = Buffer.alloc(Number(argv[3]) * 1e6);
const { bytesRead } = await file.read(named, 0, named.length, 0);
await file.close();
const end = named.lastIndexOf(LINE_END, bytesRead - 1) + 1;
const both = Buffer.alloc(2 * end);
let at = 0;
let lines = 0;
for (let start = 0; start < end; lines++) {
  const stop = named.indexOf(LINE_END, start);
  at += named.copy(both, at, start, named.lastIndexOf(" <", stop));
  at += both.write(" .\n", at);
  start = stop + 1;
}
at += named.copy(both, at, 0, end);
const began = cpuUsage();
const store = loaded(oxigraph.Store, both.subarray(0, at));
const { user, system } = cpuUsage(began);
const memory = memoryUsage();
const asked = cpuUsage();
answer(store, "SELECT ?p (COUNT(*) AS ?n) WHERE { ?s ?p ?o } GROUP BY ?p");
const counted = cpuUsage(asked);
const told = {
  statements: lines,
  quads: store.size,
  seconds: ((user + system) / 1e6).toFixed(1),
  megabytes_of_engine: Math.round((memory.rss - both.length - named.length) / 1e6),
  megabytes_in_all: Math.round(memory.rss / 1e6),
  seconds_of_a_count: ((counted.user + counted.system) / 1e6).toFixed(1),
};
console.log(JSON.stringify(told));
