/** Owns what the page says by toasts about control: who asks, who has it now, what a press without control comes to. */

import type { Viewer } from "../index.ts";
import { type ControlNews, controlNews } from "./control-news.ts";
import { type PressAnswer, pressAnswer } from "./control-rules.ts";
import { type PeopleSnapshot, snapshotOf } from "./people-snapshot.ts";
import type { Toasts } from "./toasts.ts";

const CONTROL = "control";

export class ControlToasts {
  readonly #viewer: Viewer;
  readonly #toasts: Toasts;
  #before: PeopleSnapshot;
  #hasSaidWatching = false;

  constructor(viewer: Viewer, toasts: Toasts) {
    this.#viewer = viewer;
    this.#toasts = toasts;
    this.#before = snapshotOf(viewer);
    viewer.on("peopleChanged", () => this.#handlePeople());
    viewer.on("stateChanged", ({ state }) => void (state.kind === "gone" && toasts.clear()));
    viewer.on("refused", ({ sentence }) => toasts.show({ key: "refused", text: sentence }));
    viewer.element.addEventListener("pointerdown", () => this.#handlePress());
  }

  #handlePeople(): void {
    const before = this.#before;
    this.#before = snapshotOf(this.#viewer);
    for (const news of controlNews(before, this.#before)) this.#tell(news);
  }

  #tell(news: ControlNews): void {
    switch (news.kind) {
      case "gained":
        this.#toasts.show({ key: CONTROL, text: gainedWords(news) });
        return;
      case "lost":
        this.#toasts.show({ key: CONTROL, text: `${news.to.name} has control now.` });
        return;
      case "answered":
        this.#toasts.hide(`asks-${news.person}`);
        return;
      case "asks": {
        const { number, name } = news.person;
        const give = { label: "Give", act: () => this.#viewer.control.grant(number) };
        const refuse = { label: "Not now", act: () => this.#viewer.control.refuse(number) };
        const text = `${name} is asking for control`;
        this.#toasts.show({ key: `asks-${number}`, text, actions: [give, refuse], stays: true });
        return;
      }
    }
  }

  #handlePress(): void {
    const answer = pressAnswer(this.#before);
    switch (answer.kind) {
      case "none":
        return;
      case "ask":
        return this.#viewer.control.ask();
      case "watching":
        if (!this.#hasSaidWatching) this.#toasts.show({ key: CONTROL, text: "This link only lets you watch." });
        this.#hasSaidWatching = true;
        return;
      case "asking":
        return this.#toasts.show({ key: CONTROL, text: "You have asked for control. Waiting for an answer." });
      case "held":
      case "hosts":
        this.#offer(answer);
        return;
    }
  }

  #offer(answer: Extract<PressAnswer, { readonly kind: "held" | "hosts" }>): void {
    const isHost = this.#viewer.role === "host";
    const ask = { label: "Ask for control", act: () => this.#viewer.control.ask() };
    const take = { label: "Take control", act: () => this.#viewer.control.take() };
    const mayAsk = answer.kind === "held" || answer.mayAsk;
    const actions = !mayAsk ? [] : isHost ? [take] : [ask];
    this.#toasts.show({ key: CONTROL, text: offerWords(answer), actions });
  }
}

function gainedWords({ from, hasLeft }: Extract<ControlNews, { readonly kind: "gained" }>): string {
  if (from === null) return "You have control now.";
  return hasLeft ? `${from.name} left. You have control now.` : `You have control now, taking over from ${from.name}.`;
}

function offerWords(answer: Extract<PressAnswer, { readonly kind: "held" | "hosts" }>): string {
  if (answer.kind === "held") return `${answer.holder?.name ?? "Someone else"} has control.`;
  return answer.mayAsk ? "A host decides who has control." : "Only hosts can control the scene right now.";
}
