import { spawn, spawnSync } from "node:child_process";
import { json } from "node:stream/consumers";

/** Text to wait for on the terminal, and what is then typed. */
export type Step = readonly [shown: string, typed: string];
export interface TerminalRun {
  readonly code: number;
  /** All that was drawn, control sequences included. */
  readonly output: string;
}

/** Runs a command on a pseudo-terminal, types as told, and gives its exit code and output as JSON. */
const SCRIPT = `
import fcntl, json, os, pty, struct, sys, termios
steps, argv = json.loads(sys.argv[1]), sys.argv[2:]
pid, fd = pty.fork()
if pid == 0:
    os.execvp(argv[0], argv)
fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 200, 0, 0))
output, seen = b"", 0
while True:
    try:
        chunk = os.read(fd, 65536)
    except OSError:
        break
    if not chunk:
        break
    output += chunk
    if steps and steps[0][0].encode() in output[seen:]:
        seen = len(output)
        os.write(fd, steps.pop(0)[1].encode())
status = os.waitpid(pid, 0)[1]
json.dump({"code": os.waitstatus_to_exitcode(status), "output": output.decode(errors="replace")}, sys.stdout)
`;

/** Why there is no pseudo-terminal here; undefined where there is one. */
export function terminalUnavailable(): string | undefined {
  const { status } = spawnSync("python3", ["-c", "import pty, os; os.waitstatus_to_exitcode"], { stdio: "ignore" });
  return status === 0 ? undefined : "a pseudo-terminal is made by Python 3.9 or newer, which is not here";
}

/** Throws where the command still runs after `timeoutMs`. */
export async function onTerminal(
  command: readonly string[],
  steps: readonly Step[],
  options: { cwd: string; timeoutMs: number },
): Promise<TerminalRun> {
  const child = spawn("python3", ["-c", SCRIPT, JSON.stringify(steps), ...command], {
    cwd: options.cwd,
    stdio: ["ignore", "pipe", "inherit"],
    timeout: options.timeoutMs,
  });
  return (await json(child.stdout)) as TerminalRun;
}
