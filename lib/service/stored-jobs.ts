import type { Conf } from "../dataframe/engine-port.ts";
import { type Estimate, estimateJob } from "../engine/cost/estimate.ts";
import type { FunctionEnvironment } from "../engine/cost/function-environment.ts";
import type { Prices } from "../engine/cost/prices.ts";
import { analyzePlan, compile, deleteBelow, type Environment, scansOf, schemaOf } from "../engine/engine.ts";
import { AnalysisError, ExecutionError } from "../engine/errors.ts";
import { explain } from "../engine/explain.ts";
import type { Json } from "../engine/logical/json-values.ts";
import { planFromJson } from "../engine/logical/plan-json.ts";
import type { InboxMessage } from "../engine/ports/fabric.ts";
import type { ObjectStore } from "../engine/ports/object-store.ts";
import { Journal } from "../engine/scheduler/journal.ts";
import { inParallel } from "../engine/scheduler/parallel.ts";
import { describeStage } from "../engine/stages/describe.ts";
import { typeToJson } from "../engine/types/json.ts";
import { abandonJob } from "./abandon.ts";
import type {
  Analysis,
  AnalyzeRequest,
  JobService,
  PageOptions,
  PlanRequest,
  ResultPage,
  SubmitRequest,
  Submitted,
} from "./job-service.ts";
import { journalLines } from "./journal-lines.ts";
import { readJson, writeJson } from "./json-object.ts";
import { digestOf, indexEntry, jobOfEntry, keys, newId } from "./keys.ts";
import { readOutcome } from "./outcome.ts";
import { isOver, type JobKind, type JobStatus, type LogLine, type Submission, type TaskView } from "./records.ts";
import { readPage, sizeOf } from "./result-pages.ts";
import { limitsBelow, type Sibling } from "./shared-limits.ts";
import { queued } from "./supervise.ts";
import type { Warehouse, WarehouseAnswer, WarehouseRequest } from "./warehouse.ts";

export interface ServicePorts {
  /** For analysis, and for the store, the clock and chance. */
  readonly environment: Environment;
  /** Where the jobs are kept, without a slash at the end. */
  readonly root: string;
  /** Has somebody run a job; at least once. */
  readonly wake: (job: string, kind: JobKind) => Promise<void>;
  /** Best effort: a job that nobody coordinates yet has no inbox. */
  readonly tell: (job: string, message: InboxMessage) => Promise<void>;
  /** A URL that gives, or takes, an object without any other credentials. */
  readonly presign: (key: string, method: "GET" | "PUT") => Promise<string>;
  /** The largest page that travels in a response, in bytes. */
  readonly maxInlineBytes: number;
  /** What estimates count with; absent where nothing has a price. */
  readonly platform?: { readonly functions: FunctionEnvironment; readonly prices: Prices };
  /** Tables and their catalog; absent where there are none. */
  readonly warehouse?: Warehouse;
  /** What the functions of the platform printed for a job, behind what the journal tells. */
  readonly logs?: (job: string, options: PageOptions) => Promise<{ readonly lines: readonly LogLine[]; readonly next?: string }>;
}

const STORE_CALLS = 16;
/** Between two looks of a long poll: a share of what it has waited, from this many ms up to that many. */
const LOOK_SHARE = 0.25;
const LOOK_MS = 100;
const MAX_LOOK_MS = 1_000;

/** The job service over an object store: no state of its own, any number of instances. */
export class StoredJobs implements JobService {
  readonly #ports: ServicePorts;
  readonly #root: string;
  readonly #store: ObjectStore;

  constructor(ports: ServicePorts) {
    this.#ports = ports;
    this.#root = ports.root;
    this.#store = ports.environment.store;
  }

