import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { experiences } from "../../../../server/monitoring/experience-metrics.ts";
import { Metrics } from "../../../../server/monitoring/metrics.ts";
import { ReportCollector } from "../../../../server/pipeline/report-collector.ts";

import { startFakeServer } from "../../../support/fake-scene.ts";
import { TestClient } from "../../../support/signaling-client.ts";

type Dashboard = { readonly panels: readonly { readonly targets: readonly { readonly expr: string }[] }[] };

const file = new URL("../../../../server/monitoring/grafana-dashboard.json", import.meta.url);
const dashboard = JSON.parse(readFileSync(file, "utf8")) as Dashboard;
const expressions = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));

test("what pages felt and how long answers waited is counted, and nobody is named", async () => {
  const metrics = new Metrics();
  metrics.experience.handleFelt([30, 90, 400], 0);
  metrics.experience.handleFelt([], 3);
  metrics.experience.handleQueueing([0.2, 0.9]);
  const text = await metrics.text();
  expect(text).toContain('scenecast_press_to_picture_seconds_bucket{le="0.1"} 2');
  expect(text).toContain("scenecast_press_to_picture_seconds_count 3");
  expect(text).toContain('scenecast_stalls_bucket{le="0"} 1');
  expect(text).toContain("scenecast_stalls_count 2");
  expect(text).toContain('scenecast_queueing_ratio_bucket{le="0.5"} 1');
  expect(text).not.toMatch(/viewer(?:Id|_id|=)/);
});

test.each(Object.values(experiences))(
  "the objective of $name is the bound of a bucket, and said in its help",
  (experience) => {
    const { name, help, buckets, bound, share } = experience;
    expect(buckets).toContain(bound);
    expect(help).toMatch(new RegExp(`Objective: ${share * 100} %`));
    expect(expressions.join("\n")).toContain(`${name}_bucket{le="${bound}"}`);
  },
);

test("every metric that the dashboard names is there, with its labels", async () => {
  const text = await new Metrics().text();
  const there = new Set([...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name = ""]) => name));
  const named = expressions.flatMap((expression) => expression.match(/scenecast_\w+/g) ?? []);
  expect(named.length).toBeGreaterThan(20);
  for (const name of named) expect.soft([...there]).toContain(name.replace(/_(?:bucket|count|sum)$/, ""));
  expect(text).toContain('scenecast_stage_seconds_bucket{le="0.25",stage="render"}');
});

test("what a viewer says of itself is counted, but not more often than others may say it", async () => {
  await using server = await startFakeServer();
  const client = await TestClient.join(server.url);
  client.send({ kind: "felt", presses: [40], stalls: 1 });
  client.send({ kind: "felt", presses: [10_000, 10_000], stalls: 9 });
  const told = await fetch(new URL("metrics", server.url));
  const text = await told.text();
  expect(text).toContain("scenecast_press_to_picture_seconds_sum 0.04");
  expect(text).toContain("scenecast_stalls_sum 1");
});

test("the part of an answer's time that was spent waiting stays from 0 to 1, and what took no time has none", () => {
  const report = new ReportCollector();
  report.noteAnswer(5, 20);
  report.noteAnswer(30, 20);
  report.noteAnswer(-1, 20);
  report.noteAnswer(0, 0);
  expect(report.take(0, [], []).queueShares).toEqual([0.25, 1, 0]);
  expect(report.take(0, [], []).queueShares).toEqual([]);
});
