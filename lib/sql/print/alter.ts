import type { AlterAction, AlteredColumn } from "../syntax/statement.ts";
import { printAddedColumn, printConstraint, printPlace } from "./column-definition.ts";
import { printPartition } from "./data.ts";
import { printText } from "./literal.ts";
import { printIdentifier, printName } from "./name.ts";
import { words } from "./query.ts";
import { printProperties } from "./relation.ts";
import type { Printers } from "./statement.ts";
import { printType } from "./type.ts";
import { printSchemaBinding } from "./view.ts";

const actions: Printers<AlterAction> = {
  rename: ({ to }) => `RENAME TO ${printName(to)}`,
  setProperties: ({ properties }) => `SET TBLPROPERTIES ${printProperties(properties)}`,
  unsetProperties: ({ keys, ifExists }) => words("UNSET TBLPROPERTIES", ifExists && "IF EXISTS", `(${keys.map(printText).join(", ")})`),
  setLocation: ({ location }) => `SET LOCATION ${printText(location)}`,
  // Its properties are read and dropped, as nothing here has a serde.
  setSerde: () => "SET SERDE ''",
  addColumns: ({ columns }) => `ADD COLUMNS (${columns.map(printAddedColumn).join(", ")})`,
  dropColumns: ({ columns, ifExists }) => words("DROP COLUMNS", ifExists && "IF EXISTS", `(${columns.map(printName).join(", ")})`),
  renameColumn: ({ from, to }) => `RENAME COLUMN ${printName(from)} TO ${printIdentifier(to)}`,
  alterColumns: printAlterColumns,
  replaceColumns: ({ columns }) => `REPLACE COLUMNS (${columns.map(printAddedColumn).join(", ")})`,
  addPartitions: ({ ifNotExists, partitions }) =>
    words(
      "ADD",
      ifNotExists && "IF NOT EXISTS",
      ...partitions.map(({ values, location }) =>
        words(printPartition(values), location !== undefined && `LOCATION ${printText(location)}`),
      ),
    ),
  dropPartitions: ({ ifExists, partitions, purge }) =>
    words("DROP", ifExists && "IF EXISTS", partitions.map(printPartition).join(", "), purge && "PURGE"),
  renamePartition: ({ to }) => `RENAME TO ${printPartition(to)}`,
  recoverPartitions: () => "RECOVER PARTITIONS",
  clusterBy: ({ columns }) => `CLUSTER BY ${columns === "none" ? "NONE" : `(${columns.map(printName).join(", ")})`}`,
  setCollation: ({ collation }) => `DEFAULT COLLATION ${printIdentifier({ name: collation })}`,
  addConstraint: ({ constraint }) => `ADD ${printConstraint(constraint)}`,
  dropConstraint: ({ name, ifExists, cascade }) =>
    words("DROP CONSTRAINT", ifExists && "IF EXISTS", printIdentifier(name), cascade && "CASCADE"),
  setQuery: ({ text }) => `AS ${text}`,
  schemaBinding: ({ mode }) => printSchemaBinding(mode),
};

/** What stands behind the name of ALTER TABLE and ALTER VIEW. */
export function printAction(action: AlterAction): string {
  return (actions[action.kind] as (a: AlterAction) => string)(action);
}

/** A type together with other changes is Hive's CHANGE, which repeats the name. */
function printAlterColumns({ columns }: Extract<AlterAction, { kind: "alterColumns" }>): string {
  const [first] = columns;
  if (first?.type && (first.comment !== undefined || first.place)) return `CHANGE COLUMN ${printHive(first)}`;
  return `ALTER COLUMN ${columns.map(printChange).join(", ")}`;
}

function printHive({ column, type, comment, place }: AlteredColumn): string {
  const last = column.kind === "name" ? column.parts.at(-1) : undefined;
  const text = comment !== undefined && `COMMENT ${printText(comment)}`;
  return words(printName(column), last && printIdentifier(last), printType(type!), text, place && printPlace(place));
}

function printChange({ column, type, comment, notNull, place, default: value }: AlteredColumn): string {
  return words(
    printName(column),
    type && `TYPE ${printType(type)}`,
    comment !== undefined && `COMMENT ${printText(comment)}`,
    notNull !== undefined && `${notNull ? "SET" : "DROP"} NOT NULL`,
    place && printPlace(place),
    value && (value === "drop" ? "DROP DEFAULT" : `SET DEFAULT ${value.text}`),
  );
}
