import fc from "fast-check";

/** Random queries that are well typed, never fail for a value, and mean one multiset of rows: no limit without a total order, no sums of floating point. */

type Type = "int" | "bigint" | "decimal" | "double" | "string" | "boolean" | "date";
interface Column {
  readonly name: string;
  readonly type: Type;
}
interface Table {
  readonly name: string;
  readonly columns: readonly Column[];
}

const TYPES: readonly Type[] = ["int", "bigint", "decimal", "double", "string", "boolean", "date"];

/** What both tables of randomTables hold. */
export const columns: readonly Column[] = [
  { name: "i", type: "int" },
  { name: "l", type: "bigint" },
  { name: "m", type: "decimal" },
  { name: "x", type: "double" },
  { name: "s", type: "string" },
  { name: "b", type: "boolean" },
  { name: "d", type: "date" },
];

/** Queries that make the tables `t` (240 rows) and `u` (40 rows): every column with NULLs, few distinct values, so that keys meet. */
export const tableQueries: Readonly<Record<string, string>> = { t: tableQuery(240, 11), u: tableQuery(40, 7) };

function tableQuery(rows: number, factor: number): string {
  const nullEvery = (n: number, value: string) => `CASE WHEN id % ${n} = 0 THEN NULL ELSE ${value} END`;
  return `SELECT ${nullEvery(9, `CAST(id * ${factor} % 13 AS INT)`)} AS i, ${nullEvery(8, `id * ${factor} % 17 - 5`)} AS l,
    ${nullEvery(7, `CAST(id * ${factor} % 23 AS DECIMAL(8, 2)) / 4`)} AS m, ${nullEvery(6, `CAST(id % 5 AS DOUBLE) / 2`)} AS x,
    ${nullEvery(5, `concat('k', CAST(id * ${factor} % 6 AS STRING))`)} AS s, ${nullEvery(4, "id % 3 = 0")} AS b,
    ${nullEvery(10, `date_add(DATE '2024-02-20', CAST(id % 15 AS INT))`)} AS d FROM range(${rows})`;
}

const literals: Readonly<Record<Type, fc.Arbitrary<string>>> = {
  int: fc.integer({ min: -20, max: 20 }).map(String),
  bigint: fc.integer({ min: -20, max: 20 }).map((n) => `${n}L`),
  decimal: fc.integer({ min: -999, max: 999 }).map((n) => `CAST(${n / 100} AS DECIMAL(5, 2))`),
  double: fc.integer({ min: -8, max: 8 }).map((n) => `${n / 2}D`),
  string: fc.constantFrom("'k1'", "'k3'", "''", "'K'", "'z%'"),
  boolean: fc.constantFrom("true", "false"),
  date: fc.integer({ min: 1, max: 28 }).map((day) => `DATE '2024-02-${String(day).padStart(2, "0")}'`),
};

/** An expression of a type over the columns in scope, NULL now and then. */
function expression(type: Type, scope: readonly Column[], depth: number): fc.Arbitrary<string> {
  const leaves: fc.Arbitrary<string>[] = [literals[type], fc.constant(`CAST(NULL AS ${sqlType(type)})`)];
  const own = scope.filter((column) => column.type === type).map(({ name }) => name);
  if (own.length > 0) leaves.push(fc.constantFrom(...own), fc.constantFrom(...own), fc.constantFrom(...own));
  if (depth <= 0) return fc.oneof(...leaves);
  const of = (other: Type) => expression(other, scope, depth - 1);
  const shared = [
    fc.tuple(of("boolean"), of(type), of(type)).map(([c, a, b]) => `CASE WHEN ${c} THEN ${a} ELSE ${b} END`),
    fc.tuple(of(type), of(type)).map(([a, b]) => `coalesce(${a}, ${b})`),
    fc.tuple(of(type), of(type)).map(([a, b]) => `nullif(${a}, ${b})`),
    fc.tuple(of(type), of(type)).map(([a, b]) => `greatest(${a}, ${b})`),
  ];
  return fc.oneof(...leaves, ...leaves, ...shared, ...operations(type, of, scope));
}

