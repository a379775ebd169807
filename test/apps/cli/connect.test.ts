import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, test } from "vitest";
import { conditionOf, openClient, rangePlan } from "../../connect/support/client.ts";

const cli = join(import.meta.dirname, "../../../apps/cli/main.ts");
const ended: (() => void)[] = [];
afterEach(() => ended.splice(0).forEach((end) => void end()));

function start(...options: readonly string[]) {
  const child = spawn(process.execPath, [cli, "connect", ...options], { env: { ...process.env, FIRECREST_CONNECT_TOKEN: undefined } });
  ended.push(() => child.kill());
  return child;
}

async function refused(...options: readonly string[]): Promise<string> {
  const child = start(...options);
  const [[status], said] = await Promise.all([once(child, "close"), text(child.stderr)]);
  return `${status} ${said}`;
}

describe("firecrest connect", () => {
  test("serves until it is told to end, and says how to connect", async () => {
    const child = start("--port", "0", "--memory", "1g");
    let said = "";
    for await (const piece of child.stderr) {
      said += piece;
      if (said.includes("Ctrl-C")) break;
    }
    const [, port] = /sc:\/\/localhost:(\d+)/.exec(said)!;
    expect(said).toContain(`SparkSession.builder.remote("sc://localhost:${port}").getOrCreate()`);
    const client = openClient(Number(port));
    expect(await conditionOf(client.execute({ plan: rangePlan(3) }))).toBe("none");
    child.kill("SIGTERM");
    expect(await once(child, "close")).toEqual([0, null]);
  });

  test("does not let others in by mistake", async () => {
    expect(await refused("--host", "0.0.0.0")).toMatch(/^2 .*Give --token/s);
    expect(await refused("--token", "short")).toMatch(/^2 .*can be guessed/s);
    expect(await refused("--tls-cert", "cert.pem")).toMatch(/^2 .*go together/s);
    expect(await refused("--python-functions", "--master", "https://abc.lambda-url.eu-west-1.on.aws")).toMatch(
      /^2 .*embedded engine only/s,
    );
    expect(await refused("--port", "70000")).toMatch(/^2 /);
  });
});
