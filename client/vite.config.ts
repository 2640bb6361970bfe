/**
 * Owns how what the server gives to browsers is built: the viewer page, the start page, that of the stream for large audiences and that of
 * jobs, static files with relative URLs that a `default-src 'self'` policy lets through; beside it with `--mode script` `scenecast.js`, the
 * element in one file, and with `--mode frame` `frame.js`, which drives the page in a frame.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, gzip } from "node:zlib";
import { defineConfig, type Plugin, type UserConfig } from "vite";

const build = {
  outDir: fileURLToPath(new URL("../dist/page", import.meta.url)),
  target: "es2022",
  // Inlined files would be data: URLs, and the polyfill a script of its own.
  assetsInlineLimit: 0,
  modulePreload: { polyfill: false },
  reportCompressedSize: false,
} as const;

/** What fits into one packet is not faster for being smaller. */
const MIN_PACKED_BYTES = 1_400;

/** Browsers start no worker of another origin, but one that imports it; where a page forbids that, none is needed. */
const workerOfAnyOrigin = `const Worker = globalThis.Worker && class {
  constructor(url, options) {
    if (new URL(url).origin === location.origin) return new globalThis.Worker(url, options);
    const text = new Blob(["import " + JSON.stringify(String(url))], { type: "text/javascript" });
    return new globalThis.Worker(URL.createObjectURL(text), options);
  }
};`;

/** Writes what is worth it packed, too, beside itself, for the server to give to browsers that unpack. */
const packed: Plugin = {
  name: "packed",
  async writeBundle({ dir = "" }, files) {
    const zip = promisify(gzip);
    const ways = [
      [".br", promisify(brotliCompress)],
      [".gz", (content: Buffer) => zip(content, { level: 9 })],
    ] as const;
    for (const file of Object.values(files)) {
      const content = Buffer.from(file.type === "chunk" ? file.code : file.source);
      if (content.length < MIN_PACKED_BYTES) continue;
      for (const [ending, pack] of ways) writeFileSync(join(dir, `${file.fileName}${ending}`), await pack(content));
    }
  },
};

/** Puts into pages what they have in common: parts/NAME.html for `<!-- part NAME key="words" -->`, with the words where it says `{key}`. */
const parts: Plugin = {
  name: "parts",
  transformIndexHtml: {
    order: "pre",
    handler: (text) =>
      text.replace(/<!-- part ([\w-]+) (.*?) -->/g, (_, name: string, words: string) => partOf(name, words)),
  },
};

function partOf(name: string, words: string): string {
  const said = new Map([...words.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = "", text = ""]) => [key, text]));
  return readFileSync(pageFile(`parts/${name}.html`), "utf8").replace(/\{(\w+)\}/g, (_, key: string) => {
    const text = said.get(key);
    if (text === undefined) throw new TypeError(`The part ${name} of a page wants ${key}.`);
    return text;
  });
}

function pageFile(name: string): string {
  return fileURLToPath(new URL(`./page/${name}`, import.meta.url));
}

const page: UserConfig = {
  root: fileURLToPath(new URL("./page", import.meta.url)),
  base: "./",
  plugins: [parts, packed],
  build: {
    ...build,
    emptyOutDir: true,
    rolldownOptions: { input: ["index.html", "start.html", "watch.html", "jobs.html"].map(pageFile) },
  },
};

/** One file for pages of any site, with what it loads only when that is wanted beside it. */
const script = (entry: string, fileName: string, banner: string): UserConfig => ({
  root: fileURLToPath(new URL(".", import.meta.url)),
  base: "./",
  plugins: [packed],
  build: {
    ...build,
    emptyOutDir: false,
    copyPublicDir: false,
    lib: { entry: fileURLToPath(new URL(entry, import.meta.url)), formats: ["es"], fileName: () => fileName },
    rolldownOptions: {
      output: {
        // A library is for bundlers, which would do it.
        minify: true,
        chunkFileNames: "assets/[name]-[hash].js",
        banner: ({ isEntry }) => (isEntry ? banner : ""),
      },
    },
  },
});

export default defineConfig(({ mode }) => {
  if (mode === "script") return script("./element/script.ts", "scenecast.js", workerOfAnyOrigin);
  return mode === "frame" ? script("./frame/index.ts", "frame.js", "") : page;
});
