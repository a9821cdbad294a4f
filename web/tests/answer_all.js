// Answers every question of a published release with the engine that browsers get, for a test:
// node answer_all.js FOLDER prints name -> answer as JSON.
import { readFile } from "node:fs/promises";
import { argv } from "node:process";
import { gunzipSync } from "node:zlib";
import oxigraph from "oxigraph";
import { answer, loaded } from "../src/published/engine.js";

const data = `${argv[2]}/data`;
const store = loaded(oxigraph.Store, gunzipSync(await readFile(`${data}/graph.nq.gz`)));
const questions = JSON.parse(await readFile(`${data}/questions.json`, "utf8"));
/** @type {Record<string, unknown>} */
const answers = {};
for (const { name, sparql } of questions) answers[name] = answer(store, sparql);
console.log(JSON.stringify(answers));
