// @ts-check
/** Owns what npm cannot give on Linux: drawing without a screen, compilers, a browser for tests. Nothing elsewhere. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { hasFonts } from "./fonts.mjs";
import { findSharedLibrary } from "./link-vulkan-loader.mjs";
import { findProgram, runQuietly, SetupError, say } from "./programs.mjs";

/**
 * `network`: what tests put between a server and its viewers, and further browsers. `python`: what the tests of the Python package run,
 * "renderers" also those that make pictures.
 * @typedef {{
 *   readonly drawing: boolean, readonly browser: boolean, readonly network: boolean, readonly compiling: boolean,
 *   readonly python: boolean | "renderers",
 * }} Needs
 */
/**
 * `service`: what Debian would run in the background from then on, and is not to. `without`: what is so without it, where all else works.
 * @typedef {{ readonly package: string, readonly isThere: () => boolean, readonly service?: string, readonly without?: string }} Requirement
 */

/** The libraries that gl's ANGLE loads, and Debian's packages for them. */
const libraries = {
  "libvulkan.so.1": "libvulkan1",
  "libX11.so.6": "libx11-6",
  "libXext.so.6": "libxext6",
  "libxcb.so.1": "libxcb1",
  "libdrm.so.2": "libdrm2",
};

/**
 * @param {Needs} needs
 * @returns {Requirement[]}
 */
function requirementsFor(needs) {
  /** @type {Requirement[]} */
  const requirements = [];
  if (needs.drawing) {
    for (const [file, name] of Object.entries(libraries)) {
      requirements.push({ package: name, isThere: () => findSharedLibrary(file) !== null });
    }
    // Any driver will do, best that of a GPU; these are Mesa's, with one that draws on the CPU.
    requirements.push({ package: "mesa-vulkan-drivers", isThere: hasVulkanDriver });
    // Text on canvases, and labels.
    requirements.push({ package: "fonts-dejavu-core", isThere: () => hasFonts(), without: "scenes draw no text" });
  }
  if (needs.compiling) {
    for (const name of ["python3", "make", "g++"]) {
      requirements.push({ package: name, isThere: () => findProgram(name) !== null });
    }
  }
  if (needs.browser) {
    const names = ["chromium", "chromium-browser"];
    const [debian = "", ubuntu = ""] = names;
    const name = osRelease("ID") === "ubuntu" ? ubuntu : debian;
    requirements.push({ package: name, isThere: () => names.some((program) => findProgram(program) !== null) });
    // A program of the tests that gives frames.
    requirements.push({ package: "python3", isThere: () => findProgram("python3") !== null });
    // Without windows, pages are opened for a quarter of the processor time.
    const shell = "chromium-headless-shell";
    const without = "tests take longer";
    if (name === debian) requirements.push({ package: shell, isThere: () => findProgram(shell) !== null, without });
  }
  if (needs.network) requirements.push(...networkRequirements());
  if (needs.python) requirements.push(...pythonRequirements(needs.python === "renderers"));
  return requirements;
}

/**
 * @param {boolean} withRenderers
 * @returns {Requirement[]}
 */
function pythonRequirements(withRenderers) {
  // Seen by the system's own Python, whatever other one the PATH has.
  const modules = { numpy: "numpy", pil: "PIL", notebook: "notebook", ipykernel: "ipykernel", nbclassic: "nbclassic" };
  const all = withRenderers ? { ...modules, vtk9: "vtk.py", matplotlib: "matplotlib" } : modules;
  const requirements = Object.entries(all).map(([name, module]) => ({
    package: `python3-${name}`,
    isThere: () => existsSync(`/usr/lib/python3/dist-packages/${module}`),
  }));
  return [{ package: "python3", isThere: () => existsSync("/usr/bin/python3") }, ...requirements];
}

/** @returns {Requirement[]} */
function networkRequirements() {
  /** @param {string} program */
  const has = (program) => findProgram(program) !== null || existsSync(`/usr/sbin/${program}`);
  const firefox = osRelease("ID") === "ubuntu" ? "firefox" : "firefox-esr";
  return [
    { package: "coturn", isThere: () => has("turnserver"), service: "coturn" },
    { package: "openssl", isThere: () => has("openssl") },
    { package: "nginx-light", isThere: () => has("nginx"), service: "nginx" },
    // What scenes are sent on to.
    {
      package: "libnginx-mod-rtmp",
      isThere: () => existsSync("/usr/lib/nginx/modules/ngx_rtmp_module.so"),
      service: "nginx",
    },
    // Another hand's WebRTC, with a Python that sees it.
    { package: "python3", isThere: () => existsSync("/usr/bin/python3") },
    { package: "python3-aiortc", isThere: () => existsSync("/usr/lib/python3/dist-packages/aiortc") },
    // ffprobe, which reads what was recorded.
    { package: "ffmpeg", isThere: () => has("ffprobe") },
    // What files of 360° video say of themselves.
    { package: "libimage-exiftool-perl", isThere: () => has("exiftool") },
    // What machines share that do jobs together.
    { package: "redis-server", isThere: () => has("redis-server"), service: "redis-server" },
    // Network namespaces, and firewalls in them.
    { package: "iproute2", isThere: () => has("ip") },
    { package: "nftables", isThere: () => has("nft") },
    { package: firefox, isThere: () => has(firefox) },
    // WebKit, and the screen that it wants.
    { package: "webkit2gtk-driver", isThere: () => has("WebKitWebDriver") },
    { package: "xvfb", isThere: () => has("Xvfb") },
    // Firefox decodes H.264 with it.
    { package: "libavcodec-extra", isThere: hasVideoDecoders },
  ];
}

