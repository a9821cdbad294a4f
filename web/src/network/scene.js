// The picture on the screen: sigma over the strongest edges, all of the node that is looked at.
import Sigma from "sigma";
import { edgesByNode, edgesOf, strongest } from "./decode.js";
import { PictureGraph } from "./picture_graph.js";
import { Places, shortened } from "./places.js";
import { coloured, radii } from "./view.js";

/** @typedef {import("./decode.js").Answer} Answer */

const AT_REST = 15_000; // edges drawn while nothing is looked at
const WIDEST = 3; // pixels
const LONGEST = 32; // signs of a name at rest; whole when looked at

export class Scene {
  /**
   * @param {HTMLElement} holder
   * @param {Answer} answer
   * @param {(node: number | null) => void} chosen told of a click; null beside all nodes
   */
  constructor(holder, answer, chosen) {
    this.answer = answer;
    this.edges = edgesOf(answer.edges);
    const size = answer.nodes.id.length;
    this.byNode = edgesByNode(this.edges, size);
    this.heaviest = this.edges.weight.reduce((a, b) => Math.max(a, b), 1e-12);
    this.graph = new PictureGraph();
    /** @type {number | null} */
    this.hovered = null;
    /** @type {number | null} */
    this.pinned = null;
    /** @type {Set<number>} nodes of a way that is shown */
    this.way = new Set();
    /** @type {string[]} edges added for the node that is looked at */
    this.extra = [];
    this.legend = coloured(answer, "community").legend;
    for (let i = 0; i < size; i++) {
      this.graph.addNode(i, {
        x: answer.nodes.x[i],
        y: answer.nodes.y[i],
        label: answer.nodes.label[i] ?? answer.nodes.id[i],
      });
    }
    this.atRest = strongest(this.edges, size, AT_REST);
    for (const i of this.atRest) this.addEdge(i);
    this.ink = inkOf(holder);
    this.names = new Places();
    this.firstName = true; // of a frame
    this.sigma = this.start(holder);
    this.listen(chosen);
  }

  /** @param {HTMLElement} holder */
  start(holder) {
    const graph = /** @type {any} */ (this.graph); // what sigma calls of a graph, no more
    return new Sigma(graph, holder, {
      hideEdgesOnMove: true,
      labelColor: { color: this.ink.text },
      labelFont: "system-ui, sans-serif",
      labelRenderedSizeThreshold: 7,
      defaultEdgeColor: this.ink.edge,
      defaultDrawNodeLabel: (context, data, settings) => {
        if (this.firstName) this.keepFree(); // only now is it known where nodes stand
        drawAtRest(context, data, settings, this.ink, this.names);
      },
      nodeReducer: (node, data) => this.shownNode(Number(node), data),
      edgeReducer: (edge, data) => this.shownEdge(edge, data),
      defaultDrawNodeHover: (context, data, settings) =>
        drawName(context, data, settings, this.ink),
      allowInvalidContainer: true,
      minCameraRatio: 0.02,
      maxCameraRatio: 4,
    });
  }

  /** @param {(node: number | null) => void} chosen */
  listen(chosen) {
    this.sigma.on("beforeRender", () => {
      this.firstName = true;
    });
    this.sigma.on("enterNode", ({ node }) => this.lookAt(Number(node)));
    this.sigma.on("leaveNode", () => this.lookAt(null));
    this.sigma.on("clickNode", ({ node }) => chosen(Number(node)));
    this.sigma.on("clickStage", () => chosen(null));
  }

  /** Where the names of marked nodes will stand in this frame, no other may. */
  keepFree() {
    this.firstName = false;
    this.names.clear();
    const context = this.sigma.getCanvases().hovers?.getContext("2d");
    const settings = this.sigma.getSettings();
    if (!context) return;
    for (const node of this.marked()) {
      const data = this.sigma.getNodeDisplayData(node);
      if (!data?.label) continue;
      const { x, y } = this.sigma.framedGraphToViewport(data);
      const size = this.sigma.scaleSize(data.size);
      this.names.take(boxOf(context, { ...data, x, y, size }, data.label, settings, 600));
    }
  }

  /** @returns {number[]} the node that is looked at and those of the way */
  marked() {
    return this.focus === null ? [...this.way] : [this.focus, ...this.way];
  }

  /** @param {number} i */
  addEdge(i) {
    const { source, target, weight } = this.edges;
    const size = 0.4 + WIDEST * ((weight[i] ?? 0) / this.heaviest);
    if (!this.graph.hasEdge(`e${i}`)) {
      this.graph.addUndirectedEdgeWithKey(`e${i}`, source[i], target[i], { size });
      return true;
    }
    return false;
  }

  /** The node that is looked at: hovered, else pinned. */
  get focus() {
    return this.hovered ?? this.pinned;
  }

  /** @param {number | null} node */
  lookAt(node) {
    this.hovered = node;
    this.refocus();
  }

  /** @param {number | null} node */
  pin(node) {
    this.pinned = node;
    this.refocus();
  }

  /** @param {number[]} nodes */
  showWay(nodes) {
    this.way = new Set(nodes);
    this.refocus();
  }

