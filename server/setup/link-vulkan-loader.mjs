// @ts-check
/**
 * Owns the link by which gl finds Vulkan: its ANGLE looks for the Vulkan loader only in its own folder. Plain JavaScript,
 * as the set-up runs it before TypeScript runs; the server calls it too, for where the set-up never ran.
 */

import { execFileSync } from "node:child_process";
import { existsSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";

const loaderName = "libvulkan.so.1";

/** How Debian names its library folders, and how `ldconfig` names the architecture. */
const architectures = {
  x64: { triplet: "x86_64-linux-gnu", ldconfig: "x86-64" },
  arm64: { triplet: "aarch64-linux-gnu", ldconfig: "AArch64" },
};

/**
 * Links the system's Vulkan loader into gl's folder, where there is one and no link yet.
 * @param {string} glDirectory
 * @returns {import("./link-vulkan-loader.mjs").VulkanLink}
 */
export function linkVulkanLoader(glDirectory) {
  if (process.platform !== "linux") return "not-needed";
  const link = join(glDirectory, "build", "Release", loaderName);
  if (existsSync(link)) return "there";
  const loader = findSharedLibrary(loaderName);
  if (!loader) return "no-loader";
  // A link whose loader is gone is in the way; one that another process made in this moment is as good as ours.
  rmSync(link, { force: true });
  try {
    symlinkSync(loader, link);
  } catch (error) {
    if (!existsSync(link)) throw error;
  }
  return "linked";
}

/**
 * Looks where Linux systems keep their libraries, then asks the dynamic linker's own list.
 * @param {string} name
 * @returns {string | null}
 */
export function findSharedLibrary(name) {
  const own = Object.entries(architectures).find(([key]) => key === process.arch)?.[1];
  const directories = [
    ...(process.env["LD_LIBRARY_PATH"]?.split(":") ?? []),
    ...(own ? [`/usr/lib/${own.triplet}`, `/lib/${own.triplet}`] : []),
    "/usr/lib64",
    "/usr/local/lib",
  ];
  const found = directories
    .map((directory) => join(directory, name))
    .find((path) => path.startsWith("/") && existsSync(path));
  return found ?? (own ? findInLinkerCache(name, own.ldconfig) : null);
}

/**
 * @param {string} name
 * @param {string} architecture
 * @returns {string | null}
 */
function findInLinkerCache(name, architecture) {
  try {
    const list = execFileSync("/sbin/ldconfig", ["-p"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    const line = list.split("\n").find((text) => text.includes(`\t${name} (`) && text.includes(architecture));
    const path = line?.split(" => ")[1];
    return path && existsSync(path) ? path : null;
  } catch {
    // A system without ldconfig, such as one with musl.
    return null;
  }
}
