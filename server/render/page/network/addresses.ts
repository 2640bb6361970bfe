/**
 * Owns what an address in a scene means, where there is no web server behind it. In the render thread and the workers of
 * scenes; reads no file, only looks whether there is one.
 *
 * AD1 Relative addresses count from the scene's file, as a page's count from the page.
 * AD2 Addresses of three's own files, at the places that publish it or below "three/addons/" and the like, are those of the
 *     installed three, so that decoders need no internet.
 * AD3 An address from the root ("/models/a.glb") that is no file counts from the scene's folder, its "public" folder, or
 *     those of the nearest package, as where a web server serves it.
 */

import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** Places on the internet that publish three: what follows the match is a path in its package. */
const PUBLISHED =
  /^https?:\/\/(?:unpkg\.com\/|esm\.sh\/|cdn\.jsdelivr\.net\/(?:npm|gh\/mrdoob)\/|cdn\.skypack\.dev\/)three(?:\.js)?(?:@[^/]+)?\/(.+)$/;
const THREEJS_ORG = /^https?:\/\/(?:www\.)?threejs\.org\/(.+)$/;
const GOOGLE_DRACO = /^https?:\/\/www\.gstatic\.com\/draco\/.*?([^/]+)$/;
/** A path that a page gives to what the three beside it has. */
const THREE_PATH = /(?:^|\/)(?:three\/(?:addons|examples\/jsm)|examples\/jsm|addons|jsm)\/(.+)$/;

export class Addresses {
  /** The address of the scene's file. */
  readonly base: string;
  readonly #threeFolder: string;

  constructor(base: string) {
    this.base = base;
    this.#threeFolder = dirname(dirname(createRequire(import.meta.url).resolve("three")));
  }

  /** The whole address (AD1). Throws TypeError where it is none. */
  resolve(address: string): URL {
    const url = URL.parse(address, this.base);
    if (url === null) throw new TypeError(`"${address}" is no address.`);
    return url;
  }

  /** The file that an address means; null for what is not on this machine (AD2, AD3). The file may be missing. */
  fileOf(url: URL): string | null {
    const withoutQuery = `${url.protocol}//${url.host}${url.pathname}`;
    if (url.protocol === "http:" || url.protocol === "https:") return this.#publishedFile(withoutQuery);
    if (url.protocol !== "file:") return null;
    const path = fileURLToPath(new URL(url.pathname, "file:///"));
    return [path, ...this.#otherPlaces(path)].find((place) => existsSync(place)) ?? path;
  }

  #publishedFile(address: string): string | null {
    const draco = GOOGLE_DRACO.exec(address)?.[1];
    const path = draco === undefined ? undefined : `examples/jsm/libs/draco/${draco}`;
    const wanted = path ?? PUBLISHED.exec(address)?.[1] ?? THREEJS_ORG.exec(address)?.[1];
    return wanted === undefined
      ? null
      : this.#inThree(decodeURIComponent(wanted).replace(/^addons\//, "examples/jsm/"));
  }

  *#otherPlaces(path: string): Generator<string> {
    const folder = dirname(fileURLToPath(new URL(this.base.split("?")[0] ?? this.base)));
    const isBelow = path.startsWith(`${folder}/`);
    for (const root of [folder, packageFolder(folder)]) {
      if (root === null) continue;
      if (!isBelow) yield join(root, path);
      yield join(root, "public", isBelow ? path.slice(folder.length) : path);
    }
    const module = THREE_PATH.exec(path)?.[1];
    const found = module === undefined ? null : this.#inThree(`examples/jsm/${module}`);
    if (found !== null) yield found;
  }

  #inThree(path: string): string | null {
    const file = join(this.#threeFolder, path);
    return file.startsWith(this.#threeFolder) && existsSync(file) ? file : null;
  }
}

/** The address of a file. */
export function addressOf(file: string): string {
  return pathToFileURL(file).href;
}

function packageFolder(from: string): string | null {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, "package.json"))) return folder;
    if (dirname(folder) === folder) return null;
  }
}
