import { randomUUID } from "node:crypto";
import { createServer, type Server } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { invalidRequest } from "./api.ts";
import type { createApi } from "./app.ts";
import { PROBLEM_MEDIA_TYPE, problemOf } from "./problem.ts";

/** Connections at once; each long poll holds one. */
const MAX_CONNECTIONS = 1_000;
/** A client that sends nothing for so long is cut off, in ms. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 300_000;

/** An HTTP server of Node's for the API, not listening yet. */
export function apiServer(api: ReturnType<typeof createApi>): Server {
  const listener = getRequestListener(api.fetch, {
    overrideGlobalObjects: false,
    errorHandler: () => {
      // What cannot even be made a request of: an address or a Host that is none.
      const problem = problemOf(invalidRequest("/", "its address or its Host is not one"), randomUUID());
      return new Response(JSON.stringify(problem), { status: problem.status, headers: { "Content-Type": PROBLEM_MEDIA_TYPE } });
    },
  });
  const server = createServer({ headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
    void listener(request, response);
  });
  server.maxConnections = MAX_CONNECTIONS;
  return server;
}
