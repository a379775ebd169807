import { fileURLToPath } from "node:url";

/** The folder of Firecrest's own code, lib or that of the bundles: loaders name a file by its URL or by its path. */
const LIBRARY_URL = new URL(import.meta.url.endsWith(".ts") ? "../" : "./", import.meta.url).href;
const LIBRARY_PATH = fileURLToPath(LIBRARY_URL);
/** Frames looked at: a call of the user's is at most this deep in Firecrest's own. */
const MAX_FRAMES = 8;

const asCallSites = (_error: Error, sites: NodeJS.CallSite[]) => sites;

/**
 * Where the user's code stands that called into Firecrest, as `file:line:column`; undefined where no frame is the user's.
 * About 5 microseconds: call sites are asked for one by one, so no stack trace is ever formatted.
 */
export function captureOrigin(): string | undefined {
  const { stackTraceLimit, prepareStackTrace } = Error;
  const holder: { stack?: NodeJS.CallSite[] } = {};
  try {
    Error.stackTraceLimit = MAX_FRAMES;
    Error.prepareStackTrace = asCallSites;
    Error.captureStackTrace(holder, captureOrigin);
    const site = holder.stack?.find(isUsers);
    return site && `${pathOf(site.getFileName()!)}:${site.getLineNumber()}:${site.getColumnNumber()}`;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    Error.prepareStackTrace = prepareStackTrace;
  }
}

function isUsers(site: NodeJS.CallSite): boolean {
  const file = site.getFileName();
  return !!file && !file.startsWith(LIBRARY_URL) && !file.startsWith(LIBRARY_PATH) && !file.startsWith("node:");
}

const pathOf = (file: string): string => (file.startsWith("file:") ? fileURLToPath(file) : file);

/** The `origin` property of a node, left out where it is unknown. */
export function originField(): { readonly origin?: string } {
  const origin = captureOrigin();
  return origin === undefined ? {} : { origin };
}
