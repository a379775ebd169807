import type { Attribute } from "../expressions/expression.ts";
import { quoteName } from "../functions/function.ts";

/** The SQL name of a column: readable, and unique by its id. */
export const columnName = (attribute: Pick<Attribute, "name" | "id">): string => quoteName(`${attribute.name}#${attribute.id}`);
