// Installs, starts and stops LocalStack, an emulator of AWS, without a container engine. See localstack/README.md.
// Plain JavaScript without packages, since it must run on any Node from 18 on, before anything is installed.
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { findPython, install } from "../localstack/control/install.mjs";
import { runningInstance, startInstance, stopInstance } from "../localstack/control/instance.mjs";

const project = dirname(dirname(fileURLToPath(import.meta.url)));

const usage = `usage: localstack.mjs check|install|start|stop|status [options]
  --port <n>       where it listens on 127.0.0.1; 0 takes any free port (default 4566)
  --folder <dir>   its state and log (default .firecrest/localstack/<port>)
  --venv <dir>     the Python environment (default .firecrest/localstack/venv)
  --python <path>  the Python that install makes the environment with (default: one of the PATH)
  --node <path>    the Node that runs functions (default: the project's)
  --limit-memory   end a function whose memory passes its MemorySize
  --owner <pid>    end, and remove the folder, once this process has ended
`;

const say = (message) => process.stderr.write(`localstack: ${message}\n`);

/** @param {string[]} args */
function settingsOf(args) {
  const { positionals, values } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      port: { type: "string", default: "4566" },
      folder: { type: "string" },
      venv: { type: "string", default: join(project, ".firecrest", "localstack", "venv") },
      python: { type: "string" },
      node: { type: "string", default: join(project, "node_modules", "node", "bin", "node") },
      "limit-memory": { type: "boolean", default: false },
      owner: { type: "string" },
    },
  });
  const port = wholeNumber("--port", values.port, 65_535);
  return {
    command: positionals.length === 1 ? positionals[0] : undefined,
    port,
    folder: resolve(values.folder ?? join(project, ".firecrest", "localstack", String(port))),
    venv: resolve(values.venv),
    python: values.python,
    node: resolve(values.node),
    limitMemory: values["limit-memory"],
    owner: values.owner === undefined ? undefined : wholeNumber("--owner", values.owner, 2 ** 31),
  };
}

function wholeNumber(option, text, most) {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > most) throw new Error(`${option} takes a whole number up to ${most}, not "${text}"`);
  return value;
}

const commands = {
  check: ({ python }) => findPython(python),
  install,
  async start(settings) {
    install(settings);
    const { endpoint, started } = await startInstance(settings);
    if (!started) say(`already running with the folder ${settings.folder}`);
    process.stdout.write(`${endpoint}\n`);
  },
  async stop(settings) {
    say((await stopInstance(settings.folder)) ? "stopped" : `nothing runs with the folder ${settings.folder}`);
  },
  status({ folder }) {
    const instance = runningInstance(folder);
    if (!instance) throw new Error(`nothing runs with the folder ${folder}`);
    process.stdout.write(`${instance.endpoint}\n`);
  },
};

try {
  const settings = settingsOf(process.argv.slice(2));
  const command = Object.hasOwn(commands, settings.command ?? "") ? commands[settings.command] : undefined;
  if (!command) throw new Error(`no such command\n${usage}`);
  await command(settings);
} catch (error) {
  say(error.message);
  process.exitCode = 1;
}
