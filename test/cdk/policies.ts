import type { Template } from "aws-cdk-lib/assertions";
import { asText, nameOf } from "./intrinsics.ts";

/** A statement of a role's policy, with references spelt as `<LogicalName.Attribute>`. */
export interface Statement {
  readonly role: string;
  readonly effect: "Allow" | "Deny";
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly condition: string;
}

interface RawPolicy {
  readonly Properties: {
    readonly Roles: readonly { readonly Ref: string }[];
    readonly PolicyDocument: { readonly Statement: readonly RawStatement[] };
  };
}
interface RawStatement {
  readonly Effect: "Allow" | "Deny";
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

/** All that the template's roles may and may not. */
export function statementsOf(template: Template): readonly Statement[] {
  const policies: Readonly<Record<string, unknown>> = template.findResources("AWS::IAM::Policy");
  return (Object.values(policies) as readonly RawPolicy[]).flatMap(({ Properties: { Roles, PolicyDocument } }) =>
    Roles.flatMap(({ Ref }) =>
      PolicyDocument.Statement.map((statement) => ({
        role: nameOf(Ref)
          .replace(/^Functions/, "")
          .replace(/Role$/, ""),
        effect: statement.Effect,
        actions: asList(statement.Action).map(String),
        resources: asList(statement.Resource).map((resource) => asText(resource)),
        condition: statement.Condition ? JSON.stringify(statement.Condition) : "",
      })),
    ),
  );
}

const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

/** A line for each role, resource and effect. */
export function policyTable(statements: readonly Statement[]): string {
  const lines = statements.flatMap(({ role, effect, actions, resources, condition }) =>
    resources.map((resource) =>
      [role.padEnd(11), effect.padEnd(5), resource, actions.toSorted().join(" "), condition]
        .join("  ")
        .replace("<AWS::Partition>", "aws")
        .trimEnd(),
    ),
  );
  return `${lines.toSorted().join("\n")}\n`;
}

/**
 * Whether a role may do something to a resource, as IAM decides: denied by any match, else allowed by any match. Conditions on what is allowed
 * are taken as met.
 */
export function may(statements: readonly Statement[], role: string, action: string, resource: string): boolean {
  const matching = statements.filter(
    (statement) =>
      statement.role === role &&
      statement.actions.some((pattern) => matches(pattern, action)) &&
      statement.resources.some((pattern) => matches(pattern, resource)),
  );
  return matching.length > 0 && matching.every(({ effect }) => effect === "Allow");
}

const matches = (pattern: string, text: string): boolean =>
  new RegExp(
    `^${pattern
      .replace(/[\\^$.|+()[\]{}]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".")}$`,
    "s",
  ).test(text);
