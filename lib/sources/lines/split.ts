import type { Scan } from "../../engine/logical/plan.ts";
import type { Split } from "../../engine/ports/source.ts";
import { keepsPartition } from "../pruning.ts";
import { codecOf } from "./codec.ts";

/** Splits of about `targetBytes` by byte range; compressed files, and those whose records are not lines, stay whole. */
export function splitLines(scan: Scan, targetBytes: number, isDivisible: boolean): Split[] {
  return scan.files.flatMap((file, index) => {
    if (!keepsPartition(scan, file)) return [];
    const parts = isDivisible && codecOf(file.key) === "none" ? Math.max(1, Math.ceil(file.size / Math.max(1, targetBytes))) : 1;
    if (parts === 1) return [{ file: index, bytes: file.size }];
    const at = (part: number) => Math.floor((file.size * part) / parts);
    return Array.from({ length: parts }, (_, p) => ({ file: index, start: at(p), end: at(p + 1), bytes: at(p + 1) - at(p) }));
  });
}
