// What stands beside the picture, in step with it: legend, tables, ways between two.

import { at } from "../root.js";

/** @typedef {import("./decode.js").Answer} Answer */

/**
 * @param {string} tag
 * @param {Record<string, string>} [attributes]
 * @param {...(Node | string)} inner
 */
export function make(tag, attributes = {}, ...inner) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...inner);
  return element;
}

/** @param {string} colour */
function swatch(colour) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 10 10");
  svg.setAttribute("aria-hidden", "true");
  const circle = document.createElementNS(space, "circle");
  for (const [name, value] of [
    ["cx", "5"],
    ["cy", "5"],
    ["r", "5"],
    ["fill", colour],
  ])
    circle.setAttribute(name ?? "", value ?? "");
  svg.append(circle);
  return svg;
}

/** @param {HTMLElement} list @param {import("./view.js").Group[]} legend */
export function showLegend(list, legend) {
  list.replaceChildren(
    ...legend.map(({ label, colour, size }) =>
      make("li", {}, swatch(colour), ` ${label} `, make("span", { class: "note" }, String(size))),
    ),
  );
}

/**
 * One row a node: its name chooses it in the picture, the arrow leads to its page.
 * @param {Answer} answer
 * @param {number} node
 * @param {(string | number | null)[]} cells
 * @param {(node: number) => void} choose
 */
function row(answer, node, cells, choose) {
  const id = answer.nodes.id[node] ?? "";
  const name = answer.nodes.label[node] ?? id;
  const button = make("button", { type: "button", class: "link" }, name);
  button.addEventListener("click", () => choose(node));
  const page = make("a", { href: at(`/id/${id}`), "aria-label": `Page of ${name}` }, "→");
  const told = cells.map((cell) =>
    make(
      "td",
      typeof cell === "number" ? { class: "number" } : {},
      cell === null ? "" : String(cell),
    ),
  );
  return make("tr", { "data-id": id }, make("td", {}, button, " ", page), ...told);
}

/**
 * The first rows by a measure.
 * @param {HTMLTableElement} table
 * @param {Answer} answer
 * @param {string} by
 * @param {string[]} columns after the name
 * @param {number} most
 * @param {(node: number) => void} choose
 * @param {(column: string, code: string) => string} words for the codes of a column
 */
export function showRows(table, answer, by, columns, most, choose, words = (_, code) => code) {
  const column = answer.nodes[by] ?? [];
  const order = answer.nodes.id
    .map((_, i) => i)
    .filter((i) => by !== "brokerage" || Number(column[i] ?? 0) > 0)
    .sort((a, b) => Number(column[b] ?? 0) - Number(column[a] ?? 0) || a - b);
  const rows = order.slice(0, most).map((i) =>
    row(
      answer,
      i,
      columns.map((name) => {
        const value = answer.nodes[name]?.[i] ?? null;
        return typeof value === "string" ? words(name, value) : value;
      }),
      choose,
    ),
  );
  table.tBodies[0]?.replaceChildren(...rows);
}

/** @param {Iterable<HTMLTableElement>} tables @param {string | null} id */
export function markRow(tables, id) {
  for (const table of tables)
    for (const tr of table.tBodies[0]?.rows ?? [])
      tr.classList.toggle("chosen", id !== null && tr.dataset.id === id);
}

/**
 * @typedef {{ path: number, one: string, one_label: string, other: string, other_label: string,
 *   joint: number, activities: string[], activity_labels: string[], activity_years: string[] }} Step
 */

const JOINT = 5; // activities of a step that are named

/**
 * One way step by step, with the joint activities of each and their years.
 * @param {HTMLElement} holder
 * @param {Step[]} steps of one way
 * @param {string} all address of the page with all ways
 */
export function showWay(holder, steps, all) {
  const items = steps.map((step) => {
    const links = step.activities.slice(0, JOINT).map((id, i) => {
      const years = step.activity_years[i];
      const link = make("a", { href: at(`/id/${id}`) }, step.activity_labels[i] ?? id);
      return make("li", {}, link, years ? ` (${years})` : "");
    });
    const more = step.joint - links.length;
    if (more > 0) links.push(make("li", {}, `and ${more} more`));
    return make("li", {}, `${step.one_label} – ${step.other_label}`, make("ul", {}, ...links));
  });
  holder.replaceChildren(make("ol", {}, ...items), make("a", { href: all }, "All ways, as a page"));
}
