// A question of a published release, asked again with other values: all in the browser.
import { bound, inOrder } from "../parameters.js";
import { csv } from "../table.js";
import { MOST_ROWS, table } from "./answer.js";

const here = import.meta.url;
const data = (/** @type {string} */ name) => new URL(`../data/${name}`, here).href;
const places = { engine: new URL("oxigraph.wasm", here).href, graph: data("graph.nq.gz") };
const form = /** @type {HTMLFormElement} */ (document.querySelector("form.parameters"));
const place = /** @type {HTMLElement} */ (document.getElementById("asked"));
const name = new URL(form.action).pathname.split("/").filter(Boolean).pop();

/** @type {Promise<[import("../parameters.js").Question, import("../parameters.js").Names]> | undefined} */
let files;
/** @type {Worker | undefined} */
let worker;
let running = false;

/** @param {string} file */
async function fetched(file) {
  const reply = await fetch(data(file));
  if (!reply.ok) throw new Error(`data/${file} could not be fetched (${reply.status})`);
  return reply.json();
}

/** @param {string} text @param {string} kind @param {string} role */
function say(text, kind, role) {
  const line = document.createElement("p");
  line.className = kind;
  line.setAttribute("role", role);
  line.textContent = text;
  return line;
}

/** @param {Record<string, string>} given */
async function ask(given) {
  // what stands there answers the values of the catalogue
  for (let next = place.nextElementSibling; next && next.tagName !== "SECTION"; ) {
    /** @type {HTMLElement} */ (next).hidden = true;
    next = next.nextElementSibling;
  }
  fill(given);
  place.replaceChildren(say("Asking the graph in your browser …", "note", "status"));
  if (running) worker?.terminate();
  if (running) worker = undefined; // an engine cannot be stopped otherwise; its graph goes with it
  try {
    files ??= Promise.all([fetched(`questions/${name}.json`), fetched("called.json")]);
    const [question, names] = await files;
    const asked = bound(question, names, given);
    for (const one of asked.taken) fill({ [one.parameter]: one.value });
    write(asked.sparql);
    const found = await answered(asked);
    const texts = found.rows.map((row) => row.map((term) => term?.value ?? null));
    const ordered = inOrder(found.columns, texts, question.concatenated);
    const rows = found.rows.map((row, at) =>
      row.map((term, of) => {
        const value = ordered[at][of];
        return term && value !== null ? { ...term, value } : null;
      }),
    );
    place.replaceChildren(
      ...asked.taken
        .filter((one) => one.given !== one.value)
        .map((one) =>
          say(
            `${one.parameter} “${one.given}” was taken as ${one.label} (${one.value}).`,
            "note",
            "status",
          ),
        ),
      ...shown(found.columns, rows, question, names),
    );
  } catch (problem) {
    const text = problem instanceof Error ? problem.message : String(problem);
    place.replaceChildren(say(text, "trouble", "alert"));
  }
}

/**
 * @param {{ sparql: string, checks: import("../parameters.js").Check[] }} asked
 * @returns {Promise<{ columns: string[], rows: import("./cells.js").Term[][] }>}
 */
function answered({ sparql, checks }) {
  const made = worker ?? new Worker(new URL("worker.js", here), { type: "module" });
  worker = made;
  running = true;
  return new Promise((found, failed) => {
    made.onerror = () => failed(new Error("the engine could not be started in this browser"));
    made.onmessage = ({ data: told }) => {
      running = false;
      if (told.trouble !== undefined) failed(new Error(told.trouble));
      else found(told.found);
    };
    made.postMessage({ ...places, query: sparql, checks, terms: true });
  });
}

/**
 * @param {string[]} columns
 * @param {import("./cells.js").Term[][]} rows
 * @param {import("../parameters.js").Question} question
 * @param {import("../parameters.js").Names} names
 */
function shown(columns, rows, question, names) {
  if (!rows.length)
    return [
      say(
        "No rows: nothing in this release answers the question with these values.",
        "note",
        "status",
      ),
    ];
  const texts = rows.map((row) => row.map((term) => term?.value ?? null));
  const cut =
    rows.length > MOST_ROWS ? `; the first ${MOST_ROWS} stand here, the file holds all` : "";
  const count = `${rows.length.toLocaleString("en")} row${rows.length === 1 ? "" : "s"}${cut} · `;
  const line = say(count, "formats told", "status");
  const file = document.createElement("a");
  file.className = "badge";
  file.textContent = "CSV";
  file.download = `${question.name}.csv`;
  file.href = URL.createObjectURL(new Blob([csv(columns, texts)], { type: "text/csv" }));
  line.append(file);
  return [line, table(columns, rows, question, names)];
}

/** @param {string} sparql */
function write(sparql) {
  const code = document.querySelector("#sparql ~ pre code");
  if (code) code.textContent = sparql;
  const link = /** @type {HTMLAnchorElement | null} */ (document.querySelector("#sparql ~ p a"));
  if (!link) return;
  const editor = new URL(link.href);
  editor.search = new URLSearchParams({ query: sparql }).toString();
  link.href = editor.href;
}

/** @param {Record<string, string>} values */
function fill(values) {
  for (const [parameter, value] of Object.entries(values)) {
    const field = form.elements.namedItem(parameter);
    if (field instanceof HTMLSelectElement) {
      if (![...field.options].some((one) => one.value === value))
        field.prepend(new Option(value, value));
      field.value = value;
    } else if (field instanceof HTMLInputElement) field.value = value;
  }
}

/** @param {Iterable<[string, unknown]>} pairs */
const filled = (pairs) =>
  Object.fromEntries([...pairs].map(([key, value]) => [key, String(value)]).filter((p) => p[1]));

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const given = filled(new FormData(form));
  const address = new URL(location.href);
  address.search = new URLSearchParams(given).toString();
  history.pushState(null, "", address);
  ask(given);
});
place.replaceChildren(); // what stands there for readers without script
window.addEventListener("popstate", () => location.reload());
if (location.search) ask(filled(new URLSearchParams(location.search)));