/**
 * Installs what is missing. On a Linux other than Debian's kin it only names that.
 * @param {Needs} needs
 */
export async function provideSystemPackages(needs) {
  if (process.platform !== "linux") return;
  const missing = requirementsFor(needs).filter((requirement) => !requirement.isThere());
  if (missing.length === 0) return;
  if (!hasApt()) {
    const packages = missing.map((requirement) => requirement.package).join(", ");
    return say(`this system seems to lack what Debian calls ${packages}; please install it if something fails`);
  }
  const needed = missing.filter(({ without }) => without === undefined);
  if (needed.length > 0) await installWithApt(needed);
  // Each by itself, as not every release has them all.
  for (const spare of missing.filter(({ without }) => without !== undefined)) {
    await installWithApt([spare]).catch(() => {
      say(`without ${spare.package} ${spare.without}; to have it: ${commandByHand([spare.package])}`);
    });
  }
}

/** @param {readonly string[]} packages */
function commandByHand(packages) {
  return `sudo apt-get update && sudo ${[...aptInstall, ...packages].join(" ")}`;
}

const aptInstall = ["apt-get", "install", "--yes", "--no-install-recommends"];

/** Runs the words after it while no package may start its service, unless somebody has decided about that already. */
const withoutServices = `
  policy=/usr/sbin/policy-rc.d
  if [ ! -e $policy ]; then
    trap 'rm -f $policy' EXIT
    printf '#!/bin/sh\\nexit 101\\n' >$policy && chmod 755 $policy
  fi
  "$@"`;

/** @param {readonly Requirement[]} missing */
async function installWithApt(missing) {
  const packages = missing.map((requirement) => requirement.package);
  const services = missing.flatMap(({ service }) => service ?? []);
  const install = [...aptInstall, ...packages];
  const byHand = commandByHand(packages);
  const isRoot = process.getuid?.() === 0;
  if (!isRoot && !(await maySudo())) {
    throw new SetupError(`system packages are missing; type this, then try again:\n  ${byHand}`);
  }
  say(`installing the system packages ${packages.join(" ")}`);
  const [program = "", ...before] = [...(isRoot ? [] : ["sudo", "-n"]), "env", "DEBIAN_FRONTEND=noninteractive"];
  // One unreachable source among several fails the update, and may still leave all that is needed.
  await runQuietly("", program, [...before, "apt-get", "update"]).catch(() => {});
  const quietly = services.length === 0 ? [] : ["sh", "-c", withoutServices, "sh"];
  await runQuietly(`installing them failed (by hand: ${byHand})`, program, [...before, ...quietly, ...install]);
  // Nor at the next start of the machine. Where there is no systemd, nothing starts them.
  if (services.length > 0)
    await runQuietly("", program, [...before, "systemctl", "disable", ...services]).catch(() => {});
}

/** @returns {Promise<boolean>} whether sudo asks for no password here */
async function maySudo() {
  try {
    await runQuietly("", "sudo", ["-n", "true"]);
    return true;
  } catch {
    return false;
  }
}

function hasApt() {
  const isDebian = /\b(debian|ubuntu)\b/.test(`${osRelease("ID")} ${osRelease("ID_LIKE")}`);
  return isDebian && findProgram("apt-get") !== null;
}

/**
 * @param {string} key
 * @returns {string}
 */
function osRelease(key) {
  const file = "/etc/os-release";
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  return new RegExp(`^${key}=["']?([^"'\n]*)`, "m").exec(text)?.[1] ?? "";
}

function hasVideoDecoders() {
  // Firefox knows its versions by their numbers, of which each release of Debian has one.
  return Array.from({ length: 20 }, (_, at) => `libavcodec.so.${at + 53}`).some(
    (file) => findSharedLibrary(file) !== null,
  );
}

function hasVulkanDriver() {
  if (process.env["VK_DRIVER_FILES"] || process.env["VK_ICD_FILENAMES"]) return true;
  return ["/usr/share/vulkan/icd.d", "/usr/local/share/vulkan/icd.d", "/etc/vulkan/icd.d"].some(
    (directory) => existsSync(directory) && readdirSync(directory).some((file) => file.endsWith(".json")),
  );
}
