// The query page of a published release: catalogue, editor, answers, all in the browser.
import { csv, table } from "../table.js";

const MOST_ROWS = 500;
const here = import.meta.url;
const places = {
  engine: new URL("oxigraph.wasm", here).href,
  graph: new URL("../data/graph.nq.gz", here).href,
};
const form = /** @type {HTMLFormElement} */ (document.getElementById("ask"));
const text = /** @type {HTMLTextAreaElement} */ (document.getElementById("query"));
const status = /** @type {HTMLElement} */ (document.getElementById("status"));
const result = /** @type {HTMLElement} */ (document.getElementById("result"));
const stop = /** @type {HTMLButtonElement} */ (document.getElementById("stop"));
const file = /** @type {HTMLAnchorElement} */ (document.getElementById("csv"));
const example = /** @type {HTMLSelectElement} */ (document.getElementById("example"));
const asked = new URLSearchParams(location.search);

let worker = begin();

function begin() {
  const made = new Worker(new URL("worker.js", here), { type: "module" });
  made.onmessage = ({ data }) => show(data);
  made.onerror = () => show({ trouble: "the engine could not be started in this browser" });
  status.textContent = "Loading the graph …";
  made.postMessage(places);
  return made;
}

/** @param {any} told */
function show(told) {
  stop.hidden = true;
  if (told.ready !== undefined) {
    status.textContent = `${told.ready.toLocaleString("en")} statements loaded`;
    document.body.dataset.ready = "yes";
    return;
  }
  result.replaceChildren();
  if (told.trouble !== undefined) {
    status.textContent = told.trouble;
    return;
  }
  const { found, seconds } = told;
  if (found.type === "rows") {
    result.append(table(found.columns, found.rows.slice(0, MOST_ROWS)));
    const all = found.rows.length;
    const cut = all > MOST_ROWS ? `; the first ${MOST_ROWS} stand here, the file holds all` : "";
    status.textContent = `${all.toLocaleString("en")} ${all === 1 ? "row" : "rows"} in ${seconds.toFixed(2)} s${cut}`;
    file.href = URL.createObjectURL(
      new Blob([csv(found.columns, found.rows)], { type: "text/csv" }),
    );
    file.hidden = false;
  } else {
    const shown = document.createElement("pre");
    shown.textContent = found.type === "truth" ? (found.truth ? "yes" : "no") : found.text;
    result.append(shown);
    status.textContent = `answered in ${seconds.toFixed(2)} s`;
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const place = new URL(location.href);
  place.search = new URLSearchParams({ query: text.value }).toString();
  history.replaceState(null, "", place);
  status.textContent = "Running …";
  stop.hidden = false;
  file.hidden = true;
  worker.postMessage({ ...places, query: text.value });
});

stop.addEventListener("click", () => {
  worker.terminate();
  worker = begin();
  stop.hidden = true;
});

const reply = await fetch(new URL("../data/questions.json", here));
/** @type {{ name: string, title: string, sparql: string }[]} */
const questions = await reply.json();
for (const { name, title } of questions) example.append(new Option(title, name));
/** @param {string} name */
const choose = (name) => {
  const chosen = questions.find((question) => question.name === name);
  if (chosen) text.value = chosen.sparql;
};
example.addEventListener("change", () => choose(example.value));
if (asked.get("question")) choose(asked.get("question") ?? "");
if (asked.get("query")) text.value = asked.get("query") ?? "";
