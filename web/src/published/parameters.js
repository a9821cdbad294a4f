// What a reader gives a question, put into its query: api/publishing/question_data.py wrote the
// queries with their marks and the names of things; a refusal is a sentence, as the server's is.
import { folded, search } from "./names.js";

/** @typedef {{ name: string, type: string, example: string, default: string | null, optional: boolean, stems: string[], kinds: string }} Parameter */
/** @typedef {{ name: string, base: string, concepts: string, xsd: string, mark: string, parameters: Parameter[], queries: Record<string, string>, concatenated: Record<string, string>, columns: [string, string | null, string][] }} Question */
/** @typedef {{ labels: Record<string, string>, called: Record<string, string[]>, replaced: Record<string, string> }} Names */
/** @typedef {{ literal: string, datatype: string, sentence: string }} Check what only the engine can tell: whether a text is a number or a day */
/** @typedef {{ parameter: string, given: string, value: string, label: string }} Taken */

const MOST = 5;
const PATH = /^[a-z-]+\/\S+$/;
const SPAN_OF_DAYS = /^[1-9]\d{3}(-(0[1-9]|1[0-2]))?$/;

/**
 * The query with its values, what the engine has to check before, and what was taken for names.
 * @param {Question} question
 * @param {Names} names
 * @param {Record<string, string>} given empty values count as not given, as forms send them
 */
export function bound(question, names, given) {
  const known = question.parameters.map((parameter) => parameter.name);
  for (const name of Object.keys(given)) {
    if (!known.includes(name))
      throw new Error(
        `${question.name} has no parameter '${name}'; it takes ${known.join(", ") || "no parameters"}`,
      );
  }
  const terms = /** @type {Record<string, string>} */ ({});
  const checks = /** @type {Check[]} */ ([]);
  const taken = /** @type {Taken[]} */ ([]);
  for (const parameter of question.parameters) {
    const text = given[parameter.name] || parameter.default;
    if (text === null) {
      if (parameter.optional) continue;
      const hint = `e.g. ${parameter.name}=${parameter.example}`;
      throw new Error(`${question.name} needs the parameter ${parameter.name}, ${hint}`);
    }
    if (parameter.type === "iri" || parameter.type === "concept") {
      const one = resolved(parameter, text, question, names);
      taken.push(one);
      const stem = parameter.type === "concept" ? question.concepts : `${question.base}id/`;
      terms[parameter.name] = `<${stem}${one.value}>`;
    } else if (parameter.type === "string") {
      terms[parameter.name] = literal(text);
    } else {
      const value = parameter.type === "date" ? firstDay(text.trim()) : text;
      const hint = parameter.type === "boolean" ? "true or false" : `e.g. ${parameter.example}`;
      const datatype = `<${question.xsd}${parameter.type}>`;
      checks.push({
        literal: literal(value),
        datatype,
        sentence: `parameter ${parameter.name}='${text}' is not a valid ${parameter.type}, ${hint}`,
      });
      terms[parameter.name] = `${literal(value)}^^${datatype}`;
    }
  }
  refuseBackward(question, given);
  const names_given = known.filter((name) => name in terms);
  let sparql = /** @type {string} */ (question.queries[names_given.join(",")]);
  for (const name of names_given)
    sparql = sparql.replaceAll(`<${question.mark}${name}>`, () => terms[name] ?? "");
  return { sparql, checks, taken };
}

/**
 * The one thing that a text names: by id, or by one of its names.
 * @param {Parameter} parameter
 * @param {string} given
 * @param {Question} question
 * @param {Names} names
 * @returns {Taken}
 */
