import { AnalysisError, ExecutionError } from "../errors.ts";
import { booleanLiteral } from "../expressions/build.ts";
import type { Call, Expression } from "../expressions/expression.ts";
import { prettyName } from "../expressions/print.ts";
import { typeSql } from "../expressions/print-type.ts";
import { typeOf } from "../expressions/properties.ts";
import { isVariantCastable } from "../types/castable.ts";
import * as t from "../types/data-type.ts";
import type { Value } from "../types/values.ts";
import { MalformedVariant, type Variant } from "../types/variant/variant.ts";
import { buildVariant, inputOfVariant, type VariantInput } from "../types/variant/variant-builder.ts";
import { scalarsOf } from "./define.ts";
import {
  any,
  exactly,
  type FunctionEntry,
  type JavaScriptImplementation,
  of,
  type ScalarFunction,
  takes,
  takesMany,
  takesUpTo,
} from "./function.ts";
import { inputOfValue, reading } from "./variant-cast.ts";
import { parseVariantPath } from "./variant-path.ts";

/** Variants with something changed at a path. Since Spark 4.3. */
const scalar = scalarsOf("variant");
const variant = of(t.variantType);
const text = of(t.stringType);

type Step = string | number;
type Part = VariantInput;
type Container = Extract<Part, { readonly kind: "object" | "array" }>;
const NULL: Part = { kind: "null" };

/** What a path does not fit; `depth` steps of it do. */
class Mismatch extends Error {
  readonly depth: number;
  constructor(depth: number) {
    super("a path does not fit");
    this.depth = depth;
  }
}

/** What becomes of the last step's place in a container; undefined leaves all as it is. */
type Edit = (container: Container, step: Step) => Part | undefined;

/** Applies an edit at the end of a path. What a step does not find is made of nothing where `creates`, else it ends the edit. */
function edited(part: Part, steps: readonly Step[], edit: Edit, creates: boolean, depth = 0): Part | undefined {
  const [step, ...rest] = steps as [Step, ...Step[]];
  const container = containerFor(part, step, depth);
  if (rest.length === 0) return edit(container, step);
  const found = partAt(container, step);
  if (!found && !creates) return undefined;
  const inner = edited(found ?? emptyFor(rest[0]!), rest, edit, creates, depth + 1);
  return inner && withPart(container, step, inner);
}

const emptyFor = (step: Step): Container => (typeof step === "number" ? { kind: "array", items: [] } : { kind: "object", fields: [] });

function containerFor(part: Part, step: Step, depth: number): Container {
  if (part.kind === (typeof step === "number" ? "array" : "object")) return part as Container;
  throw new Mismatch(depth);
}

function partAt(container: Container, step: Step): Part | undefined {
  if (container.kind === "array") return container.items[step as number];
  return container.fields.find(([key]) => key === step)?.[1];
}

/** With a part in the place of what is there; beyond the end of an array behind NULLs. */
function withPart(container: Container, step: Step, part: Part): Part {
  if (container.kind === "array") return { kind: "array", items: padded(container.items, step as number).with(step as number, part) };
  const others = container.fields.filter(([key]) => key !== step);
  return { kind: "object", fields: [...others, [step as string, part]] };
}

const padded = (items: readonly Part[], index: number): Part[] => [
  ...items,
  ...Array.from({ length: Math.max(0, index + 1 - items.length) }, () => NULL),
];

const insert =
  (value: Part): Edit =>
  (container, step) => {
    if (container.kind === "array") {
      const index = step as number;
      return index < container.items.length
        ? { kind: "array", items: container.items.toSpliced(index, 0, value) }
        : withPart(container, step, value);
    }
    if (partAt(container, step)) throw new ExecutionError("VARIANT_DUPLICATE_KEY", { key: String(step) });
    return withPart(container, step, value);
  };

const remove: Edit = (container, step) =>
  container.kind === "array"
    ? { kind: "array", items: container.items.filter((_, i) => i !== step) }
    : { kind: "object", fields: container.fields.filter(([key]) => key !== step) };

function withoutNulls(part: Part, arraysToo: boolean): Part {
  if (part.kind === "array") {
    const items = arraysToo ? part.items.filter((item) => item.kind !== "null") : part.items;
    return { kind: "array", items: items.map((item) => withoutNulls(item, arraysToo)) };
  }
  if (part.kind !== "object") return part;
  const fields = part.fields.filter(([, value]) => value.kind !== "null");
  return { kind: "object", fields: fields.map(([key, value]) => [key, withoutNulls(value, arraysToo)]) };
}

function stepsOf(path: string, name: string): readonly Step[] {
  const invalid = () => new ExecutionError("INVALID_VARIANT_PATH", { path, functionName: `\`${name}\`` });
  try {
    return parseVariantPath(path, name);
  } catch {
    throw invalid();
  }
}

function stepsBelowRoot(path: string, name: string): readonly Step[] {
  const steps = stepsOf(path, name);
  if (steps.length === 0) throw new ExecutionError("INVALID_VARIANT_PATH", { path, functionName: `\`${name}\`` });
  return steps;
}

