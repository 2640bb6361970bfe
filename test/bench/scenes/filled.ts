/**
 * Never rests and costs little to draw; its points are data, drawn from the memory that they were sent into. The whole picture is black
 * or white: as the first element says.
 */

import { defineScene } from "scenecast/scene";
import {
  BufferGeometry,
  Color,
  InterleavedBuffer,
  InterleavedBufferAttribute,
  Mesh,
  MeshBasicMaterial,
  OrthographicCamera,
  PlaneGeometry,
  Points,
  PointsMaterial,
  Scene,
} from "three";

/** So many are drawn; all are sent to the graphics card. */
const DRAWN = 1000;

export default defineScene({
  title: "Filled",
  animate: true,
  messagesFrom: "everyone",
  data: { points: { type: "float32", shape: [null, 3] } },
  setup({ data, messages }) {
    const scene = new Scene();
    const background = new Color(0, 0, 0);
    scene.background = background;
    const points = new Points(new BufferGeometry(), new PointsMaterial({ size: 3, color: "#ff8800" }));
    points.frustumCulled = false;
    const moving = new Mesh(new PlaneGeometry(0.3, 0.3), new MeshBasicMaterial({ color: "#3070ff" }));
    scene.add(points, moving);
    let buffer: InterleavedBuffer | null = null;
    data.follow("points", ({ array }) => {
      background.setScalar(array[0] ?? 0);
      if (buffer === null || buffer.array.length !== array.length) {
        points.geometry.dispose();
        buffer = new InterleavedBuffer(array, 3);
        points.geometry = new BufferGeometry().setAttribute("position", new InterleavedBufferAttribute(buffer, 3, 0));
        points.geometry.setDrawRange(0, DRAWN);
      }
      buffer.array = array;
      buffer.needsUpdate = true;
    });
    let bytes = 0;
    messages.onMessage((message) => {
      if (message instanceof Uint8Array) bytes += message.byteLength;
    });
    return {
      scene,
      camera: new OrthographicCamera(-1, 1, 1, -1, -1, 1),
      update({ elapsed }) {
        moving.position.set(0.5 * Math.sin(elapsed * 3), 0.5 * Math.cos(elapsed * 3), 0);
      },
      getState: () => ({ bytes }),
    };
  },
});
