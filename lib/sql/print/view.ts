import type { SchemaBinding, ViewStatement } from "../syntax/statement.ts";
import { printColumn } from "./column-definition.ts";
import { printText } from "./literal.ts";
import { printIdentifier, printName } from "./name.ts";
import { words } from "./query.ts";
import { printProperties } from "./relation.ts";
import type { Printers } from "./statement.ts";
import { printProvider } from "./table.ts";

const BINDINGS: Readonly<Record<SchemaBinding, string>> = {
  binding: "BINDING",
  compensation: "COMPENSATION",
  typeEvolution: "TYPE EVOLUTION",
  evolution: "EVOLUTION",
};

export const printSchemaBinding = (mode: SchemaBinding): string => `WITH SCHEMA ${BINDINGS[mode]}`;

const head = ({ replace, global, temporary }: { readonly replace: boolean; readonly global: boolean; readonly temporary: boolean }) =>
  words("CREATE", replace && "OR REPLACE", global && "GLOBAL", temporary && "TEMPORARY", "VIEW");

const commented = (comment: string | undefined) => comment !== undefined && `COMMENT ${printText(comment)}`;

export const viewPrinters: Printers<ViewStatement> = {
  createView: (view) =>
    words(
      head(view),
      view.ifNotExists && "IF NOT EXISTS",
      printName(view.name),
      view.columns && `(${view.columns.map(({ name, comment }) => words(printIdentifier(name), commented(comment))).join(", ")})`,
      commented(view.comment),
      view.collation !== undefined && `DEFAULT COLLATION ${printIdentifier({ name: view.collation })}`,
      view.properties && `TBLPROPERTIES ${printProperties(view.properties)}`,
      view.schemaBinding && printSchemaBinding(view.schemaBinding),
      `AS ${view.text}`,
    ),
  createTempViewUsing: ({ name, replace, global, columns, provider, options }) =>
    words(
      head({ replace, global, temporary: true }),
      printName(name),
      columns && `(${columns.map(printColumn).join(", ")})`,
      `USING ${printProvider(provider)}`,
      options.length > 0 && `OPTIONS ${printProperties(options)}`,
    ),
  dropView: ({ name, ifExists }) => words("DROP VIEW", ifExists && "IF EXISTS", printName(name)),
};
