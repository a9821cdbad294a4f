// The query editor: YASGUI where it is installed, else this small one on a plain text area.
"use strict";

const form = document.getElementById("editor");
const area = document.getElementById("query");
const status = document.getElementById("status");
const result = document.getElementById("result");
const SHOWN = 2000; // rows that a browser scrolls through without trouble

function startYasgui(holder) {
  const yasgui = new window.Yasgui(holder, {
    requestConfig: { endpoint: new URL("/sparql", location.href).href, method: "POST" },
    copyEndpointOnNewTab: false,
    persistenceId: null,
  });
  yasgui.getTab().setQuery(holder.dataset.query);
}

const NUMBER = /#(integer|decimal|double|float|int|long)$/;

function cell(term) {
  const td = document.createElement("td");
  if (!term) return td;
  if (term.type !== "uri") {
    td.textContent = term.value;
    if (NUMBER.test(term.datatype || "")) td.className = "number";
    return td;
  }
  const link = document.createElement("a");
  const base = form.dataset.base;
  const ours = term.value.startsWith(base);
  link.href = /^https?:/.test(term.value) ? (ours ? "/" + term.value.slice(base.length) : term.value) : "#";
  link.textContent = ours ? term.value.slice(base.length) : term.value;
  td.append(link);
  return td;
}

function table(answer) {
  const element = document.createElement("table");
  const head = element.createTHead().insertRow();
  for (const name of answer.head.vars) {
    const th = document.createElement("th");
    th.scope = "col";
    th.textContent = name;
    head.append(th);
  }
  const body = element.createTBody();
  for (const row of answer.results.bindings.slice(0, SHOWN)) {
    const tr = body.insertRow();
    for (const name of answer.head.vars) tr.append(cell(row[name]));
  }
  const first = body.rows[0] ? [...body.rows[0].cells] : [];
  first.forEach((td, column) => head.cells[column].classList.toggle("number", td.className === "number"));
  return element;
}

function show(type, text, truncated) {
  if (type.includes("sparql-results+json")) {
    const answer = JSON.parse(text);
    if ("boolean" in answer) {
      status.textContent = answer.boolean ? "Yes" : "No";
      return;
    }
    const rows = answer.results.bindings.length;
    const shown = rows > SHOWN ? `; the first ${SHOWN} stand here, the files hold all` : "";
    status.textContent = `${rows} row${rows === 1 ? "" : "s"}${truncated ? ", cut at the server's limit" : ""}${shown}`;
    result.replaceChildren(table(answer));
    return;
  }
  const pre = document.createElement("pre");
  pre.textContent = text;
  result.replaceChildren(pre);
  status.textContent = "";
}

async function run() {
  status.textContent = "Running …";
  result.replaceChildren();
  const reply = await fetch("/sparql", {
    method: "POST",
    headers: { "Content-Type": "application/sparql-query", Accept: "application/sparql-results+json, text/turtle;q=0.9, */*;q=0.1" },
    body: area.value,
  });
  const text = await reply.text();
  if (!reply.ok) {
    status.textContent = JSON.parse(text).detail;
    return;
  }
  show(reply.headers.get("Content-Type"), text, reply.headers.has("X-Permed-Truncated"));
}

function runSafely() {
  run().catch((problem) => {
    status.textContent = `No answer: ${problem.message}`;
  });
}

const holder = document.getElementById("yasgui");
if (holder && window.Yasgui) startYasgui(holder);
else form.hidden = false;

document.getElementById("run").addEventListener("click", (event) => {
  event.preventDefault();
  runSafely();
});
area.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    runSafely();
  }
});
if (!form.hidden && new URLSearchParams(location.search).has("run")) runSafely();
