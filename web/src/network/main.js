// The network page: draws what the forms say, keeps picture, tables and address in step.
import { at } from "../root.js";
import { make, markRow, showLegend, showRows, showWay } from "./panels.js";
import { Scene } from "./scene.js";
import { savePng, saveText, svgOf } from "./svg.js";
import { addressOf, dataOf, found } from "./view.js";

const MOST_ROWS = 25;
const MOST_BROKERS = 10;
const MOST_FOUND = 8;

/** @type {(id: string) => any} */
const byId = (id) => document.getElementById(id);

/** @type {HTMLFormElement} */
const form = byId("selection");
/** @type {Record<string, string>} */
const usual = JSON.parse(form.dataset.usual ?? "{}");
/** @type {HTMLElement | null} */
const drawing = byId("drawing");
/** @type {Scene | null} */
let scene = null;
let pinned = new URLSearchParams(location.search).get("pin") ?? "";

/** @returns {string} the address of what the form says */
function address() {
  const said = new FormData(form);
  if (pinned) said.set("pin", pinned);
  return addressOf(said, usual);
}

/** @param {string} name */
function chosen(name) {
  return String(new FormData(form).get(name) ?? "");
}

/** Fetch and draw; what stood there before stays until the new is there. */
async function draw() {
  byId("counted").setAttribute("aria-busy", "true");
  const reply = await fetch(dataOf(location.search || "?relation=csa"));
  const told = await reply.json();
  if (!reply.ok) return complain(told.detail);
  complain("");
  scene?.end();
  const holder = make("div", {
    class: "canvas",
    role: "img",
    "aria-label": "Network picture; the tables hold the same",
  });
  drawing?.replaceChildren(holder);
  drawing?.removeAttribute("tabindex");
  scene = new Scene(holder, told, choose);
  look();
  choose(told.nodes.id.indexOf(pinned), false);
  if (pinned) scene.goTo(Math.max(told.nodes.id.indexOf(pinned), 0));
  const cut =
    scene.atRest.length < told.total.edges
      ? `; at rest the ${scene.atRest.length} strongest are drawn, of a node that you point at all`
      : "";
  const counts = `${told.total.nodes} nodes, ${told.total.edges} ties`;
  const part =
    told.nodes.id.length < told.total.nodes
      ? `; the ${told.nodes.id.length} with most partners are drawn`
      : "";
  byId("counted").textContent = `${counts}${part}${cut}.`;
  byId("counted").removeAttribute("aria-busy");
  offerNames(told);
  referToQuery(told.sparql);
  document.documentElement.dataset.drawn = "yes"; // tests wait for it
}

/** @param {string} text what went wrong, or nothing */
function complain(text) {
  const trouble = byId("trouble");
  trouble.textContent = text;
  trouble.hidden = !text;
}

/** Colours, sizes, legend and tables as the form says. */
function look() {
  if (!scene) return;
  scene.look(chosen("colour"), chosen("size"));
  const by = chosen("colour");
  const groups = scene.legend.map((group) => ({ ...group, label: wordsOf(by, group.label) }));
  showLegend(byId("legend"), groups);
  const answer = scene.answer;
  const table = byId("table");
  const heads = table.querySelectorAll("th[data-column]"); // the page says which, in which order
  const columns = [...heads].map((head) => head.getAttribute("data-column") ?? "");
  const go = (/** @type {number} */ node) => {
    choose(node);
    scene?.goTo(node);
  };
  const size = answer.nodes[chosen("size")] ? chosen("size") : "degree";
  showRows(table, answer, size, columns, MOST_ROWS, go, wordsOf);
  const brokers = byId("broker-table");
  if (brokers) showRows(brokers, answer, "brokerage", ["brokerage"], MOST_BROKERS, go);
  markRow(tables(), pinned || null);
}

/** @param {string} name of a control @param {string} code what it calls a choice of it */
function wordsOf(name, code) {
  const options = document.querySelectorAll(`#selection select[name="${name}"] option`);
  const found = [...options].find((option) => option.getAttribute("value") === code);
  return found?.textContent ?? code;
}

