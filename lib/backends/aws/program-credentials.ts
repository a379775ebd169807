import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { defaultProvider } from "@aws-sdk/credential-provider-node";
import { RetryableError } from "../../engine/errors.ts";

/** STS gives 15 minutes at least: a driver's longest time. Each driver of a program gets credentials of its own. */
const SESSION_SECONDS = 20 * 60;
/** Tries of one request; the SDK waits between them at random. */
const TRIES = 4;

/** The environment variables by which the SDK finds credentials. */
export type CredentialVariables = Readonly<Record<"AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" | "AWS_SESSION_TOKEN", string>>;

/** Region, credentials and endpoint come from the environment, as the SDK has it. */
export const openSts = (): STSClient => new STSClient({ credentials: defaultProvider(), maxAttempts: TRIES });

/**
 * Credentials for a program in place of its driver's: those of a role that may call the API and nothing else. The session bears the
 * job's name, so that the API sees one caller whichever driver runs the program. Throws ROLE_UNAVAILABLE.
 */
export async function programCredentials(sts: STSClient, role: string, job: string): Promise<CredentialVariables> {
  const command = new AssumeRoleCommand({ RoleArn: role, RoleSessionName: job, DurationSeconds: SESSION_SECONDS });
  const { Credentials } = await sts.send(command).catch((thrown: Error) => {
    throw unavailable(role, `${thrown.name}: ${thrown.message}`);
  });
  const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials ?? {};
  if (!AccessKeyId || !SecretAccessKey || !SessionToken) throw unavailable(role, "STS answered without credentials");
  return { AWS_ACCESS_KEY_ID: AccessKeyId, AWS_SECRET_ACCESS_KEY: SecretAccessKey, AWS_SESSION_TOKEN: SessionToken };
}

/** A refusal may pass, too: it takes IAM seconds to know a new role everywhere. */
const unavailable = (role: string, detail: string) => new RetryableError("ROLE_UNAVAILABLE", { role, detail });
