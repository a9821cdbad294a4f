// The query editor: YASQE over the text area, prefixes hidden, results with names, stop.
import Yasqe from "@zazuko/yasqe";
import "@zazuko/yasqe/build/yasqe.min.css";
import { at } from "../root.js";
import { withoutPrefixes, withPrefixes } from "./prefixes.js";
import { ownIris, SHOWN, table } from "./table.js";

/** @type {(id: string) => any} */
const byId = (id) => document.getElementById(id);

/** @type {HTMLFormElement} */
const form = byId("editor");
/** @type {HTMLTextAreaElement} */
const area = byId("query");
/** @type {HTMLElement} */
const status = byId("status");
/** @type {HTMLElement} */
const result = byId("result");
/** @type {HTMLButtonElement} */
const stop = byId("stop");
const base = form.dataset.base ?? "";
/** @type {Record<string, string>} */
const prefixes = JSON.parse(form.dataset.prefixes ?? "{}");
const LABELLED = 500; // IRIs whose names are asked for at once
/** @type {AbortController | null} */
let running = null;
/** @type {Promise<{ classes: string[], properties: string[] }> | null} */
let terms = null;

/** What completion offers: classes and properties that the release holds (its VoID description). */
function known() {
  terms ??= fetch(at("/editor/terms")).then((reply) => reply.json());
  return terms;
}

/**
 * @param {string} name
 * @param {"classes" | "properties"} list
 */
function completer(name, list) {
  const own = `release-${list}`;
  Yasqe.forkAutocompleter(name, {
    name: own,
    persistenceId: null, // another release holds others
    get: async (/** @type {any} */ _, /** @type {any} */ token) =>
      (await known())[list].filter((iri) => iri.startsWith(token?.autocompletionString ?? "")),
  });
  return own;
}

/** @returns {any} */
function startEditor() {
  const own = [completer("class", "classes"), completer("property", "properties")];
  Yasqe.defaults.autocompleters = ["variables", ...own];
  Yasqe.defaults.prefixCcApi = null; // nothing is asked of other hosts
  const holder = document.createElement("div");
  area.before(holder);
  const made = /** @type {any} */ (
    new Yasqe(holder, {
      value: withoutPrefixes(area.value, prefixes),
      persistenceId: null,
      consumeShareLink: null,
      createShareableLink: null, // the address is one
      showQueryButton: false,
      resizeable: false,
      editorHeight: "22rem",
      extraKeys: { "Ctrl-Enter": runSafely, "Cmd-Enter": runSafely, Esc: leave },
    })
  );
  const declared = made.getPrefixesFromQuery.bind(made);
  made.getPrefixesFromQuery = () => ({ ...prefixes, ...declared() });
  knowPrefixes(made.getMode());
  made.setValue(made.getValue()); // read once more, now that they are known
  made.getInputField().setAttribute("aria-label", "Query");
  area.hidden = true;
  return made;
}

/**
 * A prefix that is put in at sending is no error.
 * @param {{ startState: () => { prefixes: Record<string, string> } }} mode
 */
function knowPrefixes(mode) {
  const start = mode.startState;
  mode.startState = () => {
    const state = start();
    Object.assign(state.prefixes, prefixes);
    return state;
  };
}

/** Esc leaves the editor: Tab writes into it, and a keyboard must find the way out. */
function leave() {
  byId("run").focus();
}

/** @param {string} query @param {string} accept @param {AbortSignal} signal */
async function ask(query, accept, signal) {
  const headers = { "Content-Type": "application/sparql-query", Accept: accept };
  const release = new URLSearchParams(location.search).get("release"); // an earlier one, or none
  const address = at(release ? `/sparql?${new URLSearchParams({ release })}` : "/sparql");
  const reply = await fetch(address, { method: "POST", headers, body: query, signal });
  if (!reply.ok) throw new Error((await reply.json()).detail);
  return reply;
}