/** @returns {HTMLTableElement[]} */
function tables() {
  return [byId("table"), byId("broker-table")].filter(Boolean);
}

/** @param {number | null} node @param {boolean} [keep] whether the address tells it */
function choose(node, keep = true) {
  const known = node !== null && node >= 0 ? node : null;
  const id = known === null ? "" : (scene?.answer.nodes.id[known] ?? "");
  scene?.pin(known);
  markRow(tables(), id || null);
  const page = byId("pinned");
  if (page) {
    page.replaceChildren();
    if (known !== null) page.append(...facts(known));
  }
  if (!keep) return;
  pinned = id;
  history.replaceState(null, "", address());
}

/** @param {number} node what is told of a chosen node, and where it leads */
function facts(node) {
  const nodes = scene?.answer.nodes;
  const id = nodes?.id[node] ?? "";
  const name = nodes?.label[node] ?? id;
  const around = make("button", { type: "button", class: "quiet" }, "Only around it");
  around.addEventListener("click", () => {
    set("around", id);
    go();
  });
  const end = make("button", { type: "button", class: "quiet" }, "Start of a way");
  end.addEventListener("click", () => {
    byId("path").elements.from.value = id;
    byId("path").elements.to.focus();
  });
  const told = ` partners: ${nodes?.degree?.[node] ?? 0} `;
  return [make("strong", {}, make("a", { href: at(`/id/${id}`) }, name)), told, around, " ", end];
}

/** @param {string} name @param {string} value */
function set(name, value) {
  const field = /** @type {any} */ (form.elements.namedItem(name));
  if (field) field.value = value;
}

/** Say in the address what the form says, and draw it. */
function go() {
  pinned = "";
  history.pushState(null, "", address());
  drawSafely();
  refer();
}

function drawSafely() {
  draw().catch((problem) => complain(`No answer: ${problem.message}`));
}

/** The links to the same elsewhere belong to the selection that was loaded with the page. */
function refer() {
  const query = new URLSearchParams(dataOf(location.search).split("?")[1]);
  for (const link of document.querySelectorAll(`a[href^="${at("/api/v1/network/")}"]`)) {
    const [path = "", old = ""] = (link.getAttribute("href") ?? "").split("?");
    const format = new URLSearchParams(old).get("format");
    const said = new URLSearchParams(query);
    if (format) said.set("format", format);
    link.setAttribute("href", `${path}?${said}`);
    if (!format) link.textContent = `${path}?${said}`;
  }
  const words = [...query].map(
    ([name, value]) => `--${name.replaceAll("_", "-")} ${quoted(value)}`,
  );
  byId("command").textContent = ["permed network measure", ...words].join(" ");
}

/** @param {import("./decode.js").Answer["sparql"]} told the query of what is drawn */
function referToQuery(told) {
  byId("sparql")?.setAttribute("href", at(`/editor?${new URLSearchParams({ query: told.query })}`));
  const left = told.left_out;
  const words = left.charAt(0).toUpperCase() + left.slice(1);
  if (byId("left-out")) byId("left-out").textContent = words;
}

/** @param {string} text as a shell reads it */
function quoted(text) {
  return /^[\w/.:@-]+$/.test(text) ? text : `'${text.replaceAll("'", `'"'"'`)}'`;
}

/** @param {import("./decode.js").Answer} told names for the fields where one is typed */
function offerNames(told) {
  const list = byId("names") ?? make("datalist", { id: "names" });
  const options = told.nodes.id.slice(0, 3000).map((id, i) => {
    const option = make("option", { value: told.nodes.label[i] ?? id });
    return option;
  });
  list.replaceChildren(...options);
  if (!list.isConnected) document.body.append(list);
}

/** @param {string} typed */
function search(typed) {
  const answer = scene?.answer;
  if (!scene || !answer) return;
  const names = answer.nodes.label.map((label, i) => label ?? answer.nodes.id[i] ?? "");
  const [first] = found(names, typed, MOST_FOUND);
  byId("found").textContent = first === undefined && typed ? "No such name in this network." : "";
  if (first === undefined) return;
  choose(first);
  scene.goTo(first);
}

