/**
 * A scene, a movie and the time in one picture, which is sent on to a server of RTMP where one is named:
 *
 *   node --conditions=scenecast-source examples/studio/server.ts rtmp://127.0.0.1/live/key
 *
 * The movie is rendered at the first start, from reel.ts. Then `npm start -- studio examples/studio/view.json examples/spheres/scene.ts`
 * does the same. view.json says what lies where; change it, or arrange it by hand in the page.
 */

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createStreamServer, renderScene } from "scenecast";

const pathOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const [address] = process.argv.slice(2);

const movie = pathOf("./movie.mp4");
if (!existsSync(movie)) {
  console.log("Rendering the movie, once …");
  const size = { width: 640, height: 360 };
  await renderScene({ scene: pathOf("./reel.ts"), output: movie, frames: { first: 0, last: 119 }, fps: 30, size });
}

const server = await createStreamServer({
  scenes: { studio: `studio:${pathOf("./view.json")}`, spheres: pathOf("../spheres/scene.ts") },
  http: { port: Number(process.env["PORT"] ?? 8080) },
  ...(address === undefined ? {} : { outputs: [address] }),
});
server.on("outputChanged", ({ output }) => console.log(`${output.address}: ${output.state}`));
console.log(`${server.url}studio/`);
