// Writes what the server sends to browsers: bundled scripts, styles of packages, outlines of countries.
// Usage: node build.js [FOLDER], by default api/http/static/built beside this folder.
import { copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { outlines } from "./outlines.js";

const here = fileURLToPath(new URL(".", import.meta.url));
const target = resolve(process.argv[2] ?? `${here}../api/http/static/built`);
const entries = [
  "editor",
  "network",
  "page",
  "published/query",
  "published/question",
  "published/search",
  "published/worker",
];

await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });
await build({
  absWorkingDir: here,
  entryPoints: entries.map((name) => `src/${name}/main.js`),
  entryNames: "[dir]",
  outbase: "src",
  outdir: target,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  legalComments: "none",
  logLevel: "warning",
});
await writeFile(`${target}/outlines.json`, JSON.stringify(outlines()));
// the SPARQL engine of releases that are published as files
await copyFile(`${here}node_modules/oxigraph/web_bg.wasm`, `${target}/published/oxigraph.wasm`);
