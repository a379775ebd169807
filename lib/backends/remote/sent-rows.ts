import { alias } from "../../engine/expressions/build.ts";
import { arrowToParquet } from "../../engine/kernel/arrow-in.ts";
import type { LogicalPlan } from "../../engine/logical/plan.ts";
import { allPlansBelow, mapAllPlansBelow } from "../../engine/logical/subqueries.ts";
import { holdsKind, structField, structType } from "../../engine/types/data-type.ts";
import type { ScratchPlaces } from "./scratch-places.ts";

type LocalRelation = Extract<LogicalPlan, { kind: "localRelation" }>;

/** Characters of rows that travel in a plan: a request of 6 MB has room for the rest. */
const MOST_CHARACTERS = 3 * 1024 * 1024;
/** Smaller relations stay where they are: a file of their own would take longer. */
const LEAST_CHARACTERS = 64 * 1024;

export interface SentPlan {
  readonly plan: LogicalPlan;
  /** Files that went ahead of the plan. They are to be removed after the job. */
  readonly paths: readonly string[];
}

/** A plan whose rows fit in a request: where they are too many they go to places of their own. */
export async function sendRows(plan: LogicalPlan, places: ScratchPlaces): Promise<SentPlan> {
  const relations = localRelationsIn(plan);
  if (charactersOf(relations) <= MOST_CHARACTERS) return { plan, paths: [] };
  const sent = new Map<LogicalPlan, string>();
  try {
    for (const relation of relations) if (isWorthIt(relation)) sent.set(relation, await places.put("parquet", await parquetOf(relation)));
  } catch (thrown) {
    await places.remove([...sent.values()]);
    throw thrown;
  }
  return { plan: reading(plan, sent), paths: [...sent.values()] };
}

/** The same plan without its rows, for questions that no row answers. */
export const withoutRows = (plan: LogicalPlan): LogicalPlan =>
  charactersOf(localRelationsIn(plan)) <= LEAST_CHARACTERS ? plan : emptied(plan);

const emptied = (plan: LogicalPlan): LogicalPlan =>
  plan.kind === "localRelation" ? { ...plan, arrow: "", rows: 0 } : mapAllPlansBelow(plan, emptied);

const isWorthIt = ({ arrow, schema }: LocalRelation): boolean =>
  arrow.length >= LEAST_CHARACTERS &&
  schema.fields.length > 0 &&
  !schema.fields.some(({ dataType }) => holdsKind(dataType, "void") || holdsKind(dataType, "interval"));

/** Each once. */
function localRelationsIn(plan: LogicalPlan): readonly LocalRelation[] {
  const found = new Set<LocalRelation>();
  const visit = (node: LogicalPlan): void => {
    if (node.kind === "localRelation") found.add(node);
    else for (const below of allPlansBelow(node)) visit(below);
  };
  visit(plan);
  return [...found];
}

const charactersOf = (relations: readonly LocalRelation[]): number => relations.reduce((sum, { arrow }) => sum + arrow.length, 0);

const parquetOf = ({ arrow }: LocalRelation): Promise<Uint8Array> => arrowToParquet(Buffer.from(arrow, "base64"));

function reading(plan: LogicalPlan, sent: ReadonlyMap<LogicalPlan, string>): LogicalPlan {
  const path = sent.get(plan);
  if (path === undefined || plan.kind !== "localRelation") return mapAllPlansBelow(plan, (below) => reading(below, sent));
  const { fields } = plan.schema;
  const schema = structType(fields.map(({ dataType }, i) => structField(`c${i}`, dataType)));
  return {
    kind: "project",
    expressions: fields.map(({ name, metadata }, i) => ({
      ...alias({ kind: "unresolvedAttribute", nameParts: [`c${i}`] }, name),
      ...(metadata ? { metadata } : {}),
    })),
    child: { kind: "read", format: "parquet", paths: [path], options: {}, schema },
    ...(plan.planId === undefined ? {} : { planId: plan.planId }),
    ...(plan.origin === undefined ? {} : { origin: plan.origin }),
  };
}
