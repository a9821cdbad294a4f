// Cells of an answer as people read them: names in place of IRIs, numbers with thousands.

/**
 * @typedef {{ type: string, value: string, datatype?: string } | null} Term
 * @typedef {{ text: string, href?: string }} Value
 */

const XSD = "http://www.w3.org/2001/XMLSchema#";
const NUMBERS = ["integer", "decimal", "double", "float"].map((name) => XSD + name);
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const MOST_LETTERS = 60; // of an address

/** @param {Term} term */
export const isNumber = (term) => NUMBERS.includes(term?.datatype ?? "");

/** @param {string} figure */
export function grouped(figure) {
  const [whole, point] = figure.split(/(?=\.)/);
  return /^\d+(\.\d+)?$/.test(figure)
    ? whole.replace(/\B(?=(\d{3})+$)/g, "\u202f") + (point ?? "")
    : figure;
}

/** @param {string} text */
function day(text) {
  const [year, month, number] = text.split("-");
  return number && MONTHS[+month - 1] ? `${+number} ${MONTHS[+month - 1]} ${year}` : text;
}

/** @param {string} url */
function page(url) {
  const text = url.replace(/^[a-z]+:\/\/(www\.)?/, "").replace(/\/$/, "");
  return {
    text:
      text.length > MOST_LETTERS
        ? `${text.slice(0, MOST_LETTERS - 1).replace(/[ ,\-–(]+$/, "")}…`
        : text,
    href: url,
  };
}

/**
 * What one cell shows: mostly one value, of sources one link each.
 * @param {Term} term
 * @param {(iri: string) => Value | undefined} known name and page of a thing of the graph
 * @returns {Value[]}
 */
export function values(term, known) {
  if (!term) return [];
  const { value } = term;
  if (term.type === "uri") return [known(value) ?? page(value)];
  const parts = value.split(/\s+/).filter(Boolean);
  if (parts.length && parts.every((part) => /^https?:\/\//.test(part))) return parts.map(page);
  if (isNumber(term)) return [{ text: value.length > 4 ? grouped(value) : value }];
  return [{ text: term.datatype === `${XSD}date` ? day(value) : value }];
}
