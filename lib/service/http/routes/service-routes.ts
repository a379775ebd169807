import type { OpenAPIHono } from "@hono/zod-openapi";
import packageJson from "../../../../package.json" with { type: "json" };
import type { ApiEnv, ApiOptions } from "../api.ts";
import { json, jsonRequest, route } from "../route.ts";
import * as requests from "../schemas.ts";
import * as views from "../views.ts";

const tags = ["Service"];

const startUpload = route(
  {
    method: "post",
    path: "/v1/uploads",
    operationId: "startUpload",
    summary: "Make room for a bundle that is too large for a request",
    tags,
    request: { query: requests.noQuery, body: jsonRequest(requests.uploadRequest) },
    responses: { 201: json(views.upload, "PUT the bytes to the URL, then submit a program with the upload's id.") },
  },
  [415],
);
const askWarehouse = route(
  {
    method: "post",
    path: "/v1/warehouse",
    operationId: "askWarehouse",
    summary: "Read and change the objects of tables and their catalog",
    description: "For engines behind this API, which have the catalog's rules: what a program wants of tables it says in SQL.",
    tags,
    request: { query: requests.noQuery, body: jsonRequest(requests.warehouseRequest) },
    responses: { 200: json(views.warehouse, "The answer, of the kind that was asked for.") },
  },
  [415, 422],
);
const startScratch = route(
  {
    method: "post",
    path: "/v1/scratch",
    operationId: "startScratch",
    summary: "Make a place for rows that later jobs read",
    description: "What nobody ends goes with the jobs of its time.",
    tags,
    request: { query: requests.noQuery },
    responses: { 201: json(views.scratch, "Nothing is there yet.") },
  },
  [],
);
const endScratch = route(
  {
    method: "delete",
    path: "/v1/scratch/{scratch}",
    operationId: "endScratch",
    summary: "Remove such a place and all that is there",
    tags,
    request: { query: requests.noQuery, params: requests.scratchParams },
    responses: { 204: { description: "Nothing is there." } },
  },
  [404],
);
const getHealth = route(
  {
    method: "get",
    path: "/v1/health",
    operationId: "getHealth",
    summary: "Whether the service answers",
    description: "The only request that needs no credentials.",
    tags,
    request: { query: requests.noQuery },
    responses: { 200: json(views.health, "It does.") },
  },
  [],
);
const getOpenApi = route(
  {
    method: "get",
    path: "/v1/openapi.json",
    operationId: "getOpenApi",
    summary: "This document",
    tags,
    request: { query: requests.noQuery },
    responses: { 200: json(views.openApiView, "OpenAPI 3.1.") },
  },
  [],
);

export const serviceRoutes = [startUpload, askWarehouse, startScratch, endScratch, { ...getHealth, security: [] }, getOpenApi];

export function addServiceRoutes(app: OpenAPIHono<ApiEnv>, { service }: ApiOptions): void {
  app.openapi(startUpload, async (c) => c.json(await service.startUpload(c.req.valid("json").bytes, c.get("caller")), 201));
  app.openapi(askWarehouse, async (c) => c.json(await service.warehouse(c.req.valid("json")), 200));
  app.openapi(startScratch, async (c) => c.json(await service.startScratch(), 201));
  app.openapi(endScratch, async (c) => {
    await service.endScratch(c.req.valid("param").scratch);
    return c.body(null, 204);
  });
  app.openapi(getHealth, (c) => c.json({ status: "ok" as const, version: packageJson.version }, 200));
  // Made once it is asked for, from all the routes: this one among them.
  app.openapi(getOpenApi, async (c) => c.json((await import("../openapi.ts")).openApiDocument(), 200));
}
