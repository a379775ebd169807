/** The job failed. */
export const FAILED = 1;
/** The command was not understood. */
export const USAGE_ERROR = 2;
/** Ctrl-C, as shells have it: 128 and the signal's number. */
export const INTERRUPTED = 130;
