import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { shareOut } from "../../lib/backends/local/resources.ts";
import { type Authenticator, anyone, bearer, tokenHash } from "../../lib/service/http/auth.ts";
import { FAILED, INTERRUPTED, USAGE_ERROR } from "./exit-codes.ts";
import { LEAST_TOKEN_LENGTH } from "./least-token-length.ts";
import { type LocalServer, openLocalServer } from "./local-server.ts";
import { isLoopback } from "./loopback.ts";
import { confOf } from "./options.ts";
import type { ServeOptions } from "./serve-options.ts";
import { plural } from "./units.ts";

const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** Serves jobs of this machine until Ctrl-C or SIGTERM. Sets the exit code. */
export async function serve(options: ServeOptions): Promise<void> {
  const { host, port, tokenFile } = options;
  const folder = resolve(options.folder);
  if (tokenFile === undefined && !isLoopback(host)) {
    say(`firecrest: whoever reaches ${host} could run code as you. Give --token-file, or leave out --host.`);
    process.exitCode = USAGE_ERROR;
    return;
  }
  let server: LocalServer;
  try {
    const authenticator = tokenFile === undefined ? anyone : await readTokens(tokenFile);
    const { threads } = options;
    server = await openLocalServer({ host, port, folder, resources: shareOut(confOf(options), threads), authenticator, log: say });
  } catch (thrown) {
    say(`firecrest: ${whyNot(thrown, options)}`);
    process.exitCode = FAILED;
    return;
  }
  say(startText(server, folder, tokenFile));
  endOnSignal(server);
}

function whyNot(thrown: unknown, { host, port }: ServeOptions): string {
  if ((thrown as NodeJS.ErrnoException).code === "EADDRINUSE")
    return `port ${port} of ${host} is taken. Another server may be running; --port takes another one.`;
  return thrown instanceof Error ? thrown.message : String(thrown);
}

function startText({ url, resumed }: LocalServer, folder: string, tokenFile: string | undefined): string {
  return [
    `Firecrest serves jobs at ${url}`,
    `  jobs are kept in ${folder}${resumed > 0 ? `; going on with ${plural(resumed, "job")}` : ""}`,
    `  ${tokenFile === undefined ? "any program on this machine may submit jobs, which run as you" : `callers need a token of ${tokenFile}`}`,
    "  Ctrl-C ends it; jobs that are not done go on at the next start",
  ].join("\n");
}

/** A token a line. */
async function readTokens(path: string): Promise<Authenticator> {
  const tokens = (await readFile(path, "utf8")).split("\n").map((line) => line.trim());
  const given = tokens.filter((token) => token !== "");
  if (given.length === 0)
    throw new Error(`${path} holds no token. Put one on a line of its own, such as the output of: openssl rand -hex 32`);
  const short = given.findIndex((token) => token.length < LEAST_TOKEN_LENGTH);
  if (short >= 0) throw new Error(`token ${short + 1} of ${path} is shorter than ${LEAST_TOKEN_LENGTH} characters and could be guessed`);
  return bearer(given.map(tokenHash));
}

function endOnSignal(server: LocalServer): void {
  let ending = false;
  const end = async () => {
    if (ending) process.exit(INTERRUPTED);
    ending = true;
    say("leaving running jobs to the next start; Ctrl-C again stops at once");
    await server.close();
    process.exit(0);
  };
  process.on("SIGINT", end);
  process.on("SIGTERM", end);
}