const pathText = (steps: readonly Step[]): string =>
  `$${steps.map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`)).join("")}`;

/** Runs an edit of a variant; a path that does not fit is an error, or NULL of a function that tries. */
function attempt(name: string, value: Variant, path: string, steps: readonly Step[], run: (part: Part) => Part | undefined): Value {
  const tries = name.startsWith("try_");
  try {
    return reading(() => {
      const result = run(inputOfVariant(value));
      return result ? buildVariant(result) : value;
    });
  } catch (failure) {
    if (failure instanceof Mismatch) {
      if (tries) return null;
      const failedAt = pathText(steps.slice(0, failure.depth));
      throw new ExecutionError("VARIANT_PATH_TYPE_MISMATCH", { path, failedAt, functionName: `\`${name}\`` });
    }
    if (tries && failure instanceof ExecutionError && failure.condition === "VARIANT_DUPLICATE_KEY") return null;
    throw failure;
  }
}

/** Source: Spark's Cast to VARIANT, which takes no structs and maps. */
const checkValue = (name: string) => (args: readonly Expression[]) => {
  const type = typeOf(args[2]!);
  if (type.kind === "void" || isVariantCastable(type, false)) return args;
  throw new AnalysisError("DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION", {
    sqlExpr: `"${name}(${args.map((arg) => prettyName(arg)).join(", ")})"`,
    srcType: `"${typeSql(type)}"`,
    targetType: '"VARIANT"',
  });
};

/** A function of a variant, a path and a value. */
const editing = (
  name: string,
  doc: string,
  edit: (value: Part, part: Part, steps: readonly Step[], creates: boolean) => Part | undefined,
  options: { readonly root?: true; readonly flag?: true } = {},
): ScalarFunction =>
  scalar(
    name,
    doc,
    options.flag ? exactly(takesUpTo(1, variant, text, any, of(t.booleanType))) : exactly(takes(variant, text, any)),
    t.variantType,
    (_args: readonly string[], call: Call): JavaScriptImplementation => {
      const type = typeOf(call.args[2]!);
      return {
        evaluate: ([value, path, given, creates]) => {
          const steps = options.root ? stepsOf(path as string, name) : stepsBelowRoot(path as string, name);
          const input = inputOfValue(given as Value, type);
          return attempt(name, value as Variant, path as string, steps, (part) => edit(input, part, steps, creates !== false));
        },
      };
    },
    {
      nullable: true,
      check: (args) => {
        checkValue(name)(args);
        return options.flag && args.length === 3 ? [...args, booleanLiteral(true)] : args;
      },
    },
  );

const inserting = (value: Part, part: Part, steps: readonly Step[]) => edited(part, steps, insert(value), true);
const setting = (value: Part, part: Part, steps: readonly Step[], creates: boolean) =>
  edited(part, steps, (container, step) => (creates || partAt(container, step) ? withPart(container, step, value) : undefined), creates);

function appending(value: Part, part: Part, steps: readonly Step[]): Part | undefined {
  const append = (target: Part): Part => {
    if (target.kind !== "array") throw new Mismatch(steps.length);
    return { kind: "array", items: [...target.items, value] };
  };
  if (steps.length === 0) return append(part);
  const edit: Edit = (container, step) => {
    const found = partAt(container, step);
    return found && withPart(container, step, append(found));
  };
  return edited(part, steps, edit, false);
}

/** A path that does not fit has nothing to delete. */
function deleting(part: Part, steps: readonly Step[]): Part {
  try {
    return edited(part, steps, remove, false) ?? part;
  } catch (failure) {
    if (failure instanceof Mismatch) return part;
    throw failure;
  }
}

const isValid = (value: Variant): boolean => {
  try {
    inputOfVariant(value);
    return true;
  } catch (failure) {
    if (failure instanceof MalformedVariant) return false;
    throw failure;
  }
};

export const variantEditFunctions: readonly FunctionEntry[] = [
  scalar("is_valid_variant", "Returns whether the bytes of a variant are one.", exactly(takes(variant)), t.booleanType, {
    evaluate: ([value]) => isValid(value as Variant),
  }),
  editing("variant_insert", "Puts a value into a variant, at a path where there is none, or before an element of an array.", inserting),
  editing("try_variant_insert", "Puts a value into a variant, as variant_insert does; NULL where it cannot be.", inserting),
  editing(
    "variant_set",
    "Puts a value into a variant, in the place of what is there or, unless the fourth argument is false, of nothing.",
    setting,
    {
      flag: true,
    },
  ),
  editing("try_variant_set", "Puts a value into a variant, as variant_set does; NULL where it cannot be.", setting, { flag: true }),
  editing("variant_array_append", "Adds a value to the array at a path of a variant.", appending, { root: true }),
  editing("try_variant_array_append", "Adds a value to the array at a path of a variant; NULL where there is something else.", appending, {
    root: true,
  }),
  scalar(
    "variant_delete",
    "Removes what stands at paths of a variant, one path after the other; NULL is no path.",
    exactly(takesMany(1, variant, text)),
    t.variantType,
    {
      nulls: true,
      evaluate: ([value, ...paths]) => {
        if (value === null) return null;
        const remaining = paths.filter((path) => path !== null).map((path) => stepsBelowRoot(path as string, "variant_delete"));
        return reading(() => buildVariant(remaining.reduce(deleting, inputOfVariant(value as Variant))));
      },
    },
    { nullable: true },
  ),
  scalar(
    "variant_strip_nulls",
    "Removes fields that are JSON's null and, unless the second argument is false, such elements of arrays.",
    exactly(takesUpTo(1, variant, of(t.booleanType))),
    t.variantType,
    {
      evaluate: ([value, arraysToo]) => reading(() => buildVariant(withoutNulls(inputOfVariant(value as Variant), arraysToo !== false))),
    },
    { nullable: true },
  ),
];
