/** A graph of 2,000 nodes that finds its shape while one looks. Drag to turn it, hover over a node to see its links and names. */

import createLayout from "ngraph.forcelayout";
import createGraph from "ngraph.graph";
import { cameraState, defineScene } from "scenecast/scene";
import * as THREE from "three";
import { OrbitControls } from "three/addons/controls/OrbitControls.js";
import { makeGraph } from "./graph.ts";
import { GraphDrawing } from "./graph-drawing.ts";

const NODES = 2000;
const COMMUNITIES = 12;
/** How often the layout is improved: twice a frame, so that it takes some ten seconds. */
const SETTLING_STEPS = 1000;
const STEPS_PER_FRAME = 2;

export default defineScene({
  title: "Network",
  content: "lines",
  setup({ size, clock, element }) {
    const graph = makeGraph(NODES, COMMUNITIES);
    const layout = startLayout(graph.edges);
    const drawing = new GraphDrawing(graph, size);
    const scene = new THREE.Scene();
    scene.background = new THREE.Color("#080b16");
    scene.add(drawing.object);

    const camera = new THREE.PerspectiveCamera(40, size.width / size.height, 1, 4000);
    camera.position.set(0, 60, 560);
    const controls = new OrbitControls(camera, element);
    controls.enableDamping = true;
    controls.minDistance = 60;
    controls.maxDistance = 2000;

    element.addEventListener("pointermove", ({ buttons, clientX, clientY }) => {
      if (buttons === 0) drawing.highlight(drawing.nodeAt(clientX, clientY, camera));
    });
    element.addEventListener("pointerleave", () => drawing.highlight(null));

    let steps = 0;
    return {
      scene,
      camera,
      update() {
        const isSettling = steps < SETTLING_STEPS;
        if (isSettling) {
          for (let step = 0; step < STEPS_PER_FRAME; step += 1) layout.step();
          steps += STEPS_PER_FRAME;
          drawing.move((node) => placeIn(layout, node));
        }
        controls.dampingFactor = 1 - Math.exp(-12 * clock.delta);
        const isMoving = controls.update();
        drawing.arrange(camera);
        return isMoving || isSettling;
      },
      ...cameraState(camera, controls),
      dispose: () => controls.dispose(),
    };
  },
});

function startLayout(edges: readonly (readonly [number, number])[]) {
  const graph = createGraph();
  for (let node = 0; node < NODES; node += 1) graph.addNode(node);
  for (const [a, b] of edges) graph.addLink(a, b);
  return createLayout(graph, { dimensions: 3, theta: 1.1, gravity: -14, springLength: 8, dragCoefficient: 0.9 });
}

/** This graph comes out higher than wide, and a screen is wider than high: x and y change places. */
function placeIn(layout: ReturnType<typeof startLayout>, node: number) {
  const { x, y, z = 0 } = layout.getNodePosition(node);
  return { x: -y, y: x, z };
}
