// The answer of a question as a table, as the pages of the server show it.
import { isNumber, values } from "./cells.js";

export const MOST_ROWS = 500;
const LONG = 60; // letters
const here = import.meta.url;

/** @typedef {import("./cells.js").Term[]} Row */

/**
 * @param {string[]} columns of the answer
 * @param {Row[]} rows
 * @param {import("../parameters.js").Question} question
 * @param {import("../parameters.js").Names} names
 */
export function table(columns, rows, question, names) {
  const told = question.columns
    .map(([name, thing, title]) => ({
      at: columns.indexOf(name),
      of: thing === null ? -1 : columns.indexOf(thing),
      title,
      country: /country$/i.test(name),
    }))
    .filter(({ at, of }) => rows.some((row) => row[at] || row[of]));
  const made = document.createElement("table");
  const head = made.createTHead().insertRow();
  for (const { at, title } of told) {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.textContent = title;
    if (rows.some((row) => isNumber(row[at]))) cell.className = "number";
    head.append(cell);
  }
  const body = made.createTBody();
  for (const row of rows.slice(0, MOST_ROWS)) {
    const line = body.insertRow();
    for (const { at, of, country } of told) {
      let cell = values(row[at], (iri) => known(iri, question, names));
      const [lead] = values(row[of] ?? null, (iri) => known(iri, question, names));
      if (lead) cell = cell.length ? cell.map((one) => ({ ...one, href: lead.href })) : [lead];
      if (country) {
        cell = cell.map((one) =>
          one.href
            ? one
            : (known(`${question.base}id/country/${one.text}`, question, names) ?? one),
        );
      }
      write(line.insertCell(), cell, isNumber(row[at]));
    }
  }
  const box = document.createElement("div");
  box.className = "scroll";
  box.tabIndex = 0;
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", "Answer");
  box.append(made);
  return box;
}

/**
 * What a thing or concept of the graph is called, and its page in this folder.
 * @param {string} iri
 * @param {import("../parameters.js").Question} question
 * @param {import("../parameters.js").Names} names
 * @returns {import("./cells.js").Value | undefined}
 */
function known(iri, { base, concepts }, { labels }) {
  const id = iri.startsWith(`${base}id/`)
    ? iri.slice(base.length + 3)
    : iri.startsWith(concepts)
      ? `scheme/${iri.slice(concepts.length)}`
      : undefined;
  if (id === undefined || !Object.hasOwn(labels, id)) return undefined;
  const path = id.startsWith("scheme/") ? id : `id/${id}`;
  return { text: labels[id] || id, href: new URL(`../page/${path}/`, here).href };
}

/**
 * @param {HTMLTableCellElement} cell
 * @param {import("./cells.js").Value[]} told
 * @param {boolean} number
 */
function write(cell, told, number) {
  if (number) cell.className = "number";
  else if (told.some(({ text, href }) => !href && text.length > LONG)) cell.className = "long";
  for (const { text, href } of told) {
    const place = told.length > 1 ? document.createElement("span") : cell;
    if (place !== cell) {
      place.className = "value";
      cell.append(place);
    }
    if (!href) place.append(text);
    else {
      const link = document.createElement("a");
      link.href = href;
      link.textContent = text;
      place.append(link);
    }
  }
}
