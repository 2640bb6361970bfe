import { expect, it } from "vitest";
import { parseLabFlags } from "../../../support/lab/lab-flags.ts";

it("reads the network from flags", () => {
  const text = "--rate 2mbit --delay 40ms --loss 2% --jitter 10ms --queue 0.1s --burst 3 --reorder 1% --seed 9";
  expect(parseLabFlags([...text.split(" "), "--uniform", "--port", "0"])).toEqual({
    to: "http://127.0.0.1:8080/",
    port: 0,
    seed: 9,
    script: [],
    network: {
      rateBps: 2_000_000,
      delayMs: 40,
      loss: 0.02,
      jitterMs: 10,
      queueMs: 100,
      burst: 3,
      reorder: 0.01,
      jitterShape: "uniform",
    },
  });
});

it("reads a script", () => {
  const steps = [
    { at: "5s", rate: "500kbit" },
    { at: "8000ms", rate: "none", loss: "5%" },
  ];
  expect(parseLabFlags(["--script", "steps.json"], () => JSON.stringify(steps))?.script).toEqual([
    { atMs: 5000, rateBps: 500_000 },
    { atMs: 8000, rateBps: null, loss: 0.05 },
  ]);
});

it("has nothing to say when help is asked for", () => {
  expect(parseLabFlags(["--help"])).toBe(null);
});

it.each([
  ["--rate fast", '--rate must be a rate like 2mbit, 500kbit or 800000, not "fast".'],
  ["--delay 4m", '--delay must be a time like 40ms or 2s, not "4m".'],
  ["--loss 0.02", '--loss must be 0% to 100%, not "0.02".'],
  ["--loss 101%", '--loss must be 0% to 100%, not "101%".'],
  ["--burst 0", '--burst must be a number from 1 to 1000, not "0".'],
  ["--port 70000", '--port must be a whole number from 0 to 65535, not "70000".'],
  ["--to http://example.com", '--to must be an http: address on this machine, not "http://example.com".'],
  ["--to https://127.0.0.1", '--to must be an http: address on this machine, not "https://127.0.0.1".'],
  ["--speed 3", "Unknown option '--speed'. See npm run lab -- --help."],
])("refuses %s, naming the flag and its rule", (text, sentence) => {
  expect(() => parseLabFlags(text.split(" "))).toThrow(new TypeError(sentence));
});

it.each([
  ["{", "--script must be a file with JSON"],
  ["{}", "--script must hold a list of steps."],
  ["[3]", "--script: step 0 must be an object."],
  ['[{"at":"1s"},{"at":"2s","speed":"3"}]', "--script: step 1: speed is none of at, rate, queue"],
  ['[{"rate":"1mbit"}]', "--script: step 0: at must be a time like 40ms or 2s"],
])("refuses the script %s", (text, sentence) => {
  expect(() => parseLabFlags(["--script", "steps.json"], () => text)).toThrow(sentence);
});
