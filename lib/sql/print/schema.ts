import type { SchemaStatement } from "../syntax/statement.ts";
import { printText } from "./literal.ts";
import { printIdentifier, printName } from "./name.ts";
import { words } from "./query.ts";
import { printProperties } from "./relation.ts";
import type { Printers } from "./statement.ts";

type Action = Extract<SchemaStatement, { kind: "alterSchema" }>["action"];

const actions: Printers<Action> = {
  setProperties: ({ properties }) => `SET DBPROPERTIES ${printProperties(properties)}`,
  unsetProperties: ({ keys }) => `UNSET DBPROPERTIES (${keys.map(printText).join(", ")})`,
  setLocation: ({ location }) => `SET LOCATION ${printText(location)}`,
  setCollation: ({ collation }) => `DEFAULT COLLATION ${printIdentifier({ name: collation })}`,
};

export const schemaPrinters: Printers<SchemaStatement> = {
  createSchema: ({ name, ifNotExists, comment, location, collation, properties }) =>
    words(
      "CREATE SCHEMA",
      ifNotExists && "IF NOT EXISTS",
      printName(name),
      comment !== undefined && `COMMENT ${printText(comment)}`,
      location !== undefined && `LOCATION ${printText(location)}`,
      collation !== undefined && `DEFAULT COLLATION ${printIdentifier({ name: collation })}`,
      properties && `WITH DBPROPERTIES ${printProperties(properties)}`,
    ),
  dropSchema: ({ name, ifExists, cascade }) => words("DROP SCHEMA", ifExists && "IF EXISTS", printName(name), cascade && "CASCADE"),
  alterSchema: ({ name, action }) => `ALTER SCHEMA ${printName(name)} ${(actions[action.kind] as (a: Action) => string)(action)}`,
  comment: ({ on, name, comment }) =>
    `COMMENT ON ${on.toUpperCase()} ${printName(name)} IS ${comment === null ? "NULL" : printText(comment)}`,
  use: ({ name, schema }) => words("USE", schema && "SCHEMA", printName(name)),
  setCatalog: ({ name }) =>
    `SET CATALOG ${typeof name === "string" ? printText(name) : "kind" in name ? printName(name) : printIdentifier(name)}`,
};
