// Puts values into the questions of a published release, for a test: node bind_all.js FOLDER reads
// [[question, values], ...] as JSON from standard input and prints a query or a refusal for each.
import { readFile } from "node:fs/promises";
import { argv, stdin } from "node:process";
import { text } from "node:stream/consumers";
import oxigraph from "oxigraph";
import { holds } from "../src/published/engine.js";
import { bound } from "../src/published/parameters.js";

const read = async (/** @type {string} */ name) =>
  JSON.parse(await readFile(`${argv[2]}/${name}`, "utf8"));
const names = await read("called.json");
const store = new oxigraph.Store();
const told = [];
for (const [name, given] of JSON.parse(await text(stdin))) {
  try {
    const { sparql, checks, taken } = bound(await read(`questions/${name}.json`), names, given);
    const wrong = checks.find((check) => !holds(store, check));
    told.push(wrong ? { refused: wrong.sentence } : { sparql, taken });
  } catch (problem) {
    told.push({ refused: problem instanceof Error ? problem.message : String(problem) });
  }
}
console.log(JSON.stringify(told));
