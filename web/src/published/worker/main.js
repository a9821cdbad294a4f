// The engine in a thread of its own: the page stays quick, and a query can be stopped.
import * as oxigraph from "oxigraph/web.js";
import { answer, holds, loaded, terms } from "../engine.js";

/** @typedef {import("../parameters.js").Check} Check */

// its types describe the build for Node, which needs no start
const init = /** @type {any} */ (oxigraph).default;

/** @type {Promise<any> | undefined} */
let store;

/** @param {{ engine: string, graph: string }} places */
async function start({ engine, graph }) {
  const [reply] = await Promise.all([fetch(graph), init({ module_or_path: engine })]);
  if (!reply.ok || !reply.body) throw new Error(`the graph could not be fetched (${reply.status})`);
  // some hosts send .gz as compressed content, and browsers have unpacked it then
  const bytes = new Uint8Array(await reply.arrayBuffer());
  const packed = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const whole = packed
    ? new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")))
    : new Response(bytes);
  return loaded(oxigraph.Store, new Uint8Array(await whole.arrayBuffer()));
}

self.onmessage = async ({ data }) => {
  try {
    store ??= start(data);
    const ready = await store;
    if (data.query === undefined) {
      self.postMessage({ ready: ready.size });
      return;
    }
    const wrong = (data.checks ?? []).find((/** @type {Check} */ one) => !holds(ready, one));
    if (wrong) throw new Error(wrong.sentence);
    const begun = performance.now();
    const found = data.terms ? terms(ready, data.query) : answer(ready, data.query);
    self.postMessage({ found, seconds: (performance.now() - begun) / 1000 });
  } catch (problem) {
    self.postMessage({ trouble: problem instanceof Error ? problem.message : String(problem) });
  }
};
