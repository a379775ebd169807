import type { LogicalPlan } from "../../engine/logical/plan.ts";
import { unsupported } from "./unsupported.ts";

/** Functions of Python over rows, groups of rows and no rows. */
const refused = (feature: string) => (): LogicalPlan => {
  throw unsupported(feature, "Use SQL functions.");
};
export const mapPartitionsOf = refused("DataFrame.mapInPandas and mapInArrow");
export const groupMapOf = refused("GroupedData.applyInPandas and applyInArrow");
export const coGroupMapOf = refused("PandasCogroupedOps.applyInPandas and applyInArrow");
export const tableFunctionOfUser = refused("A table function in Python");
