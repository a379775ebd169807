/** Logical ids end with a hash of the path; what is before it is enough to read. */
export const nameOf = (logicalId: string): string => logicalId.replace(/[0-9A-F]{8}$/, "");

/** A reference as `<LogicalName>` or `<LogicalName.Attribute>`. */
const spelt = (id: string, attribute?: string): string => `<${nameOf(id)}${attribute === undefined ? "" : `.${attribute}`}>`;

/** A value of a template as text: CloudFormation's functions carried out, with `reference` for what only a deployment knows. */
export function asText(value: unknown, reference: (id: string, attribute?: string) => string = spelt): string {
  if (typeof value === "string") return value;
  const [[fn, args]] = Object.entries(value as Readonly<Record<string, unknown>>) as [[string, unknown]];
  if (fn === "Ref") return reference(String(args));
  const [first, second] = args as readonly [unknown, unknown];
  if (fn === "Fn::GetAtt") return reference(String(first), String(second));
  if (fn === "Fn::Join") return (second as readonly unknown[]).map((part) => asText(part, reference)).join(String(first));
  throw new Error(`${fn} is not expected in a template`);
}
