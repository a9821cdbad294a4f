// The picture as a file: what is seen, with its legend, as SVG text and from that as PNG.

/**
 * @typedef {{ x: number, y: number, radius: number, colour: string, label: string }} Dot
 * @typedef {{ one: number, other: number, width: number }} Line numbers of two dots
 * @typedef {import("./view.js").Group} Group
 */

const WIDTH = 1600;
const HEIGHT = 1100;
const LEGEND = 26; // pixels a line
const NAMED = 40; // the largest dots bear their names

/** @param {string} text */
export function escaped(text) {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

/**
 * @param {Dot[]} dots
 * @param {Line[]} lines
 * @param {Group[]} legend
 * @param {string} title
 * @returns {string}
 */
export function svgOf(dots, lines, legend, title) {
  const at = placed(dots);
  const drawn = lines.map(({ one, other, width }) => {
    const [x, y] = at(one);
    const [u, v] = at(other);
    return `<line x1="${x}" y1="${y}" x2="${u}" y2="${v}" stroke-width="${width.toFixed(2)}"/>`;
  });
  const circles = dots.map((dot, i) => {
    const [x, y] = at(i);
    const name = `<title>${escaped(dot.label)}</title>`;
    return `<circle cx="${x}" cy="${y}" r="${dot.radius.toFixed(1)}" fill="${escaped(dot.colour)}">${name}</circle>`;
  });
  const order = dots
    .map((_, i) => i)
    .sort((a, b) => (dots[b]?.radius ?? 0) - (dots[a]?.radius ?? 0));
  const names = order.slice(0, NAMED).map((i) => {
    const [x, y] = at(i);
    const dot = /** @type {Dot} */ (dots[i]);
    return `<text x="${x}" y="${(y + dot.radius + 13).toFixed(1)}" text-anchor="middle">${escaped(dot.label)}</text>`;
  });
  const keys = legend.map((group, i) => {
    const y = HEIGHT + 20 + i * LEGEND;
    return `<circle cx="30" cy="${y}" r="8" fill="${escaped(group.colour)}"/><text x="48" y="${y + 5}">${escaped(group.label)} (${group.size})</text>`;
  });
  const height = HEIGHT + 30 + legend.length * LEGEND;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="13">`,
    `<title>${escaped(title)}</title><rect width="100%" height="100%" fill="#ffffff"/>`,
    `<g stroke="#748682" stroke-opacity=".4">${drawn.join("")}</g><g stroke="#ffffff">${circles.join("")}</g>`,
    `<g fill="#17211f">${names.join("")}${keys.join("")}</g></svg>`,
  ].join("\n");
}

/** @param {Dot[]} dots @returns {(i: number) => [number, number]} place in the picture */
function placed(dots) {
  const [xs, ys] = [dots.map((d) => d.x), dots.map((d) => d.y)];
  const [left, low] = [least(xs, Math.min), least(ys, Math.min)];
  const [wide, high] = [least(xs, Math.max) - left || 1, least(ys, Math.max) - low || 1];
  const scale = Math.min((WIDTH - 80) / wide, (HEIGHT - 80) / high);
  const across = (WIDTH - wide * scale) / 2;
  const down = (HEIGHT + high * scale) / 2;
  return (i) => [
    Number((across + ((xs[i] ?? 0) - left) * scale).toFixed(1)),
    Number((down - ((ys[i] ?? 0) - low) * scale).toFixed(1)),
  ];
}

/** @param {number[]} values @param {(a: number, b: number) => number} which */
function least(values, which) {
  return values.length ? values.reduce((a, b) => which(a, b)) : 0;
}

/**
 * @param {string} name
 * @param {string} type
 * @param {string} text
 */
export function saveText(name, type, text) {
  save(name, new Blob([text], { type }));
}

/** @param {string} name @param {Blob} blob */
function save(name, blob) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** @param {string} name @param {string} svg */
export async function savePng(name, svg) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
  canvas.getContext("2d")?.drawImage(image, 0, 0);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
  if (blob instanceof Blob) save(name, blob);
}
