import { RetryableError } from "../../engine/errors.ts";
import type { Json } from "../../engine/logical/json-values.ts";
import { planFromJson, planToJson } from "../../engine/logical/plan-json.ts";
import type { AnalyzeRequest, SubmitRequest } from "../../service/job-service.ts";
import type { JobKind } from "../../service/records.ts";
import { type ServicePorts, StoredJobs } from "../../service/stored-jobs.ts";
import { absolutePaths } from "./absolute-paths.ts";

export interface Admission {
  /** Jobs of a kind that may wait or run. */
  readonly most: number;
  readonly count: (kind: JobKind) => number;
}

/** Jobs of this machine's service: a bounded number of them, over this machine's files. Relative paths begin where the service runs. */
export class AdmittedJobs extends StoredJobs {
  readonly #admission: Admission;

  constructor(ports: ServicePorts, admission: Admission) {
    super(ports);
    this.#admission = admission;
  }

  /** Throws TOO_MANY_JOBS besides. */
  override async submit(request: SubmitRequest, caller: string) {
    const { most, count } = this.#admission;
    const waiting = count(request.kind);
    if (waiting >= most) throw new RetryableError("TOO_MANY_JOBS", { count: String(waiting), limit: String(most) });
    return super.submit(request.plan === undefined ? request : { ...request, plan: withAbsolutePaths(request.plan) }, caller);
  }

  override async analyze(request: AnalyzeRequest) {
    return super.analyze({ ...request, plan: withAbsolutePaths(request.plan) });
  }
}

const withAbsolutePaths = (plan: Json): Json => planToJson(absolutePaths(planFromJson(plan)));
