import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Validator } from "@seriousme/openapi-schema-validator";
import { expect, test } from "vitest";
import { openApiDocument } from "../../../lib/service/http/openapi.ts";
import { openApi } from "../../support/api.ts";

interface Documented {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}
interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly security: readonly unknown[];
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>;
}

const document = openApiDocument() as Documented;
const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));

test("docs/openapi.json is the API as it is: `npm run openapi` writes it", () => {
  const committed: unknown = JSON.parse(readFileSync(join(import.meta.dirname, "../../../docs/openapi.json"), "utf8"));
  expect(JSON.parse(JSON.stringify(document))).toEqual(committed);
});

test("the document is valid OpenAPI 3.1", async () => {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(structuredClone(document) as unknown as Parameters<Validator["validate"]>[0]);
  expect(errors).toBeUndefined();
  expect([valid, validator.version]).toEqual([true, "3.1"]);
});

test("the service tells the same document", async () => {
  const { get } = openApi();
  expect(await (await get("/v1/openapi.json")).json()).toEqual(JSON.parse(JSON.stringify(document)));
});

test("each operation has a name of its own, a summary, a success and its problems", () => {
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
  for (const { operationId, summary, responses } of operations) {
    expect(summary, operationId).toMatch(/^[A-Z].{4,}[^.]$/);
    expect(Object.keys(responses)[0], operationId).toMatch(/^20\d$/);
    for (const [status, { content }] of Object.entries(responses)) {
      if (Number(status) >= 400) expect(Object.keys(content ?? {}), `${operationId} ${status}`).toEqual(["application/problem+json"]);
    }
  }
});

test("only health needs no credentials", () => {
  expect(operations.filter(({ security }) => security.length === 0).map(({ operationId }) => operationId)).toEqual(["getHealth"]);
});
