import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

const MOST_ENTRIES = 1_000;
const MOST_BYTES = 1024 * 1024;

/** Where typed statements are kept: FIRECREST_HISTORY, or a file in the home folder. */
export const historyFile = (environment: NodeJS.ProcessEnv): string =>
  environment.FIRECREST_HISTORY ?? join(homedir(), ".firecrest_history");

/** Typed statements, the newest first, as readline has them. A file that cannot be read or written is no error. */
export function readHistory(file: string): string[] {
  try {
    const text = readFileSync(file, "utf8").slice(-MOST_BYTES);
    return text
      .split("\n")
      .filter((line) => line !== "")
      .slice(-MOST_ENTRIES)
      .reverse();
  } catch {
    return [];
  }
}

export function writeHistory(file: string, newestFirst: readonly string[]): void {
  const lines = newestFirst.slice(0, MOST_ENTRIES).toReversed();
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, lines.map((line) => `${line.replaceAll("\n", " ")}\n`).join(""), { mode: 0o600 });
  } catch {
    // A home folder that is read only must not end the session.
  }
}
