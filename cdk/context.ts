import type { Node } from "constructs";
import type { Auth } from "./auth.ts";
import type { FirecrestStackProps } from "./firecrest-stack.ts";

/** Properties of a stack, without those that the app knows itself. */
export type Choices = Omit<FirecrestStackProps, "bundles">;

/**
 * Reads the stack's properties from CDK's context: `-c name=value`, or `context` in cdk.json. Names are the properties' own; lists are
 * separated by commas. `tokenHashes` stands for bearer authentication. Throws on a value that is not of its property's type.
 */
export function choicesOf(node: Node): Choices {
  const text = (name: string) => optional(name, node, String);
  const number = (name: string) => optional(name, node, (value) => asNumber(name, value));
  const list = (name: string) => optional(name, node, asList);
  return defined({
    fleetLimit: number("fleetLimit"),
    memoryTiersMiB: list("memoryTiersMiB")?.map((value) => asNumber("memoryTiersMiB", value)),
    taskTimeoutSeconds: number("taskTimeoutSeconds"),
    architecture: optional("architecture", node, asArchitecture),
    retentionDays: number("retentionDays"),
    auth: optional("tokenHashes", node, (value): Auth => ({ kind: "bearer", tokenHashes: asList(value) })),
    existingBucket: text("existingBucket"),
    readPrefixes: list("readPrefixes"),
    writePrefixes: list("writePrefixes"),
    monthlyBudgetDollars: number("monthlyBudgetDollars"),
    alarmEmail: text("alarmEmail"),
    heartbeatSeconds: number("heartbeatSeconds"),
    destroyData: optional("destroyData", node, asBoolean),
  });
}

function optional<T>(name: string, node: Node, read: (value: unknown) => T): T | undefined {
  const value: unknown = node.tryGetContext(name);
  return value === undefined || value === "" ? undefined : read(value);
}

const asList = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : String(value).split(",")).map((item) => String(item).trim()).filter((item) => item !== "");

function asNumber(name: string, value: unknown): number {
  const number = Number(value);
  if (!Number.isFinite(number)) throw new Error(`${name} is ${value}; want a number`);
  return number;
}

function asBoolean(value: unknown): boolean {
  if (String(value) !== "true" && String(value) !== "false") throw new Error(`destroyData is ${value}; want true or false`);
  return String(value) === "true";
}

function asArchitecture(value: unknown): "arm64" | "x64" {
  if (value !== "arm64" && value !== "x64") throw new Error(`architecture is ${value}; want arm64 or x64`);
  return value;
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };
const defined = <T extends object>(values: T): Defined<T> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>;
