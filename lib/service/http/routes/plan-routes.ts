import type { OpenAPIHono } from "@hono/zod-openapi";
import type { ApiEnv, ApiOptions } from "../api.ts";
import { json, jsonRequest, route } from "../route.ts";
import * as requests from "../schemas.ts";
import * as views from "../views.ts";

const analyzePlan = route(
  {
    method: "post",
    path: "/v1/plans/analysis",
    operationId: "analyzePlan",
    summary: "Ask about a plan without running it",
    description: "Its schema, how it would run (as Spark's explain lays it out), or the files that it would read.",
    tags: ["Plans"],
    request: { query: requests.noQuery, body: jsonRequest(requests.analysisRequest) },
    responses: { 200: json(views.analysis, "The answer, of the kind that was asked for.") },
  },
  [415, 422],
);

const estimateCost = route(
  {
    method: "post",
    path: "/v1/estimates",
    operationId: "estimateCost",
    summary: "What a plan is likely to take and to cost",
    description: "Nothing runs. A service whose work has no price (firecrest serve) says that it does not estimate.",
    tags: ["Plans"],
    request: { query: requests.noQuery, body: jsonRequest(requests.estimateRequest) },
    responses: { 200: json(views.estimate, "The estimate.") },
  },
  [415, 422],
);

export const planRoutes = [analyzePlan, estimateCost];

export function addPlanRoutes(app: OpenAPIHono<ApiEnv>, { service }: ApiOptions): void {
  app.openapi(analyzePlan, async (c) => c.json(await service.analyze(c.req.valid("json")), 200));
  app.openapi(estimateCost, async (c) => c.json(await service.estimate(c.req.valid("json")), 200));
}
