// The graph that sigma draws. Sigma reads a few methods of graphology's graphs; the whole of that
// class is a third of the page's script, so only what sigma and the scene call is here.
import { EventEmitter } from "events";

/** @typedef {Record<string, any>} Attributes */
/** @typedef {{ source: string, target: string, attributes: Attributes }} Edge */

/** Undirected, at most one edge of a name; names of nodes are texts, as sigma hands them back. */
export class PictureGraph extends EventEmitter {
  constructor() {
    super();
    this.multi = true;
    this.type = "undirected";
    /** @type {Map<string, Attributes>} */
    this.known = new Map();
    /** @type {Map<string, Edge>} */
    this.joined = new Map();
    /** @type {Map<string, Map<string, number>>} neighbours, with how many edges lead there */
    this.beside = new Map();
  }

  get order() {
    return this.known.size;
  }

  get size() {
    return this.joined.size;
  }

  nodes() {
    return [...this.known.keys()];
  }

  edges() {
    return [...this.joined.keys()];
  }

  /** @param {unknown} node */
  hasNode(node) {
    return this.known.has(String(node));
  }

  /** @param {string} edge */
  hasEdge(edge) {
    return this.joined.has(edge);
  }

  /** @param {unknown} node @param {Attributes} attributes */
  addNode(node, attributes) {
    const key = String(node);
    if (this.known.has(key)) throw new Error(`node ${key} is there already`);
    this.known.set(key, attributes);
    this.beside.set(key, new Map());
    this.emit("nodeAdded", { key, attributes });
  }

  /**
   * Sigma takes what has this method for a graph.
   * @param {string} key @param {unknown} one @param {unknown} other @param {Attributes} attributes
   */
  addUndirectedEdgeWithKey(key, one, other, attributes) {
    const [source, target] = [String(one), String(other)];
    if (this.joined.has(key)) throw new Error(`edge ${key} is there already`);
    this.count(source, target, 1);
    this.count(target, source, 1);
    this.joined.set(key, { source, target, attributes });
    this.emit("edgeAdded", { key, source, target, attributes });
  }

  /** @param {string} key */
  dropEdge(key) {
    const { source, target, attributes } = this.edge(key);
    this.joined.delete(key);
    this.count(source, target, -1);
    this.count(target, source, -1);
    this.emit("edgeDropped", { key, source, target, attributes });
  }

  /** @param {unknown} node */
  dropNode(node) {
    const key = String(node);
    const attributes = this.getNodeAttributes(key);
    for (const [name, edge] of this.joined)
      if (edge.source === key || edge.target === key) this.dropEdge(name);
    this.known.delete(key);
    this.beside.delete(key);
    this.emit("nodeDropped", { key, attributes });
  }

  /** @param {string} one @param {string} other @param {number} step */
  count(one, other, step) {
    const around = this.beside.get(one);
    if (!around) throw new Error(`there is no node ${one}`);
    const edges = (around.get(other) ?? 0) + step;
    if (edges) around.set(other, edges);
    else around.delete(other);
  }

  /** @param {string} key @returns {Edge} */
  edge(key) {
    const edge = this.joined.get(key);
    if (!edge) throw new Error(`there is no edge ${key}`);
    return edge;
  }

  /** @param {unknown} node @returns {Attributes} */
  getNodeAttributes(node) {
    const attributes = this.known.get(String(node));
    if (!attributes) throw new Error(`there is no node ${node}`);
    return attributes;
  }

  /** @param {unknown} node @param {string} name */
  getNodeAttribute(node, name) {
    return this.getNodeAttributes(node)[name];
  }

  /** @param {string} edge */
  getEdgeAttributes(edge) {
    return this.edge(edge).attributes;
  }

  /** @param {string} edge @returns {[string, string]} */
  extremities(edge) {
    const { source, target } = this.edge(edge);
    return [source, target];
  }

  /** @param {string} edge @param {unknown} node */
  hasExtremity(edge, node) {
    return this.extremities(edge).includes(String(node));
  }

  /** @param {unknown} one @param {unknown} other */
  areNeighbors(one, other) {
    return this.beside.get(String(one))?.has(String(other)) ?? false;
  }

  /** @param {(node: string, attributes: Attributes) => void} tell */
  forEachNode(tell) {
    for (const [node, attributes] of this.known) tell(node, attributes);
  }

  /** @param {(edge: string, attributes: Attributes, source: string, target: string) => void} tell */
  forEachEdge(tell) {
    for (const [key, { attributes, source, target }] of this.joined)
      tell(key, attributes, source, target);
  }

  /** @param {(node: string, attributes: Attributes) => Attributes} change */
  updateEachNodeAttributes(change) {
    for (const [node, attributes] of this.known) this.known.set(node, change(node, attributes));
    this.emit("eachNodeAttributesUpdated", { hints: null });
  }
}
