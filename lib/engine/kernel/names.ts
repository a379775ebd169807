import type { Attribute } from "../expressions/expression.ts";
import { quoteName } from "../functions/function.ts";

/** The SQL name of a column: readable, and unique by its id. The character 0 would end the statement. */
export const columnName = ({ name, id }: Pick<Attribute, "name" | "id">): string => quoteName(`${name.replaceAll("\0", "")}#${id}`);
