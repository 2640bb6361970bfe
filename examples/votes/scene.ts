/**
 * A vote among all who watch, whoever has control. Shows messages both ways: pages send
 * their vote, the scene answers each and tells all how it stands. In the page's console:
 *   scenecast.on("messageReceived", ({ data }) => console.log(data)); scenecast.send({ vote: 2 });
 */

import { defineScene, type Json } from "scenecast/scene";
import * as THREE from "three";

const COLORS = ["#4c8dff", "#3fcf9b", "#f0b84e", "#e8457f"];
const CHOICES = COLORS.length;
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
    const columns = COLORS.map(column);
    scene.add(sun, new THREE.HemisphereLight("#aebcff", "#20202c", 1.2), ...columns);
    const camera = new THREE.PerspectiveCamera(38, size.width / size.height, 0.1, 100);
    camera.position.set(0, 4.2, 9);
    camera.lookAt(0, 1.2, 0);

    const count = (choice: number): number => [...votes.values()].filter((vote) => vote === choice).length;
    const counts = (): number[] => COLORS.map((_color, index) => count(index + 1));
    messages.onMessage((data, from) => {
      const vote = voteOf(data);
      if (vote === null) return messages.send(from.id, { error: `vote must be a whole number from 1 to ${CHOICES}.` });
      votes.set(from.id, vote);
      messages.send(from.id, { yourVote: vote });
      messages.broadcast({ counts: counts(), by: from.name });
      invalidate();
    });

    return {
      scene,
      camera,
      update() {
        const heights = counts().map((votesOfOne) => 0.15 + votesOfOne * 0.8);
        const step = 1 - Math.exp(-PACE * clock.delta);
        let isMoving = false;
        for (const [index, mesh] of columns.entries()) {
          const missing = (heights[index] ?? 0) - mesh.scale.y;
          mesh.scale.y += Math.abs(missing) < 0.002 ? missing : missing * step;
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
  mesh.position.x = (index - (CHOICES - 1) / 2) * 1.7;
  mesh.scale.y = 0.15;
  return mesh;
}

function voteOf(data: Json | Uint8Array): number | null {
  if (data instanceof Uint8Array || typeof data !== "object" || data === null || !("vote" in data)) return null;
  const vote: unknown = data["vote"];
  return typeof vote === "number" && Number.isInteger(vote) && vote >= 1 && vote <= CHOICES ? vote : null;
}
