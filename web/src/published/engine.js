// The graph of a release in the memory of a browser (or of Node, in tests), and its answers.

/** @typedef {import("./table.js").Answer} Answer */

/**
 * Reads N-Quads in which the merge stands as the default graph.
 * @param {any} Store the engine's class
 * @param {Uint8Array} quads
 */
export function loaded(Store, quads) {
  const store = new Store();
  store.load(quads, { format: "application/n-quads", lenient: true, no_transaction: true });
  return store;
}

/**
 * Answers a query; errors are the engine's own sentences.
 * @param {any} store
 * @param {string} sparql
 * @returns {Answer}
 */
export function answer(store, sparql) {
  const found = store.query(sparql, { results_format: "json" });
  if (typeof found !== "string") {
    if (typeof found === "boolean") return { type: "truth", truth: found };
    return { type: "text", text: found.map(String).join("\n") };
  }
  if (!found.startsWith("{")) return { type: "text", text: found }; // triples of a CONSTRUCT
  const told = JSON.parse(found);
  if ("boolean" in told) return { type: "truth", truth: told.boolean };
  const columns = told.head.vars;
  const rows = told.results.bindings.map((/** @type {any} */ row) =>
    columns.map((/** @type {string} */ name) => row[name]?.value ?? null),
  );
  return { type: "rows", columns, rows };
}

/**
 * Answers a query with its terms: kind, value and datatype.
 * @param {any} store
 * @param {string} sparql
 * @returns {{ columns: string[], rows: import("./question/cells.js").Term[][] }}
 */
export function terms(store, sparql) {
  const { head, results } = JSON.parse(store.query(sparql, { results_format: "json" }));
  const columns = head.vars;
  const rows = results.bindings.map((/** @type {any} */ row) =>
    columns.map((/** @type {string} */ name) => row[name] ?? null),
  );
  return { columns, rows };
}

/**
 * Whether a text is one of a datatype: the engine casts it, as the server asks its own.
 * @param {any} store
 * @param {import("./parameters.js").Check} check
 */
export function holds(store, { literal, datatype }) {
  const cast = answer(store, `SELECT (${datatype}(${literal}) AS ?cast) {}`);
  return cast.type === "rows" && cast.rows[0]?.[0] !== null;
}
