/** The names of the nodes that are looked at, each beside its node. */

import * as THREE from "three";
import { Label, type Picture } from "../drawing/label.ts";

/** More would cover each other. */
const MAX_NAMES = 40;
/** From the node to its name, in pixels. */
const GAP = 10;

export class NodeNames {
  readonly object = new THREE.Group();
  readonly #picture: Picture;
  readonly #names: readonly string[];
  readonly #shown = new Map<number, Label>();

  constructor(names: readonly string[], picture: Picture) {
    this.#names = names;
    this.#picture = picture;
  }

  /** Shows the names of some nodes, the first in bold, and hides all others. */
  show(nodes: readonly number[]): void {
    for (const label of this.#shown.values()) label.release();
    this.#shown.clear();
    for (const [at, node] of nodes.slice(0, MAX_NAMES).entries()) {
      const style = at === 0 ? { size: 17, weight: "bold", color: "#ffffff" } : { size: 13, color: "#dbe4fa" };
      const label = new Label(this.#picture, { x: 0, y: 0.5 });
      label.write(this.#names[node] ?? "", { ...style, plate: "#10162be0" });
      this.#shown.set(node, label);
      this.object.add(label);
    }
  }

  /** Puts the names beside their nodes as seen now, away from the first; those that would cover another are hidden. */
  place(places: THREE.BufferAttribute, camera: THREE.Camera): void {
    const taken: THREE.Box2[] = [];
    const seen = new THREE.Vector3();
    let middle: number | null = null;
    for (const [node, label] of this.#shown) {
      label.position.fromBufferAttribute(places, node);
      const { x } = seen.copy(label.position).project(camera);
      middle ??= x;
      const side = x < middle ? -1 : 1;
      label.align.x = side < 0 ? 1 : 0;
      label.offset(side * GAP, 0);
      const box = label.boxIn(camera);
      label.visible = !taken.some((other) => other.intersectsBox(box));
      if (label.visible) taken.push(box);
    }
  }
}
