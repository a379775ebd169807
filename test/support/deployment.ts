import { execFile } from "node:child_process";
import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { LocalStack } from "./localstack.ts";

/** A stack that `cdk deploy` put on an emulator, as its users would. */
export interface Deployment {
  /** Of the API. */
  readonly url: string;
  /** Of the data. */
  readonly bucket: string;
  readonly stack: string;
  /** What its users' commands need in their environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Deploys again with other choices, or other code. */
  update(choices: Choices): Promise<void>;
  destroy(): Promise<void>;
}

/** CDK context: properties of the stack. */
export type Choices = Readonly<Record<string, string | number>>;

export const root = join(import.meta.dirname, "..", "..");
const CDK_MS = 300_000;
/** Of what a command prints, in bytes. */
const MAX_OUTPUT = 16 * 1024 * 1024;

/** What points the SDK and the CDK at an emulator. */
export const emulatorEnvironment = (endpoint: string): Record<string, string> => ({
  AWS_ENDPOINT_URL: endpoint,
  AWS_ENDPOINT_URL_S3: endpoint,
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
  AWS_REGION: "us-east-1",
  AWS_EC2_METADATA_DISABLED: "true",
});

/** Bootstraps an emulator's account and deploys. */
export async function deploy(localStack: LocalStack, stack: string, choices: Choices): Promise<Deployment> {
  const environment = emulatorEnvironment(localStack.endpoint);
  const folder = await mkdtemp(join(tmpdir(), "firecrest-deployment-"));
  const outputs = join(folder, "outputs.json");
  const context = (given: Choices) =>
    Object.entries({ stackName: stack, destroyData: "true", ...given }).flatMap(([k, v]) => ["-c", `${k}=${v}`]);
  const cdk = (given: Choices, ...args: readonly string[]) =>
    command(["npx", "cdk", "--no-notices", "--output", join(folder, "cdk.out"), ...context(given), ...args], {
      ...environment,
      CDK_DISABLE_CLI_TELEMETRY: "1",
      CDK_VALIDATION: "false",
      CI: "1",
    });
  const deployNow = (given: Choices) => cdk(given, "deploy", "--require-approval", "never", "--outputs-file", outputs);
  await cdk(choices, "bootstrap", "aws://000000000000/us-east-1");
  await deployNow(choices);
  const { ApiUrl, DataBucket } = JSON.parse(await readFile(outputs, "utf8"))[stack] as Record<string, string>;
  return {
    url: ApiUrl!,
    bucket: DataBucket!,
    stack,
    environment,
    update: (given) => deployNow(given),
    destroy: () => cdk(choices, "destroy", "--force"),
  };
}

async function command([name, ...args]: readonly string[], environment: Readonly<Record<string, string>>): Promise<void> {
  try {
    await promisify(execFile)(name!, args, { cwd: root, timeout: CDK_MS, maxBuffer: MAX_OUTPUT, env: { ...process.env, ...environment } });
  } catch (thrown) {
    const { stdout = "", stderr = "" } = thrown as { stdout?: string; stderr?: string };
    throw new Error(`${args.slice(0, 1).join(" ")} ${args.at(-1)} failed:\n${`${stdout}\n${stderr}`.slice(-4_000)}`, { cause: thrown });
  }
}
