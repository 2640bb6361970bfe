/**
 * Owns the pages that list what there is: `server/REFERENCE.md`, `client/REFERENCE.md` and `server/RULES.md`. Their tables come from the
 * code: flags from what `--help` prints, options from the doc strings and from the checks, metrics from the registry.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { helpText } from "../../server/command/command-line.ts";
import { convert360Help } from "../../server/command/convert360-flags.ts";
import { doctorHelp } from "../../server/command/doctor-flags.ts";
import { exitCodeOf, exitCodes } from "../../server/command/exit-codes.ts";
import { filmHelp } from "../../server/command/film-flags.ts";
import { jobsHelp } from "../../server/command/jobs-flags.ts";
import { linkHelp } from "../../server/command/link-flags.ts";
import { queueHelp } from "../../server/command/queue-flags.ts";
import { recordHelp } from "../../server/command/record-flags.ts";
import { renderHelp } from "../../server/command/render-flags.ts";
import { replayHelp } from "../../server/command/replay-flags.ts";
import { Metrics } from "../../server/monitoring/metrics.ts";
import { resolveOptions } from "../../server/options/options.ts";
import { type StreamErrorCode, streamErrorSentences } from "../../shared/errors.ts";
import type { ApiDocs } from "./api-docs.ts";
import { environmentMissing, environmentTable } from "./environment.ts";
import { KnownOptions } from "./known-options.ts";
import { checkedOptions, fieldsTable, type OptionsTable } from "./options-table.ts";
import { routesMissing, routesTable } from "./routes.ts";
import { readRules, ruleProblems, rulesPage } from "./rules.ts";
import { code, section, table } from "./tables.ts";

const root = new URL("../../", import.meta.url);
const NOTE = "<!-- Written by `npm run docs` from the code; `npm run check` fails where it differs. -->";

const RULES_NOTE =
  "Files that many depend on say at their head what holds, in rules with numbers. Tests cite the numbers. A rule that is to\n" +
  "change changes there first.\n";

export type References = {
  readonly pages: readonly Page[];
  /** Those whose files say something else. */
  readonly stale: readonly Page[];
  /** Where code and doc strings contradict each other, or say nothing, and rules that no test cites. */
  readonly problems: readonly string[];
};
type Page = { readonly path: string; readonly text: string };

export async function readReferences(docs: ApiDocs): Promise<References> {
  const known = new KnownOptions((options) => resolveOptions(options as Parameters<typeof resolveOptions>[0]), {
    scene: "scene.ts",
  });
  const server = checkedOptions(docs.type("scenecast", "StreamServerOptions"), known);
  const client = fieldsTable(docs.type("scenecast/client", "ViewerOptions"));
  const rules = readRules();
  const pages = [
    { path: "server/REFERENCE.md", text: await serverPage(docs, server) },
    { path: "client/REFERENCE.md", text: clientPage(docs, client) },
    { path: "server/RULES.md", text: `# The numbered rules\n\n${NOTE}\n\n${RULES_NOTE}\n${rulesPage(rules)}` },
  ];
  return {
    pages,
    stale: pages.filter(({ path, text }) => currentText(path) !== text),
    problems: [
      ...server.problems,
      ...client.problems,
      ...routesMissing(),
      ...environmentMissing(),
      ...ruleProblems(rules),
    ],
  };
}

/** Returns the paths of the files that were changed. */
export function writeReferences({ stale }: References): string[] {
  return stale.map(({ path, text }) => {
    writeFileSync(new URL(path, root), text);
    return path;
  });
}

function currentText(path: string): string {
  try {
    return readFileSync(new URL(path, root), "utf8");
  } catch {
    return "";
  }
}

async function serverPage(docs: ApiDocs, options: OptionsTable): Promise<string> {
  const scene = (name: string) => fieldsTable(docs.type("scenecast/scene", name)).markdown;
  return [
    "# Reference: the server, its command line, and scenes\n",
    `${NOTE}\n`,
    "What the server is and does stands in [README.md](README.md). Everything that is exported, with its types: `npm run docs`.\n",
    section("`scenecast serve`", fenced(helpText)),
    section("`scenecast link`", fenced(linkHelp)),
    section("`scenecast jobs`", fenced(jobsHelp)),
    section("`scenecast record`", fenced(recordHelp)),
    section("`scenecast doctor`", fenced(doctorHelp)),
    section("`scenecast render`", fenced(renderHelp)),
    section("`scenecast worker`", fenced(queueHelp)),
    section("`scenecast replay`", fenced(replayHelp)),
    section("`scenecast hls`", fenced(filmHelp)),
    section("`scenecast convert360`", fenced(convert360Help)),
    section("Environment", environmentTable()),
    section(
      "Options of `createStreamServer`",
      "A value that breaks its rule, and an option that there is not, throw `TypeError` at once.\n",
      options.markdown,
    ),
    section("Events of a `StreamServer`", fieldsTable(docs.type("scenecast", "StreamServerEvents")).markdown),
    section(
      "What a program does with a room: `RoomHandle`",
      "Of `server.room(name)` and `server.rooms()`.\n",
      fieldsTable(docs.type("scenecast", "RoomHandle")).markdown,
      "What `snapshot` takes:\n",
      fieldsTable(docs.type("scenecast", "SnapshotOptions")).markdown,
      "What `stats` gives:\n",
      fieldsTable(docs.type("scenecast", "RoomStats")).markdown,
    ),
    section("What a scene is: `defineScene`", scene("SceneDefinition")),
    section("What `setup` gets", scene("SceneContext"), "`messages`:\n", scene("SceneMessages")),
    section("What `setup` returns", scene("SceneParts")),
    section(
      "Paths",
      "Each stands at the root, for the common scene, and under `/s/<room>`, all of it perhaps under `--base-path`. Where a\n" +
        "token is asked for, only those that are open to everybody answer without one.\n",
      routesTable(),
    ),
    section("Metrics", "Besides those of the main process that every Node program has.\n", await metricsTable()),
    section(
      "Errors",
      "The codes of a `StreamError`, with what is said where there is no better sentence, and what the command ends with.\n",
      errorsTable(),
    ),
  ].join("\n");
}

function clientPage(docs: ApiDocs, options: OptionsTable): string {
  return [
    "# Reference: the viewer in a page\n",
    `${NOTE}\n`,
    "How to use it stands in [README.md](README.md). Everything that is exported, with its types: `npm run docs`. What a\n" +
      "`StreamErrorCode` means stands in [the server's reference](../server/REFERENCE.md#errors).\n",
    section("Options of `createViewer`", options.markdown),
    section("Events of a `Viewer`", fieldsTable(docs.type("scenecast/client", "ViewerEvents")).markdown),
  ].join("\n");
}

async function metricsTable(): Promise<string> {
  const text = await new Metrics().text();
  const rows = [...text.matchAll(/^# HELP (scenecast_\S+) (.*)\n# TYPE \S+ (\S+)$/gm)].map(
    ([, name = "", help = "", kind = ""]) => [code(name), kind, help],
  );
  return table(["metric", "kind", "what"], rows);
}

function errorsTable(): string {
  const rows = (Object.keys(streamErrorSentences) as StreamErrorCode[]).map((name) => {
    const exitCode = exitCodeOf(name);
    return [code(name), streamErrorSentences[name], exitCode === exitCodes.failed ? "" : String(exitCode)];
  });
  return table(["code", "sentence", "exit code"], rows);
}

function fenced(text: string): string {
  return `\`\`\`text\n${text.trimEnd()}\n\`\`\`\n`;
}
