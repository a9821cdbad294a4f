// Which names find room in the picture: none is written over another.

/** @typedef {{ x: number, y: number, width: number, height: number }} Box in pixels */

export class Places {
  /** @type {Box[]} */
  #taken = [];

  clear() {
    this.#taken = [];
  }

  /** @param {Box} box @returns {boolean} whether it was free; it is taken then */
  take(box) {
    if (this.#taken.some((other) => overlap(box, other))) return false;
    this.#taken.push(box);
    return true;
  }
}

/** @param {Box} a @param {Box} b */
function overlap(a, b) {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

/**
 * A name cut at a word, with the sign that it is.
 * @param {string} name @param {number} most signs
 */
export function shortened(name, most) {
  if (name.length <= most) return name;
  const part = name.slice(0, most - 1);
  const end = part.lastIndexOf(" ");
  return `${(end > most / 2 ? part.slice(0, end) : part).trimEnd()}…`;
}
