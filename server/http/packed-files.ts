/** Owns which form of a built file a browser gets: the one that the build packed beside it, where the browser unpacks that. */

import { existsSync, readdirSync } from "node:fs";
import { extname, join, sep } from "node:path";
import type { RequestHandler } from "express";

const ways = [
  { encoding: "br", ending: ".br" },
  { encoding: "gzip", ending: ".gz" },
];
const isPacked = /\.(br|gz)$/;

/** The file that a packed one stands for; any other itself. */
export function unpackedName(path: string): string {
  return path.replace(isPacked, "");
}

/** Has what follows send the packed form of a file of `directory`. `index` is the file at its root. */
export function preferPacked(directory: string, index: string): RequestHandler {
  // As the build left them, which packs a file in both ways; what is not among them is nobody's to ask for.
  const known = new Set(namesIn(directory).filter((name) => isPacked.test(name)));
  return (request, response, next) => {
    if (request.method !== "GET" && request.method !== "HEAD") return next();
    const name = request.path === "/" ? `/${index}` : request.path;
    if (!known.has(`${name}.gz`)) return next();
    response.vary("Accept-Encoding");
    // The smaller one first: browsers name both without a preference.
    const way = ways.find(({ encoding }) => request.acceptsEncodings(encoding) === encoding);
    if (way === undefined || !existsSync(join(directory, `${name}${way.ending}`))) return next();
    response.type(extname(name)).set("Content-Encoding", way.encoding);
    request.url = `${name}${way.ending}`;
    next();
  };
}

/** As paths of URLs; none where nothing was built. */
function namesIn(directory: string): string[] {
  if (!existsSync(directory)) return [];
  const names = readdirSync(directory, { recursive: true, encoding: "utf8" });
  return names.map((name) => `/${name.split(sep).join("/")}`);
}
