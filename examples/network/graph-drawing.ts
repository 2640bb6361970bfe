/** Draws a graph: a ball for each node, as large as it has links, and a faint line for each edge. */

import * as THREE from "three";
import type { Graph } from "./graph.ts";
import { NodeNames } from "./node-names.ts";

type Place = { readonly x: number; readonly y: number; readonly z: number };
type Size = { readonly width: number; readonly height: number };

const FADED = 0.1;
const PALETTE = ["#ff7a70", "#ffb45e", "#ffe27a", "#8ee08a", "#4fd8c4", "#52b6ff", "#7d8cff", "#b67cff", "#ff7fc4"];

export class GraphDrawing {
  readonly object: THREE.Object3D;
  readonly #graph: Graph;
  readonly #size: Size;
  readonly #names: NodeNames;
  #chosen: number | null | undefined;
  readonly #radii: readonly number[];
  readonly #colors: readonly THREE.Color[];
  readonly #nodes: { readonly places: THREE.BufferAttribute; readonly tints: THREE.BufferAttribute };
  readonly #ends: { readonly places: THREE.BufferAttribute; readonly tints: THREE.BufferAttribute };

  /** `size` is that of the picture in pixels. */
  constructor(graph: Graph, size: Size) {
    const degrees = graph.communities.map(() => 0);
    for (const node of graph.edges.flat()) degrees[node] = (degrees[node] ?? 0) + 1;
    this.#graph = graph;
    this.#size = size;
    this.#names = new NodeNames(graph.names, size);
    this.#radii = degrees.map((degree) => 1.5 + 0.85 * Math.sqrt(degree));
    this.#colors = graph.communities.map((community) => new THREE.Color(PALETTE[community % PALETTE.length]));
    this.#nodes = { places: triples(degrees.length), tints: triples(degrees.length) };
    this.#ends = { places: triples(graph.edges.length * 2), tints: triples(graph.edges.length * 2) };
    const balls = new THREE.Points(geometryOf(this.#nodes), ballMaterial());
    const { height } = balls.material.uniforms;
    balls.onBeforeRender = () => Object.assign(height ?? {}, { value: size.height });
    balls.geometry.setAttribute("radius", new THREE.BufferAttribute(new Float32Array(this.#radii), 1));
    const lines = new THREE.LineSegments(geometryOf(this.#ends), lineMaterial());
    for (const object of [balls, lines]) object.frustumCulled = false;
    this.object = new THREE.Group().add(lines, balls, this.#names.object);
    this.highlight(null);
  }

  /** Takes over where the nodes are now. */
  move(placeOf: (node: number) => Place): void {
    const { places } = this.#nodes;
    this.#radii.forEach((_, node) => {
      const { x, y, z } = placeOf(node);
      places.setXYZ(node, x, y, z);
    });
    this.#graph.edges.flat().forEach((node, end) => {
      this.#ends.places.setXYZ(end, places.getX(node), places.getY(node), places.getZ(node));
    });
    places.needsUpdate = true;
    this.#ends.places.needsUpdate = true;
  }

  /** Shows a node and its neighbours with their names and lets all others fade; null shows all. */
  highlight(chosen: number | null): void {
    if (chosen === this.#chosen) return;
    this.#chosen = chosen;
    const { edges } = this.#graph;
    const isShown = (edge: readonly number[]): boolean => chosen === null || edge.includes(chosen);
    const shown = new Set(chosen === null ? this.#radii.keys() : [chosen, ...edges.filter(isShown).flat()]);
    for (const [node, color] of this.#colors.entries()) {
      setTint(this.#nodes.tints, node, color, shown.has(node) ? 1 : FADED);
    }
    for (const [at, edge] of edges.entries()) {
      const light = isShown(edge) ? (chosen === null ? 0.3 : 1) : 0.04;
      for (const [end, node] of edge.entries()) setTint(this.#ends.tints, at * 2 + end, this.#colors[node], light);
    }
    const named = chosen === null ? [] : [...shown].sort((a, b) => this.#rank(b, chosen) - this.#rank(a, chosen));
    this.#names.show(named);
    this.#nodes.tints.needsUpdate = true;
    this.#ends.tints.needsUpdate = true;
  }

  /** Has the names stand beside their nodes, as seen from a camera. */
  arrange(camera: THREE.Camera): void {
    this.#names.place(this.#nodes.places, camera);
  }

  /** Which names come first: that of the chosen node, then those of the largest. */
  #rank(node: number, chosen: number): number {
    return node === chosen ? Number.POSITIVE_INFINITY : (this.#radii[node] ?? 0);
  }

  /** The node nearest to the eye at a place of the picture in pixels, or null. */
  nodeAt(x: number, y: number, camera: THREE.PerspectiveCamera): number | null {
    const { width, height } = this.#size;
    const pixelsPerUnit = height / 2 / Math.tan(THREE.MathUtils.degToRad(camera.fov / 2));
    const place = new THREE.Vector3();
    let nearest: number | null = null;
    let least = Number.POSITIVE_INFINITY;
    this.#radii.forEach((radius, node) => {
      place.fromBufferAttribute(this.#nodes.places, node).applyMatrix4(camera.matrixWorldInverse);
      const distance = -place.z;
      place.applyMatrix4(camera.projectionMatrix);
      const off = Math.hypot(((place.x + 1) / 2) * width - x, ((1 - place.y) / 2) * height - y);
      const reach = Math.max(5, (radius * pixelsPerUnit) / distance);
      if (distance < camera.near || off > reach || distance >= least) return;
      nearest = node;
      least = distance;
    });
    return nearest;
  }
}

function triples(count: number): THREE.BufferAttribute {
  return new THREE.BufferAttribute(new Float32Array(count * 3), 3);
}

function geometryOf(of: { places: THREE.BufferAttribute; tints: THREE.BufferAttribute }): THREE.BufferGeometry {
  return new THREE.BufferGeometry().setAttribute("position", of.places).setAttribute("color", of.tints);
}

function setTint(tints: THREE.BufferAttribute, at: number, color: THREE.Color | undefined, light: number): void {
  if (color !== undefined) tints.setXYZ(at, color.r * light, color.g * light, color.b * light);
}

/** Lines that add their light up where many cross. */
function lineMaterial(): THREE.LineBasicMaterial {
  return new THREE.LineBasicMaterial({
    vertexColors: true,
    blending: THREE.AdditiveBlending,
    transparent: true,
    depthWrite: false,
  });
}

/** Points that look like balls lit from above, darker with distance: far cheaper than geometry. */
function ballMaterial(): THREE.ShaderMaterial {
  return new THREE.ShaderMaterial({
    vertexColors: true,
    uniforms: { height: { value: 0 } },
    vertexShader: `uniform float height; attribute float radius; varying vec3 tint;
      void main() {
        vec4 place = modelViewMatrix * vec4(position, 1.0);
        gl_Position = projectionMatrix * place;
        gl_PointSize = max(2.0, radius * projectionMatrix[1][1] * height / gl_Position.w);
        tint = color * clamp(1.25 - gl_Position.w / 1400.0, 0.35, 1.0);
      }`,
    fragmentShader: `varying vec3 tint;
      void main() {
        vec2 at = gl_PointCoord * 2.0 - 1.0;
        float rim = dot(at, at);
        if (rim > 1.0) discard;
        float light = 0.42 + 0.58 * max(0.0, dot(vec3(at, sqrt(1.0 - rim)), vec3(-0.4, -0.64, 0.65)));
        gl_FragColor = vec4(tint * light, 1.0);
        #include <colorspace_fragment>
      }`,
  });
}
