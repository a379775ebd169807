import { readdirSync, readFileSync } from "node:fs";

/** Linux: clock ticks a second (USER_HZ) and bytes a page. */
const TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4096;

export interface TreeUsage {
  /** Of the living processes and of those of their children that have ended. */
  readonly cpuSeconds: number;
  readonly residentBytes: number;
}

interface ProcessStat {
  readonly parent: number;
  readonly cpuTicks: number;
  readonly pages: number;
}

/** What a process and all its descendants use now. Source: proc_pid_stat(5). */
export function usageOf(root: number): TreeUsage {
  const stats = new Map<number, ProcessStat>();
  for (const name of readdirSync("/proc")) {
    const stat = /^\d+$/.test(name) ? readStat(name) : undefined;
    if (stat) stats.set(Number(name), stat);
  }
  let [ticks, pages] = [0, 0];
  for (const [pid, stat] of stats) {
    if (!descends(pid, root, stats)) continue;
    ticks += stat.cpuTicks;
    pages += stat.pages;
  }
  return { cpuSeconds: ticks / TICKS_PER_SECOND, residentBytes: pages * PAGE_BYTES };
}

function descends(pid: number, root: number, stats: ReadonlyMap<number, ProcessStat>): boolean {
  for (let at: number | undefined = pid; at !== undefined && at !== 0; at = stats.get(at)?.parent) if (at === root) return true;
  return false;
}

function readStat(pid: string): ProcessStat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The command's name may hold spaces; the fields after it begin with the third.
    const fields = text
      .slice(text.lastIndexOf(")") + 2)
      .split(" ")
      .map(Number);
    const field = (number: number) => fields[number - 3]!;
    return { parent: field(4), cpuTicks: field(14) + field(15) + field(16) + field(17), pages: field(24) };
  } catch {
    // It ended while we looked.
    return undefined;
  }
}
