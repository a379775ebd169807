import type { Call } from "../expressions/expression.ts";
import type {
  CallImplementation,
  FunctionGroup,
  JavaScriptImplementation,
  ReturnType,
  ScalarFunction,
  Signature,
  SqlImplementation,
} from "./function.ts";

type Rest = Partial<Omit<ScalarFunction, "kind" | "names" | "group" | "doc" | "signature" | "returns" | "implementation">>;

/** A short way to write the scalar entries of one group; `names` are divided by spaces. */
export const scalarsOf =
  (group: FunctionGroup) =>
  (
    names: string,
    doc: string,
    signature: Signature,
    returns: ReturnType,
    implementation: SqlImplementation<Call> | JavaScriptImplementation | CallImplementation,
    rest: Rest = {},
  ): ScalarFunction => ({
    kind: "scalar",
    names: names.split(" ") as [string, ...string[]],
    group,
    doc,
    signature,
    returns,
    implementation,
    ...rest,
  });
