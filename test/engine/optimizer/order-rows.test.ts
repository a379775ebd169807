import { expect, test } from "vitest";
import { openSession } from "../../support/sessions.ts";

// Each answer is that of Spark with local[4], rows in the order in which it gave them.
const spark = await openSession({ "spark.firecrest.rowOrder": "true" });
const rowsOf = async (text: string): Promise<string[]> =>
  (await (await spark.sql(text)).collect()).map((row) => Object.values(row as object).join(" "));

test("groups come by the task that reads them first, then by the partition that their keys hash to", async () => {
  expect(await rowsOf("select k, count(*) from values ('q'),('w'),('e'),('r'),('t'),('y'),('u'),('q') t(k) group by k")).toEqual([
    "w 1",
    "q 2",
    "e 1",
    "r 1",
    "y 1",
    "t 1",
    "u 1",
  ]);
  expect(await rowsOf("select id % 5 m, count(*) from range(10) group by 1")).toEqual(["0 2", "1 2", "3 2", "2 2", "4 2"]);
});

test("groups of a union come by the tasks of its first side, then by those of the second", async () => {
  const union = "select k from values (1),(2),(3),(4) a(k) union all select k from values (2),(3),(4),(5) b(k)";
  expect(await rowsOf(`select k from (${union}) group by k having count(*) = 1`)).toEqual(["1", "5"]);
});

test("rows that are numbered are put in order before, whatever is above", async () => {
  const rows = "values (1,'a'),(2,'a'),(2,'a'),(2,'c'),(3,'d') t(a,b)";
  const once = `select a, b from (select a, b, row_number() over (partition by a, b order by a) r from ${rows}) where r = 1`;
  const numbered = `select row_number() over (order by monotonically_increasing_id()) n, a, b from (${once})`;
  expect(await rowsOf(`${numbered} order by n desc`)).toEqual(["4 3 d", "3 2 c", "2 2 a", "1 1 a"]);
});

test("groups come sorted where Spark sorts to aggregate", async () => {
  expect(await rowsOf("select k, max(k) from values ('q'),('w'),('e'),('r'),('q') t(k) group by k")).toEqual(["e e", "q q", "r r", "w w"]);
});

test("windows come by their keys", async () => {
  const rows = "values (2L,'a'),(1L,'b'),(1L,'a'),(3L,'b') t(id,c)";
  expect(await rowsOf(`select id, c, row_number() over (partition by id order by c) r from ${rows}`)).toEqual([
    "1 a 1",
    "1 b 2",
    "2 a 1",
    "3 b 1",
  ]);
});

test("joins come by the side that streams, and each row's partners with the last one first", async () => {
  const joined = "values (1,'a'),(2,'b'),(3,'c'),(1,'d') a(k,x) join values (1,'p'),(1,'q'),(3,'r') b(k,y) using (k)";
  expect(await rowsOf(`select * from ${joined}`)).toEqual(["1 a q", "1 a p", "3 c r", "1 d q", "1 d p"]);
});

test("full joins come by their keys, cross joins by the larger side", async () => {
  const [a, b] = ["values ('Alice',2),('Bob',5),('Zed',5) a(name,age)", "values ('Tom',80),('Bob',85) b(name,h)"];
  expect(await rowsOf(`select name from ${a} full join ${b} using (name)`)).toEqual(["Alice", "Bob", "Tom", "Zed"]);
  expect(await rowsOf(`select age, h from ${a} cross join ${b}`)).toEqual(["2 80", "2 85", "5 80", "5 85", "5 80", "5 85"]);
});
