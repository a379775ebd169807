import type { MiddlewareHandler } from "hono";
import { AnalysisError } from "../../engine/errors.ts";
import type { ApiEnv } from "./api.ts";

/**
 * Refuses bodies of more bytes, with REQUEST_TOO_LARGE. A body whose length the client tells is held to it by the transport; any
 * other one is read here, no further than the limit.
 */
export const limitBody = (maxBytes: number): MiddlewareHandler<ApiEnv> =>
  async function limitedBody(c, next) {
    const { raw } = c.req;
    const length = raw.headers.has("transfer-encoding") ? null : raw.headers.get("content-length");
    if (length !== null) {
      if (Number(length) > maxBytes) throw tooLarge(maxBytes);
      return next();
    }
    if (raw.body) {
      const { url, method, headers, signal } = raw;
      // Not a copy of `raw`: the platform's Request takes no request of another class, and a server's own is one.
      c.req.raw = new Request(url, { method, headers, signal, body: await readUpTo(maxBytes, raw.body) });
    }
    return next();
  };

async function readUpTo(maxBytes: number, body: ReadableStream<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body) {
    size += part.byteLength;
    if (size > maxBytes) throw tooLarge(maxBytes);
    parts.push(part);
  }
  return new Uint8Array(Buffer.concat(parts));
}

const tooLarge = (maxBytes: number): AnalysisError =>
  new AnalysisError("REQUEST_TOO_LARGE", {
    what: "The body",
    limit: `${maxBytes} bytes`,
    advice: "Upload a bundle by POST /v1/uploads; let a plan read files instead of holding rows.",
  });