function resolved(parameter, given, question, names) {
  const { name, stems, kinds, example, type } = parameter;
  const label = (/** @type {string} */ thing) => names.labels[thing] || thing;
  const value = (/** @type {string} */ thing) =>
    type === "concept" ? thing.replace(/^scheme\//, "") : thing;
  const fits = (/** @type {string} */ thing) =>
    !stems.length || stems.some((stem) => thing.startsWith(stem));
  const existing = (/** @type {string} */ thing) => {
    const now = Object.hasOwn(names.replaced, thing) ? (names.replaced[thing] ?? thing) : thing;
    return Object.hasOwn(names.labels, now) ? now : undefined;
  };
  let text = withoutBase(given.trim(), question);
  if (type === "concept" && existing(`scheme/${text}`)) text = `scheme/${text}`;
  const isPath = PATH.test(text);
  const thing = isPath ? existing(text) : undefined;
  if (thing && fits(thing))
    return { parameter: name, given, value: value(thing), label: label(thing) };
  if (thing)
    throw new Error(
      `${name}=${given}: ${label(thing)} (${thing}) is no ${kinds}; give one such as ${example}`,
    );
  const words = isPath ? text.slice(text.lastIndexOf("/") + 1) : text;
  const found = named(words, names).filter(fits);
  const only = found.length === 1 && !isPath ? found[0] : undefined;
  if (only) return { parameter: name, given, value: value(only), label: label(only) };
  const near = found.length ? found : alike(words, names).filter(fits);
  const told = near.slice(0, MOST).map((one) => `${label(one)} (${value(one)})`);
  const rest = near.length > MOST ? ` and ${near.length - MOST} more` : "";
  if (found.length > 1)
    throw new Error(`${name}=${given} may mean ${told.join(", ")}${rest}; give one of these ids`);
  const hint = told.length ? `did you mean ${told.join(" or ")}?` : `give one such as ${example}`;
  throw new Error(`${name}=${given}: no ${kinds} of this name; ${hint}`);
}

/** @param {string} text @param {Names} names */
function named(text, names) {
  const key = (folded(text).match(/[a-z0-9]+/g) ?? []).join(" ");
  return Object.hasOwn(names.called, key) ? (names.called[key] ?? []) : [];
}

/** @param {string} text @param {Names} names */
function alike(text, names) {
  const rows = Object.entries(names.labels).map(
    ([thing, label]) => /** @type {import("./names.js").Row} */ ([thing, label, ""]),
  );
  return search(rows, text).map(([thing]) => thing);
}

/** @param {string} text @param {Question} question */
function withoutBase(text, { base, concepts }) {
  if (text.startsWith(concepts)) return `scheme/${text.slice(concepts.length)}`;
  for (const start of [`${base}id/`, "id/"])
    if (text.startsWith(start)) return text.slice(start.length);
  return text;
}

/** @param {string} text */
function firstDay(text) {
  if (!SPAN_OF_DAYS.test(text)) return text;
  return text.includes("-") ? `${text}-01` : `${text}-01-01`;
}

/** @param {Question} question @param {Record<string, string>} given */
function refuseBackward({ parameters }, { since, until }) {
  const types = parameters
    .filter(({ name }) => name === "since" || name === "until")
    .map(({ type }) => type);
  if (since && until && types.every((type) => type === "integer") && Number(since) > Number(until))
    throw new Error(`since=${since} is after until=${until}; give the earlier year first`);
}

/** @param {string} text */
function literal(text) {
  const signs = /** @type {Record<string, string>} */ ({
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    '"': '\\"',
    "\\": "\\\\",
  });
  return `"${text.replace(/[\n\r\t"\\]/g, (sign) => signs[sign] ?? sign)}"`;
}

/**
 * Rows whose cells of several values have them in one order, as the server's have.
 * @param {string[]} columns
 * @param {(string | null)[][]} rows
 * @param {Record<string, string>} concatenated separator by column
 */
export function inOrder(columns, rows, concatenated) {
  const separators = columns.map((column) => concatenated[column]);
  return rows.map((row) =>
    row.map((value, at) => {
      const separator = separators[at];
      if (separator === undefined || value === null) return value;
      return value === "" ? null : value.split(separator).sort(byCodePoint).join(separator);
    }),
  );
}

/** @param {string} a @param {string} b */
function byCodePoint(a, b) {
  const [first, second] = [Array.from(a), Array.from(b)];
  for (let at = 0; at < Math.min(first.length, second.length); at++) {
    const step = (first[at]?.codePointAt(0) ?? 0) - (second[at]?.codePointAt(0) ?? 0);
    if (step) return step;
  }
  return first.length - second.length;
}
