/**
 * A vote among all who watch, whoever has control. Shows messages both ways: pages send
 * their vote, the scene answers each and tells all how it stands. In the page's console:
 *   scenecast.on("messageReceived", ({ data }) => console.log(data)); scenecast.send({ vote: 2 });
 */

import { defineScene, type Json } from "scenecast/scene";
import * as THREE from "three";
import { keepInView } from "../drawing/keep-in-view.ts";
import { Label } from "../drawing/label.ts";

const QUESTION = "What shall we look at next?";
const HINT = "In the console: scenecast.send({ vote: 1 })";
const CHOICES = [
  { name: "Planets", color: "#4c8dff" },
  { name: "Proteins", color: "#3fcf9b" },
  { name: "Cities", color: "#f0b84e" },
  { name: "Oceans", color: "#e8457f" },
];
/** A column without votes, and one with the most of them where there are more than a few. */
const HEIGHTS = { none: 0.12, most: 3.6 };
const FEW = 5;
/** How fast a column follows its votes, a second. */
const PACE = 6;

export default defineScene({
  title: "Votes",
  messagesFrom: "everyone",
  setup({ size, clock, messages, invalidate }) {
    const votes = new Map<number, number>();
    const scene = new THREE.Scene();
    scene.background = new THREE.Color("#0d1022");
    const sun = new THREE.DirectionalLight("#ffffff", 2.4);
    sun.position.set(3, 8, 6);
    const columns = CHOICES.map(({ color }, index) => column(color, index));
    const counted = columns.map(() => new Label(size, { x: 0.5, y: 1 }).offset(0, -14));
    const names = CHOICES.map(({ name, color }, index) => {
      const label = new Label(size).offset(0, 50).write(`${index + 1}  ${name}`, { size: 20, color, weight: "bold" });
      label.position.x = placeOf(index);
      return label;
    });
    const question = new Label(size, { x: 0, y: 0 }).pinTo(40, 30).write(QUESTION, { size: 30, color: "#ffffff" });
    const hint = new Label(size, { x: 0, y: 0 }).pinTo(42, 80).write(HINT, { size: 16, color: "#9aa7c7" });
    scene.add(sun, new THREE.HemisphereLight("#aebcff", "#20202c", 1.2), floor(), ...columns, ...counted, ...names);
    scene.add(question, hint);
    const camera = new THREE.PerspectiveCamera(34, size.width / size.height, 0.1, 100);
    camera.position.set(0, 3.6, 11);
    camera.lookAt(0, 1.75, 0);
    const count = (choice: number): number => [...votes.values()].filter((vote) => vote === choice).length;
    const counts = (): number[] => CHOICES.map((_choice, index) => count(index + 1));
    let told: string[] = [];
    const tell = (): void => {
      const texts = counts().map((votesOfOne) => (votesOfOne === 1 ? "1 vote" : `${votesOfOne} votes`));
      for (const [index, text] of texts.entries())
        if (text !== told[index]) counted[index]?.write(text, { size: 24, color: "#ffffff" });
      told = texts;
    };
    messages.onMessage((data, from) => {
      const vote = voteOf(data);
      if (vote === null)
        return messages.send(from.id, { error: `vote must be a whole number from 1 to ${CHOICES.length}.` });
      votes.set(from.id, vote);
      messages.send(from.id, { yourVote: vote });
      messages.broadcast({ counts: counts(), by: from.name });
      invalidate();
    });

    return {
      scene,
      camera,
      resize: keepInView(camera, size, 1.5),
      update() {
        tell();
        const most = Math.max(FEW, ...counts());
        const heights = counts().map((votesOfOne) => HEIGHTS.none + (votesOfOne / most) * HEIGHTS.most);
        const step = 1 - Math.exp(-PACE * clock.delta);
        let isMoving = false;
        for (const [index, mesh] of columns.entries()) {
          const missing = (heights[index] ?? 0) - mesh.scale.y;
          mesh.scale.y += Math.abs(missing) < 0.002 ? missing : missing * step;
          counted[index]?.position.set(mesh.position.x, mesh.scale.y, 0);
          isMoving ||= Math.abs(missing) >= 0.002;
        }
        return isMoving;
      },
      getState: () => ({ votes: [...votes] }),
      setState(state) {
        for (const [viewer, vote] of (state as { readonly votes?: [number, number][] }).votes ?? [])
          votes.set(viewer, vote);
      },
    };
  },
});

function column(color: string, index: number): THREE.Mesh {
  const geometry = new THREE.CylinderGeometry(0.55, 0.55, 1, 48).translate(0, 0.5, 0);
  const mesh = new THREE.Mesh(geometry, new THREE.MeshStandardMaterial({ color, roughness: 0.45 }));
  mesh.position.x = placeOf(index);
  mesh.scale.y = HEIGHTS.none;
  return mesh;
}

function floor(): THREE.Mesh {
  const geometry = new THREE.CircleGeometry(5.2, 72).rotateX(-Math.PI / 2).scale(1, 1, 0.45);
  return new THREE.Mesh(geometry, new THREE.MeshStandardMaterial({ color: "#1b2140", roughness: 0.8 }));
}

function placeOf(index: number): number {
  return (index - (CHOICES.length - 1) / 2) * 2;
}

function voteOf(data: Json | Uint8Array): number | null {
  if (data instanceof Uint8Array || typeof data !== "object" || data === null || !("vote" in data)) return null;
  const vote: unknown = data["vote"];
  return typeof vote === "number" && Number.isInteger(vote) && vote >= 1 && vote <= CHOICES.length ? vote : null;
}
