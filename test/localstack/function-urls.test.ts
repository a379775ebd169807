import { Sha256 } from "@aws-crypto/sha256-js";
import { CreateFunctionUrlConfigCommand, type FunctionUrlAuthType } from "@aws-sdk/client-lambda";
import { SignatureV4 } from "@smithy/signature-v4";
import { beforeAll, expect, test } from "vitest";
import { createFunction, credentials, type EmulatedAws, emulatedAws, invoke, PATIENCE_MS } from "../support/emulated-aws.ts";
import { type Answer, send } from "../support/http.ts";
import { describeOnLocalStack, START_MS, sharedLocalStack } from "../support/localstack.ts";

/** Answers with what it was asked; invoked directly, with its own credentials. */
const source = `
  export const handler = async (event) => event.requestContext ? {
    statusCode: 201, headers: { "content-type": "application/json", "x-own": "yes" },
    body: JSON.stringify({ path: event.rawPath, query: event.rawQueryString, body: event.body, iam: event.requestContext.authorizer?.iam }),
  } : {
    accessKeyId: process.env.AWS_ACCESS_KEY_ID, secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY, sessionToken: process.env.AWS_SESSION_TOKEN,
  };`;

type Keys = { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string };

const signedBody = '{"n":1}';

async function sendSigned(url: URL, keys: Keys, { sentBody = signedBody, date = new Date() } = {}): Promise<Answer> {
  const signer = new SignatureV4({ service: "lambda", region: "us-east-1", credentials: keys, sha256: Sha256 });
  const { headers } = await signer.sign(
    {
      method: "POST",
      protocol: "http:",
      hostname: url.hostname,
      port: Number(url.port),
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: { host: url.host, "content-type": "application/json" },
      body: signedBody,
    },
    { signingDate: date },
  );
  return send("POST", url.href, headers, sentBody);
}

describeOnLocalStack("a function URL", { timeout: 2 * PATIENCE_MS }, () => {
  let aws: EmulatedAws;
  let open: URL;
  let guarded: URL;

  beforeAll(async () => {
    aws = emulatedAws((await sharedLocalStack()).endpoint);
    const urlOf = async (name: string, AuthType: FunctionUrlAuthType) => {
      await createFunction(aws, name, source);
      const { FunctionUrl } = await aws.lambda.send(new CreateFunctionUrlConfigCommand({ FunctionName: name, AuthType }));
      return new URL(FunctionUrl!);
    };
    open = new URL("v1/jobs?x=1&b=%2F%20c&a=", await urlOf("urls-open", "NONE"));
    // What a signature encodes, sorts and leaves alone.
    guarded = new URL("v1/a%20job/~x?x=1&b=%2F%20c&a=", await urlOf("urls-guarded", "AWS_IAM"));
  }, START_MS);

  test("without authorization lets everyone call", async () => {
    const { status, headers, body } = await send("PATCH", open.href, { "content-type": "application/json" }, '{"n":1}');
    expect([status, headers["x-own"]]).toEqual([201, "yes"]);
    expect(JSON.parse(body)).toEqual({ path: "/v1/jobs", query: "x=1&b=%2F%20c&a=", body: '{"n":1}' });
  });

  test("with AWS_IAM lets in who signs with a known key, and says who that is", async () => {
    const { status, body } = await sendSigned(guarded, credentials);
    expect([status, JSON.parse(body)]).toMatchObject([
      201,
      { body: '{"n":1}', iam: { accessKey: "test", userArn: "arn:aws:iam::000000000000:root" } },
    ]);
  });

  test("with AWS_IAM lets in a function by the credentials of its role", async () => {
    const { result } = await invoke(aws, "urls-guarded");
    const { status, body } = await sendSigned(guarded, result as Keys);
    expect([status, JSON.parse(body)]).toMatchObject([
      201,
      { iam: { userArn: "arn:aws:sts::000000000000:assumed-role/test/urls-guarded" } },
    ]);
    const { sessionToken: _, ...withoutToken } = result as Keys;
    expect((await sendSigned(guarded, withoutToken)).status).toBe(403);
  });

  test.each<[string, () => Promise<Answer>]>([
    ["no signature", () => send("POST", guarded.href, { "content-type": "application/json" }, "{}")],
    ["a bearer token", () => send("POST", guarded.href, { authorization: "Bearer test" }, "{}")],
    ["a wrong secret", () => sendSigned(guarded, { ...credentials, secretAccessKey: "other" })],
    ["an unknown key", () => sendSigned(guarded, { ...credentials, accessKeyId: "other" })],
    ["another body than was signed", () => sendSigned(guarded, credentials, { sentBody: '{"n":2}' })],
    ["a signature of yesterday", () => sendSigned(guarded, credentials, { date: new Date(Date.now() - 86_400_000) })],
  ])("with AWS_IAM refuses %s", async (_what, call) => {
    const { status, body } = await call();
    expect([status, JSON.parse(body)]).toEqual([403, { Message: "Forbidden" }]);
  });
});
