// A result of SPARQL as a table: numbers to the right, things of the graph as links with their names.

/** @typedef {{ type: string, value: string, datatype?: string, "xml:lang"?: string }} Term */
/** @typedef {Record<string, Term>} Row */

import { at } from "../root.js";

const NUMBER = /#(integer|decimal|double|float|int|long)$/;
export const SHOWN = 2000; // rows that a browser scrolls through without trouble

/**
 * Where an IRI leads on this server, and a short text for it.
 * @param {string} iri
 * @param {string} base of the release's own addresses
 * @returns {{ href: string, text: string }}
 */
export function link(iri, base) {
  const ours = iri.startsWith(base);
  const rest = iri.slice(base.length);
  const href = /^https?:/.test(iri) ? (ours ? at(`/${rest}`) : iri) : "";
  return { href, text: ours ? rest : iri };
}

/**
 * The IRIs of the graph in the rows, each once.
 * @param {Row[]} rows
 * @param {string} base
 */
export function ownIris(rows, base) {
  const terms = rows.flatMap((row) => Object.values(row));
  const own = terms.filter((t) => t.type === "uri" && t.value.startsWith(base) && isIri(t.value));
  return [...new Set(own.map((term) => term.value))];
}

/** @param {string} text */
function isIri(text) {
  return !/[\s<>"{}|\\^`]/.test(text);
}

/**
 * @param {Term | undefined} term
 * @param {string} base
 * @param {Map<string, string>} labels
 */
function cell(term, base, labels) {
  const td = document.createElement("td");
  if (!term) return td;
  if (term.type !== "uri") {
    td.textContent = term.value;
    if (NUMBER.test(term.datatype || "")) td.className = "number";
    return td;
  }
  const { href, text } = link(term.value, base);
  const shown = document.createElement(href ? "a" : "span");
  if (href) shown.setAttribute("href", href);
  shown.textContent = labels.get(term.value) ?? text;
  shown.title = term.value;
  td.append(shown);
  return td;
}

/**
 * @param {string[]} variables
 * @param {Row[]} rows
 * @param {string} base
 * @param {Map<string, string>} labels name by IRI
 */
export function table(variables, rows, base, labels) {
  const element = document.createElement("table");
  const head = element.createTHead().insertRow();
  for (const name of variables) {
    const th = document.createElement("th");
    th.scope = "col";
    th.textContent = name;
    head.append(th);
  }
  const body = element.createTBody();
  for (const row of rows.slice(0, SHOWN)) {
    body.insertRow().append(...variables.map((name) => cell(row[name], base, labels)));
  }
  const first = [...(body.rows[0]?.cells ?? [])];
  first.forEach((td, i) => {
    head.cells[i]?.classList.toggle("number", td.className === "number");
  });
  return element;
}
