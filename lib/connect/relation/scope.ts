import { AnalysisError } from "../../engine/errors.ts";
import type { LogicalPlan } from "../../engine/logical/plan.ts";
import type { Relation } from "../protocol/spark/connect/relations_pb.js";
import type { PythonFunctions, Translation } from "../translation.ts";

/** Relations inside each other that a client's plan may have. Source: Spark's spark.connect.grpc.marshallerRecursionLimit. */
const MOST_NESTED = 1024;

/** Relations that one plan may stand for: what stands beside it counts each time that it is named, and may name itself. */
const MOST_RELATIONS = 100_000;

/** A place in a client's plan: what a translation offers there, and how deep it is. */
export class Scope implements Translation {
  readonly #translation: Translation;
  readonly #depth: number;
  readonly #made: { relations: number };
  readonly references: ReadonlyMap<bigint, Relation>;
  declare readonly python?: PythonFunctions;

  private constructor(translation: Translation, references: ReadonlyMap<bigint, Relation>, depth = 0, made = { relations: 0 }) {
    if (depth > MOST_NESTED) throw tooMany(`${MOST_NESTED} relations inside each other`);
    this.#made = made;
    this.#translation = translation;
    this.references = references;
    this.#depth = depth;
    if (translation.python) this.python = translation.python;
  }
  /** The place one relation further in. */
  static below(t: Translation): Scope {
    if (!(t instanceof Scope)) return new Scope(t, t.references);
    t.#made.relations += 1;
    if (t.#made.relations > MOST_RELATIONS) throw tooMany(`${MOST_RELATIONS} relations`);
    return new Scope(t.#translation, t.references, t.#depth + 1, t.#made);
  }
  /** The same place, with more relations beside the plan. */
  beside(relations: readonly Relation[]): Scope {
    const named = relations.flatMap((one) => (one.common?.planId === undefined ? [] : [[one.common.planId, one] as const]));
    return new Scope(this.#translation, new Map([...this.references, ...named]), this.#depth, this.#made);
  }

  get spark(): Translation["spark"] {
    return this.#translation.spark;
  }
  cachedArtifact(hash: string): Uint8Array {
    return this.#translation.cachedArtifact(hash);
  }
  remoteRelation(id: string): LogicalPlan {
    return this.#translation.remoteRelation(id);
  }
}

const tooMany = (bound: string): AnalysisError =>
  new AnalysisError("FIRECREST_UNSUPPORTED", { feature: `A plan of more than ${bound}`, advice: "Checkpoint a DataFrame on the way." });
