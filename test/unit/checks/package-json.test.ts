import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

type Manifest = Readonly<Record<"dependencies" | "devDependencies" | "optionalDependencies", Record<string, string>>>;
type Lock = { readonly packages: Readonly<Record<string, { readonly version?: string; readonly resolved?: string }>> };

const read = (file: string) => readFileSync(fileURLToPath(new URL(`../../../${file}`, import.meta.url)), "utf8");
const manifest = JSON.parse(read("package.json")) as Manifest;
const lock = JSON.parse(read("package-lock.json")) as Lock;
const wanted = { ...manifest.dependencies, ...manifest.optionalDependencies, ...manifest.devDependencies };

test("every dependency is pinned, and locked as it is pinned", () => {
  for (const [name, asked] of Object.entries(wanted)) {
    // Of one that goes by another name here.
    const version = asked.replace(/^npm:.*@/, "");
    expect.soft(version, name).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
    expect.soft(lock.packages[`node_modules/${name}`]?.version, name).toBe(version);
  }
});

test("the lock file names no registry", () => {
  const hosts = Object.entries(lock.packages).filter(([, { resolved }]) => resolved !== undefined);
  expect(hosts).toEqual([]);
  expect(read(".npmrc")).toContain("omit-lockfile-registry-resolved=true");
});

test("the coverage provider is of the version of vitest, as it must be", () => {
  expect(wanted["@vitest/coverage-v8"]).toBe(wanted["vitest"]);
});
