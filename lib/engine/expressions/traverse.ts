import type { Alias, Expression, FrameBound, LambdaVariable, SortOrder, WindowFrame } from "./expression.ts";

type Of<K extends Expression["kind"]> = Extract<Expression, { kind: K }>;
type Shape<K extends Expression["kind"]> = {
  readonly children: (e: Of<K>) => readonly Expression[];
  /** Rebuilds from as many children as `children` gave, in the same order. */
  readonly rebuild: (e: Of<K>, children: readonly Expression[]) => Expression;
};

interface AnyShape {
  children(e: Expression): readonly Expression[];
  rebuild(e: Expression, children: readonly Expression[]): Expression;
}

const leaf = { children: () => [], rebuild: <E>(e: E) => e };
const onlyChild = {
  children: (e: { child: Expression }) => [e.child],
  rebuild: <E extends { child: Expression }>(e: E, [child]: readonly Expression[]) => ({ ...e, child: child! }),
};
const args = {
  children: (e: { args: readonly Expression[] }) => e.args,
  rebuild: <E extends { args: readonly Expression[] }>(e: E, children: readonly Expression[]) => ({ ...e, args: children }),
};
const argsAndFilter = {
  children: (e: { args: readonly Expression[]; filter?: Expression }) => (e.filter ? [...e.args, e.filter] : e.args),
  rebuild: <E extends { args: readonly Expression[]; filter?: Expression }>(e: E, children: readonly Expression[]) =>
    e.filter ? { ...e, args: children.slice(0, -1), filter: children.at(-1)! } : { ...e, args: children },
};

/** What a subquery reads of its surroundings; its plan is no child. */
const subquery = {
  children: (e: { outer?: readonly Expression[] }) => e.outer ?? [],
  rebuild: <E extends { outer?: readonly Expression[] }>(e: E, children: readonly Expression[]) =>
    e.outer ? { ...e, outer: children } : e,
};

/** One answer for each kind: a new kind does not compile until it is here. */
const shapes: { readonly [K in Expression["kind"]]: Shape<K> } = {
  unresolvedAttribute: {
    children: (e) => (e.variable ? [e.variable] : []),
    rebuild: (e, [variable]) => ({ ...e, ...(variable ? { variable } : {}) }),
  },
  unresolvedStar: {
    children: (e) => (e.replace ?? []).map(({ expression }) => expression),
    rebuild: (e, children) => ({ ...e, ...(e.replace ? { replace: e.replace.map((r, i) => ({ ...r, expression: children[i]! })) } : {}) }),
  },
  unresolvedRegex: leaf,
  unresolvedFunction: { children: functionChildren, rebuild: rebuildFunction },
  unresolvedExtract: { children: (e) => [e.child, e.key], rebuild: (e, [child, key]) => ({ ...e, child: child!, key: key! }) },
  unresolvedAlias: onlyChild,
  unresolvedOrdinal: leaf,
  namedArgument: { children: (e) => [e.value], rebuild: (e, [value]) => ({ ...e, value: value! }) },
  literal: leaf,
  attribute: leaf,
  alias: onlyChild,
  cast: onlyChild,
  call: args,
  aggregate: argsAndFilter,
  window: { children: windowChildren, rebuild: rebuildWindow },
  generator: args,
  lambda: {
    children: (e) => [...e.parameters, e.body],
    rebuild: (e, children) => ({ ...e, parameters: children.slice(0, -1) as LambdaVariable[], body: children.at(-1)! }),
  },
  lambdaVariable: leaf,
  userFunction: args,
  scalarSubquery: subquery,
  exists: subquery,
  inSubquery: {
    children: (e) => [...e.values, ...(e.outer ?? [])],
    rebuild: (e, children) => ({
      ...e,
      values: children.slice(0, e.values.length),
      ...(e.outer ? { outer: children.slice(e.values.length) } : {}),
    }),
  },
  outerReference: leaf,
  replaced: { children: replacedChildren, rebuild: rebuildReplaced },
  sortOrder: onlyChild,
};

