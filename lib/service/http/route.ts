import { createRoute, type RouteConfig } from "@hono/zod-openapi";
import { accepts, jsonBody } from "./api.ts";
import { JSON_MEDIA_TYPE } from "./media-type.ts";
import { PROBLEM_MEDIA_TYPE } from "./problem.ts";
import { problem } from "./views.ts";

/** What each problem status means, wherever it is given. */
const problems = {
  400: "The request is malformed.",
  401: "The request does not say who asks.",
  403: "The request came from elsewhere.",
  404: "There is no such thing.",
  405: "Not with this method.",
  406: "None of the media types that the request takes.",
  409: "The request conflicts with what is.",
  413: "The request is too large.",
  415: "A body that cannot be read.",
  422: "The plan cannot be run: Spark's condition says why.",
  429: "Too many jobs wait or run.",
  431: "The request's headers are too large.",
  500: "A fault of the service.",
  503: "The service cannot answer for now.",
} as const;
export type ProblemStatus = keyof typeof problems;

/** Any request may end in these. */
const ALWAYS = [400, 401, 403, 406, 413, 431, 500, 503] as const;

const problemResponse = (status: ProblemStatus) => ({
  description: problems[status],
  content: { [PROBLEM_MEDIA_TYPE]: { schema: problem } },
});

const problemResponses = (statuses: readonly ProblemStatus[]) =>
  Object.fromEntries([...ALWAYS, ...statuses].toSorted((a, b) => a - b).map((status) => [status, problemResponse(status)]));

type Definition = Omit<RouteConfig, "security" | "middleware">;
/** Handlers answer with any Response: that it is as documented is for tests to see, which hold real answers against the schemas. */
type Route<R> = Omit<R, "responses"> & { readonly responses: Readonly<Record<number, { readonly description: string }>> };

/**
 * A route of the API with what all of them have: a caller, media types that are looked at (where none are `offered`, by the handler),
 * problems that are documented.
 */
export function route<const R extends Definition>(
  definition: R,
  problemStatuses: readonly ProblemStatus[],
  offered: readonly string[] = [JSON_MEDIA_TYPE],
): Route<R> {
  const body = definition.request?.body ? [jsonBody] : [];
  const accepted = offered.length > 0 ? [accepts(...offered)] : [];
  return createRoute({
    ...definition,
    security: [{ bearer: [] }, { iam: [] }],
    middleware: [...accepted, ...body],
    responses: { ...definition.responses, ...problemResponses(problemStatuses) },
  } as RouteConfig) as unknown as Route<R>;
}

export const json = <S>(schema: S, description: string) => ({ description, content: { [JSON_MEDIA_TYPE]: { schema } } });
export const jsonRequest = <S>(schema: S) => ({ required: true, content: { [JSON_MEDIA_TYPE]: { schema } } });
