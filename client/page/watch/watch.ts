/** Owns the page of the stream for large audiences: lets its visitor in, plays, and says how it does. */

import { find, setText } from "../elements.ts";
import { PageEntry } from "../start/page-entry.ts";
import { StreamPlayer } from "./stream-player.ts";
import { WatchBar } from "./watch-bar.ts";
import { type WatchState, watchWords } from "./watch-words.ts";

declare global {
  // biome-ignore lint/style/useConsistentTypeDefinitions: nothing but an interface adds to Window.
  interface Window {
    /** The player of this page, for tests and for builders at the console. */
    scenecastStart: StreamPlayer;
  }
}

const RETRY_MS = 3000;

const overlay = find("overlay", HTMLElement);
const action = find("overlay-action", HTMLButtonElement);
const video = find("video", HTMLVideoElement);
const entry = new PageEntry((kind) => {
  if (kind === "unreachable") {
    show({ kind: "retrying", status: 0 });
    return void setTimeout(() => void enter(), RETRY_MS);
  }
  overlay.hidden = kind !== "open";
  if (kind === "open") void player.open();
});
const player = new StreamPlayer({
  video,
  url: new URL("hls/master.m3u8", new URL(".", location.href)),
  headers: (url) => entry.headersFor(url),
});
window.scenecastStart = player;
new WatchBar(player, video);

player.on("stateChanged", ({ state }) => show(state));
player.on("lockedOut", () => void enter());
player.on("titleKnown", ({ title }) => {
  document.title = title;
  find("heading", HTMLElement).textContent = title;
  find("scene-title", HTMLElement).textContent = title;
  video.ariaLabel = title;
});
action.addEventListener("click", () => location.reload());
void enter();

async function enter(): Promise<void> {
  player.close();
  await entry.enter();
}

function show(state: WatchState): void {
  const { title, detail, action: button, isBad } = watchWords(state);
  if (state.kind === "playing") document.body.toggleAttribute("data-pictured", true);
  overlay.hidden = title === null || entry.isLocked;
  find("stage", HTMLElement).toggleAttribute("data-dimmed", title !== null);
  overlay.dataset["tone"] = isBad ? "bad" : "busy";
  setText(find("overlay-title", HTMLElement), title);
  setText(find("overlay-detail", HTMLElement), detail);
  setText(action, button);
}