function replacedChildren({ child, args, function: called }: Of<"replaced">): Expression[] {
  return [child, ...args, ...(called ? [...(called.inputs ?? []).map(({ value }) => value), ...called.below] : [])];
}

function rebuildReplaced(e: Of<"replaced">, [child, ...rest]: readonly Expression[]): Expression {
  const { args, function: called } = e;
  if (!called) return { ...e, child: child!, args: rest };
  const inputs = called.inputs?.map((input, i) => ({ ...input, value: rest[args.length + i]! }));
  const below = rest.slice(args.length + (inputs?.length ?? 0)) as Alias[];
  return { ...e, child: child!, args: rest.slice(0, args.length), function: { ...called, ...(inputs ? { inputs } : {}), below } };
}

function functionChildren({ args, withinGroup = [], filter }: Of<"unresolvedFunction">): readonly Expression[] {
  return [...args, ...withinGroup, ...(filter ? [filter] : [])];
}

function rebuildFunction(e: Of<"unresolvedFunction">, children: readonly Expression[]): Expression {
  const [keys, end] = [e.args.length, e.args.length + (e.withinGroup?.length ?? 0)];
  return {
    ...e,
    args: children.slice(0, keys),
    ...(e.withinGroup ? { withinGroup: children.slice(keys, end) as SortOrder[] } : {}),
    ...(e.filter ? { filter: children[end]! } : {}),
  };
}

function windowChildren(e: Of<"window">): Expression[] {
  return [e.function, ...e.partitionBy, ...e.orderBy, ...(e.frame ? [e.frame.lower, e.frame.upper].flatMap(boundChildren) : [])];
}

const boundChildren = (bound: FrameBound): Expression[] => (bound.kind === "offset" ? [bound.offset] : []);

function rebuildWindow(e: Of<"window">, children: readonly Expression[]): Expression {
  let next = 0;
  const take = () => children[next++]!;
  const rebuildBound = (bound: FrameBound): FrameBound => (bound.kind === "offset" ? { ...bound, offset: take() } : bound);
  const fn = take();
  const partitionBy = e.partitionBy.map(take);
  const orderBy = e.orderBy.map(() => take() as SortOrder);
  const frame: WindowFrame | undefined = e.frame && {
    unit: e.frame.unit,
    lower: rebuildBound(e.frame.lower),
    upper: rebuildBound(e.frame.upper),
  };
  return { ...e, function: fn, partitionBy, orderBy, ...(frame ? { frame } : {}) };
}

export function childrenOf(expression: Expression): readonly Expression[] {
  return (shapes[expression.kind] as unknown as AnyShape).children(expression);
}

/** The values mapped; undefined where none changed. Most rules change little of what they see, and see it often: nothing is made for that. */
export function changed<T>(values: readonly T[], map: (value: T) => T): T[] | undefined {
  let mapped: T[] | undefined;
  for (let i = 0; i < values.length; i++) {
    const next = map(values[i]!);
    if (!mapped && next !== values[i]) mapped = values.slice(0, i);
    mapped?.push(next);
  }
  return mapped;
}

/** The same expression with each child mapped; the same object where no child changed. */
export function mapChildren(expression: Expression, map: (child: Expression) => Expression): Expression {
  const mapped = changed(childrenOf(expression), map);
  return mapped ? (shapes[expression.kind] as unknown as AnyShape).rebuild(expression, mapped) : expression;
}

/** Rewrites from the leaves up. */
export function transformUp(expression: Expression, rewrite: (e: Expression) => Expression): Expression {
  const visit = (e: Expression): Expression => rewrite(mapChildren(e, visit));
  return visit(expression);
}

/** Rewrites from the root down; `rewrite` gives undefined to go on into the children. */
export function transformDown(expression: Expression, rewrite: (e: Expression) => Expression | undefined): Expression {
  const visit = (e: Expression): Expression => rewrite(e) ?? mapChildren(e, visit);
  return visit(expression);
}

export function someExpression(expression: Expression, test: (e: Expression) => boolean): boolean {
  const visit = (e: Expression): boolean => test(e) || childrenOf(e).some(visit);
  return visit(expression);
}
