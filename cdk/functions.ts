import { join } from "node:path";
import { Duration, RemovalPolicy, Size } from "aws-cdk-lib";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Architecture, Code, Function as LambdaFunction, LayerVersion, Runtime } from "aws-cdk-lib/aws-lambda";
import { LogGroup, type RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { permitLogging } from "./permissions.ts";

/** Functions as built for: "arm64" costs a fifth less, "x64" is what most machines are. */
export type FunctionArchitecture = "arm64" | "x64";

/** AWS's longest. Coordinators and drivers hand over before it; a task ends as one to be tried again. */
export const LONGEST_TIMEOUT = Duration.minutes(15);
/** One CPU, for what plans and supervises; its kernel looks into files at most. */
export const SERVICE_MEMORY_MIB = 1769;

export const thisArchitecture: FunctionArchitecture = process.arch === "arm64" ? "arm64" : "x64";

export interface FunctionSpec {
  /** The folder in functions/. */
  readonly name: string;
  readonly memoryMiB: number;
  readonly timeout: Duration;
  readonly environment: Readonly<Record<string, string>>;
  /** Whether it needs the packages with native parts. */
  readonly native?: boolean;
  /** Calls at once, at most; taken out of the account's limit. Unbounded where absent: the trigger bounds it then. */
  readonly reserved?: number;
  /** Size of /tmp; 512 MiB cost nothing. */
  readonly scratchMiB?: number;
}

export interface FunctionsProps {
  /** The folder that scripts/bundle-functions.mjs wrote. */
  readonly bundles: string;
  readonly architecture: FunctionArchitecture;
  readonly logRetention: RetentionDays;
}

/** A Lambda function with a role and a log group of its own. */
export interface DeployedFunction {
  readonly fn: LambdaFunction;
  readonly role: Role;
  readonly logGroup: LogGroup;
}

/** Makes functions of what was bundled. */
export class Functions extends Construct {
  readonly #bundles: string;
  readonly #architecture: Architecture;
  readonly #logRetention: RetentionDays;
  readonly #layer: LayerVersion;
  readonly #made: DeployedFunction[] = [];

  constructor(scope: Construct, id: string, { bundles, architecture, logRetention }: FunctionsProps) {
    super(scope, id);
    this.#bundles = bundles;
    this.#architecture = architecture === "arm64" ? Architecture.ARM_64 : Architecture.X86_64;
    this.#logRetention = logRetention;
    this.#layer = new LayerVersion(this, "NativePackages", {
      description: "DuckDB and parquet-wasm",
      code: Code.fromAsset(join(bundles, `layer-${architecture}`)),
      compatibleArchitectures: [this.#architecture],
      compatibleRuntimes: [Runtime.NODEJS_24_X],
    });
  }

  /** All log groups, of the functions made so far. */
  get logGroups(): readonly LogGroup[] {
    return this.#made.map(({ logGroup }) => logGroup);
  }

  /** The log group is a resource of the stack, not the `logRetention` property, which would need a function of CDK's own. */
  make(id: string, { name, memoryMiB, timeout, environment, native, reserved, scratchMiB }: FunctionSpec): DeployedFunction {
    const place = new Construct(this, id);
    const logGroup = new LogGroup(place, "Log", { retention: this.#logRetention, removalPolicy: RemovalPolicy.DESTROY });
    const role = new Role(place, "Role", { assumedBy: new ServicePrincipal("lambda.amazonaws.com") });
    permitLogging(role, logGroup);
    const fn = new LambdaFunction(place, "Function", {
      runtime: Runtime.NODEJS_24_X,
      architecture: this.#architecture,
      handler: "index.handler",
      code: Code.fromAsset(join(this.#bundles, "functions", name)),
      memorySize: memoryMiB,
      timeout,
      role,
      logGroup,
      environment: { NODE_OPTIONS: "--enable-source-maps", ...environment },
      ...(native ? { layers: [this.#layer] } : {}),
      ...(reserved === undefined ? {} : { reservedConcurrentExecutions: reserved }),
      ...(scratchMiB === undefined ? {} : { ephemeralStorageSize: Size.mebibytes(scratchMiB) }),
    });
    const made = { fn, role, logGroup };
    this.#made.push(made);
    return made;
  }
}
