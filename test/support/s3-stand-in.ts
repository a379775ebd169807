import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** What the stand-in saw. */
export interface SeenRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  /** Resolves when the connection is closed before the answer was complete. */
  readonly aborted: Promise<unknown>;
}

export type Reply = (response: ServerResponse, request: SeenRequest) => void;

/**
 * Speaks S3 by a script: the first request gets the first reply, and so on; further ones the last. For what no emulator does on
 * request: to stop in the middle, to say nothing, to answer wrongly.
 */
export interface S3StandIn {
  readonly endpoint: string;
  readonly seen: readonly SeenRequest[];
  /** Begins a new script. */
  script(...replies: readonly Reply[]): void;
  close(): Promise<void>;
}

export async function openS3StandIn(): Promise<S3StandIn> {
  let replies: readonly Reply[] = [];
  const seen: SeenRequest[] = [];
  const server = createServer(async (request, response) => {
    const number = seen.length;
    const aborted = once(response, "close");
    const body = await buffer(request).catch(() => Buffer.of());
    const { method = "", url = "", headers } = request;
    const entry = { method, path: url, headers, body: body.toString("latin1"), aborted };
    seen.push(entry);
    replies[Math.min(number, replies.length - 1)]!(response, entry);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    script: (...next) => {
      replies = next;
      seen.length = 0;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** The wanted range of an object. */
export const object =
  (bytes: Uint8Array, tag = "1"): Reply =>
  (response, request) => {
    const { start, end } = rangeOf(request, bytes.length);
    head(response, start, end, bytes.length, tag);
    response.end(bytes.subarray(start, end));
  };

/** The same, cut off after some bytes: the connection ends there. */
export const tornObject =
  (bytes: Uint8Array, sent: number): Reply =>
  (response, request) => {
    const { start, end } = rangeOf(request, bytes.length);
    head(response, start, end, bytes.length, "1");
    response.write(bytes.subarray(start, start + sent), () => response.destroy());
  };

/** The same, but silent after some bytes. */
export const stalledObject =
  (bytes: Uint8Array, sent: number): Reply =>
  (response, request) => {
    const { start, end } = rangeOf(request, bytes.length);
    head(response, start, end, bytes.length, "1");
    response.write(bytes.subarray(start, start + sent));
  };

export const silent: Reply = () => {};

export const cutOff: Reply = (response) => {
  response.destroy();
};

export const done: Reply = (response) => {
  response.writeHead(200, { etag: '"1"' }).end();
};

export const xml =
  (status: number, body: string): Reply =>
  (response) => {
    response.writeHead(status, { "content-type": "application/xml" }).end(`<?xml version="1.0" encoding="UTF-8"?>\n${body}`);
  };

export const failure = (status: number, code: string, more = ""): Reply =>
  xml(status, `<Error><Code>${code}</Code><Message>as scripted</Message>${more}</Error>`);

function rangeOf(request: SeenRequest, size: number): { readonly start: number; readonly end: number } {
  const [, start = 0, last = size - 1] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "")?.map(Number) ?? [];
  return { start, end: Math.min(size, last + 1) };
}

function head(response: ServerResponse, start: number, end: number, size: number, tag: string): void {
  response.writeHead(206, { "content-length": end - start, "content-range": `bytes ${start}-${end - 1}/${size}`, etag: `"${tag}"` });
}
