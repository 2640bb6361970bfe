/**
 * `npm run soak -- --minutes 30`: a server for so long, with viewers who come and go by every way, scenes that are saved and processes
 * that are killed. Says of each process whether its memory and the like are level, and ends with 1 where something creeps.
 *
 * To find what does: `--only jpeg --only whep` lets visitors come by these ways alone, `--stay 1` for a second and a half at most, and
 * `--calm` to one room, in which nothing else happens.
 */

import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { numberText } from "../bench/figures.ts";
import { type Table, tableText } from "../bench/table.ts";
import { judge, seriesOf, type Verdict } from "./measures.ts";
import { type Soak, soak } from "./soak.ts";
import { soakPlot } from "./soak-plot.ts";
import { ways } from "./visitors.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "30" },
    visitors: { type: "string", default: "6" },
    seed: { type: "string", default: "1" },
    only: { type: "string", multiple: true, default: [] },
    stay: { type: "string", default: "8" },
    calm: { type: "boolean", default: false },
    plot: { type: "string", default: join(tmpdir(), "scenecast-soak.svg") },
    markdown: { type: "boolean", default: false },
  },
});
const numbers = [values.minutes, values.visitors, values.seed, values.stay].map(Number);
const [minutes = 0, visitors = 0, seed = 0, longestStaySeconds = 0] = numbers;
const chosen = ways.filter((way) => values.only.length === 0 || values.only.includes(way));
const isKnown = values.only.every((name) => ways.some((way) => way === name));
if (!(minutes > 0) || !(longestStaySeconds > 0) || !Number.isInteger(visitors) || !Number.isInteger(seed) || !isKnown) {
  console.error("usage: npm run soak -- --minutes <30> --visitors <6> --seed <1> --plot <file.svg> --markdown");
  console.error(`         --calm --stay <8> --only <way>, as often as there are ways: ${ways.join(", ")}`);
  process.exitCode = 2;
} else {
  // A script is named from the folder where that was typed.
  const plot = resolve(process.env["INIT_CWD"] ?? process.cwd(), values.plot);
  const told = (line: string): void => console.error(`  ${line}`);
  const people = { ways: chosen, visitors, longestStaySeconds, isCalm: values.calm };
  const done = await soak({ minutes, sampleSeconds: 10, seed, ...people, told });
  const verdicts = seriesOf(done.moments).map((series) => judge(series, minutes));
  writeFileSync(plot, soakPlot(verdicts, minutes));
  console.log(tableText(tableOf(verdicts, minutes), { markdown: values.markdown, names: 2 }));
  console.log(`\n${storyOf(done)}\nplot: ${plot}`);
  // The viewers' library leaves timers behind.
  process.exit(verdicts.every(({ isLevel }) => isLevel) ? 0 : 1);
}

function tableOf(verdicts: readonly Verdict[], minutes: number): Table {
  return {
    title: `A soak of ${minutes} minutes`,
    note: "Medians of the first and the last third; growth in a minute in the second half (Theil and Sen), with what it is at least (95 %), and what it may be.",
    head: ["process", "what", "first", "last", "a minute", "at least", "may", ""],
    rows: verdicts.map(({ series, first, last, trend, isLevel }) => [
      series.of,
      series.measure.name,
      numberText(first),
      numberText(last),
      numberText(trend?.perMinute),
      numberText(trend?.leastPerMinute),
      numberText(series.measure.mostPerMinute),
      trend === null ? "too short" : isLevel ? "level" : "creeps",
    ]),
  };
}

function storyOf({ came, failed, disturbed }: Soak): string {
  const count = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .map(([name, times]) => `${times} ${name}`)
      .join(", ");
  return `came and left: ${count(came)}\nsaw nothing: ${count(failed)}\nmeanwhile: ${count(disturbed)}`;
}
