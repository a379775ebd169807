import { eventRoutes } from "./routes/event-routes.ts";
import { jobRoutes } from "./routes/job-routes.ts";
import { planRoutes } from "./routes/plan-routes.ts";
import { resultRoutes } from "./routes/result-routes.ts";
import { serviceRoutes } from "./routes/service-routes.ts";

/** Every route of the API. */
export const routes = [...jobRoutes, ...eventRoutes, ...resultRoutes, ...planRoutes, ...serviceRoutes];

const patterns = routes.map(({ path, method }) => ({
  pattern: new RegExp(`^${path.replaceAll(".", "\\.").replaceAll(/\{\w+\}/g, "[^/]+")}$`),
  methods: method === "get" ? ["GET", "HEAD"] : [method.toUpperCase()],
}));

/** The methods that a path takes; none for a path that is not the API's. */
export const allowedMethods = (path: string): readonly string[] =>
  patterns.filter(({ pattern }) => pattern.test(path)).flatMap(({ methods }) => methods);
