import { beforeAll, expect, it } from "vitest";
import { col, type FirecrestError, lit, type SparkSession } from "../../lib/firecrest.ts";
import { openSession, temporaryFolder } from "../support/sessions.ts";

let spark: SparkSession;
let folder: string;
beforeAll(async () => {
  [spark, folder] = await Promise.all([openSession(), temporaryFolder()]);
});

const failing = () => spark.range(3).select(lit(1).divide(col("id")).as("x"));
const here = /failing-action\.test\.ts:\d+:\d+$/;

it.each([
  ["collect", () => failing().collect()],
  ["show", () => failing().show()],
  ["first", () => failing().first()],
  ["foreach", () => failing().foreach(() => {})],
  ["toArrow", () => failing().toArrow()],
  ["a write", () => failing().write.parquet(`${folder}/out`)],
])("what fails in a task of %s names the line that asked for it", async (_, action) => {
  const error = await (action() as Promise<unknown>).then(
    () => undefined,
    (thrown: FirecrestError) => thrown,
  );
  expect(error).toMatchObject({ condition: "DIVIDE_BY_ZERO", origin: expect.stringMatching(here) });
});

it("an action on a stopped session fails at once", async () => {
  const stopped = await openSession();
  await stopped.stop();
  await expect(stopped.range(1).collect()).rejects.toMatchObject({
    condition: "INVALID_HANDLE.SESSION_CLOSED",
    origin: expect.stringMatching(here),
  });
});
