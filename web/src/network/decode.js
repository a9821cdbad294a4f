// Reading what /api/v1/network/graph answers: columns of nodes, and edges of seven bits a byte.

/**
 * @typedef {{ id: string[], label: string[], x: number[], y: number[], community: number[] } &
 *   Record<string, (string | number | null)[]>} Columns
 * @typedef {{ count: number, unit: number, code: string }} Coded
 * @typedef {{ source: Uint32Array, target: Uint32Array, weight: Float64Array }} Edges
 * @typedef {{ nodes: Columns, edges: Coded, measures: string[], palette: string[],
 *   communities: { community: number, size: number, label: string }[],
 *   sparql: { query: string, left_out: string },
 *   total: { nodes: number, edges: number }, note: string | null }} Answer
 */

/**
 * The edges of an answer.
 * @param {Coded} told
 * @returns {Edges}
 */
export function edgesOf(told) {
  const bytes = Uint8Array.from(atob(told.code), (letter) => letter.charCodeAt(0));
  const source = new Uint32Array(told.count);
  const target = new Uint32Array(told.count);
  const weight = new Float64Array(told.count);
  let at = 0;
  const next = () => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = /** @type {number} */ (bytes[at++]);
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  let from = 0;
  let to = 0;
  for (let i = 0; i < told.count; i++) {
    const step = next();
    const rise = next();
    const fresh = step > 0 || i === 0;
    from += step;
    to = fresh ? from + rise : to + rise;
    source[i] = from;
    target[i] = to;
    weight[i] = next() * told.unit;
  }
  return { source, target, weight };
}

/**
 * Numbers of at most so many edges: each node's strongest before anybody's second.
 * @param {Edges} edges
 * @param {number} size number of nodes
 * @param {number} most
 * @returns {number[]}
 */
export function strongest(edges, size, most) {
  const { source, target, weight } = edges;
  const all = Array.from(weight, (_, i) => i);
  if (all.length <= most) return all;
  const heavy = (/** @type {number} */ i) => weight[i] ?? 0;
  all.sort((a, b) => heavy(b) - heavy(a) || a - b);
  const seen = new Uint32Array(size);
  const rank = new Uint32Array(all.length);
  for (const i of all) {
    const u = source[i] ?? 0;
    const v = target[i] ?? 0;
    rank[i] = Math.min(seen[u] ?? 0, seen[v] ?? 0);
    seen[u] = (seen[u] ?? 0) + 1;
    seen[v] = (seen[v] ?? 0) + 1;
  }
  all.sort((a, b) => (rank[a] ?? 0) - (rank[b] ?? 0) || heavy(b) - heavy(a) || a - b);
  return all.slice(0, most);
}

/**
 * The edges of every node, so that all of a hovered one can be drawn.
 * @param {Edges} edges
 * @param {number} size
 * @returns {number[][]} numbers of edges by node
 */
export function edgesByNode(edges, size) {
  /** @type {number[][]} */
  const found = Array.from({ length: size }, () => []);
  edges.source.forEach((u, i) => {
    found[u]?.push(i);
    found[edges.target[i] ?? 0]?.push(i);
  });
  return found;
}