  refocus() {
    for (const edge of this.extra) if (this.graph.hasEdge(edge)) this.graph.dropEdge(edge);
    const around = this.focus === null ? [...this.way] : [this.focus];
    this.extra = around
      .flatMap((node) => this.byNode[node] ?? [])
      .filter((i) => this.focus !== null || this.onWay(i))
      .filter((i) => this.addEdge(i))
      .map((i) => `e${i}`);
    this.sigma.refresh({ skipIndexation: false });
  }

  /** @param {number} i whether both ends of an edge lie on the way */
  onWay(i) {
    return this.way.has(this.edges.source[i] ?? -1) && this.way.has(this.edges.target[i] ?? -1);
  }

  /** @param {number} node @param {any} data */
  shownNode(node, data) {
    const focus = this.focus;
    const bright =
      focus === null
        ? this.way.size === 0 || this.way.has(node)
        : node === focus || this.graph.areNeighbors(node, focus);
    const marked = node === focus || this.way.has(node);
    if (bright) return { ...data, forceLabel: marked, highlighted: marked, zIndex: 1 };
    return { ...data, color: this.ink.faded, label: "", zIndex: 0 };
  }

  /** @param {string} edge @param {any} data */
  shownEdge(edge, data) {
    const focus = this.focus;
    if (focus === null && this.way.size === 0) return data;
    const bright =
      focus === null ? this.onWay(Number(edge.slice(1))) : this.graph.hasExtremity(edge, focus);
    return bright ? { ...data, color: this.ink.strong } : { ...data, hidden: true };
  }

  /** @param {string} colour @param {string} size */
  look(colour, size) {
    const { legend, colours } = coloured(this.answer, colour);
    const sizes = radii(this.answer, size);
    this.legend = legend;
    this.graph.updateEachNodeAttributes((node, data) => ({
      ...data,
      color: colours[Number(node)],
      size: sizes[Number(node)],
    }));
    this.sigma.refresh();
  }

  /** @param {number} node */
  goTo(node) {
    const place = this.sigma.getNodeDisplayData(node);
    if (place) this.sigma.getCamera().animate({ x: place.x, y: place.y, ratio: 0.35 });
  }

  /** What is drawn at rest, for a file. */
  drawn() {
    const nodes = this.answer.nodes;
    const dots = nodes.id.map((id, i) => ({
      x: nodes.x[i] ?? 0,
      y: nodes.y[i] ?? 0,
      radius: this.graph.getNodeAttribute(i, "size") ?? 3,
      colour: this.graph.getNodeAttribute(i, "color") ?? "#999999",
      label: nodes.label[i] ?? id,
    }));
    const lines = this.atRest.map((i) => ({
      one: this.edges.source[i] ?? 0,
      other: this.edges.target[i] ?? 0,
      width: 0.4 + WIDEST * ((this.edges.weight[i] ?? 0) / this.heaviest),
    }));
    return { dots, lines };
  }

  end() {
    this.sigma.kill();
  }
}

/** @param {HTMLElement} holder */
function inkOf(holder) {
  const style = getComputedStyle(holder);
  const read = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  return {
    text: read("--ink"),
    paper: read("--paper"),
    edge: dark ? "#33403d" : "#ccd5d3",
    strong: read("--accent"),
    faded: dark ? "#26312f" : "#e3e8e7",
  };
}

/**
 * Where the name of a node stands: right of it, or left, or above it where the picture ends.
 * @param {CanvasRenderingContext2D} context @param {any} data @param {string} label
 * @param {any} settings @param {number} weight of the font
 * @returns {import("./places.js").Box}
 */
function boxOf(context, data, label, settings, weight) {
  context.font = `${weight} ${settings.labelSize}px ${settings.labelFont}`;
  const width = context.measureText(label).width + 8;
  const across = context.canvas.clientWidth || Infinity;
  const right = data.x + data.size + 1;
  const left = data.x - data.size - 1 - width;
  const shape = { y: data.y - 10, width, height: 20 };
  if (right + width <= across) return { ...shape, x: right };
  if (left >= 0) return { ...shape, x: left };
  return { ...shape, x: Math.max(0, across - width), y: data.y - data.size - 20 };
}

/**
 * The name of a node, where no other stands.
 * @param {CanvasRenderingContext2D} context @param {any} data @param {any} settings
 * @param {{ text: string, paper: string }} ink @param {Places} names
 */
function drawAtRest(context, data, settings, ink, names) {
  if (!data.label || data.highlighted) return; // drawn above all by drawName
  const label = shortened(data.label, LONGEST);
  const box = boxOf(context, data, label, settings, 400);
  if (!names.take(box)) return;
  context.lineWidth = 3;
  context.strokeStyle = ink.paper;
  context.strokeText(label, box.x + 4, box.y + 15);
  context.fillStyle = ink.text;
  context.fillText(label, box.x + 4, box.y + 15);
}

/**
 * The name of a node that is looked at, readable on light and dark.
 * @param {CanvasRenderingContext2D} context @param {any} data @param {any} settings
 * @param {{ text: string, paper: string }} ink
 */
function drawName(context, data, settings, ink) {
  if (!data.label) return;
  const box = boxOf(context, data, data.label, settings, 600);
  context.fillStyle = ink.paper;
  context.fillRect(box.x, box.y, box.width, box.height);
  context.fillStyle = ink.text;
  context.fillText(data.label, box.x + 4, box.y + 15);
}
