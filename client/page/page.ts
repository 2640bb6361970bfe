/** Owns the viewer page: makes the viewer and joins it to what the page shows and to the page's own keys. */

import { cleanName, createViewer, type TransportChoice, transports, type Viewer } from "../index.ts";
import { adopt } from "../panels/adopt.ts";
import { PanelList } from "../panels/panel-list.ts";
import { panelStyle } from "../panels/panel-style.ts";
import { ArrangeButton } from "./arrange-button.ts";
import { ClipRecorder } from "./clip-recorder.ts";
import { ConsolePanel } from "./console-panel.ts";
import { ControlBar } from "./control-bar.ts";
import { ControlToasts } from "./control-toasts.ts";
import { DragHint } from "./drag-hint.ts";
import { find } from "./elements.ts";
import { FoldedPanels } from "./folded-panels.ts";
import { FullScreen } from "./full-screen.ts";
import { NAME_PREFERENCE } from "./name-field.ts";
import { NoticeBar } from "./notice-bar.ts";
import { OpenedState } from "./opened-state.ts";
import { OutputSection } from "./output-section.ts";
import { ParentLink } from "./parent-link.ts";
import { PeoplePanel } from "./people-panel.ts";
import { readPreference } from "./preferences.ts";
import { QualityControl, rememberedQuality } from "./quality-control.ts";
import { RecordingPanel } from "./recording-panel.ts";
import { hideLinkToken, linkToken } from "./share-link.ts";
import { hasShortcuts, listenForShortcuts } from "./shortcuts.ts";
import { saveSnapshot } from "./snapshot.ts";
import { StatisticsPanel } from "./statistics-panel.ts";
import { StatusOverlay } from "./status-overlay.ts";
import { Toasts } from "./toasts.ts";
import { TokenPanel } from "./token-panel.ts";
import { TunnelNews } from "./tunnel-news.ts";

declare global {
  // biome-ignore lint/style/useConsistentTypeDefinitions: nothing but an interface adds to Window.
  interface Window {
    /** The viewer of this page, for tests and for builders at the console. */
    scenecast: Viewer;
  }
}

const token = linkToken();
const name = cleanName(readPreference(NAME_PREFERENCE) ?? "");
const viewer = createViewer({
  target: find("stage", HTMLElement),
  // A link may say something of the scene's parameters.
  url: `./signal${location.search}`,
  transport: wishedTransport(),
  ...rememberedQuality(),
  ...(token === null ? {} : { token }),
  ...(name === null ? {} : { name }),
});
window.scenecast = viewer;

const overlay = new StatusOverlay(viewer);
const tokenPanel = new TokenPanel(viewer);
const notices = new NoticeBar();
const statistics = new StatisticsPanel(viewer);
const bar = new ControlBar();
const fullScreen = new FullScreen();
find("help-full-screen", HTMLElement).hidden = !document.fullscreenEnabled;
const toasts = new Toasts();
const people = new PeoplePanel(viewer, toasts);
new ControlToasts(viewer, toasts);
new TunnelNews(viewer, toasts);
new OpenedState(viewer, toasts);
new QualityControl(viewer);
new ConsolePanel(viewer);
adopt(document, panelStyle);
new PanelList({ viewer, element: find("panels", HTMLElement), folding: new FoldedPanels() });
new ParentLink(viewer);
new DragHint(viewer);
new ClipRecorder(viewer, toasts);
new RecordingPanel(viewer, toasts);
new OutputSection(viewer);
new ArrangeButton(viewer, toasts);
const help = find("help", HTMLDialogElement);

viewer.element.setAttribute("role", "application");
viewer.element.ariaLabel = "The scene";
overlay.handleState(viewer.state);
bar.handleState(viewer.state, viewer.isPaused);

viewer.on("stateChanged", ({ state }) => {
  overlay.handleState(state);
  tokenPanel.handleState(state);
  bar.handleState(state, viewer.isPaused);
  // The server has seen it; before, a reload would still need it.
  if (state.kind !== "connecting") hideLinkToken();
  // Keys go to the scene without a click first, unless the hand is already elsewhere.
  if (state.kind === "live" && document.activeElement === document.body) viewer.element.focus({ preventScroll: true });
});
viewer.on("cookieRefused", () => {
  const text =
    "This browser blocks cookies. You are in for as long as this page is open; after a reload, open the link again.";
  toasts.show({ key: "cookie", text });
});
viewer.on("pausedChanged", ({ isPaused }) => bar.handleState(viewer.state, isPaused));
viewer.on("noticeChanged", ({ text }) => notices.handleNotice(text));
viewer.on("statsUpdated", ({ stats }) => bar.handleStats(stats));
// The same page, with the token of another link in its address.
window.addEventListener("hashchange", () => {
  const token = linkToken();
  hideLinkToken();
  if (token !== null) void viewer.unlock(token);
});
viewer.on("titleChanged", ({ title }) => {
  document.title = title;
  find("heading", HTMLElement).textContent = title;
  viewer.element.ariaLabel = title;
  bar.handleScene(viewer.scene);
});

find("snapshot-button", HTMLButtonElement).addEventListener("click", () => void saveSnapshot(viewer, toasts));
find("help-button", HTMLButtonElement).addEventListener("click", toggleHelp);
find("help-close", HTMLButtonElement).addEventListener("click", toggleHelp);
help.addEventListener("click", (event) => {
  // The backdrop belongs to the dialog; what lies on it does not.
  if (event.target === help) help.close();
});
help.addEventListener("close", () => {
  if (!document.body.hasAttribute("data-tabbed")) viewer.element.focus({ preventScroll: true });
});
// A bar button that was clicked would keep the keyboard from the scene.
find("bar", HTMLElement).addEventListener("click", (event) => {
  if (event.detail > 0 && !help.open) viewer.element.focus({ preventScroll: true });
});
if (hasShortcuts(location.search, window.parent !== window)) {
  listenForShortcuts(
    new Map([
      ["p", { button: "people-button", act: () => unlessHelped(() => people.toggle()) }],
      ["s", { button: "statistics-button", act: () => unlessHelped(() => statistics.toggle()) }],
      ["f", { button: "full-screen-button", act: () => unlessHelped(() => fullScreen.toggle()) }],
      ["h", { button: "help-button", act: toggleHelp }],
    ]),
  );
} else find("help-shortcuts", HTMLElement).hidden = true;
// The browser's own rule would ring the whole picture at every key of the scene.
window.addEventListener(
  "keydown",
  (event) => void (event.key === "Tab" && document.body.toggleAttribute("data-tabbed", true)),
);
window.addEventListener("pointerdown", () => document.body.removeAttribute("data-tabbed"));

/** `?transport=` forces a way of the pictures. */
function wishedTransport(): TransportChoice {
  const wish = new URLSearchParams(location.search).get("transport");
  return transports.find((transport) => transport === wish) ?? "auto";
}

/** Behind the help nothing happens. */
function unlessHelped(act: () => void): void {
  if (!help.open) act();
}

function toggleHelp(): void {
  if (help.open) help.close();
  else help.showModal();
}
