import { parseAccept } from "hono/utils/accept";

export const JSON_MEDIA_TYPE = "application/json";
/** Source: https://arrow.apache.org/docs/format/IANA.html */
export const ARROW_MEDIA_TYPE = "application/vnd.apache.arrow.stream";
/** Source: https://www.iana.org/assignments/media-types/application/vnd.apache.parquet */
export const PARQUET_MEDIA_TYPE = "application/vnd.apache.parquet";
export const EVENT_STREAM_MEDIA_TYPE = "text/event-stream";

/**
 * The offered media type that an Accept header likes best, of equals the one offered first; undefined where it takes none.
 * Without a header anything goes.
 */
export function negotiate(accept: string | undefined, offered: readonly string[]): string | undefined {
  const ranges = parseAccept(accept ?? "*/*");
  let best: { readonly type: string; readonly q: number } | undefined;
  for (const type of offered) {
    const q = preference(type, ranges);
    if (q > (best?.q ?? 0)) best = { type, q };
  }
  return best?.type;
}

/** The quality that the most specific matching range gives. */
function preference(type: string, ranges: readonly { readonly type: string; readonly q: number }[]): number {
  const group = `${type.slice(0, type.indexOf("/"))}/*`;
  for (const range of [type, group, "*/*"]) {
    const match = ranges.find((candidate) => candidate.type.toLowerCase() === range);
    if (match) return match.q;
  }
  return 0;
}