  async submit(request: SubmitRequest, caller: string): Promise<Submitted> {
    const { clock, random } = this.#ports.environment;
    const createdAt = clock.now();
    const fresh = newId(createdAt, random);
    const job = await this.#claim(request, caller, fresh);
    const known = job === fresh ? undefined : await readJson<Submission>(keys.submission(this.#root, job), this.#store);
    const submission = known ?? (await this.#submission(job, request, caller, createdAt));
    // Each step may be repeated: a submission that was broken off is finished by the next try.
    await writeJson(keys.submission(this.#root, job), submission, this.#store, { ifAbsent: true });
    const entry = indexEntry(submission.createdAt, job);
    const folders = [keys.index(this.#root), ...(submission.parent ? [keys.children(this.#root, submission.parent)] : [])];
    await Promise.all([
      writeJson(keys.status(this.#root, job), queued(submission), this.#store, { ifAbsent: true }),
      ...folders.map((folder) => this.#store.put(`${folder}${entry}`, new Uint8Array())),
    ]);
    const status = known ? await this.status(job) : queued(submission);
    if (!isOver(status.state)) await this.#ports.wake(job, submission.kind);
    return { status, isNew: known === undefined };
  }

  async status(job: string): Promise<JobStatus> {
    const status = await readJson<JobStatus>(keys.status(this.#root, job), this.#store);
    if (!status) throw new ExecutionError("JOB_NOT_FOUND", { job });
    if (isOver(status.state)) return status;
    const outcome = await readOutcome(this.#root, job, this.#store);
    if (outcome) return outcome.status;
    if (status.kind === "query") return status;
    const [driver, cancel] = await Promise.all([
      readJson<Partial<JobStatus>>(`${keys.driver(this.#root, job)}/status.json`, this.#store),
      readJson<{ reason: string }>(keys.cancel(this.#root, job), this.#store),
    ]);
    return { ...status, ...driver, ...(cancel ? { cancelRequested: cancel.reason } : {}) };
  }

  async changed(job: string, version: number, waitMs: number, signal?: AbortSignal): Promise<JobStatus> {
    const { clock } = this.#ports.environment;
    const started = clock.now();
    let status = await this.#glance(job);
    while (!(status.version > version || isOver(status.state) || signal?.aborted)) {
      const waited = clock.now() - started;
      const pause = Math.min(MAX_LOOK_MS, Math.max(LOOK_MS, waited * LOOK_SHARE));
      if (waited + pause > waitMs) return this.status(job);
      await clock.sleep(pause, signal).catch(() => {});
      status = await this.#glance(job);
    }
    return status;
  }

  /** The status of a query is written after its end, too: only where a coordinator died in between is the outcome alone. */
  async #glance(job: string): Promise<JobStatus> {
    const status = await readJson<JobStatus>(keys.status(this.#root, job), this.#store);
    return status?.kind === "query" ? status : this.status(job);
  }

  async list({ limit, cursor, parent }: PageOptions & { readonly parent?: string }) {
    const folder = parent === undefined ? keys.index(this.#root) : keys.children(this.#root, parent);
    const entries: string[] = [];
    for await (const { key } of this.#store.list(folder, cursor === undefined ? {} : { after: `${folder}${cursor}` })) {
      entries.push(key.slice(folder.length));
      if (entries.length > limit) break;
    }
    const jobs: (JobStatus | undefined)[] = [];
    await inParallel([...entries.slice(0, limit).entries()], STORE_CALLS, async ([i, entry]) => {
      // An entry may be older or younger than its job's objects.
      jobs[i] = await this.status(jobOfEntry(entry)).catch((thrown: unknown) => {
        if (thrown instanceof ExecutionError && thrown.condition === "JOB_NOT_FOUND") return undefined;
        throw thrown;
      });
    });
    const next = entries.length > limit ? { next: entries[limit - 1]! } : {};
    return { jobs: jobs.filter((job) => job !== undefined), ...next };
  }

  async cancel(job: string, reason: string): Promise<JobStatus> {
    const status = await this.status(job);
    if (isOver(status.state)) return status;
    await writeJson(keys.cancel(this.#root, job), { reason }, this.#store, { ifAbsent: true });
    if (status.kind === "query") await this.#ports.tell(job, { kind: "cancel", reason });
    else await this.#cancelChildren(job, reason);
    return this.status(job);
  }

  async tasks(job: string, stage: number, { limit, cursor }: PageOptions) {
    await this.status(job);
    const state = await this.#journal(job).replay();
    const { first, partitions } = state?.stages[stage] ?? { first: 0, partitions: 0 };
    const from = first + wholeNumber(cursor);
    const to = Math.min(from + limit, first + partitions);
    const tasks = (state?.tasks.slice(from, to) ?? []).map(
      (task): TaskView => ({
        stage: task.stage,
        partition: task.partition,
        status: task.status,
        attempts: task.nextAttempt,
        failures: task.failures,
        ...(task.winner === undefined ? {} : { winner: task.winner }),
        memoryMiB: Math.round(state!.options.memoryTiers[task.tier]! / 1024 / 1024),
      }),
    );
    return { tasks, ...(to < first + partitions ? { next: String(to - first) } : {}) };
  }

  /** First what the journal tells, then what the driver or the functions printed; a cursor says which of the two, and where. */
  async logs(job: string, { limit, cursor = "journal:0" }: PageOptions) {
    const { kind } = await this.status(job);
    const [, part = "journal", at = "0"] = /^(journal|printed):(.*)$/.exec(cursor) ?? [];
    if (part === "journal" && kind === "query") {
      const from = wholeNumber(at);
      const lines: LogLine[] = [];
      let passed = 0;
      for await (const line of journalLines(this.#journal(job))) {
        if (passed++ < from) continue;
        if (lines.length === limit) return { lines, next: `journal:${from + limit}` };
        lines.push(line);
      }
      return this.#ports.logs ? { lines, next: "printed:" } : { lines };
    }
    if (kind === "program") return this.#driverLines(job, limit, wholeNumber(at));
    const { lines, next } = (await this.#ports.logs?.(job, { limit, ...(at === "" ? {} : { cursor: at }) })) ?? { lines: [] };
    return { lines, ...(next === undefined ? {} : { next: `printed:${next}` }) };
  }

  async page(job: string, page: number): Promise<ResultPage> {
    const outcome = await readOutcome(this.#root, job, this.#store);
    if (outcome?.status.state !== "succeeded") {
      const { state } = outcome?.status ?? (await this.status(job));
      throw new ExecutionError("JOB_NOT_FINISHED", { job, state });
    }
    const ref = outcome.pages?.[page];
    if (!ref) throw new ExecutionError("PAGE_NOT_FOUND", { job, page: String(page), pages: String(outcome.pages?.length ?? 0) });
    const bytes = sizeOf(ref);
    if (bytes <= this.#ports.maxInlineBytes) return { kind: "inline", arrow: await readPage(ref, this.#store) };
    const key = keys.page(this.#root, job, page);
    if (!(await this.#store.stat(key))) await this.#store.put(key, await readPage(ref, this.#store));
    return { kind: "elsewhere", url: await this.#ports.presign(key, "GET"), bytes };
  }

  async analyze(request: AnalyzeRequest): Promise<Analysis> {
    const { environment } = this.#ports;
    const plan = planFromJson(request.plan);
    if (request.what === "explain") {
      const { parsed, analyzed, optimized, physical, graph, settings } = await compile(plan, request.conf, environment);
      const stages = graph.stages.map((stage) => describeStage(stage, settings.session));
      return { what: "explain", text: explain(request.mode, { parsed, analyzed, optimized, physical: physical.plan, stages }) };
    }
    const { analyzed } = await analyzePlan(plan, request.conf, environment);
    if (request.what === "schema") return { what: "schema", schema: typeToJson(schemaOf(analyzed)) as Json };
    return { what: "inputFiles", files: [...new Set(scansOf(analyzed).flatMap((scan) => scan.files.map((file) => file.key)))] };
  }

  async estimate({ plan, conf }: PlanRequest): Promise<Estimate> {
    const { environment, platform } = this.#ports;
    if (!platform) {
      const advice = "Ask a deployment on AWS: what runs here has no price.";
      throw new AnalysisError("FIRECREST_UNSUPPORTED", { feature: "An estimate of a job on this machine", advice });
    }
    const { graph } = await compile(planFromJson(plan), conf, environment);
    return estimateJob(graph, platform.functions, platform.prices);
  }

  async startUpload() {
    const { clock, random } = this.#ports.environment;
    const upload = newId(clock.now(), random);
    return { upload, url: await this.#ports.presign(keys.upload(this.#root, upload), "PUT") };
  }

  async warehouse(request: WarehouseRequest): Promise<WarehouseAnswer> {
    const { warehouse } = this.#ports;
    if (!warehouse)
      throw new AnalysisError("FIRECREST_UNSUPPORTED", {
        feature: "A catalog of tables at this service",
        advice: "Read files by their paths.",
      });
    return warehouse.answer(request);
  }

  async startScratch() {
    const { clock, random } = this.#ports.environment;
    const scratch = newId(clock.now(), random);
    const location = keys.scratch(this.#root, scratch);
    return { scratch, location, url: await this.#ports.presign(`${location}/rows`, "PUT") };
  }

  endScratch(scratch: string): Promise<void> {
    return deleteBelow(`${keys.scratch(this.#root, scratch)}/`, this.#store);
  }

  /** See abandon.ts. */
  abandon(job: string, reason: string): Promise<void> {
    return abandonJob(this.#root, job, reason, { store: this.#store, clock: this.#ports.environment.clock });
  }

  /** The job that an idempotency key stands for: a new one, or that of an earlier request. Throws IDEMPOTENCY_CONFLICT. */
  async #claim(request: SubmitRequest, caller: string, fresh: string): Promise<string> {
    const { idempotencyKey, ...rest } = request;
    if (idempotencyKey === undefined) return fresh;
    const key = keys.idempotency(this.#root, caller, idempotencyKey);
    const claim = { job: fresh, request: digestOf(JSON.stringify(rest)) };
    if (await writeJson(key, claim, this.#store, { ifAbsent: true })) return fresh;
    const earlier = await readJson<typeof claim>(key, this.#store);
    if (earlier?.request !== claim.request) throw new ExecutionError("IDEMPOTENCY_CONFLICT", { key: idempotencyKey.slice(0, 128) });
    return earlier.job;
  }

  async #submission(job: string, request: SubmitRequest, caller: string, createdAt: number): Promise<Submission> {
    const { kind, plan, sql, bundle, args = [], conf = {} as Conf, limits = {}, parent, name = kind } = request;
    const common = { job, kind, name, caller, createdAt, conf, ...(parent ? { parent } : {}) };
    if (kind === "query") {
      // What cannot be a plan is refused at once, not by a coordinator later.
      if (!sql) planFromJson(plan);
      const what = sql ? { sql } : { plan: plan! };
      return { ...common, ...what, limits: parent ? await this.#limitsBelow(parent, limits) : limits };
    }
    const at = `${keys.driver(this.#root, job)}/bundle.mjs`;
    const text = bundle && "upload" in bundle ? await this.#uploaded(bundle.upload) : encode(bundle?.text ?? "");
    await this.#store.put(at, text);
    const submission = { ...common, program: { bundle: at, args }, limits };
    // Drivers see no other folder than theirs.
    await writeJson(`${keys.driver(this.#root, job)}/submission.json`, submission, this.#store, { ifAbsent: true });
    return submission;
  }

  /** Throws INVALID_REQUEST where nothing was sent to the upload's address. */
  async #uploaded(upload: string): Promise<Uint8Array> {
    try {
      return await this.#store.get(keys.upload(this.#root, upload));
    } catch (thrown) {
      if (!(thrown instanceof ExecutionError) || thrown.condition !== "OBJECT_NOT_FOUND") throw thrown;
      throw new AnalysisError("INVALID_REQUEST", { place: "/body/bundle/upload", problem: `nothing was uploaded as ${upload}` });
    }
  }

  /** The limits of a program hold for all that it submits. */
  async #limitsBelow(parent: string, limits: Submission["limits"]): Promise<Submission["limits"]> {
    const [program, cancelled] = await Promise.all([
      readJson<Submission>(keys.submission(this.#root, parent), this.#store),
      this.#store.stat(keys.cancel(this.#root, parent)),
    ]);
    if (!program) throw new ExecutionError("JOB_NOT_FOUND", { job: parent });
    if (cancelled) throw new ExecutionError("OPERATION_CANCELED");
    const siblings: Sibling[] = [];
    if (program.limits.maxDollars !== undefined)
      for await (const status of this.#childrenOf(parent)) {
        const submitted = await readJson<Submission>(keys.submission(this.#root, status.job), this.#store);
        siblings.push({ status, limits: submitted?.limits ?? {} });
      }
    return limitsBelow(program.limits, limits, siblings);
  }

  async #cancelChildren(parent: string, reason: string): Promise<void> {
    for await (const child of this.#childrenOf(parent)) if (!isOver(child.state)) await this.cancel(child.job, reason);
  }

  async *#childrenOf(parent: string): AsyncGenerator<JobStatus> {
    for (let cursor: string | undefined; ; ) {
      const { jobs, next } = await this.list({ parent, limit: 100, ...(cursor === undefined ? {} : { cursor }) });
      yield* jobs;
      if (next === undefined) return;
      cursor = next;
    }
  }

  async #driverLines(job: string, limit: number, from: number) {
    const key = `${keys.driver(this.#root, job)}/log.jsonl`;
    const text = (await this.#store.stat(key)) ? new TextDecoder().decode(await this.#store.get(key)) : "";
    const lines = text.split("\n").filter((line) => line !== "");
    const next = lines.length > from + limit ? { next: `printed:${from + limit}` } : {};
    return { lines: lines.slice(from, from + limit).map((line) => JSON.parse(line) as LogLine), ...next };
  }

  #journal(job: string): Journal {
    return new Journal(this.#ports.environment, keys.work(this.#root, job), job);
  }
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What a cursor stands for; one that was not given out begins at the beginning. */
const wholeNumber = (cursor = "0"): number => (/^\d{1,9}$/.test(cursor) ? Number(cursor) : 0);
