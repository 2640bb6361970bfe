/** Owns the page of the stream for large audiences: lets its visitor in, plays, and says how it does. */

import { Access } from "../../link/access.ts";
import { tokenOf } from "../../link/share-token.ts";
import { find } from "../elements.ts";
import { hideLinkToken, linkToken } from "../share-link.ts";
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

const here = new URL(".", location.href);
const locked = find("locked", HTMLElement);
const field = find("token", HTMLInputElement);
const answer = find("token-answer", HTMLElement);
const overlay = find("overlay", HTMLElement);
const action = find("overlay-action", HTMLButtonElement);
const video = find("video", HTMLVideoElement);
const access = new Access(() => new URL("access", here), linkToken());
const player = new StreamPlayer({
  video,
  url: new URL("hls/master.m3u8", here),
  headers: (url) => access.headersFor(url),
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
find("token-form", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  void unlock(tokenOf(field.value));
});
// The same page, with the token of another link in its address.
window.addEventListener("hashchange", () => {
  const shown = linkToken();
  if (shown !== null) void unlock(shown);
});
void enter();

async function enter(): Promise<void> {
  player.close();
  handleAnswer((await access.enter()).kind);
}

async function unlock(token: string): Promise<void> {
  answer.textContent = "";
  const { kind } = await access.show(token);
  if (kind === "locked") answer.textContent = "That token is not valid. Check the link and try again.";
  handleAnswer(kind);
}

function handleAnswer(kind: "open" | "locked" | "refused" | "unreachable"): void {
  if (kind === "unreachable") {
    show({ kind: "retrying", status: 0 });
    return void setTimeout(() => void enter(), RETRY_MS);
  }
  hideLinkToken();
  locked.hidden = kind === "open";
  overlay.hidden = kind !== "open";
  if (kind !== "open") return field.focus();
  field.value = "";
  void player.open();
}

function show(state: WatchState): void {
  const { title, detail, action: button, isBad } = watchWords(state);
  if (state.kind === "playing") document.body.toggleAttribute("data-pictured", true);
  overlay.hidden = title === null || !locked.hidden;
  find("stage", HTMLElement).toggleAttribute("data-dimmed", title !== null);
  overlay.dataset["tone"] = isBad ? "bad" : "busy";
  setText("overlay-title", title);
  setText("overlay-detail", detail);
  setText("overlay-action", button);
}

function setText(id: string, text: string | null): void {
  const element = find(id, HTMLElement);
  element.hidden = text === null;
  if (element.textContent !== (text ?? "")) element.textContent = text ?? "";
}
