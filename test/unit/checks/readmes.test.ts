import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { helpText } from "../../../server/command/command-line.ts";
import { convert360Help } from "../../../server/command/convert360-flags.ts";
import { doctorHelp } from "../../../server/command/doctor-flags.ts";
import { filmHelp } from "../../../server/command/film-flags.ts";
import { jobsHelp } from "../../../server/command/jobs-flags.ts";
import { linkHelp } from "../../../server/command/link-flags.ts";
import { queueHelp } from "../../../server/command/queue-flags.ts";
import { recordHelp } from "../../../server/command/record-flags.ts";
import { renderHelp } from "../../../server/command/render-flags.ts";
import { replayHelp } from "../../../server/command/replay-flags.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const pages = [
  "README.md",
  "CHANGELOG.md",
  ".github/CONTRIBUTING.md",
  "server/README.md",
  "server/REFERENCE.md",
  "server/encode/sphere/README.md",
  "server/film/README.md",
  "server/hls/README.md",
  "server/jobs/README.md",
  "server/movies/README.md",
  "server/pipeline/outputs/whip/README.md",
  "server/studio/README.md",
  "server/jobs/queue/README.md",
  "client/README.md",
  "client/REFERENCE.md",
  "examples/README.md",
];

/** Flags that belong to other programs than `scenecast`. */
const foreignFlags = /npm|curl|nginx|apt|git|lab|bench|vitest|check|NODE_OPTIONS/;

const read = (page: string) => readFileSync(join(root, page), "utf8");

test("the first page is short", () => {
  expect(read("README.md").split("\n").length).toBeLessThanOrEqual(200);
});

describe.each(pages)("%s", (page) => {
  test("its links lead to files and headings that are there", () => {
    const links = [
      ...withoutCode(read(page))
        .replaceAll(/`[^`\n]*`(?!\])/g, "")
        .matchAll(/\]\(([^)\s]+)\)|src="([^"]+)"/g),
    ].map(([, a, b]) => a ?? b ?? "");
    for (const link of links.filter((target) => !/^https?:/.test(target))) {
      const [path = "", anchor] = link.split("#");
      const file = path === "" ? join(root, page) : join(root, dirname(page), path);
      expect.soft(existsSync(file), `${link} in ${page}`).toBe(true);
      if (anchor !== undefined && existsSync(file))
        expect.soft(anchorsOf(readFileSync(file, "utf8"))).toContain(anchor);
    }
  });

  test("the flags that it names are there", () => {
    if (page === "CHANGELOG.md") return;
    const helps = [
      helpText,
      convert360Help,
      filmHelp,
      jobsHelp,
      queueHelp,
      linkHelp,
      doctorHelp,
      recordHelp,
      renderHelp,
      replayHelp,
    ];

    const known = new Set(helps.flatMap(flagsIn));
    const lines = read(page)
      .split("\n")
      .filter((line) => !foreignFlags.test(line));
    for (const flag of lines.flatMap(flagsIn)) expect.soft([...known], page).toContain(flag);
  });
});

test("the scene of the first page is the one of the examples", () => {
  const [scene] = codeBlocks(read("README.md"), "ts").filter((block) => block.includes("defineScene"));
  expect(scene).toContain("export default defineScene({");
  expect(codeBlocks(read("examples/README.md"), "ts")).toContain(scene);
});

/** Custom properties of CSS begin as flags do. */
function flagsIn(text: string): string[] {
  return [...text.matchAll(/(?<![\w-])--(?!scene-cast)[a-z][a-z-]*[a-z]/g)].map(([flag]) => flag);
}

/** As GitHub makes them of headings. */
function anchorsOf(text: string): string[] {
  return [...withoutCode(text).matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

function withoutCode(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```/gm, "");
}

function codeBlocks(text: string, language: string): string[] {
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```/gm)].flatMap(([, of, block = ""]) =>
    of === language ? [block] : [],
  );
}
