import type { MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";
import { AnalysisError } from "../../engine/errors.ts";
import { JSON_LIMITS } from "../../engine/logical/json-values.ts";
import type { JobService } from "../job-service.ts";
import type { Authenticator } from "./auth.ts";
import { isDeeperThan } from "./json-depth.ts";
import { negotiate } from "./media-type.ts";
import type { SignedObjects } from "./signed-objects.ts";

/** What the API runs on, and its bounds. */
export interface ApiOptions {
  readonly service: JobService;
  readonly authenticator: Authenticator;
  /** Bytes of the largest request body. */
  readonly maxRequestBytes: number;
  /** Bytes of the largest page that an answer holds. */
  readonly maxResponseBytes: number;
  /** Whether an answer may go on for minutes. Where not, an event stream gives one event a request, and its reader comes again. */
  readonly streams: boolean;
  /** What the transport knows of a request, from what it passes to `fetch` besides the request. */
  readonly transport: (env: unknown) => TransportFacts;
  /** Whether a request to this host, from a page of this origin, is meant for this service. */
  readonly admits?: (host: string | undefined, origin: string | undefined) => boolean;
  /** Hears of what went wrong inside. */
  readonly log: (failure: Failure) => void;
  /** Stands in for presigned URLs where the store has none. */
  readonly objects?: SignedObjects;
}

export interface TransportFacts {
  /** Whom the transport has authenticated. */
  readonly principal?: string;
  /** A UUID of the request. */
  readonly request: string;
}

export interface Failure {
  readonly request: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly thrown: unknown;
}

/** What middleware leaves for the routes. */
export interface ApiEnv {
  readonly Variables: { caller: string; request: string };
}

/** Refuses a request that takes none of these media types. */
export const accepts = (...offered: readonly string[]): MiddlewareHandler<ApiEnv> =>
  createMiddleware<ApiEnv>(async (c, next) => {
    const accept = c.req.header("accept");
    if (negotiate(accept, offered) === undefined) throw notAcceptable(accept, offered);
    await next();
  });

export const notAcceptable = (accept: string | undefined, offered: readonly string[]): AnalysisError =>
  new AnalysisError("NOT_ACCEPTABLE", { accept: (accept ?? "This").slice(0, 200), offered: offered.join(", ") });

/** A plan's own levels and those of the request around it. */
const MAX_DEPTH = JSON_LIMITS.depth + 10;

/** Lets only JSON text pass that can be parsed and walked without harm. */
export const jsonBody: MiddlewareHandler<ApiEnv> = createMiddleware<ApiEnv>(async (c, next) => {
  const [type, encoding] = [c.req.header("content-type") ?? "none", c.req.header("content-encoding") ?? "identity"];
  if (!/^application\/json\s*(;|$)/i.test(type) || encoding !== "identity") {
    const sent = encoding === "identity" ? type : `${type} in ${encoding}`;
    throw new AnalysisError("UNSUPPORTED_MEDIA_TYPE", { type: sent.slice(0, 200), expected: "application/json, in UTF-8, uncompressed" });
  }
  const bytes = new Uint8Array(await c.req.arrayBuffer());
  if (isDeeperThan(MAX_DEPTH, bytes)) throw invalidRequest("/", `deeper than ${MAX_DEPTH} levels`);
  await next();
});

export const invalidRequest = (place: string, problem: string): AnalysisError =>
  new AnalysisError("INVALID_REQUEST", { place: place.slice(0, 200), problem: problem.slice(0, 500) });
