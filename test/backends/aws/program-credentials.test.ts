import { expect, test } from "vitest";
import { openSts, programCredentials } from "../../../lib/backends/aws/program-credentials.ts";
import { newId } from "../../../lib/service/keys.ts";
import { emulatorEnvironment } from "../../support/deployment.ts";
import { describeOnLocalStack, START_MS, sharedLocalStack } from "../../support/localstack.ts";

const ROLE = "arn:aws:iam::000000000000:role/Firecrest-Program";
const job = newId(Date.now(), { next: Math.random });

describeOnLocalStack("a program's credentials", { timeout: START_MS }, () => {
  test("are those of a session of the programs' role, each time new ones", async () => {
    Object.assign(process.env, emulatorEnvironment((await sharedLocalStack()).endpoint));
    const sts = openSts();
    const [first, second] = [await programCredentials(sts, ROLE, job), await programCredentials(sts, ROLE, job)];
    expect(Object.keys(first).toSorted()).toEqual(["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"]);
    // As STS names temporary keys; the caller's own is `test`.
    for (const { AWS_ACCESS_KEY_ID: key } of [first, second]) expect(key).toMatch(/^.SIA/);
    expect(second.AWS_ACCESS_KEY_ID).not.toBe(first.AWS_ACCESS_KEY_ID);
  });

  test("that STS refuses may come with the next driver, and the error names the role", async () => {
    Object.assign(process.env, emulatorEnvironment((await sharedLocalStack()).endpoint));
    const refused = programCredentials(openSts(), "no-role", job);
    await expect(refused).rejects.toMatchObject({
      condition: "ROLE_UNAVAILABLE",
      class: "retryable",
      messageParameters: { role: "no-role", detail: expect.stringContaining("ValidationError") },
    });
  });
});
