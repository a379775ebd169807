import { createHash } from "node:crypto";

/** A scratch file's name for an object: the same object has the same name, so that two scans of a task share its bytes. */
export const scratchName = (key: string, ...parts: readonly (string | number)[]): string =>
  ["scan", createHash("sha256").update(key).digest("hex").slice(0, 24), ...parts].join("-");
