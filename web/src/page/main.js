// On every page, and needed on none: names while one types, tables that sort by a click.
import { at } from "../root.js";
import { compared } from "./order.js";

const WAIT = 150; // milliseconds after the last key
const LEAST = 2; // letters

function offerNames() {
  const field = /** @type {HTMLInputElement | null} */ (document.getElementById("q"));
  if (!field) return;
  const list = document.createElement("datalist");
  list.id = "q-names";
  field.after(list);
  field.setAttribute("list", list.id);
  field.autocomplete = "off";
  /** @type {Map<string, string>} */
  let pages = new Map();
  let timer = 0;
  field.addEventListener("input", () => {
    const page = pages.get(field.value);
    if (page) return location.assign(page); // one of the offered names was chosen
    clearTimeout(timer);
    const typed = field.value.trim();
    if (typed.length >= LEAST) timer = window.setTimeout(() => ask(typed), WAIT);
  });

  /** @param {string} typed */
  async function ask(typed) {
    const reply = await fetch(
      at(`/reconcile/suggest/entity?${new URLSearchParams({ prefix: typed })}`),
    );
    if (!reply.ok || field?.value.trim() !== typed) return;
    /** @type {{ id: string, name: string, description?: string }[]} */
    const found = (await reply.json()).result;
    pages = new Map(found.map(({ id, name }) => [name, at(`/id/${id}`)]));
    list.replaceChildren(
      ...found.map(({ name, description }) => new Option(description ?? "", name)),
    );
  }
}

function sortTables() {
  for (const table of document.querySelectorAll("table.sortable")) {
    const heads = [.../** @type {HTMLTableElement} */ (table).querySelectorAll("thead th")];
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "link";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => sort(/** @type {any} */ (table), heads, column));
    });
  }
}

/** @param {HTMLTableElement} table @param {Element[]} heads @param {number} column */
function sort(table, heads, column) {
  const head = heads[column];
  const down = head?.getAttribute("aria-sort") === "ascending";
  for (const other of heads) other.removeAttribute("aria-sort");
  head?.setAttribute("aria-sort", down ? "descending" : "ascending");
  const body = table.tBodies[0];
  const text = (/** @type {HTMLTableRowElement} */ row) => row.cells[column]?.textContent ?? "";
  const rows = [...(body?.rows ?? [])].sort((a, b) => compared(text(a), text(b), down));
  body?.append(...rows);
}

offerNames();
sortTables();
