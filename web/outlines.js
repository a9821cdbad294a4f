// Outlines of countries for the server's maps, from Natural Earth (public domain) as packed by world-atlas.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { feature } from "topojson-client";

const ATLAS = fileURLToPath(import.meta.resolve("world-atlas/countries-50m.json"));
const SMALLEST = 0.02; // square degrees; smaller islands are not seen on a page
const STEP = 0.1; // degrees: about a third of a pixel on a map of Europe

/** @typedef {[number, number]} Point longitude and latitude in degrees */
/** @typedef {{ id: string, name: string, rings: Point[][] }} Outline ISO 3166 number, name, rings */

/**
 * Every country with its outer rings, rounded to a tenth of a degree.
 * @returns {Outline[]}
 */
export function outlines() {
  const atlas = JSON.parse(readFileSync(ATLAS, "utf8"));
  /** @type {any} */
  const countries = feature(atlas, atlas.objects.countries);
  return countries.features
    .map(outline)
    .filter((/** @type {Outline} */ found) => found.rings.length > 0);
}

/** @param {any} country */
function outline(country) {
  const { type, coordinates } = country.geometry;
  /** @type {Point[][][]} */
  const polygons = type === "Polygon" ? [coordinates] : coordinates;
  const rings = polygons.map(([outer]) => rounded(outer ?? [])).filter((r) => area(r) > SMALLEST);
  return { id: String(country.id ?? ""), name: country.properties.name, rings };
}

/**
 * The ring with points on a grid, each corner once.
 * @param {Point[]} ring
 * @returns {Point[]}
 */
export function rounded(ring) {
  /** @type {Point[]} */
  const kept = [];
  for (const [x, y] of ring) {
    const point = /** @type {Point} */ ([snapped(x), snapped(y)]);
    const last = kept.at(-1);
    if (!last || last[0] !== point[0] || last[1] !== point[1]) kept.push(point);
  }
  return kept;
}

/** @param {number} degrees */
function snapped(degrees) {
  return Math.round(degrees / STEP) / Math.round(1 / STEP);
}

/**
 * Area of a ring in square degrees (shoelace formula).
 * @param {Point[]} ring
 */
export function area(ring) {
  let twice = 0;
  for (let i = 0; i < ring.length; i++) {
    const [x, y] = /** @type {Point} */ (ring[i]);
    const [u, v] = /** @type {Point} */ (ring[(i + 1) % ring.length]);
    twice += x * v - u * y;
  }
  return Math.abs(twice) / 2;
}
