import { OpenAPIHono, type RouteConfig } from "@hono/zod-openapi";
import packageJson from "../../../package.json" with { type: "json" };
import { routes } from "./route-table.ts";

/** The API as OpenAPI 3.1, made of the schemas that requests are checked by. */
export function openApiDocument(): object {
  const app = new OpenAPIHono();
  app.openAPIRegistry.registerComponent("securitySchemes", "bearer", { type: "http", scheme: "bearer" });
  app.openAPIRegistry.registerComponent("securitySchemes", "iam", {
    type: "apiKey",
    in: "header",
    name: "Authorization",
    description: "AWS Signature Version 4 of service `lambda`, where the API is a function URL with IAM.",
  });
  for (const { middleware: _, ...route } of routes as readonly RouteConfig[]) app.openAPIRegistry.registerPath(route);
  return app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Firecrest",
      version: packageJson.version,
      description:
        "Jobs of Spark's programming model on functions. Every error is a problem (RFC 9457) with Spark's error condition. Submissions may be repeated under " +
        "an Idempotency-Key; all other requests may be repeated as they are.",
      license: { name: packageJson.license, url: "https://www.apache.org/licenses/LICENSE-2.0" },
    },
    servers: [{ url: "http://127.0.0.1:8998", description: "firecrest serve" }],
    tags: [
      { name: "Jobs", description: "Submit, follow and cancel." },
      { name: "Results", description: "Rows of queries that have succeeded." },
      { name: "Plans", description: "Questions about plans that do not run." },
      { name: "Service", description: "The service itself." },
    ],
  });
}
