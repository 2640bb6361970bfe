/** Owns a small disk for tests of full ones: a tmpfs in a folder, which root can mount on Linux. */

import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";

export const canMountDisks: boolean = process.platform === "linux" && process.getuid?.() === 0;

export class SmallDisk implements Disposable {
  readonly folder: string;

  /** `size` as mount has it: "64k", "4m". The folder is made. */
  constructor(folder: string, size: string) {
    this.folder = folder;
    mkdirSync(folder);
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", folder]);
  }

  resize(size: string): void {
    execFileSync("mount", ["-o", `remount,size=${size}`, this.folder]);
  }

  [Symbol.dispose](): void {
    execFileSync("umount", [this.folder]);
  }
}
