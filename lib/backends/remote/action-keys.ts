import { createHash, randomUUID } from "node:crypto";
import type { SubmitRequest } from "../../service/job-service.ts";

/** Gives each action of a program the key by which the service recognises it. */
export type ActionKeys = (request: SubmitRequest) => string;

/** A program that starts again does everything again. */
export const freshKeys: ActionKeys = () => randomUUID();

/**
 * The same keys in each run of a program: what the action asks for, and which one of those that ask the same it is. A driver that
 * starts again thus finds what it submitted before, in whatever order its actions come.
 */
export function repeatableKeys(parent: string): ActionKeys {
  const counts = new Map<string, number>();
  return (request) => {
    const digest = createHash("sha256").update(JSON.stringify(request)).digest("hex").slice(0, 40);
    const count = (counts.get(digest) ?? 0) + 1;
    counts.set(digest, count);
    return `${parent}-${digest}-${count}`;
  };
}
