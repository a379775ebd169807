import { matchedTo } from "../../dataframe/match-schema.ts";
import type { LogicalPlan } from "../../engine/logical/plan.ts";
import { expressionOf } from "../expression/expression.ts";
import type { Expression_Alias } from "../protocol/spark/connect/expressions_pb.js";
import type { Drop, Project, ToDF, ToSchema, WithColumns, WithColumnsRenamed } from "../protocol/spark/connect/relations_pb.js";
import { engineType, metadataOf } from "../type/data-type.ts";
import { expressionsOf, frameOf } from "./frame.ts";
import { planOf } from "./relation.ts";
import type { Scope } from "./scope.ts";
import { malformed } from "./unsupported.ts";

type Added = Extract<LogicalPlan, { kind: "withColumns" }>["columns"][number];

/** Without an input it is over one row. */
export async function projectOf({ input, expressions }: Project, t: Scope): Promise<LogicalPlan> {
  const child: LogicalPlan = input ? await planOf(input, t) : { kind: "oneRow" };
  return { kind: "project", expressions: await expressionsOf(expressions, t), child };
}

export async function withColumnsOf({ input, aliases }: WithColumns, t: Scope): Promise<LogicalPlan> {
  const child = await planOf(input, t);
  const columns: Added[] = [];
  for (const alias of aliases) columns.push(await addedOf(alias, t));
  return { kind: "withColumns", columns, child };
}

async function addedOf({ expr, name, metadata }: Expression_Alias, t: Scope): Promise<Added> {
  if (name.length !== 1) throw malformed("A column that is added has one name.");
  const expression = await expressionOf(expr, t);
  return { name: name[0]!, expression, ...(metadata ? { metadata: metadataOf(metadata) } : {}) };
}

/** Older clients send a map. */
export async function renamesOf({ input, renames, renameColumnsMap }: WithColumnsRenamed, t: Scope): Promise<LogicalPlan> {
  const listed = renames.map(({ colName, newColName }) => [colName, newColName] as const);
  return { kind: "rename", names: listed.length > 0 ? listed : Object.entries(renameColumnsMap), child: await planOf(input, t) };
}

export async function dropOf({ input, columns, columnNames }: Drop, t: Scope): Promise<LogicalPlan> {
  const child = await planOf(input, t);
  const names = columnNames.length > 0 ? { names: columnNames } : {};
  return { kind: "drop", columns: await expressionsOf(columns, t), ...names, child };
}

export async function toNamesOf({ input, columnNames }: ToDF, t: Scope): Promise<LogicalPlan> {
  return { kind: "toNames", names: columnNames, child: await planOf(input, t) };
}

export async function toSchemaOf({ input, schema }: ToSchema, t: Scope): Promise<LogicalPlan> {
  const type = schema && engineType(schema);
  if (type?.kind !== "struct") throw malformed("A DataFrame is brought to a schema that is no struct.");
  return matchedTo(await frameOf(input, t), type);
}
