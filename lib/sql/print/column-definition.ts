import type { AddedColumn, ColumnDefinition, ColumnPlace, FunctionParameter, TableConstraint } from "../syntax/statement.ts";
import { printExpression } from "./expression.ts";
import { printText } from "./literal.ts";
import { printIdentifier, printIdentifiers, printName } from "./name.ts";
import { words } from "./query.ts";
import { printType } from "./type.ts";

/** `a INT NOT NULL DEFAULT 1 COMMENT 'c'`. */
export function printColumn(column: ColumnDefinition | FunctionParameter): string {
  return words(printIdentifier(column.name), printType(column.type), printOptions(column));
}

/** The same where ALTER TABLE adds it, with its place. */
export function printAddedColumn(column: AddedColumn): string {
  return words(printName(column.name), printType(column.type), printOptions(column), column.place && printPlace(column.place));
}

function printOptions(column: Omit<Partial<ColumnDefinition>, "name">): string {
  const { notNull, defaultText, generatedAs, identity, comment } = column;
  return words(
    notNull && "NOT NULL",
    defaultText !== undefined && `DEFAULT ${defaultText}`,
    generatedAs && `GENERATED ALWAYS AS (${printExpression(generatedAs)})`,
    identity && printIdentity(identity),
    comment !== undefined && `COMMENT ${printText(comment)}`,
  );
}

function printIdentity({ always, start, step }: NonNullable<ColumnDefinition["identity"]>): string {
  const sequence = words(start !== undefined && `START WITH ${start}`, step !== undefined && `INCREMENT BY ${step}`);
  return words(`GENERATED ${always ? "ALWAYS" : "BY DEFAULT"} AS IDENTITY`, sequence && `(${sequence})`);
}

export function printPlace(place: ColumnPlace): string {
  return place.kind === "first" ? "FIRST" : `AFTER ${printIdentifier(place.column)}`;
}

/** A constraint as a table has it; one that stood with a column names that column. */
export function printConstraint({ name, type, expression, columns = [], references, characteristics = [] }: TableConstraint): string {
  const rules = {
    check: () => `CHECK (${printExpression(expression!)})`,
    primaryKey: () => `PRIMARY KEY (${printIdentifiers(columns)})`,
    unique: () => `UNIQUE (${printIdentifiers(columns)})`,
    foreignKey: () => {
      const parent = references!.columns ? ` (${printIdentifiers(references!.columns)})` : "";
      return `FOREIGN KEY (${printIdentifiers(columns)}) REFERENCES ${printName(references!.table)}${parent}`;
    },
  };
  return words(name && `CONSTRAINT ${printIdentifier(name)}`, rules[type](), ...characteristics);
}
