// How a network is looked at: groups with colours, radii by a measure, and the state in the address.

import { at } from "../root.js";

/** @typedef {import("./decode.js").Answer} Answer */
/** @typedef {{ label: string, colour: string, size: number }} Group */

const GROUPS = 7; // with a colour of their own, as the server draws them
/** @type {[number, number]} */
const RADII = [2.5, 14]; // pixels
const ROOMY = 200; // nodes; of more each is drawn smaller
export const VIEW = ["colour", "size", "pin"];

/**
 * Colour of every node and the legend, largest group first.
 * @param {Answer} answer
 * @param {string} by community, country or type
 * @returns {{ legend: Group[], colours: string[] }}
 */
export function coloured(answer, by) {
  const column = answer.nodes[by] ?? answer.nodes.community;
  /** @type {Map<string | number | null, number>} */
  const counts = new Map();
  for (const value of column) counts.set(value, (counts.get(value) ?? 0) + 1);
  const order = [...counts.keys()].sort(
    (a, b) =>
      Number(a === null) - Number(b === null) ||
      (counts.get(b) ?? 0) - (counts.get(a) ?? 0) ||
      (String(a) < String(b) ? -1 : 1),
  );
  const grey = answer.palette.at(-1) ?? "#999999";
  /** @type {Map<string | number | null, string>} */
  const own = new Map();
  order.slice(0, GROUPS).forEach((value, i) => {
    if (value !== null) own.set(value, answer.palette[i] ?? grey);
  });
  const names = new Map(answer.communities.map((c) => [c.community, c.label]));
  const words = (/** @type {any} */ v) => String((by === "community" && names.get(v)) || v);
  const legend = [...own].map(([v, colour]) => ({
    label: words(v),
    colour,
    size: counts.get(v) ?? 0,
  }));
  const rest = column.length - legend.reduce((sum, group) => sum + group.size, 0);
  if (rest > 0) legend.push({ label: "all others", colour: grey, size: rest });
  return { legend, colours: column.map((value) => own.get(value) ?? grey) };
}

/**
 * Radius of every node: its area grows with the measure.
 * @param {Answer} answer
 * @param {string} by
 */
export function radii(answer, by) {
  const column = answer.nodes[by] ?? answer.nodes.degree ?? [];
  const largest = Math.max(...column.map((value) => Number(value ?? 0)), 1e-12);
  const room = Math.max(Math.min(Math.sqrt(ROOMY / column.length), 1), 0.4);
  const [least, most] = [RADII[0] * room, RADII[1] * room];
  return column.map(
    (v) => least + (most - least) * Math.sqrt(Math.max(Number(v ?? 0), 0) / largest),
  );
}

/**
 * The address of a state: what the forms say, without what is empty or usual.
 * @param {FormData | URLSearchParams} said
 * @param {Record<string, string>} usual defaults by name
 */
export function addressOf(said, usual) {
  const kept = new URLSearchParams();
  said.forEach((value, name) => {
    const text = String(value).trim();
    if (text && usual[name] !== text) kept.append(name, text);
  });
  return at(`/network?${kept.size ? kept : "relation="}`);
}

/**
 * The query of the data behind an address: without the words of the view.
 * @param {string} address
 */
export function dataOf(address) {
  const said = new URLSearchParams(address.split("?")[1] ?? "");
  for (const name of VIEW) said.delete(name);
  for (const [name, value] of [...said]) if (!value) said.delete(name, value);
  return at(`/api/v1/network/graph?${said}`);
}

/**
 * Nodes whose name holds what was typed, those that begin with it first.
 * @param {string[]} names
 * @param {string} typed
 * @param {number} most
 * @returns {number[]}
 */
export function found(names, typed, most) {
  const wanted = folded(typed);
  if (!wanted) return [];
  const hits = names.map((name, i) => ({ i, at: folded(name).indexOf(wanted) }));
  const held = hits.filter((hit) => hit.at >= 0);
  held.sort((a, b) => Number(a.at > 0) - Number(b.at > 0) || a.i - b.i);
  return held.slice(0, most).map((hit) => hit.i);
}

/** @param {string} text without accents and case */
function folded(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();
}
