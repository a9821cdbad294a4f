// The search page of a published release.
import { search } from "../names.js";

const MOST = 200;
const here = import.meta.url;
const form = /** @type {HTMLFormElement} */ (document.getElementById("find"));
const word = /** @type {HTMLInputElement} */ (document.getElementById("word"));
const found = /** @type {HTMLElement} */ (document.getElementById("found"));
const hits = /** @type {HTMLElement} */ (document.getElementById("hits"));

const reply = await fetch(new URL("../data/names.json", here));
/** @type {import("../names.js").Row[]} */
const rows = await reply.json();

function show() {
  const text = word.value;
  const all = search(rows, text);
  hits.replaceChildren(
    ...all.slice(0, MOST).map(([path, name, others]) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = new URL(
        `../page/id/${path.split("/").map(encodeURIComponent).join("/")}/`,
        here,
      ).href;
      link.textContent = name;
      const kind = document.createElement("small");
      kind.textContent = ` ${path.split("/")[0].replaceAll("-", " ")}${others ? ` · ${others}` : ""}`;
      item.append(link, kind);
      return item;
    }),
  );
  const cut = all.length > MOST ? `; the first ${MOST} stand here` : "";
  found.textContent = text.trim()
    ? `${all.length.toLocaleString("en")} of ${rows.length.toLocaleString("en")} names have these words${cut}`
    : `${rows.length.toLocaleString("en")} things have a name`;
}

word.value = new URLSearchParams(location.search).get("q") ?? "";
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const place = new URL(location.href);
  place.search = new URLSearchParams({ q: word.value }).toString();
  history.replaceState(null, "", place);
  show();
});
show();
