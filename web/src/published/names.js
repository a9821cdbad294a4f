// Search by name over the rows that were published: path, name, other names.

/** @typedef {[string, string, string]} Row */

/** @param {string} text */
export const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/**
 * Rows that have all words, those whose name begins with the text first.
 * @param {Row[]} rows
 * @param {string} text
 * @returns {Row[]}
 */
export function search(rows, text) {
  const whole = folded(text).trim();
  const words = whole.split(/\s+/).filter(Boolean);
  if (!words.length) return [];
  const scored = /** @type {[number, Row][]} */ ([]);
  for (const row of rows) {
    const name = folded(row[1]);
    const all = `${name} ${folded(row[2])} ${folded(row[0])}`;
    if (!words.every((word) => all.includes(word))) continue;
    const others = folded(row[2]).split(" · ");
    const score =
      name === whole || others.includes(whole)
        ? 0
        : name.startsWith(whole)
          ? 1
          : name.includes(whole)
            ? 2
            : 3;
    scored.push([score, row]);
  }
  return scored.sort((a, b) => a[0] - b[0] || a[1][1].localeCompare(b[1][1])).map(([, row]) => row);
}
