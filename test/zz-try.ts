import { launchFirefox } from "./support/firefox.ts";
import { serveScene } from "./support/served-scene.ts";
const b = await launchFirefox();
const s = await serveScene("counted");
let [reads, worst, hangs] = [0, 0, 0];
const page = await b.newPage();
await page.setViewport({ width: 1280, height: 720 });
await page.goto(`${s.url}?transport=websocket`);
for (let i = 0; i < 100 && !(await page.evaluate(`window.scenecast.state.kind === "live"`)); i += 1) await new Promise(r => setTimeout(r, 50));
console.log(await page.evaluate(`window.scenecast.state.kind`));
const t = Date.now();
while (Date.now() - t < 40000) {
const t1 = Date.now();
await page.evaluate(`window.scenecast.snapshot().then(() => 1)`);
const d = Date.now() - t1; reads += 1; worst = Math.max(worst, d); if (d > 3000) hangs += 1;
}
console.log({ reads, worst, hangs });
await page.close(); await s.close(); await b.close();
