// The order of cells: numbers by value, texts as people sort them, empty cells always last.

const names = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/**
 * @param {string} one
 * @param {string} other
 * @param {boolean} down largest first
 */
export function compared(one, other, down) {
  const [a, b] = [one.trim(), other.trim()];
  if (!a || !b) return Number(!a) - Number(!b);
  const [x, y] = [number(a), number(b)];
  const order = Number.isNaN(x) || Number.isNaN(y) ? names.compare(a, b) : x - y;
  return down ? -order : order;
}

/** @param {string} text with narrow spaces between thousands, as pages write numbers */
function number(text) {
  return Number(text.replace(/[\u202f\s,]/g, ""));
}
