import type { Identifier, Name } from "../syntax/span.ts";

/** What a tree names, wherever it stands: functions, and tables in FROM. */
export interface NamesInTree {
  readonly functions: readonly Name[];
  readonly tables: readonly Name[];
  readonly columns: readonly Name[];
  /** Names of common table expressions, in lower case. */
  readonly definitions: readonly string[];
}

interface Found {
  readonly functions: Name[];
  readonly tables: Name[];
  readonly columns: Name[];
  readonly definitions: string[];
}

/** Looks through a whole tree of syntax. */
export function namesIn(tree: unknown): NamesInTree {
  const found: Found = { functions: [], tables: [], columns: [], definitions: [] };
  const pending: unknown[] = [tree];
  while (pending.length > 0) {
    const node = pending.pop();
    if (typeof node !== "object" || node === null) continue;
    collect(node as Node, found);
    for (const child of Object.values(node)) if (typeof child === "object") pending.push(child);
  }
  return found;
}

interface Node {
  readonly kind?: string;
  readonly name?: Name;
  readonly function?: Name;
  readonly recursive?: boolean;
  readonly definitions?: readonly { readonly name: Identifier }[];
}

function collect(node: Node, found: Found): void {
  if (node.definitions) found.definitions.push(...node.definitions.map(({ name }) => name.name.toLowerCase()));
  if ((node.kind === "call" || node.kind === "tableFunction") && node.name) found.functions.push(node.name);
  if (node.function) found.functions.push(node.function);
  if ((node.kind === "tableReference" || node.kind === "table") && node.name) found.tables.push(node.name);
  if (node.kind === "column" && node.name) found.columns.push(node.name);
}

/** The parts of a name that stands there as it is; undefined for IDENTIFIER(...). */
export const plainParts = (name: Name): readonly string[] | undefined =>
  name.kind === "name" ? name.parts.map((part) => part.name) : undefined;
