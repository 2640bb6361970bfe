/** Owns the command by which a package of the system is installed here. */

import { existsSync } from "node:fs";

/** What each kind of system calls the packages that are missing. */
export type PackageNames = { readonly apt: string; readonly dnf: string; readonly pacman: string };

const managers = [
  { kind: "apt", program: "/usr/bin/apt-get", command: "apt-get install -y" },
  { kind: "dnf", program: "/usr/bin/dnf", command: "dnf install -y" },
  { kind: "pacman", program: "/usr/bin/pacman", command: "pacman -S" },
] as const;

/** Null where none of the known package managers is there. */
export function installCommand(
  names: PackageNames,
  isThere: (path: string) => boolean = existsSync,
  isRoot: boolean = process.getuid?.() === 0,
): string | null {
  const manager = managers.find(({ program }) => isThere(program));
  return manager === undefined ? null : `${isRoot ? "" : "sudo "}${manager.command} ${names[manager.kind]}`;
}
