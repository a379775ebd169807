import { randomUUID } from "node:crypto";
import { z } from "@hono/zod-openapi";
import { MemoryStore } from "../../lib/backends/memory-store.ts";
import { systemRandom } from "../../lib/backends/system-clock.ts";
import { lambdaEnvironment } from "../../lib/engine/cost/function-environment.ts";
import { awsPrices } from "../../lib/engine/cost/prices.ts";
import type { Environment } from "../../lib/engine/engine.ts";
import type { Json } from "../../lib/engine/logical/json-values.ts";
import type { LogicalPlan } from "../../lib/engine/logical/plan.ts";
import { planToJson } from "../../lib/engine/logical/plan-json.ts";
import { sizeOf as bytesOf, partsOf } from "../../lib/engine/result/pages.ts";
import { rowsToArrow } from "../../lib/engine/types/convert.ts";
import { longType, structField, structType } from "../../lib/engine/types/data-type.ts";
import { typeToJson } from "../../lib/engine/types/json.ts";
import type { ApiOptions, Failure } from "../../lib/service/http/api.ts";
import { createApi } from "../../lib/service/http/app.ts";
import { bearer, tokenHash } from "../../lib/service/http/auth.ts";
import { openApiDocument } from "../../lib/service/http/openapi.ts";
import { problem } from "../../lib/service/http/views.ts";
import type { JobService } from "../../lib/service/job-service.ts";
import { ended, type Outcome, settle } from "../../lib/service/outcome.ts";
import type { JobStatus } from "../../lib/service/records.ts";
import { type PageRef, sizeOf } from "../../lib/service/result-pages.ts";
import { type ServicePorts, StoredJobs } from "../../lib/service/stored-jobs.ts";
import { sinkOf, sourceOf } from "../../lib/sources/registry.ts";

export const TOKEN = "token-of-the-tests";
export const ROOT = "memory://service";
export const MAX_REQUEST_BYTES = 100_000;

export const rangePlan: LogicalPlan = { kind: "range", start: 0n, end: 10n, step: 1n };
export const rangeQuery = { kind: "query", plan: planToJson(rangePlan) } as const;

const platform = { functions: lambdaEnvironment, prices: awsPrices.arm64 };

/** The API over jobs in memory that nobody runs. Its time passes only while somebody waits. */
export function openApi(options: Partial<ApiOptions> = {}, ports: Pick<ServicePorts, "platform"> = { platform }) {
  let now = Date.now();
  const store = new MemoryStore(() => now);
  const environment = {
    store,
    clock: {
      now: () => now,
      sleep: async (ms: number) => {
        now += ms;
      },
    },
    random: systemRandom,
    sourceOf,
    sinkOf,
    defaults: { shufflePartitions: 2, parallelism: 2, splitBytes: () => 1_000_000 },
  } as unknown as Environment;
  const service: JobService = new StoredJobs({
    environment,
    root: ROOT,
    wake: async () => {},
    tell: async () => {},
    presign: async (key, method) => `https://store.example/${method}${key.slice(ROOT.length)}`,
    maxInlineBytes: 1_000,
    ...ports,
  });
  const failures: Failure[] = [];
  const app = createApi({
    service,
    authenticator: bearer([tokenHash(TOKEN)]),
    maxRequestBytes: MAX_REQUEST_BYTES,
    maxResponseBytes: 1_000_000,
    streams: true,
    transport: () => ({ request: randomUUID() }),
    log: (failure) => failures.push(failure),
    ...options,
  });
  const authorized = (headers: Readonly<Record<string, string>> = {}) => ({ authorization: `Bearer ${TOKEN}`, ...headers });
  return {
    app,
    service,
    store,
    failures,
    /** Submits a query and ends it with pages of these rows. */
    finished: async (pages: readonly (readonly { id: bigint }[])[]) => {
      const { status } = await service.submit(rangeQuery, "ann");
      return settle(ROOT, await outcomeOf(status, pages, store), store);
    },
    get: (path: string, headers?: Readonly<Record<string, string>>) => app.request(path, { headers: authorized(headers) }),
    call: (method: string, path: string, headers?: Readonly<Record<string, string>>) =>
      app.request(path, { method, headers: authorized(headers) }),
    /** Text is sent as it is, anything else as JSON. */
    post: (path: string, body: unknown, headers?: Readonly<Record<string, string>>) =>
      app.request(path, {
        method: "POST",
        headers: authorized({ "content-type": "application/json", ...headers }),
        body: typeof body === "string" ? body : JSON.stringify(body),
      }),
  };
}

const schema = structType([structField("id", longType, false)]);

async function outcomeOf(status: JobStatus, rows: readonly (readonly object[])[], store: MemoryStore): Promise<Outcome> {
  const pages: PageRef[] = [];
  for (const [i, page] of rows.entries()) {
    const stream = rowsToArrow(page, schema);
    const { head, batch } = partsOf([stream]);
    const key = `${ROOT}/pages/${status.job}-${i}`;
    await store.put(key, stream);
    const at = { start: 0, end: head.byteLength };
    pages.push({ key, head: at, body: { start: at.end, end: at.end + bytesOf(batch) }, rows: page.length });
  }
  const views = pages.map((page) => ({ rows: page.rows, bytes: sizeOf(page) }));
  const sum = (of: (view: { rows: number; bytes: number }) => number) => views.reduce((total, view) => total + of(view), 0);
  const result = { schema: typeToJson(schema) as Json, rows: sum((v) => v.rows), bytes: sum((v) => v.bytes), pages: views };
  return { status: ended(status, { state: "succeeded", result }, status.createdAt + 1), pages };
}

interface Operation {
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>;
}
const document = openApiDocument() as { readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> };
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    method,
    operation,
    pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, "[^/]+")}$`),
  })),
);

/** What the API says of requests that are none of its operations. */
const OTHERWISE = ["204", "401", "403", "404", "405", "413", "431"];

/** Why an answer is not as the OpenAPI document has it; undefined where it is. Reads the body of a problem. */
export async function undocumented(method: string, path: string, response: Response): Promise<string | undefined> {
  const type = response.headers.get("content-type")?.split(";")[0];
  const asked = (method === "HEAD" ? "GET" : method).toLowerCase();
  const operation = operations.find((candidate) => candidate.method === asked && candidate.pattern.test(path))?.operation;
  const status = String(response.status);
  if (!(operation ? Object.keys(operation.responses) : OTHERWISE).includes(status)) return `status ${status}`;
  if (response.status >= 400) return method === "HEAD" ? undefined : notAProblem(type, await response.text(), response.status);
  const content = Object.keys(operation?.responses[status]?.content ?? {});
  if (content.length > 0 && !content.includes(type ?? "")) return `content of type ${type}`;
  return undefined;
}

function notAProblem(type: string | undefined, text: string, status: number): string | undefined {
  if (type !== "application/problem+json") return `a problem of type ${type}`;
  const parsed = z.strictObject(problem.shape).safeParse(JSON.parse(text));
  if (!parsed.success) return `not a problem: ${parsed.error.message}`;
  return parsed.data.status === status ? undefined : `a problem of status ${parsed.data.status}`;
}
