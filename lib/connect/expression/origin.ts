import type { Origin } from "../protocol/spark/connect/common_pb.js";

const CALLED_FROM = " was called from\n";

/** Where an expression stands in the client's program, as the `origin` of what is made of it: the call, and its file and line. */
export function originOf(origin: Origin | undefined): { readonly origin?: string } {
  if (origin?.function.case !== "pythonOrigin") return {};
  const { fragment, callSite } = origin.function.value;
  return { origin: `"${fragment}"${CALLED_FROM}${callSite}` };
}

/** What `originOf` made a text of; undefined for texts that are from elsewhere. */
export function pythonOrigin(text: string): { readonly fragment: string; readonly callSite: string } | undefined {
  const end = text.indexOf(`"${CALLED_FROM}`);
  if (!text.startsWith('"') || end < 1) return undefined;
  return { fragment: text.slice(1, end), callSite: text.slice(end + 1 + CALLED_FROM.length) };
}
