/** What a scene fetches: server/render/page/network. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Addresses } from "../../../../../server/render/page/network/addresses.ts";
import { pageFetch } from "../../../../../server/render/page/network/page-fetch.ts";
import { xmlHttpRequestOf } from "../../../../../server/render/page/network/xml-http-request.ts";

const folder = mkdtempSync(join(tmpdir(), "scenecast-page-"));
const base = pathToFileURL(join(folder, "scenes/scene.ts")).href;
const addresses = new Addresses(base);
const fetch = pageFetch(addresses);
let server: Server;
let origin: string;

beforeAll(async () => {
  for (const name of ["scenes/data", "public", "scenes/public"]) mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, "package.json"), "{}");
  writeFileSync(join(folder, "scenes/data/a b.json"), '{"value":1}');
  writeFileSync(join(folder, "public/model.glb"), "glb");
  writeFileSync(join(folder, "scenes/public/near.txt"), "near");
  server = createServer((request, response) => response.end(`${request.method} ${request.url}`));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

const textOf = async (address: string) => await (await fetch(address)).text();

describe("fetch", () => {
  test("takes addresses relative to the scene's file (AD1), with spaces and queries, and as file addresses", async () => {
    const response = await fetch("data/a b.json?v=2");
    expect([response.status, response.headers.get("content-type"), await response.json()]).toEqual([
      200,
      "application/json",
      { value: 1 },
    ]);
    expect(await textOf(pathToFileURL(join(folder, "public/model.glb")).href)).toBe("glb");
  });

  test("finds what a web server would serve from public (AD3)", async () => {
    expect([await textOf("/model.glb"), await textOf("/near.txt"), await textOf("near.txt")]).toEqual([
      "glb",
      "near",
      "near",
    ]);
  });

  test("answers with status 404 where there is no file", async () => {
    const response = await fetch("not-there.json");
    expect([response.ok, response.status, response.statusText]).toEqual([false, 404, "there is no such file"]);
    expect(response.url).toBe(new URL("not-there.json", base).href);
  });

  test("goes to servers, and says which one could not be reached", async () => {
    expect(await textOf(`${origin}/x?y`)).toBe("GET /x?y");
    await expect(fetch("http://127.0.0.1:1/a")).rejects.toThrow(/http:\/\/127\.0\.0\.1:1\/a cannot be fetched: /);
  });

  test("takes data and blob addresses", async () => {
    expect(await textOf("data:text/plain,hello")).toBe("hello");
    expect(await textOf(URL.createObjectURL(new Blob(["blob"])))).toBe("blob");
  });

  test("an abort comes before the file", async () => {
    await expect(fetch("data/a b.json", { signal: AbortSignal.abort() })).rejects.toThrow("aborted");
  });
});

describe("three's own files come from the installed three (AD2)", () => {
  test.each([
    [
      "https://www.gstatic.com/draco/versioned/decoders/1.5.7/draco_wasm_wrapper.js",
      "libs/draco/draco_wasm_wrapper.js",
    ],
    ["https://www.gstatic.com/draco/v1/decoders/draco_decoder.wasm", "libs/draco/draco_decoder.wasm"],
    ["https://unpkg.com/three@0.150.0/examples/jsm/libs/basis/basis_transcoder.js", "libs/basis/basis_transcoder.js"],
    [
      "https://cdn.jsdelivr.net/npm/three@0.187.0/examples/jsm/libs/draco/gltf/draco_decoder.js",
      "libs/draco/gltf/draco_decoder.js",
    ],
    ["https://threejs.org/examples/jsm/libs/basis/basis_transcoder.wasm", "libs/basis/basis_transcoder.wasm"],
    ["three/addons/libs/draco/draco_decoder.js", "libs/draco/draco_decoder.js"],
    ["jsm/libs/basis/basis_transcoder.js", "libs/basis/basis_transcoder.js"],
    ["../node_modules/three/examples/jsm/libs/draco/draco_decoder.js", "libs/draco/draco_decoder.js"],
  ])("%s", (address, path) => {
    const file = addresses.fileOf(addresses.resolve(address));
    expect(file).toMatch(new RegExp(`/three/examples/jsm/${path.replaceAll(".", "\\.")}$`));
  });

  test("what three does not have stays where it is, and nothing leaves its folder", () => {
    const places = ["https://unpkg.com/three@0.187.0/nothing.js", "https://unpkg.com/three/%2e%2e%2fgl/package.json"];
    expect(places.map((place) => addresses.fileOf(addresses.resolve(place)))).toEqual([null, null]);
  });
});

describe("XMLHttpRequest", () => {
  const XMLHttpRequest = xmlHttpRequestOf({ addresses, fetch, onError: (error) => void console.error(error) });

  function request(
    address: string,
    setUp: (request: InstanceType<typeof XMLHttpRequest>) => void,
  ): Promise<InstanceType<typeof XMLHttpRequest>> {
    const made = new XMLHttpRequest();
    setUp(made);
    made.open("GET", address);
    made.send();
    return new Promise((resolve) => made.addEventListener("loadend", () => resolve(made)));
  }

  test("loads a file in the form asked for, and tells each state", async () => {
    const states: number[] = [];
    const made = await request("data/a b.json", (one) => {
      one.responseType = "json";
      one.addEventListener("readystatechange", () => states.push(one.readyState));
    });
    expect([made.status, made.response, states]).toEqual([200, { value: 1 }, [1, 2, 3, 4]]);
    const bytes = await request("data/a b.json", (one) => (one.responseType = "arraybuffer"));
    expect((bytes.response as ArrayBuffer).byteLength).toBe(11);
  });

  test("gives status 404 for a file that is not there and an error for a server that is not", async () => {
    expect((await request("nothing", () => undefined)).status).toBe(404);
    let failed = false;
    const made = await request("http://127.0.0.1:1/", (one) => one.addEventListener("error", () => (failed = true)));
    expect([made.status, made.readyState, failed]).toEqual([0, 4, true]);
  });

  test("reads a file at once, and says that it cannot ask a server so", () => {
    const made = new XMLHttpRequest();
    made.open("GET", "data/a b.json", false);
    made.send();
    expect(made.responseText).toBe('{"value":1}');
    made.open("GET", `${origin}/x`, false);
    expect(() => made.send()).toThrow("can read only files at once");
  });
});
