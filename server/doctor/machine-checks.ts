/** Owns looking at what the machine has: Node.js, processors, memory, and the memory that programs share. */

import { existsSync, readFileSync, statfsSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import type { Finding } from "./finding.ts";
import { good } from "./finding.ts";

/** What is looked at; tests give a machine of their own. */
export type Machine = {
  /** As `process.versions.node`. */
  readonly nodeVersion: string;
  readonly processors: number;
  /** How many processors' time the control group may use; null without a limit. */
  readonly processorQuota: number | null;
  readonly memoryBytes: number;
  /** The limit of the control group; null without one. */
  readonly memoryLimitBytes: number | null;
  /** How large /dev/shm is; null where there is none. */
  readonly sharedMemoryBytes: number | null;
  readonly isContainer: boolean;
};

const MIB = 2 ** 20;
/** What package.json asks for. */
const MIN_NODE = [22, 18] as const;
const MIN_PROCESSORS = 2;
/** A room takes 250 to 350 MiB, the main process 120. */
const MIN_MEMORY = 900 * MIB;
const MIN_SHARED_MEMORY = 256 * MIB;

export function thisMachine(): Machine {
  const limit = process.constrainedMemory();
  return {
    nodeVersion: process.versions.node,
    processors: availableParallelism(),
    processorQuota: quotaIn(textOf("/sys/fs/cgroup/cpu.max")),
    memoryBytes: totalmem(),
    memoryLimitBytes: limit > 0 && limit < totalmem() ? limit : null,
    sharedMemoryBytes: sizeOf("/dev/shm"),
    isContainer: existsSync("/.dockerenv") || existsSync("/run/.containerenv"),
  };
}

export function examineMachine(machine: Machine): readonly Finding[] {
  return [examineNode(machine), examineProcessors(machine), examineMemory(machine), ...examineSharedMemory(machine)];
}

function examineNode({ nodeVersion }: Machine): Finding {
  const name = "Node.js";
  const [major = 0, minor = 0] = nodeVersion.split(".").map(Number);
  const [wanted, wantedMinor] = MIN_NODE;
  if (major > wanted || (major === wanted && minor >= wantedMinor)) return good(name, nodeVersion);
  const sentence = `${nodeVersion} is older than ${MIN_NODE.join(".")}`;
  return { name, verdict: "broken", sentence, mend: "npm install -g node@24" };
}

function examineProcessors({ processors, processorQuota, isContainer }: Machine): Finding {
  const name = "processors";
  const usable = Math.min(processors, processorQuota ?? processors);
  const limit =
    processorQuota !== null && processorQuota < processors ? `, of which ${processorQuota} may be used` : "";
  const sentence = `${processors}${limit}`;
  if (usable >= MIN_PROCESSORS) return good(name, sentence);
  const why = `${sentence}; drawing, encoding and sending want ${MIN_PROCESSORS}`;
  return { name, verdict: "slow", sentence: why, mend: isContainer ? "docker update --cpus 4 <container>" : null };
}

function examineMemory({ memoryBytes, memoryLimitBytes, isContainer }: Machine): Finding {
  const name = "memory";
  const usable = memoryLimitBytes ?? memoryBytes;
  const sentence = memoryLimitBytes === null ? size(usable) : `${size(usable)}, as its control group allows`;
  if (usable >= MIN_MEMORY) return good(name, sentence);
  const mend = isContainer ? "docker update --memory 2g --memory-swap 2g <container>" : "scenecast serve --max-rooms 1";
  return { name, verdict: "slow", sentence: `${sentence}; a room takes about 300 MiB`, mend };
}

/** Scenes have no use for it. */
function examineSharedMemory({ sharedMemoryBytes, isContainer }: Machine): readonly Finding[] {
  if (sharedMemoryBytes === null) return [];
  const name = "shared memory";
  const sentence = `${size(sharedMemoryBytes)} in /dev/shm`;
  if (sharedMemoryBytes >= MIN_SHARED_MEMORY) return [good(name, sentence)];
  const mend = isContainer ? "docker run --shm-size 1g …" : "sudo mount -o remount,size=1G /dev/shm";
  return [{ name, verdict: "missing", sentence: `${sentence}, which browsers in tests may fill`, mend }];
}

/** What `cpu.max` of a control group says: "200000 100000" is two processors, "max 100000" no limit. */
export function quotaIn(text: string | null): number | null {
  const [, quota, period] = /^(\d+) (\d+)/.exec(text ?? "") ?? [];
  return quota === undefined ? null : Math.round((Number(quota) / Number(period)) * 10) / 10;
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

function sizeOf(folder: string): number | null {
  try {
    const { blocks, bsize } = statfsSync(folder);
    return blocks * bsize;
  } catch {
    return null;
  }
}

function size(bytes: number): string {
  return bytes >= 1024 * MIB ? `${(bytes / (1024 * MIB)).toFixed(1)} GiB` : `${Math.round(bytes / MIB)} MiB`;
}
