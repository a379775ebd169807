import { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { AnalysisError, type FirecrestError } from "../../engine/errors.ts";
import { type ApiEnv, type ApiOptions, invalidRequest } from "./api.ts";
import { limitBody } from "./body-limit.ts";
import { PROBLEM_MEDIA_TYPE, problemOf, retryAfterSeconds } from "./problem.ts";
import { allowedMethods } from "./route-table.ts";
import { addEventRoutes } from "./routes/event-routes.ts";
import { addJobRoutes } from "./routes/job-routes.ts";
import { addPlanRoutes } from "./routes/plan-routes.ts";
import { addResultRoutes } from "./routes/result-routes.ts";
import { addServiceRoutes } from "./routes/service-routes.ts";
import { MAX_UPLOAD_BYTES } from "./schemas.ts";
import { OBJECTS_PATH } from "./signed-objects.ts";

const HEALTH_PATH = "/v1/health";
const MAX_HEADERS = 100;
/** Of names and values, in characters. The address counts as one of them. */
const MAX_HEADER_LENGTH = 16 * 1024;

/**
 * The HTTP API over a job service, on any transport that speaks Request and Response.
 * What a request meets, in order: an id, bounds, whether it may come from there, who asks, its schema, the service.
 */
export function createApi(options: ApiOptions): OpenAPIHono<ApiEnv> {
  const app = new OpenAPIHono<ApiEnv>({
    defaultHook: (result, c) => {
      if (!result.success) throw refusal(result, c);
    },
  });
  app.onError((thrown, c) => answerProblem(thrown, c, options));
  app.notFound((c) => answerUnknown(c, options));
  app.use(async (c, next) => {
    c.set("request", options.transport(c.env).request);
    c.header("X-Request-Id", c.get("request"));
    c.header("X-Content-Type-Options", "nosniff");
    c.header("Cache-Control", "no-store");
    checkHeaders(c);
    if (options.admits?.(c.req.header("host"), c.req.header("origin")) === false)
      throw new AnalysisError("FORBIDDEN", { reason: "this service answers only programs on its own machine, under its own name." });
    await next();
  });
  addObjects(app, options);
  app.use(limitBody(options.maxRequestBytes));
  app.use(async (c, next) => {
    if (c.req.path !== HEALTH_PATH) c.set("caller", callerOf(c, options));
    await next();
  });
  addJobRoutes(app, options);
  addEventRoutes(app, options);
  addResultRoutes(app, options);
  addPlanRoutes(app, options);
  addServiceRoutes(app, options);
  return app;
}

/** Objects behind signed addresses: the signature is the credential. */
function addObjects(app: OpenAPIHono<ApiEnv>, { objects }: ApiOptions): void {
  if (!objects) return;
  app.on(["GET", "PUT"], OBJECTS_PATH, limitBody(MAX_UPLOAD_BYTES), (c) => objects.answer(c));
}

function checkHeaders(c: Context<ApiEnv>): void {
  let [count, length] = [0, c.req.url.length];
  for (const [name, value] of c.req.raw.headers) {
    count += 1;
    length += name.length + value.length;
  }
  if (count > MAX_HEADERS || length > MAX_HEADER_LENGTH)
    throw new AnalysisError("REQUEST_HEADERS_TOO_LARGE", { count: String(MAX_HEADERS), length: String(MAX_HEADER_LENGTH) });
}

function callerOf(c: Context<ApiEnv>, { authenticator, transport }: ApiOptions): string {
  const caller = authenticator.caller({ authorization: c.req.header("authorization"), principal: transport(c.env).principal });
  if (caller !== undefined) return caller;
  c.header("WWW-Authenticate", authenticator.challenge);
  throw new AnalysisError("UNAUTHENTICATED", { expected: authenticator.expected });
}

interface Refused {
  readonly target: string;
  readonly error: { readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[] };
  readonly data?: unknown;
}

/** The first fault of a request that its schema refuses. */
function refusal({ target, error, data }: Refused, c: Context): AnalysisError {
  if (target === "param") return new AnalysisError("ROUTE_NOT_FOUND", { path: shownPath(c) });
  const lacksPlan = error.issues.some(({ path }) => path[0] === "plan");
  if (target === "json" && lacksPlan && typeof data === "object" && data !== null && "sql" in data)
    return new AnalysisError("FIRECREST_UNSUPPORTED", {
      feature: "A query as SQL text in this request",
      advice: 'Submit it as a job, {"sql": "SELECT ..."}, or send its plan.',
    });
  const [issue] = error.issues;
  return invalidRequest(`/${[target === "json" ? "body" : target, ...(issue?.path ?? [])].join("/")}`, issue?.message ?? "it does not fit");
}

const shownPath = (c: Context): string => c.req.path.slice(0, 200);

/** A path that is known under other methods, or not at all. */
function answerUnknown(c: Context<ApiEnv>, options: ApiOptions): Response | Promise<Response> {
  const methods = allowedMethods(c.req.path);
  if (methods.length === 0) return answerProblem(new AnalysisError("ROUTE_NOT_FOUND", { path: shownPath(c) }), c, options);
  const allowed = [...methods, "OPTIONS"].join(", ");
  c.header("Allow", allowed);
  if (c.req.method === "OPTIONS") return c.body(null, 204);
  const { method } = c.req;
  return answerProblem(new AnalysisError("METHOD_NOT_ALLOWED", { path: shownPath(c), method: method.slice(0, 20), allowed }), c, options);
}

function answerProblem(thrown: unknown, c: Context<ApiEnv>, { log, transport }: ApiOptions): Response {
  const error = thrown instanceof HTTPException ? transportError(thrown, c) : thrown;
  const request = c.get("request") ?? transport(c.env).request;
  const problem = problemOf(error, request);
  const { status } = problem;
  if (status >= 500) log({ request, method: c.req.method, path: shownPath(c), status, thrown });
  const retryAfter = retryAfterSeconds(status);
  if (retryAfter !== undefined) c.header("Retry-After", String(retryAfter));
  return c.body(JSON.stringify(problem), status as 400, { "Content-Type": PROBLEM_MEDIA_TYPE });
}

/** What hono refuses by itself. */
function transportError({ status, message }: HTTPException, c: Context): FirecrestError {
  if (status === 415) {
    const type = (c.req.header("content-type") ?? "none").slice(0, 200);
    return new AnalysisError("UNSUPPORTED_MEDIA_TYPE", { type, expected: "application/json" });
  }
  return invalidRequest("/body", message);
}
