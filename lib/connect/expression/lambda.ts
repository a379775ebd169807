import { AnalysisError } from "../../engine/errors.ts";
import { lambda, lambdaVariable } from "../../engine/expressions/build.ts";
import type { Expression as EngineExpression } from "../../engine/expressions/expression.ts";
import { sqlId } from "../../engine/expressions/quoting.ts";
import { invalidPlan } from "../invalid-plan.ts";
import type { Expression_LambdaFunction, Expression_UnresolvedNamedLambdaVariable } from "../protocol/spark/connect/expressions_pb.js";
import { expressionIn } from "./expression.ts";
import type { Scope } from "./scope.ts";

const MOST_PARAMETERS = 3;

/** A function from columns to a column; its variables are known by their names in its body alone. */
export async function lambdaOf(message: Expression_LambdaFunction, scope: Scope): Promise<EngineExpression> {
  const names = message.arguments.map(nameOf);
  if (names.length < 1 || names.length > MOST_PARAMETERS) throw invalidPlan(`a lambda of ${names.length} parameters`);
  const parameters = names.map((name) => lambdaVariable(name));
  const variables = new Map([...scope.variables, ...parameters.map((parameter) => [parameter.name, parameter] as const)]);
  return lambda(parameters, await expressionIn(message.function, { ...scope, variables }));
}

/** A lambda's variable, or a field inside one. */
export function namedVariable(message: Expression_UnresolvedNamedLambdaVariable, { variables }: Scope): EngineExpression {
  const found = variables.get(nameOf(message));
  if (found) return found;
  throw new AnalysisError("UNRESOLVED_COLUMN.WITHOUT_SUGGESTION", { objectName: sqlId(message.nameParts) });
}

function nameOf({ nameParts }: Expression_UnresolvedNamedLambdaVariable): string {
  if (nameParts.length === 0) throw invalidPlan("a variable without a name");
  return nameParts.join(".");
}
