import { localRelation } from "../../dataframe/create-dataframe.ts";
import type { LogicalPlan } from "../../engine/logical/plan.ts";
import { stringType, structField, structType } from "../../engine/types/data-type.ts";
import type { HtmlString, ShowString } from "../protocol/spark/connect/relations_pb.js";
import { frameOf } from "./frame.ts";
import type { Scope } from "./scope.ts";

export async function showStringOf({ input, numRows, truncate, vertical }: ShowString, t: Scope): Promise<LogicalPlan> {
  const rows = await frameOf(input, t);
  return oneText("show_string", await rows.showString(numRows, truncate, vertical));
}

export async function htmlStringOf({ input, numRows, truncate }: HtmlString, t: Scope): Promise<LogicalPlan> {
  const rows = await frameOf(input, t);
  return oneText("html_string", await rows.htmlString(numRows, truncate));
}

const oneText = (name: string, text: string): LogicalPlan => localRelation([[text]], structType([structField(name, stringType, false)]));
