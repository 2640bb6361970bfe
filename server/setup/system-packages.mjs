// @ts-check
/** Owns what npm cannot give on Linux: drawing without a screen, compilers, a browser for tests. Nothing elsewhere. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { findSharedLibrary } from "./link-vulkan-loader.mjs";
import { findProgram, runQuietly, SetupError, say } from "./programs.mjs";

/** @typedef {{ readonly drawing: boolean, readonly browser: boolean, readonly compiling: boolean }} Needs */
/** @typedef {{ readonly package: string, readonly isThere: () => boolean }} Requirement */

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
    // Beside the browser the tests run a TURN server, and make certificates.
    requirements.push({ package: "coturn", isThere: () => findProgram("turnserver") !== null });
    requirements.push({ package: "openssl", isThere: () => findProgram("openssl") !== null });
  }
  return requirements;
}

/**
 * Installs what is missing. On a Linux other than Debian's kin it only names that.
 * @param {Needs} needs
 */
export async function provideSystemPackages(needs) {
  if (process.platform !== "linux") return;
  const missing = requirementsFor(needs).filter((requirement) => !requirement.isThere());
  if (missing.length === 0) return;
  const packages = missing.map((requirement) => requirement.package);
  if (hasApt()) await installWithApt(packages);
  else say(`this system seems to lack what Debian calls ${packages.join(", ")}; please install it if something fails`);
}

/** @param {readonly string[]} packages */
async function installWithApt(packages) {
  const install = ["apt-get", "install", "--yes", "--no-install-recommends", ...packages];
  const byHand = `sudo apt-get update && sudo ${install.join(" ")}`;
  const isRoot = process.getuid?.() === 0;
  if (!isRoot && !(await maySudo())) {
    throw new SetupError(`system packages are missing; type this, then try again:\n  ${byHand}`);
  }
  say(`installing the system packages ${packages.join(" ")}`);
  const [program = "", ...before] = [...(isRoot ? [] : ["sudo", "-n"]), "env", "DEBIAN_FRONTEND=noninteractive"];
  // One unreachable source among several fails the update, and may still leave all that is needed.
  await runQuietly("", program, [...before, "apt-get", "update"]).catch(() => {});
  await runQuietly(`installing them failed (by hand: ${byHand})`, program, [...before, ...install]);
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

function hasVulkanDriver() {
  if (process.env["VK_DRIVER_FILES"] || process.env["VK_ICD_FILENAMES"]) return true;
  return ["/usr/share/vulkan/icd.d", "/usr/local/share/vulkan/icd.d", "/etc/vulkan/icd.d"].some(
    (directory) => existsSync(directory) && readdirSync(directory).some((file) => file.endsWith(".json")),
  );
}