async function way() {
  const said = new FormData(byId("path"));
  const query = new URLSearchParams([...said].map(([k, v]) => [k, String(v)]));
  const page = at(`/path?${query}`);
  query.set("limit", "1");
  const reply = await fetch(at(`/api/v1/network/path?${query}`));
  const told = await reply.json();
  const holder = byId("path-steps");
  if (!reply.ok)
    return holder.replaceChildren(make("p", { class: "trouble", role: "alert" }, told.detail));
  if (told.length === 0)
    return holder.replaceChildren(
      make("p", { role: "status" }, "No way joins these two in this network."),
    );
  showWay(holder, told, page);
  const ids = scene?.answer.nodes.id ?? [];
  const nodes = [told[0].one, ...told.map((/** @type {any} */ step) => step.other)];
  choose(null, false);
  scene?.showWay(nodes.map((id) => ids.indexOf(id)).filter((node) => node >= 0));
}

/** @param {(name: string, svg: string) => unknown} write */
function save(write) {
  if (!scene) return;
  const { dots, lines } = scene.drawn();
  write("network", svgOf(dots, lines, scene.legend, document.title));
}

/** @param {string} words @param {() => unknown} act @param {string} [label] */
function button(words, act, label) {
  const made = make(
    "button",
    { type: "button", class: "quiet", ...(label ? { "aria-label": label } : {}) },
    words,
  );
  made.addEventListener("click", act);
  return made;
}

function startToolbar() {
  const field = /** @type {HTMLInputElement} */ (
    make("input", {
      type: "search",
      list: "names",
      "aria-label": "Find in the picture",
      placeholder: "Find in the picture",
    })
  );
  field.addEventListener("change", () => search(field.value));
  const camera = () => scene?.sigma.getCamera();
  byId("toolbar").replaceChildren(
    field,
    button("+", () => camera()?.animatedZoom(), "Zoom in"),
    button("−", () => camera()?.animatedUnzoom(), "Zoom out"),
    button(
      "Whole",
      () => {
        camera()?.animatedReset();
        scene?.showWay([]);
        choose(null);
      },
      "Show the whole network",
    ),
    button("PNG", () => save((name, svg) => savePng(`${name}.png`, svg)), "Save as PNG"),
    button(
      "SVG",
      () => save((name, svg) => saveText(`${name}.svg`, "image/svg+xml", svg)),
      "Save as SVG",
    ),
    make("span", { id: "pinned" }),
    make("span", { id: "found", role: "status" }),
  );
  byId("toolbar").hidden = false;
}

/** Two sliders under the years: pulled, they write the years; let go, they draw. */
function startSliders() {
  const [first, last] = [2008, new Date().getFullYear() + 6];
  for (const name of ["from", "to"]) {
    const field = /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
    const slider = /** @type {HTMLInputElement} */ (
      make("input", {
        type: "range",
        min: String(first),
        max: String(last),
        "aria-label": `${name} year, slider`,
      })
    );
    slider.value = field.value.slice(0, 4) || String(name === "from" ? first : last);
    slider.addEventListener("input", () => {
      const open = slider.value === String(name === "from" ? first : last);
      field.value = open ? "" : slider.value;
    });
    field.addEventListener("change", () => {
      slider.value = field.value.slice(0, 4) || slider.value;
    });
    field.after(slider);
  }
}

/** After "back": the form says again what the address says. */
function readAddress() {
  const said = new URLSearchParams(location.search);
  for (const field of /** @type {any} */ (form.elements)) {
    if (!field.name) continue;
    field.value = said.get(field.name) ?? usual[field.name] ?? "";
  }
  pinned = said.get("pin") ?? "";
  drawSafely();
  refer();
}

if (drawing) {
  startToolbar();
  startSliders();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    go();
  });
  form.addEventListener("change", (event) => {
    const name = /** @type {HTMLInputElement} */ (event.target).name;
    if (name !== "colour" && name !== "size") return go();
    history.replaceState(null, "", address());
    look();
  });
  byId("path").addEventListener("submit", (/** @type {Event} */ event) => {
    event.preventDefault();
    way().catch((problem) => complain(`No answer: ${problem.message}`));
  });
  addEventListener("popstate", readAddress);
  drawSafely();
}
