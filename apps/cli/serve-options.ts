import type { RunOptions } from "./options.ts";

/** The options of `firecrest serve`, read. */
export interface ServeOptions extends Pick<RunOptions, "workers" | "memory" | "threads"> {
  readonly host: string;
  readonly port: number;
  readonly folder: string;
  readonly tokenFile?: string;
}

export const DEFAULT_HOST = "127.0.0.1";
export const DEFAULT_PORT = 8998;
/** Below the folder where the command was started. */
export const DEFAULT_FOLDER = ".firecrest-jobs";
