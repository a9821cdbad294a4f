// Answers as tables and as CSV; text is only ever text.

/** @typedef {{ type: "rows", columns: string[], rows: (string | null)[][] } | { type: "truth", truth: boolean } | { type: "text", text: string }} Answer */

/**
 * The rows of an answer as a table element.
 * @param {string[]} columns
 * @param {(string | null)[][]} rows
 */
export function table(columns, rows) {
  const made = document.createElement("table");
  const head = made.createTHead().insertRow();
  for (const name of columns) {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.textContent = name;
    head.append(cell);
  }
  const body = made.createTBody();
  for (const row of rows) {
    const line = body.insertRow();
    for (const value of row) line.insertCell().textContent = value ?? "";
  }
  return made;
}

/**
 * The same rows as CSV (RFC 4180).
 * @param {string[]} columns
 * @param {(string | null)[][]} rows
 */
export function csv(columns, rows) {
  const cell = (/** @type {string | null} */ value) =>
    /[",\r\n]/.test(value ?? "") ? `"${(value ?? "").replaceAll('"', '""')}"` : (value ?? "");
  return [columns, ...rows].map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}
