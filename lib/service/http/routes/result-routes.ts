import type { OpenAPIHono } from "@hono/zod-openapi";
import { ExecutionError } from "../../../engine/errors.ts";
import type { ResultView } from "../../records.ts";
import type { ApiEnv, ApiOptions } from "../api.ts";
import { notAcceptable } from "../api.ts";
import { ARROW_MEDIA_TYPE, JSON_MEDIA_TYPE, negotiate, PARQUET_MEDIA_TYPE } from "../media-type.ts";
import { json, route } from "../route.ts";
import * as requests from "../schemas.ts";
import * as views from "../views.ts";

const tags = ["Results"];
const OFFERED = [ARROW_MEDIA_TYPE, PARQUET_MEDIA_TYPE, JSON_MEDIA_TYPE];
const mediaTypes = { arrow: ARROW_MEDIA_TYPE, parquet: PARQUET_MEDIA_TYPE, json: JSON_MEDIA_TYPE } as const;
const binary = { schema: { type: "string" as const, format: "binary" } };

const listPages = route(
  {
    method: "get",
    path: "/v1/jobs/{job}/results",
    operationId: "listPages",
    summary: "Schema and pages of a result",
    tags,
    request: { params: requests.jobParams, query: requests.noQuery },
    responses: { 200: json(views.pageList, "A job that gave no rows of its own (a write) has no pages.") },
  },
  [404, 409],
);
const getPage = route(
  {
    method: "get",
    path: "/v1/jobs/{job}/results/{page}",
    operationId: "getPage",
    summary: "A page of rows",
    description:
      "Arrow, Parquet or JSON, by `format` or the Accept header; Arrow is the fastest. A page that is too large for an answer comes as a redirect to where " +
      "it lies as Arrow (or with `redirect=false` as `{url}`), and as nothing else.",
    tags,
    request: { params: requests.pageParams, query: requests.resultQuery },
    responses: {
      200: {
        description: "The rows.",
        content: {
          [ARROW_MEDIA_TYPE]: binary,
          [PARQUET_MEDIA_TYPE]: binary,
          [JSON_MEDIA_TYPE]: { schema: views.jsonRows.or(views.pageElsewhere) },
        },
      },
      307: {
        description: "Where the page lies.",
        headers: { Location: { description: "A URL for some minutes.", schema: { type: "string" as const } } },
      },
    },
  },
  [404, 409],
  [],
);

export const resultRoutes = [listPages, getPage];

export function addResultRoutes(app: OpenAPIHono<ApiEnv>, { service, maxResponseBytes }: ApiOptions): void {
  app.openapi(listPages, async (c) => c.json(await resultOf(c.req.valid("param").job, service), 200));
  app.openapi(getPage, async (c) => {
    const { job, page } = c.req.valid("param");
    const { format, redirect } = c.req.valid("query");
    const accept = c.req.header("accept");
    const type = format ? mediaTypes[format] : negotiate(accept, OFFERED);
    if (type === undefined) throw notAcceptable(accept, OFFERED);

    const found = await service.page(job, page);
    if (found.kind === "elsewhere") {
      if (!redirect) return c.json({ url: found.url, bytes: found.bytes }, 200);
      if (type !== ARROW_MEDIA_TYPE) throw tooLarge(type);
      return c.redirect(found.url, 307);
    }
    const bytes = await converted(found.arrow, type, () => resultOf(job, service));
    if (bytes.byteLength > maxResponseBytes) throw tooLarge(type);
    return c.body(bytes as Uint8Array<ArrayBuffer>, 200, { "Content-Type": type });
  });
}

/** The result of a job that has succeeded; of one that wrote files, nothing. Throws JOB_NOT_FINISHED. */
async function resultOf(job: string, service: ApiOptions["service"]): Promise<ResultView> {
  const { state, result } = await service.status(job);
  if (state !== "succeeded") throw new ExecutionError("JOB_NOT_FINISHED", { job, state });
  return result ?? { schema: { type: "struct", fields: [] }, rows: 0, bytes: 0, pages: [] };
}

/** What reads Arrow or writes Parquet is loaded when it is first asked for: a function starts without it. */
async function converted(arrow: Uint8Array, type: string, result: () => Promise<ResultView>): Promise<Uint8Array> {
  if (type === ARROW_MEDIA_TYPE) return arrow;
  const { schema } = await result();
  if (type === JSON_MEDIA_TYPE) return (await import("../json-rows.ts")).jsonRows(arrow, schema);
  return (await import("../parquet-page.ts")).parquetPage(arrow, schema);
}

const tooLarge = (type: string) => notAcceptable(`A page of this size as ${type}`, [ARROW_MEDIA_TYPE]);
