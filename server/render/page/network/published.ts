/** Owns which package an address of the internet publishes, so that the installed one can be imported in its place. Pure. */

/** A package at jsdelivr, as three's own addons import some: "https://cdn.jsdelivr.net/npm/opentype.js@1.3.4/+esm". */
const MODULE = /^https:\/\/cdn\.jsdelivr\.net\/npm\/((?:@[\w.-]+\/)?[\w.-]+)@[\w.-]+\/\+esm$/;
const AT_THREE = /^https?:\/\/(?:www\.)?threejs\.org\/(.*)$/;
/** Places that publish packages of npm by their names; esm.sh and skypack put words of their own before. */
const PLACES = [
  /^https?:\/\/(?:www\.)?unpkg\.com\/(.*)$/,
  /^https?:\/\/(?:cdn|fastly)\.jsdelivr\.net\/(?:npm|gh\/mrdoob)\/(.*)$/,
  /^https?:\/\/(?:cdn\.)?esm\.(?:sh|run)\/(?:v\d+\/|stable\/|\*)*(.*)$/,
  /^https?:\/\/(?:cdn|jspm)\.(?:skypack\.dev|dev)\/(?:pin\/|new\/|-\/)*(.*)$/,
  /^https?:\/\/ga\.jspm\.io\/npm:(.*)$/,
  /^https?:\/\/cdnjs\.cloudflare\.com\/ajax\/libs\/(.*)$/,
];
/** A name, a version after an at sign or a slash (cdnjs), and a path. */
const PACKAGE = /^((?:@[\w.-]+\/)?[\w.-]+?)(?:@[^/]*|\/(?=r?\d[^/]*\/)[^/]*)?(?:\/(.*))?$/;
/** Libraries that three brings along, by the names that they have at npm. */
const inThree: Readonly<Record<string, string>> = {
  "lil-gui": "three/addons/libs/lil-gui.module.min.js",
  "stats.js": "three/addons/libs/stats.module.js",
  "stats-js": "three/addons/libs/stats.module.js",
  "three-stats": "three/addons/libs/stats.module.js",
  "@tweenjs/tween.js": "three/addons/libs/tween.module.js",
  fflate: "three/addons/libs/fflate.module.js",
};

/** The name of the package whose module an address gives; null where it is not known to be one. */
export function publishedPackage(address: string): string | null {
  return MODULE.exec(address)?.[1] ?? null;
}

export type Published = {
  /** The name at npm. */
  readonly name: string;
  /** What to import in its place: of three a module of it, of another one its name. */
  readonly specifier: string;
};

/** What an address of a page's script or import publishes; null where no package is known to be there. */
export function publishedModule(address: string): Published | null {
  const [bare = ""] = address.split(/[?#]/);
  const ofThree = AT_THREE.exec(bare)?.[1];
  if (ofThree !== undefined) return { name: "three", specifier: moduleOfThree(ofThree) };
  for (const place of PLACES) {
    const [, name, path = ""] = PACKAGE.exec(place.exec(bare)?.[1] ?? "") ?? [];
    if (name === undefined) continue;
    if (name === "three" || name === "three.js") return { name: "three", specifier: moduleOfThree(path) };
    return { name, specifier: name };
  }
  return null;
}

/** What of three's own is the library of this name. */
export function broughtByThree(name: string): string | null {
  return inThree[name] ?? null;
}

/** What to import for a file of three's package, also one that is there no more. */
function moduleOfThree(path: string): string {
  const addon = /^(?:examples\/(?:jsm|js)|addons|jsm)\/(.*)$/.exec(path)?.[1];
  if (addon !== undefined) return `three/addons/${addon}`;
  if (/^src\//.test(path)) return `three/${path}`;
  if (/(?:^|\/)three\.webgpu(?:\.\w+)*$/.test(path)) return "three/webgpu";
  return /(?:^|\/)three\.tsl(?:\.\w+)*$/.test(path) ? "three/tsl" : "three";
}