/** @param {string[]} iris @param {AbortSignal} signal @returns {Promise<Map<string, string>>} */
async function labelsOf(iris, signal) {
  if (iris.length === 0) return new Map();
  const values = iris.slice(0, LABELLED).map((iri) => `<${iri}>`);
  const label = "http://www.w3.org/2000/01/rdf-schema#label";
  const query = `SELECT ?s (SAMPLE(?n) AS ?name) { VALUES ?s { ${values.join(" ")} } ?s <${label}> ?n } GROUP BY ?s`;
  const answer = await (await ask(query, "application/sparql-results+json", signal)).json();
  return new Map(answer.results.bindings.map((/** @type {any} */ b) => [b.s.value, b.name.value]));
}

/** @param {any} answer @param {boolean} cut @param {AbortSignal} signal */
async function showRows(answer, cut, signal) {
  const rows = answer.results.bindings;
  const labels = await labelsOf(ownIris(rows.slice(0, SHOWN), base), signal);
  result.replaceChildren(table(answer.head.vars, rows, base, labels));
  const more = rows.length > SHOWN ? `; the first ${SHOWN} stand here, the files hold all` : "";
  const ended = cut ? ", cut at the server's limit" : "";
  status.textContent = `${rows.length} row${rows.length === 1 ? "" : "s"}${ended}${more}`;
}

/** @param {string} text */
function showText(text) {
  const pre = document.createElement("pre");
  pre.textContent = text;
  result.replaceChildren(pre);
  status.textContent = "";
}

async function run() {
  running?.abort();
  const mine = new AbortController();
  running = mine;
  const query = sent();
  remember(query);
  status.textContent = "Running …";
  result.replaceChildren();
  stop.hidden = false;
  if (view() !== "table") return showView(query, mine);
  const accept = "application/sparql-results+json, text/turtle;q=0.9, */*;q=0.1";
  try {
    const reply = await ask(query, accept, mine.signal);
    const type = reply.headers.get("Content-Type") ?? "";
    if (!type.includes("sparql-results+json")) return showText(await reply.text());
    const answer = await reply.json();
    if ("boolean" in answer) status.textContent = answer.boolean ? "Yes" : "No";
    else await showRows(answer, reply.headers.has("X-Permed-Truncated"), mine.signal);
  } finally {
    ended(mine);
  }
}

/** @returns {string} table, chart, map or network */
function view() {
  return String(new FormData(form).get("view") ?? "table");
}

/**
 * The server draws: the same picture as without scripts.
 * @param {string} query
 * @param {AbortController} mine
 */
async function showView(query, mine) {
  try {
    const reply = await fetch(address(query), { signal: mine.signal });
    const made = new DOMParser().parseFromString(await reply.text(), "text/html");
    const said = made.querySelector("p.trouble, #trouble")?.textContent;
    if (said || !reply.ok) throw new Error(said || `status ${reply.status}`);
    result.replaceChildren(...(made.getElementById("result")?.children ?? []));
    for (const part of result.querySelectorAll("details")) part.open = true;
    status.textContent = made.getElementById("status")?.textContent ?? "";
  } finally {
    ended(mine);
  }
}

/** @param {AbortController} mine */
function ended(mine) {
  if (running !== mine) return;
  running = null;
  stop.hidden = true;
}

/** @param {string} query @returns {string} where this query, release and view are shown */
function address(query) {
  const words = new URLSearchParams({ query, run: "1" });
  const release = new URLSearchParams(location.search).get("release");
  if (release) words.set("release", release);
  if (view() !== "table") words.set("view", view());
  return at(`/editor?${words}`);
}

/** The query as it is sent, with the prefixes that it uses. */
function sent() {
  return withPrefixes(editor.getValue(), prefixes);
}

/** @param {string} query the address holds it, so that it can be mailed and gone back to */
function remember(query) {
  const here = address(query);
  if (here.length < 8000) history.replaceState(null, "", here);
}

function runSafely() {
  run().catch((problem) => {
    const stopped = problem.name === "AbortError";
    status.textContent = stopped ? "Stopped." : `No answer: ${problem.message}`;
  });
}

const editor = startEditor();
form.addEventListener("submit", (event) => {
  area.value = sent(); // files are sent by the form itself
  const pressed = /** @type {HTMLButtonElement | null} */ (event.submitter);
  if (pressed?.name === "format") return;
  event.preventDefault();
  runSafely();
});
for (const choice of form.querySelectorAll("[name=view]")) {
  choice.addEventListener("change", runSafely);
}
stop.addEventListener("click", () => running?.abort());
