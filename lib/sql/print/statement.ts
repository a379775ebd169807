import type { Statement } from "../syntax/statement.ts";
import { dataPrinters } from "./data.ts";
import { describePrinters } from "./describe.ts";
import { functionPrinters } from "./function.ts";
import { maintenancePrinters } from "./maintenance.ts";
import { printQuery } from "./query.ts";
import { schemaPrinters } from "./schema.ts";
import { printBlock } from "./script.ts";
import { sessionPrinters } from "./session.ts";
import { showPrinters } from "./show.ts";
import { tablePrinters } from "./table.ts";
import { viewPrinters } from "./view.ts";

/** A printer for each kind of a family, so that a new kind does not compile until it has one. */
export type Printers<S extends { readonly kind: string }> = {
  readonly [K in S["kind"]]: (statement: Extract<S, { readonly kind: K }>) => string;
};

/** Families print statements inside of theirs (EXPLAIN), so they are put together when the first one is asked for. */
let families: Printers<Statement> | undefined;
const allPrinters = (): Printers<Statement> => ({
  query: ({ query }) => printQuery(query),
  compound: ({ body }) => printBlock(body),
  ...dataPrinters,
  ...tablePrinters,
  ...viewPrinters,
  ...schemaPrinters,
  ...functionPrinters,
  ...showPrinters,
  ...describePrinters,
  ...sessionPrinters,
  ...maintenancePrinters,
});

/** A statement as text that parses to the same tree, places and needless quotes apart. What the tree keeps as text (a view's query) stays so. */
export function printStatement(statement: Statement): string {
  families ??= allPrinters();
  return (families[statement.kind] as (s: Statement) => string)(statement);
}
