/** Owns the checks of what is worth a toast. */

import { describe, expect, it } from "vitest";
import { controlNews } from "../../../../client/page/control-news.ts";
import { person, snapshot } from "../people/people-samples.ts";

const me = person(1, "Otter");
const holding = person(1, "Otter", { hasControl: true });
const ann = person(2, "Ann");
const annHolds = person(2, "Ann", { hasControl: true });
const annAsks = person(2, "Ann", { isAsking: true });

describe("control", () => {
  it("that comes to us is news, with who had it", () => {
    const gained = { kind: "gained", from: annHolds, hasLeft: false };
    expect(controlNews(snapshot([me, annHolds]), snapshot([holding, ann]))).toEqual([gained]);
  });

  it("that comes to us as its holder leaves says so", () => {
    const gained = { kind: "gained", from: annHolds, hasLeft: true };
    expect(controlNews(snapshot([me, annHolds]), snapshot([holding]))).toEqual([gained]);
  });

  it("that is taken from us is news", () => {
    expect(controlNews(snapshot([holding, ann]), snapshot([me, annHolds]))).toEqual([{ kind: "lost", to: annHolds }]);
  });

  it("that we release is none, nor what others do among themselves", () => {
    expect(controlNews(snapshot([holding, ann]), snapshot([me, ann]))).toEqual([]);
    expect(controlNews(snapshot([me, annHolds]), snapshot([me, ann]))).toEqual([]);
  });

  it("is none at the first word of the people, nor where everyone has it", () => {
    expect(controlNews(snapshot([]), snapshot([holding, ann]))).toEqual([]);
    expect(controlNews(snapshot([me, annHolds]), snapshot([holding, annHolds], { mode: "everyone" }))).toEqual([]);
  });
});

describe("asking", () => {
  it("is news for who may answer, once", () => {
    const asks = [{ kind: "asks", person: annAsks }];
    expect(controlNews(snapshot([holding, ann]), snapshot([holding, annAsks]))).toEqual(asks);
    expect(controlNews(snapshot([holding, annAsks]), snapshot([holding, annAsks]))).toEqual([]);
  });

  it("is none for who may not answer", () => {
    expect(controlNews(snapshot([me, ann]), snapshot([me, annAsks]))).toEqual([]);
  });

  it("is settled when it ends, and when we may not answer any more", () => {
    const answered = { kind: "answered", person: 2 };
    expect(controlNews(snapshot([holding, annAsks]), snapshot([holding, ann]))).toEqual([answered]);
    expect(controlNews(snapshot([holding, annAsks]), snapshot([me, annAsks]))).toEqual([answered]);
  });

  it("waits for us from the moment in which we have control", () => {
    const news = controlNews(snapshot([me, annAsks]), snapshot([holding, annAsks]));
    expect(news.map(({ kind }) => kind)).toEqual(["gained", "asks"]);
  });
});
