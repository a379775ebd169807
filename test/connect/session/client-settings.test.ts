import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { ConfigRequest_OperationSchema } from "../../../lib/connect/protocol/spark/connect/base_pb.js";
import { configure, withoutSecrets } from "../../../lib/connect/session/client-settings.ts";
import { RuntimeConfig } from "../../../lib/dataframe/runtime-config.ts";

type Operation = NonNullable<MessageInitShape<typeof ConfigRequest_OperationSchema>["opType"]>;

const conf = new RuntimeConfig({ "spark.app.name": "test" });
const ask = (opType: Operation) => configure(create(ConfigRequest_OperationSchema, { opType }), conf);
const read = (opType: Operation) => ask(opType).pairs.map(({ key, value }) => `${key}=${value}`);

describe("settings of a client", () => {
  test("are read with Spark's defaults, and with the client's own where it gives them", () => {
    const keys = ["spark.sql.ansi.enabled", "spark.sql.execution.pandas.structHandlingMode"];
    expect(read({ case: "get", value: { keys } })).toEqual([
      "spark.sql.ansi.enabled=true",
      "spark.sql.execution.pandas.structHandlingMode=legacy",
    ]);
    expect(() => read({ case: "get", value: { keys: ["no.such"] } })).toThrow("SQL_CONF_NOT_FOUND");
    expect(read({ case: "getOption", value: { keys: ["no.such", "spark.app.name"] } })).toEqual([
      "no.such=undefined",
      "spark.app.name=test",
    ]);
    const pairs = [{ key: "no.such", value: "x" }, { key: "nor.this" }, { key: "spark.app.name", value: "x" }];
    expect(read({ case: "getWithDefault", value: { pairs } })).toEqual(["no.such=x", "nor.this=undefined", "spark.app.name=test"]);
  });

  test("are set, listed by prefix, and unset", () => {
    ask({ case: "set", value: { pairs: [{ key: "pandas_on_Spark.x", value: "1" }] } });
    expect(read({ case: "getAll", value: { prefix: "pandas_on_Spark." } })).toEqual(["x=1"]);
    expect(read({ case: "getAll", value: {} })).toEqual(["spark.app.name=test", "pandas_on_Spark.x=1"]);
    ask({ case: "unset", value: { keys: ["pandas_on_Spark.x"] } });
    expect(read({ case: "getAll", value: {} })).toEqual(["spark.app.name=test"]);
  });

  test("that are fixed or that nothing could read stay as they are", () => {
    const set = (key: string, value: string, silent?: boolean) =>
      ask({ case: "set", value: { pairs: [{ key, value }], ...(silent === undefined ? {} : { silent }) } });
    expect(() => set("spark.master", "local")).toThrow("CANNOT_MODIFY_STATIC_CONFIG");
    expect(set("spark.master", "local", true).pairs).toEqual([]);
    expect(() => set("spark.sql.ansi.enabled", "perhaps")).toThrow("INVALID_CONF_VALUE");
    expect(() => set("spark.sql.session.timeZone", "Nowhere")).toThrow("INVALID_CONF_VALUE");
    expect(read({ case: "getAll", value: {} })).toEqual(["spark.app.name=test"]);
    expect(read({ case: "isModifiable", value: { keys: ["spark.sql.ansi.enabled", "spark.master", "no.such"] } })).toEqual([
      "spark.sql.ansi.enabled=true",
      "spark.master=false",
      "no.such=false",
    ]);
  });

  test("that are deprecated come with a warning", () => {
    const { warnings } = ask({ case: "set", value: { pairs: [{ key: "spark.sql.parser.escapedStringLiterals", value: "false" }] } });
    expect(warnings).toEqual([
      "The SQL config 'spark.sql.parser.escapedStringLiterals' has been deprecated in Spark v4.0 and may be removed in the future. Use raw string literals with the `r` prefix instead. ",
    ]);
  });

  test("of the server that are secret are none of a client's", () => {
    expect(withoutSecrets({ "spark.firecrest.token": "x", "spark.hadoop.fs.s3a.secret.key": "x", "spark.app.name": "y" })).toEqual({
      "spark.app.name": "y",
    });
  });
});
