import { FirecrestError } from "../../engine/errors.ts";
import type { Query } from "../syntax/query.ts";

/** A query as text that parses to the same tree. */
export function printQuery(_query: Query): string {
  throw new FirecrestError("FIRECREST_UNSUPPORTED", { feature: "A query's tree as text", advice: "Keep the query's own text." });
}
