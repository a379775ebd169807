import type * as s from "../syntax/query.ts";
import { printExpression, printExpressions } from "./expression.ts";
import { printText } from "./literal.ts";
import { printIdentifier, printIdentifiers, printName } from "./name.ts";
import { printQuery, printValues, words } from "./query.ts";

type Relations = { readonly [K in s.Relation["kind"]]: (relation: Extract<s.Relation, { kind: K }>) => string };

const relations: Relations = {
  tableReference: printTable,
  queryRelation: ({ query, lateral, ...behind }) => words(lateral && "LATERAL", `(${printQuery(query)})`, printBehind(behind)),
  values: printValues,
  tableFunction: ({ name, args, lateral, ...behind }) =>
    words(lateral && "LATERAL", `${printName(name)}(${printExpressions(args)})`, printBehind(behind)),
  nestedRelation: ({ relation, ...behind }) => words(`(${printRelation(relation)})`, printBehind(behind)),
  join: (join) => `${printRelation(join.left)} ${printJoin(join)}`,
  pivot: (pivot) => `${printRelation(pivot.child)} ${printPivot(pivot)}`,
  unpivot: (unpivot) => `${printRelation(unpivot.child)} ${printUnpivot(unpivot)}`,
};

/** What stands behind FROM. */
export function printRelation(relation: s.Relation): string {
  return (relations[relation.kind] as (r: s.Relation) => string)(relation);
}

function printTable({ name, asOf, options, stream, ...behind }: s.TableReference): string {
  return words(
    stream && "STREAM",
    printName(name),
    asOf && `${asOf.kind.toUpperCase()} AS OF ${printExpression(asOf.value)}`,
    options && `WITH ${printProperties(options)}`,
    printBehind(behind),
  );
}

function printBehind({ sample, alias }: { readonly sample?: s.Sample; readonly alias?: s.TableAlias }): string {
  return words(sample && printSample(sample), alias && printTableAlias(alias));
}

/** `AS t(a, b)`. */
export function printTableAlias({ name, columns }: s.TableAlias): string {
  return `AS ${name ? printIdentifier(name) : ""}${columns ? `(${printIdentifiers(columns)})` : ""}`;
}

/** `('key' = value)`: keys as strings, whatever they were. */
export function printProperties(properties: readonly s.Property[]): string {
  const pairs = properties.map(({ key, value }) => words(printText(key), value && `= ${printExpression(value)}`));
  return `(${pairs.join(", ")})`;
}

/** `TABLESAMPLE (...)`. */
export function printSample({ method, seed }: s.Sample): string {
  return words(`TABLESAMPLE (${printMethod(method)})`, seed !== undefined && `REPEATABLE (${seed})`);
}

function printMethod(method: s.Sample["method"]): string {
  switch (method.kind) {
    case "percent":
      return `${printExpression(method.percentage)} PERCENT`;
    case "rows":
      return `${printExpression(method.count)} ROWS`;
    case "bucket":
      return `BUCKET ${method.bucket} OUT OF ${method.of}`;
    default:
      return method.text;
  }
}

const JOINS: Readonly<Record<s.Join["type"], string>> = {
  inner: "INNER",
  cross: "CROSS",
  left: "LEFT",
  right: "RIGHT",
  full: "FULL",
  leftSemi: "LEFT SEMI",
  leftAnti: "LEFT ANTI",
};

/** A join but for its left side. That it is lateral, its right side says. */
export function printJoin({ type, natural, right, on, using }: Omit<s.Join, "left">): string {
  return words(
    natural && "NATURAL",
    `${JOINS[type]} JOIN`,
    printRelation(right),
    on && `ON ${printExpression(on)}`,
    using && `USING (${printIdentifiers(using)})`,
  );
}

export function printPivot({ aggregates, columns, values }: Omit<s.Pivot, "child">): string {
  const column = columns.length === 1 ? printIdentifier(columns[0]!) : `(${printIdentifiers(columns)})`;
  return `PIVOT (${printExpressions(aggregates)} FOR ${column} IN (${printExpressions(values)}))`;
}

export function printUnpivot({ nulls, values, name, columns, alias }: Omit<s.Unpivot, "child">): string {
  const several = values.length > 1 || columns.some((column) => column.columns.length > 1);
  const value = several ? `(${printIdentifiers(values)})` : printIdentifier(values[0]!);
  const items = columns.map(({ columns: names, alias: label }) => {
    const list = names.map(printName).join(", ");
    return words(several ? `(${list})` : list, label && `AS ${printIdentifier(label)}`);
  });
  const body = `${value} FOR ${printIdentifier(name)} IN (${items.join(", ")})`;
  return words("UNPIVOT", nulls === "include" && "INCLUDE NULLS", `(${body})`, alias && printTableAlias(alias));
}
