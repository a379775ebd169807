import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { text } from "node:stream/consumers";
import { expect, test, vi } from "vitest";
import { pythonExecutable, pythonUnavailable, runPython, startPython } from "../support/python.ts";
import { startServer } from "../support/server.ts";

test.skipIf(pythonUnavailable())("a client that is killed while it collects leaves nothing behind", { timeout: 90_000 }, async () => {
  const { sessions, url } = await startServer({
    "spark.connect.execute.manager.detachedTimeout": "500ms",
    "spark.connect.session.manager.defaultSessionTimeout": "1s",
  });
  const child = startPython(
    url,
    `
    import os, tempfile
    module = os.path.join(tempfile.mkdtemp(), "module.py")
    open(module, "w").write("x = 1")
    spark.addArtifacts(module, pyfile=True)
    for row in spark.range(0, 2000000000, 1, 2000).toLocalIterator():
        pass
    `,
  );
  const errors = text(child.stderr);
  const running = () =>
    sessions.all.flatMap(({ operations }) => operations.all).filter(({ state, bytes }) => state === "running" && bytes > 0);
  await vi.waitFor(
    async () => expect([running().length, child.exitCode, child.exitCode === null ? "" : await errors]).toEqual([1, null, ""]),
    {
      timeout: 30_000,
    },
  );
  const [operation] = running();
  const folder = dirname(sessions.all[0]!.artifacts.pythonPaths[0]!);
  expect(existsSync(folder)).toBe(true);
  child.kill("SIGKILL");
  await vi.waitFor(() => expect(sessions.all).toEqual([]), { timeout: 20_000 });
  await vi.waitFor(() => expect(operation!.state).toBe("cancelled"), { timeout: 20_000 });
  expect(operation!.bytes).toBe(0);
  await vi.waitFor(() => expect(existsSync(folder)).toBe(false));
});

test.skipIf(pythonUnavailable())("a program's own interrupt ends its job, and its session goes on", { timeout: 60_000 }, async () => {
  const { url } = await startServer();
  const out = await runPython(
    url,
    `
    import threading, time
    def interrupt():
        time.sleep(1)
        print(len(spark.interruptTag("slow")))
    spark.addTag("slow")
    thread = threading.Thread(target=interrupt)
    thread.start()
    try:
        spark.range(0, 2000000000, 1, 8).selectExpr("sum(hash(id))", "collect_set(id % 1000000)").collect()
        print("not interrupted")
    except Exception as e:
        print(type(e).__name__, e.getCondition())
    thread.join()
    spark.clearTags()
    print(spark.range(3).count())
    `,
  );
  expect(out.trimEnd().split("\n").sort()).toEqual(["1", "3", "UnknownException OPERATION_CANCELED"]);
});

test.skipIf(pythonUnavailable())("an interrupt also ends what a function's analyze method does", { timeout: 60_000 }, async () => {
  const python = { executable: pythonExecutable, paths: [] };
  const { url } = await startServer({ "spark.firecrest.python": pythonExecutable }, { python });
  const out = await runPython(
    url,
    `
    import os, tempfile, threading, time
    from pyspark.sql.udtf import AnalyzeResult
    place = os.path.join(tempfile.mkdtemp(), "pid")
    class Endless:
        @staticmethod
        def analyze(path):
            import os, time
            open(path.value + "-", "w").write(str(os.getpid()))
            os.rename(path.value + "-", path.value)
            time.sleep(600)
        def eval(self, path):
            yield 1,
    def interrupt():
        while not os.path.exists(place):
            time.sleep(0.05)
        spark.interruptAll()
    threading.Thread(target=interrupt).start()
    try:
        F.udtf(Endless)(F.lit(place)).collect()
    except errors.PySparkException as e:
        print(e.getCondition())
    pid = int(open(place).read())
    for _ in range(100):
        try:
            state = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()[0]
        except OSError:
            state = "gone"
        if state in "gone Z":
            break
        time.sleep(0.1)
    print(state in "gone Z")
    `,
  );
  expect(out).toBe("OPERATION_CANCELED\nTrue\n");
});
