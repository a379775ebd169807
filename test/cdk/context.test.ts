import { App } from "aws-cdk-lib";
import { expect, test } from "vitest";
import { choicesOf } from "../../cdk/context.ts";

const choices = (context: Readonly<Record<string, unknown>>) => choicesOf(new App({ context, analyticsReporting: false }).node);

test("nothing is chosen where nothing is said", () => {
  expect(choices({})).toEqual({});
});

test("texts of the command line become typed properties", () => {
  expect(
    choices({
      fleetLimit: "200",
      memoryTiersMiB: "1769, 10240",
      taskTimeoutSeconds: "300",
      architecture: "arm64",
      retentionDays: "7",
      tokenHashes: "aa,bb",
      existingBucket: "lake",
      readPrefixes: "s3://a/b,s3://c",
      writePrefixes: "s3://a/out",
      monthlyBudgetDollars: "12.5",
      alarmEmail: "ops@example.org",
      heartbeatSeconds: "5",
      destroyData: "true",
    }),
  ).toEqual({
    fleetLimit: 200,
    memoryTiersMiB: [1769, 10_240],
    taskTimeoutSeconds: 300,
    architecture: "arm64",
    retentionDays: 7,
    auth: { kind: "bearer", tokenHashes: ["aa", "bb"] },
    existingBucket: "lake",
    readPrefixes: ["s3://a/b", "s3://c"],
    writePrefixes: ["s3://a/out"],
    monthlyBudgetDollars: 12.5,
    alarmEmail: "ops@example.org",
    heartbeatSeconds: 5,
    destroyData: true,
  });
});

test("values of cdk.json may have their own types", () => {
  expect(choices({ fleetLimit: 50, memoryTiersMiB: [1769, 3538], destroyData: false })).toEqual({
    fleetLimit: 50,
    memoryTiersMiB: [1769, 3538],
    destroyData: false,
  });
});

test.each([
  [{ fleetLimit: "many" }, "fleetLimit is many; want a number"],
  [{ memoryTiersMiB: "1769,big" }, "memoryTiersMiB is big; want a number"],
  [{ architecture: "mips" }, "architecture is mips; want arm64 or x64"],
  [{ destroyData: "yes" }, "destroyData is yes; want true or false"],
])("%j is refused by name", (context, message) => {
  expect(() => choices(context)).toThrow(message);
});
