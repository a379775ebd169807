import { isArray, isObject, type Json, JsonSyntaxError, parseJson, writeJson } from "./json-text.ts";

/** `$.a['b'][0][*].*`, as get_json_object reads it. Source: Spark's JsonPathParser and GetJsonObjectEvaluator. */
export type PathStep =
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "index"; readonly index: number }
  | { readonly kind: "anyName" | "anyIndex" };

const STEP = /\.\*|\.([^.[]+)|\[\s*(\d+)\s*\]|\[\s*\*\s*\]|\['([^'?]*)'\]/y;

/** undefined for a text that is no path: the result is NULL then. */
function parsePath(path: string): readonly PathStep[] | undefined {
  if (!path.startsWith("$")) return undefined;
  const steps: PathStep[] = [];
  STEP.lastIndex = 1;
  let end = 1;
  for (let match = STEP.exec(path); match; match = STEP.exec(path)) {
    end = STEP.lastIndex;
    const [token, plain, index, quoted] = match;
    const name = plain ?? quoted;
    if (index !== undefined) steps.push({ kind: "index", index: Number(index) });
    else if (name !== undefined) steps.push(quoted === "*" ? { kind: "anyName" } : { kind: "name", name });
    else steps.push({ kind: token.startsWith(".") ? "anyName" : "anyIndex" });
  }
  return end === path.length ? steps : undefined;
}

/** `raw` writes a string without quotes, `flatten` puts the elements of an array into the one around it. */
type Style = "raw" | "quoted" | "flatten";

/** The JSON texts that a path finds; a string is bare at the top. */
function find(json: Json, steps: readonly PathStep[], style: Style): string[] {
  const [step, ...rest] = steps;
  if (step === undefined) {
    if (style === "flatten" && isArray(json)) return json.flatMap((item) => find(item, [], "flatten"));
    return [style === "raw" && typeof json === "string" ? json : writeJson(json)];
  }
  switch (step.kind) {
    case "name": {
      const value = isObject(json) ? json.get(step.name) : undefined;
      return value === undefined || value === null ? [] : find(value, rest, style);
    }
    case "anyName":
      return isObject(json) ? firstFound([...json.values()].map((value) => () => find(value, rest, style))) : [];
    case "index": {
      const value = isArray(json) ? json[step.index] : undefined;
      return value === undefined ? [] : find(value, rest, rest[0]?.kind === "anyIndex" ? "quoted" : style);
    }
    case "anyIndex":
      return isArray(json) ? wildcard(json, rest, style) : [];
  }
}

const firstFound = (attempts: readonly (() => string[])[]): string[] => {
  for (const attempt of attempts) {
    const found = attempt();
    if (found.length > 0) return found;
  }
  return [];
};

function wildcard(items: readonly Json[], rest: readonly PathStep[], style: Style): string[] {
  if (rest[0]?.kind === "anyIndex") {
    const found = items.flatMap((item) => find(item, rest.slice(1), "flatten"));
    return found.length > 0 ? [`[${found.join(",")}]`] : [];
  }
  const found = items.flatMap((item) => find(item, rest, style === "raw" ? "quoted" : style));
  if (found.length === 0) return [];
  return style === "quoted" || found.length > 1 ? [`[${found.join(",")}]`] : found;
}

/** get_json_object: NULL for text that is no JSON, for a path that is none, and where nothing is found. */
export function jsonAtPath(text: string, path: string): string | null {
  const steps = parsePath(path);
  const json = steps && parseOrUndefined(text, true);
  return json === undefined ? null : (find(json, steps!, "raw")[0] ?? null);
}

/** The value of a JSON text; undefined where it is none. */
export function parseOrUndefined(text: string, prefix = false): Json | undefined {
  try {
    return parseJson(text, { prefix });
  } catch (error) {
    if (error instanceof JsonSyntaxError) return undefined;
    throw error;
  }
}
