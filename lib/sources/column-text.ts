import type { SessionSettings } from "../engine/functions/function.ts";
import { castSql } from "../engine/kernel/cast.ts";
import { type DataType, isStringLike, stringType } from "../engine/types/data-type.ts";

/** SQL for the text of a column's values, as Spark's cast to string writes it: what partition folders are named by. */
export const columnText = (sql: string, type: DataType, session: SessionSettings): string =>
  isStringLike(type) ? sql : castSql(sql, type, stringType, "try", session);
