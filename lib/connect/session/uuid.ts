import { AnalysisError } from "../../engine/errors.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export const isUuid = (text: string): boolean => UUID.test(text);

/** An id of a client's, in the one form that Spark takes. Throws INVALID_HANDLE.FORMAT. */
export function checkUuid(text: string): string {
  if (!isUuid(text)) throw new AnalysisError("INVALID_HANDLE.FORMAT", { handle: text });
  return text;
}
