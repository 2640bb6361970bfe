/**
 * `npm run soak -- --minutes 30`: a server for so long, with viewers who come and go by every way, scenes that are saved and processes
 * that are killed. Says of each process whether its memory and the like are level, and ends with 1 where something creeps.
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

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "30" },
    visitors: { type: "string", default: "6" },
    seed: { type: "string", default: "1" },
    plot: { type: "string", default: join(tmpdir(), "scenecast-soak.svg") },
    markdown: { type: "boolean", default: false },
  },
});
const [minutes, visitors, seed] = [values.minutes, values.visitors, values.seed].map(Number);
if (!minutes || !(minutes > 0) || !Number.isInteger(visitors) || !Number.isInteger(seed)) {
  console.error("usage: npm run soak -- --minutes <30> --visitors <6> --seed <1> --plot <file.svg> --markdown");
  process.exitCode = 2;
} else {
  // A script is named from the folder where that was typed.
  const plot = resolve(process.env["INIT_CWD"] ?? process.cwd(), values.plot);
  const told = (line: string): void => console.error(`  ${line}`);
  const done = await soak({ minutes, sampleSeconds: 10, seed: seed ?? 1, visitors: visitors ?? 6, told });
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