function operations(type: Type, of: (type: Type) => fc.Arbitrary<string>, scope: readonly Column[]): fc.Arbitrary<string>[] {
  const binary = (operand: Type, write: (a: string, b: string) => string) =>
    fc.tuple(of(operand), of(operand)).map(([a, b]) => write(a, b));
  switch (type) {
    case "int":
      return [
        binary("int", (a, b) => `CAST(try_add(${a}, ${b}) % 1000 AS INT)`),
        of("string").map((s) => `length(${s})`),
        of("date").map((d) => `dayofmonth(${d})`),
        binary("int", (a, b) => `CAST(pmod(${a}, nullif(${b}, 0)) AS INT)`),
      ];
    case "bigint":
      return [binary("bigint", (a, b) => `try_subtract(${a}, ${b})`), of("int").map((i) => `CAST(${i} AS BIGINT)`)];
    case "decimal":
      return [binary("decimal", (a, b) => `CAST(${a} + ${b} AS DECIMAL(12, 2))`), of("int").map((i) => `CAST(${i} AS DECIMAL(12, 2))`)];
    case "double":
      return [binary("double", (a, b) => `try_divide(${a}, ${b})`), of("int").map((i) => `CAST(${i} AS DOUBLE)`)];
    case "string":
      return [
        binary("string", (a, b) => `concat(${a}, ${b})`),
        of("string").map((s) => `upper(${s})`),
        of("int").map((i) => `CAST(${i} AS STRING)`),
        of("string").map((s) => `substring(${s}, 2, 3)`),
      ];
    case "boolean":
      return [
        ...TYPES.flatMap((t) => [
          fc.tuple(of(t), fc.constantFrom("=", "<>", "<", "<=", ">", ">=", "<=>"), of(t)).map(([a, o, b]) => `(${a} ${o} ${b})`),
          of(t).map((e) => `(${e} IS NULL)`),
        ]),
        binary("boolean", (a, b) => `(${a} AND ${b})`),
        binary("boolean", (a, b) => `(${a} OR ${b})`),
        of("boolean").map((a) => `(NOT ${a})`),
        fc.tuple(of("int"), of("int"), of("int")).map(([a, b, c]) => `(${a} BETWEEN ${b} AND ${c})`),
        fc.tuple(of("string"), fc.constantFrom("k%", "%1", "_3", "K_")).map(([s, p]) => `(${s} LIKE '${p}')`),
        ...(scope.length > 0
          ? [
              fc
                .tuple(of("int"), fc.array(literals.int, { minLength: 1, maxLength: 4 }))
                .map(([e, list]) => `(${e} IN (${list.join(", ")}))`),
            ]
          : []),
      ];
    case "date":
      return [of("date").map((d) => `last_day(${d})`), fc.tuple(of("date"), literals.int).map(([d, n]) => `date_add(${d}, ${n})`)];
  }
}

const sqlType = (type: Type): string => (type === "decimal" ? "DECIMAL(12, 2)" : type.toUpperCase());

const t: Table = { name: "t", columns };
const u: Table = { name: "u", columns };
const qualified = ({ name, columns: own }: Table): Column[] => own.map((column) => ({ ...column, name: `${name}.${column.name}` }));

/** Columns that a SELECT list makes: c0, c1, ... */
function selectList(scope: readonly Column[]): fc.Arbitrary<string> {
  const item = fc.constantFrom(...TYPES).chain((type) => expression(type, scope, 2));
  return fc.array(item, { minLength: 1, maxLength: 4 }).map((items) => items.map((e, i) => `${e} AS c${i}`).join(", "));
}

const where = (scope: readonly Column[]) => fc.option(expression("boolean", scope, 3)).map((e) => (e === null ? "" : ` WHERE ${e}`));

function subqueryCondition(scope: readonly Column[]): fc.Arbitrary<string> {
  const inner = qualified(u);
  const correlated = [...scope, ...inner];
  const key = fc.constantFrom("i", "s", "d");
  return fc.oneof(
    fc.tuple(key, expression("boolean", correlated, 1)).map(([k, c]) => `EXISTS (SELECT 1 FROM u WHERE u.${k} = t.${k} AND ${c})`),
    fc.tuple(key, expression("boolean", inner, 1)).map(([k, c]) => `NOT EXISTS (SELECT 1 FROM u WHERE u.${k} = t.${k} AND ${c})`),
    fc.tuple(key, expression("boolean", inner, 1)).map(([k, c]) => `t.${k} IN (SELECT u.${k} FROM u WHERE ${c})`),
    fc.tuple(key, expression("boolean", inner, 1)).map(([k, c]) => `t.${k} NOT IN (SELECT u.${k} FROM u WHERE ${c})`),
    fc
      .tuple(key, fc.constantFrom("max(u.l)", "min(u.l)", "count(*)", "sum(u.i)"))
      .map(([k, a]) => `t.l < (SELECT ${a} FROM u WHERE u.${k} = t.${k})`),
    fc.constantFrom("max", "min").map((f) => `t.i = (SELECT ${f}(u.i) FROM u)`),
  );
}

const simple = fc.tuple(selectList(columns), where(columns)).map(([list, filter]) => `SELECT ${list} FROM t${filter}`);

const aggregates = [
  "count(*)",
  "count(m)",
  "sum(i)",
  "sum(m)",
  "min(d)",
  "max(s)",
  "min(x)",
  "avg(l)",
  "count(DISTINCT s)",
  "max(b)",
  "bool_and(b)",
];
const grouped = fc
  .tuple(fc.constantFrom("int", "string", "boolean", "date"), fc.subarray(aggregates, { minLength: 1, maxLength: 4 }), where(columns))
  .chain(([type, calls, filter]) =>
    fc
      .tuple(expression(type as Type, columns, 1), fc.constantFrom("", "", " HAVING count(*) > 3", " HAVING max(i) IS NOT NULL"))
      .map(
        ([key, having]) =>
          `SELECT k, ${calls.map((call, i) => `${call} AS a${i}`).join(", ")} FROM (SELECT ${key} AS k, * FROM t${filter}) GROUP BY k${having}`,
      ),
  );

