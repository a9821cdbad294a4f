// Prefixes are hidden while a query is edited, and those that it uses are put in when it is sent.

/** @typedef {Record<string, string>} Prefixes namespace by prefix */

const DECLARED = /^\s*PREFIX\s+([\w-]*):\s*<([^>]*)>[ \t]*(\r?\n)?/i;

/**
 * The query without the declarations at its head that say what is known anyway.
 * @param {string} query
 * @param {Prefixes} known
 */
export function withoutPrefixes(query, known) {
  let rest = query;
  let kept = "";
  for (let found = DECLARED.exec(rest); found; found = DECLARED.exec(rest)) {
    if (known[found[1] ?? ""] !== found[2]) kept += found[0];
    rest = rest.slice(found[0].length);
  }
  return kept + (kept ? rest : rest.replace(/^\s*\n/, ""));
}

/**
 * The query with a declaration for every known prefix that it uses and does not declare.
 * Lines stay where they are: the declarations stand on the first line.
 * @param {string} query
 * @param {Prefixes} known
 */
export function withPrefixes(query, known) {
  const bare = query
    .replace(/"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g, '""')
    .replace(/<[^<>\s]*>/g, "<>")
    .replace(/#.*$/gm, "");
  const declared = new Set([...query.matchAll(/\bPREFIX\s+([\w-]*):/gi)].map((m) => m[1]));
  const used = new Set([...bare.matchAll(/(?<![\w?$-])([A-Za-z][\w-]*):/g)].map((m) => m[1] ?? ""));
  const missing = [...used].filter((p) => p in known && !declared.has(p)).sort();
  const head = missing.map((prefix) => `PREFIX ${prefix}: <${known[prefix]}>`).join(" ");
  return head ? `${head} ${query}` : query;
}
