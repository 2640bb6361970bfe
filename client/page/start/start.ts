/** Owns the start page of several scenes: lets its visitor in, and shows a card for each scene, as they do now. */

import { parseSceneCards, type SceneCard } from "../../../shared/scene-cards.ts";
import { find } from "../elements.ts";
import { PageEntry } from "./page-entry.ts";
import { quickestFirst } from "./picture-order.ts";
import { SceneCardView } from "./scene-card-view.ts";
import { sayTrouble, UNREACHABLE } from "./trouble.ts";

const LOOK_MS = 3_000;
const PICTURE_DEADLINE_MS = 4_000;

const here = new URL(".", location.href);
const list = find("scenes", HTMLUListElement);
const views = new Map<string, SceneCardView>();

let [looking, picturing] = [false, false];
const entry = new PageEntry((kind) => {
  sayTrouble(kind === "unreachable" ? UNREACHABLE : null);
  if (kind === "open") void look();
});

document.addEventListener("visibilitychange", () => void look());
setInterval(() => void look(), LOOK_MS);
Object.assign(window, { scenecastStart: true });
void entry.enter();

/** Asks how the scenes do, while somebody looks. */
async function look(): Promise<void> {
  if (looking || document.hidden || entry.isLocked) return;
  looking = true;
  try {
    const response = await entry.fetch(new URL("scenes", here), { cache: "no-store" });
    if (response.status === 401 || response.status === 403) return await entry.enter();
    if (!response.ok) throw new Error(`The server answered ${response.status}.`);
    const cards = parseSceneCards(await response.json());
    sayTrouble(cards.length > 0 ? null : "Your link leads to none of these pages. Open it as it was given to you.");
    show(cards);
    void showPictures(cards);
  } catch {
    sayTrouble(UNREACHABLE);
  } finally {
    looking = false;
  }
}

function show(cards: readonly SceneCard[]): void {
  list.ariaBusy = "false";
  for (const card of cards) {
    const view = views.get(card.name) ?? new SceneCardView(card.name);
    if (!views.has(card.name)) list.append(view.element);
    views.set(card.name, view);
    const address = new URL(`${card.name}/`, here);
    if (entry.handedOn !== null) address.hash = `token=${encodeURIComponent(entry.handedOn)}`;
    view.show(card, address.href);
  }
}

/** One after the other, so that a page of many asks for little at once; one that does not come is left out. */
async function showPictures(cards: readonly SceneCard[]): Promise<void> {
  if (picturing) return;
  picturing = true;
  for (const { name, status, hasPreview } of quickestFirst(cards)) {
    const view = views.get(name);
    if (view === undefined || !hasPreview || (status !== "live" && view.hasPicture)) continue;
    await showPicture(name, view).catch(() => undefined);
  }
  picturing = false;
}

async function showPicture(name: string, view: SceneCardView): Promise<void> {
  const url = new URL(`${name}/preview.webp`, here);
  const signal = AbortSignal.timeout(PICTURE_DEADLINE_MS);
  await view.showPicture(await entry.fetch(url, { cache: "no-cache", signal }));
}