const joined = fc
  .tuple(
    fc.constantFrom("JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN", "LEFT SEMI JOIN", "LEFT ANTI JOIN"),
    fc.constantFrom("i", "s", "d", "l", "m", "x"),
    fc.boolean(),
  )
  .chain(([join, key, extra]) => {
    const both = [...qualified(t), ...qualified(u)];
    const visible = join.includes("SEMI") || join.includes("ANTI") ? qualified(t) : both;
    const condition = extra ? expression("boolean", both, 1).map((c) => ` AND ${c}`) : fc.constant("");
    return fc
      .tuple(selectList(visible), condition, where(visible))
      .map(([list, more, filter]) => `SELECT ${list} FROM t ${join} u ON t.${key} = u.${key}${more}${filter}`);
  });

/** Three or four relations in the order that chance wrote them in, grouped so that the answer stays small. */
const chained = fc
  .tuple(fc.constantFrom(3, 4), fc.array(fc.constantFrom("i", "s", "d", "l", "m"), { minLength: 3, maxLength: 3 }), fc.boolean())
  .chain(([count, keys, crossed]) => {
    const names = ["t", "u", "v", "w"].slice(0, count);
    const scope = names.flatMap((name) => qualified({ name, columns }));
    const joins = names.slice(1).map((name, i) => {
      const on = `${name}.${keys[i]} = ${names[crossed ? 0 : i]}.${keys[i]}`;
      return `JOIN ${name === "v" ? "(SELECT * FROM t WHERE b) AS v" : name === "w" ? "(SELECT * FROM u WHERE i > 3) AS w" : name} ON ${on}`;
    });
    return fc
      .tuple(fc.constantFrom(...names), expression("boolean", scope, 2), fc.constantFrom(...names))
      .map(
        ([by, filter, of]) =>
          `SELECT ${by}.b, ${by}.x, count(*) AS n, sum(${of}.i) AS i, min(${of}.d) AS d FROM t ${joins.join(" ")} WHERE ${filter} GROUP BY ${by}.b, ${by}.x`,
      );
  });

/** The same value in several places. */
const withEqualSubqueries = fc
  .tuple(fc.constantFrom("max(l)", "min(i)", "count(*)", "sum(i)", "avg(l)"), where(columns), where(qualified(t)))
  .map(([call, inner, outer]) => {
    const value = `(SELECT ${call} FROM u${inner})`;
    const conditions = `t.l < ${value} OR t.i + 1 > ${value}`;
    return `SELECT t.i, ${value} AS a, ${value} + 1 AS b FROM t JOIN (SELECT i, ${value} AS c FROM u) AS v ON t.i = v.i AND v.c <> 3${outer === "" ? ` WHERE ${conditions}` : `${outer} AND (${conditions})`}`;
  });

const withSubquery = fc
  .tuple(selectList(qualified(t)), subqueryCondition(qualified(t)), fc.constantFrom("AND", "OR"), expression("boolean", qualified(t), 1))
  .map(([list, subquery, operator, condition]) => `SELECT ${list} FROM t WHERE ${subquery} ${operator} ${condition}`);

const setOperation = fc
  .tuple(
    fc.constantFrom("UNION ALL", "UNION", "INTERSECT", "EXCEPT", "INTERSECT ALL", "EXCEPT ALL"),
    fc.subarray(["i", "l", "s", "b", "d"], { minLength: 1 }),
    where(columns),
    where(columns),
  )
  .map(
    ([operator, names, left, right]) => `SELECT ${names.join(", ")} FROM t${left} ${operator} SELECT ${names.join(", ")} FROM u${right}`,
  );

const windowed = fc
  .tuple(
    fc.constantFrom("i", "s", "b"),
    fc.constantFrom("rank()", "dense_rank()", "sum(l)", "count(m)", "min(d)", "max(s)", "sum(i)"),
    fc.constantFrom("l", "d", "m"),
    where(columns),
  )
  .map(([by, call, order, filter]) => `SELECT ${by}, ${order}, ${call} OVER (PARTITION BY ${by} ORDER BY ${order}) AS w FROM t${filter}`);

const topRows = fc
  .tuple(fc.integer({ min: 0, max: 30 }), where(columns), fc.constantFrom("ASC", "DESC NULLS LAST"))
  .map(([n, filter, direction]) => `SELECT i, l, s FROM t${filter} ORDER BY i ${direction}, l, s, m, x, b, d LIMIT ${n}`);

const withCte = fc
  .tuple(where(columns), fc.constantFrom("i", "s"))
  .map(
    ([filter, key]) =>
      `WITH c AS (SELECT ${key} AS k, count(*) AS n, max(l) AS top FROM t${filter} GROUP BY ${key}) SELECT a.k, a.n, b.top FROM c a JOIN c b ON a.k = b.k WHERE a.n >= (SELECT min(n) FROM c)`,
  );

/** One query. */
export const randomQuery: fc.Arbitrary<string> = fc.oneof(
  simple,
  grouped,
  joined,
  chained,
  withSubquery,
  withEqualSubqueries,
  setOperation,
  windowed,
  topRows,
  withCte,
);
