import type { Expression } from "./expression.ts";
import type { Query } from "./query.ts";
import type { Identifier, Span } from "./span.ts";
import type { Statement } from "./statement.ts";

/** `BEGIN ... END`: SQL scripting. */
export interface CompoundStatement {
  readonly kind: "compound";
  readonly label?: Identifier;
  readonly body: readonly ScriptStatement[];
}
export type ScriptStatement =
  | Statement
  | (Span &
      (
        | {
            readonly kind: "if";
            readonly branches: readonly { readonly condition: Expression; readonly body: readonly ScriptStatement[] }[];
            readonly otherwise?: readonly ScriptStatement[];
          }
        | {
            readonly kind: "caseStatement";
            readonly value?: Expression;
            readonly branches: readonly { readonly when: Expression; readonly body: readonly ScriptStatement[] }[];
            readonly otherwise?: readonly ScriptStatement[];
          }
        | { readonly kind: "while"; readonly label?: Identifier; readonly condition: Expression; readonly body: readonly ScriptStatement[] }
        | { readonly kind: "repeat"; readonly label?: Identifier; readonly body: readonly ScriptStatement[]; readonly until: Expression }
        | { readonly kind: "loop"; readonly label?: Identifier; readonly body: readonly ScriptStatement[] }
        | {
            readonly kind: "for";
            readonly label?: Identifier;
            readonly variable?: Identifier;
            readonly query: Query;
            readonly body: readonly ScriptStatement[];
          }
        | { readonly kind: "leave" | "iterate"; readonly label: Identifier }
        /** `DECLARE name CONDITION FOR SQLSTATE '...'`. */
        | { readonly kind: "declareCondition"; readonly name: Identifier; readonly sqlState?: string }
        /** `DECLARE EXIT HANDLER FOR ...`. */
        | {
            readonly kind: "declareHandler";
            readonly action: "exit" | "continue";
            readonly conditions: readonly HandlerCondition[];
            readonly body: readonly ScriptStatement[];
          }
      ));
export type HandlerCondition =
  | { readonly kind: "sqlState"; readonly sqlState: string }
  | { readonly kind: "condition"; readonly name: readonly Identifier[] }
  | { readonly kind: "sqlException" | "notFound" };
