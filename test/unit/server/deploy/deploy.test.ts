/** What is there for running it as a service says nothing that the program does not know. */

import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parseCommandLine } from "../../../../server/command/command-line.ts";
import { resolveOptions } from "../../../../server/options/options.ts";

const server = new URL("../../../../server/", import.meta.url);
const textOf = (path: string): string => readFileSync(new URL(path, server), "utf8");

/** The command lines of ours in a file: in comments, in code, in lists of words. */
function commandsIn(text: string): string[][] {
  const joined = text.replaceAll(/ \\\n\s*/g, " ");
  const plain = [...joined.matchAll(/(?<=scenecast )serve [^\n#…`]+/g)].map(([line]) => line.trim().split(/\s+/));
  const listed = [...joined.matchAll(/^CMD (\["serve".*\])$/gm)].map(([, list = "[]"]) => JSON.parse(list) as string[]);
  return [...plain, ...listed];
}

test.each(readdirSync(new URL("deploy/", server)))("every command line in %s is one that is understood", (file) => {
  for (const words of commandsIn(textOf(`deploy/${file}`))) {
    // "--token …" stands for a token.
    const whole = words.at(-1) === "--token" ? [...words, "correct-horse"] : words;
    const command = parseCommandLine(whole);
    if (command.kind !== "serve") throw new Error(whole.join(" "));
    expect(resolveOptions(command.options).http.port).toBe(8080);
  }
});

test("the command lines are found", () => {
  const counts = ["Dockerfile", "README.md", "scenecast.service", "nginx.conf", "Caddyfile", "traefik.yml"].map(
    (file) => commandsIn(textOf(`deploy/${file}`)).length,
  );
  expect(counts).toEqual([1, 2, 1, 1, 1, 1]);
});

test("the image has the system packages that the set-up installs for drawing", () => {
  const setup = textOf("setup/system-packages.mjs");
  const libraries = [...setup.matchAll(/^ {2}"lib[\w.]+": "([\w-]+)",$/gm)].map(([, name]) => name);
  expect(libraries.length).toBeGreaterThan(4);
  const image = /fonts-dejavu-core.*mesa-vulkan-drivers/.exec(textOf("deploy/Dockerfile"))?.[0].split(" ");
  expect(image?.toSorted()).toEqual([...libraries, "fonts-dejavu-core", "mesa-vulkan-drivers"].toSorted());
});
