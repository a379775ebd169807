import { randomUUID } from "node:crypto";
import { create } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { AnalyzePlanRequestSchema } from "../../../lib/connect/protocol/spark/connect/base_pb.js";
import { Aggregate_GroupType } from "../../../lib/connect/protocol/spark/connect/relations_pb.js";
import { analyzePlan } from "../../../lib/connect/service/calls/analyze-plan.ts";
import { pythonUnavailable, runPython } from "../support/python.ts";
import { startServer } from "../support/server.ts";

describe.skipIf(pythonUnavailable())("what a PySpark program asks about plans", async () => {
  const { url } = await startServer();

  test("is answered as Spark does", async () => {
    const out = await runPython(
      url,
      `
      df = spark.createDataFrame([(1, "a")], "id int not null, s string")
      df.printSchema()
      df.printSchema(0)
      print(df.isLocal(), df.isStreaming, df.inputFiles(), spark.version)
      print(df.sameSemantics(df.select("*")), df.semanticHash() == df.semanticHash())
      print(T.StructType.fromDDL("a int, b array<string>").simpleString(), df.schema.toDDL())
      spark.range(3).filter("id > 1").explain()
      `,
    );
    expect(out).toContain("root\n |-- id: integer (nullable = false)\n |-- s: string (nullable = true)\n");
    expect(out).toContain("struct<a:int,b:array<string>> id INT NOT NULL,s STRING");
    expect(out).toContain("== Physical Plan ==");
  });

  test("is whether rows are kept, and columns from below a cache keep their meaning", async () => {
    const out = await runPython(
      url,
      `
      base = spark.range(5)
      df = base.withColumn("r", F.rand()).cache()
      print(df.is_cached, df.count())
      once, again = df.collect(), df.collect()
      print(once == again, [row.id for row in df.filter(base.id > 2).collect()])
      df.explain()
      print(df.unpersist().is_cached)
      df.cache()
      spark.catalog.clearCache()
      print(df.is_cached)
      `,
    );
    expect(out).toContain("True 5\nTrue [3, 4]\n== Physical Plan ==\nInMemoryTableScan [id#");
    expect(out.trimEnd().endsWith("False\nFalse")).toBe(true);
  });
});

test("a question about a plan ends with its call, and the job that it needs", { timeout: 60_000 }, async () => {
  const { sessions } = await startServer();
  // The columns of a pivot are the values of a column: a job finds them.
  const input = { relType: { case: "range" as const, value: { start: 0n, end: 4_000_000_000n, step: 1n, numPartitions: 8 } } };
  const id = { exprType: { case: "unresolvedAttribute" as const, value: { unparsedIdentifier: "id" } } };
  const counted = { exprType: { case: "unresolvedFunction" as const, value: { functionName: "count", arguments: [id] } } };
  const pivot = { input, groupType: Aggregate_GroupType.PIVOT, pivot: { col: id, values: [] }, aggregateExpressions: [counted] };
  const plan = { opType: { case: "root" as const, value: { relType: { case: "aggregate" as const, value: pivot } } } };
  const request = create(AnalyzePlanRequestSchema, {
    sessionId: randomUUID(),
    userContext: { userId: "me" },
    analyze: { case: "schema", value: { plan } },
  });
  await expect(analyzePlan(request, sessions, AbortSignal.timeout(500))).rejects.toThrow("OPERATION_CANCELED");
});
