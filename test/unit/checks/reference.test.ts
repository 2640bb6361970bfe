import { afterEach, expect, test } from "vitest";
import type { StreamServer } from "../../../server/stream-server.ts";
import { environmentMissing } from "../../checks/environment.ts";
import { listProblems } from "../../checks/package.ts";
import { addressOf, routes, routesMissing } from "../../checks/routes.ts";
import { splitDefault, table } from "../../checks/tables.ts";
import { startFakeServer } from "../../support/fake-scene.ts";

let server: StreamServer | undefined;
afterEach(() => server?.close());

test("a route of the code that the reference lacks is noticed", () => {
  const texts = ['app.use("/cameras", cameras());', 'router.route("/:id").get(answer);', 'app.get("/metrics", tell);'];
  expect(routesMissing(routes, texts)).toEqual(["The route /cameras of server/http is not in test/checks/routes.ts."]);
  expect(routesMissing()).toEqual([]);
});

test("the server answers on every path of the reference", async () => {
  server = await startFakeServer();
  const { url } = server;
  const asked = routes
    .filter(({ path }) => !path.endsWith("…"))
    .flatMap(({ methods, path }) => methods.split(", ").map((method) => ({ method, path })));
  // At once: some answers are waited for.
  await Promise.all(
    asked.map(async ({ method, path }) => {
      const isKnown = await isAnswered(new URL(addressOf(path).slice(1), url), method);
      expect.soft(isKnown, `${method} ${path}`).toBe(true);
    }),
  );
}, 60_000);

test("an environment variable that the reference lacks is noticed", () => {
  expect(environmentMissing(['const a = process.env["SCENECAST_NEW"] ?? env["NO_COLOR"];'])).toEqual([
    "The environment variable SCENECAST_NEW is not in test/checks/environment.ts.",
  ]);
  expect(environmentMissing()).toEqual([]);
});

test("a hollow package, and one with too much in it, are noticed", () => {
  const problems = listProblems(["package.json", "test/a.test.ts", "dist/page/assets/index.js"], ["server/index"]);
  expect(problems).toContain("dist/server/cli.js is missing in the package.");
  expect(problems).toContain("dist/server/index.d.ts is missing in the package.");
  expect(problems).toContain("test/a.test.ts has no business in the package.");
  expect(problems).not.toContain("The script of the page is missing in the package.");
});

test("a table keeps what a cell says in the cell", () => {
  expect(table(["a"], [["one | two\n three"]])).toBe("| a |\n| --- |\n| one \\| two three |\n");
});

test("the default is taken out of a doc string", () => {
  const text = "The port, 0 to 65535. Default 8080. More of it.";
  expect(splitDefault(text)).toEqual({ rest: "The port, 0 to 65535. More of it.", standard: "8080" });
  expect(splitDefault("No more.")).toEqual({ rest: "No more.", standard: "" });
});

/** Whether there is such a path, and such a method on it, whatever else may be wrong. */
async function isAnswered(url: URL, method: string): Promise<boolean> {
  const response = await fetch(url, { method, signal: AbortSignal.timeout(20_000) });
  const reader = response.body?.getReader();
  // The first piece is enough: some answers go on for ever.
  const piece = new TextDecoder().decode((await reader?.read())?.value);
  await reader?.cancel();
  return response.status !== 405 && !piece.startsWith("There is nothing here.");
}
