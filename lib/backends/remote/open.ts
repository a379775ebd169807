import { userInfo } from "node:os";
import { cwd, env } from "node:process";
import type { Engine, EngineSettings } from "../../dataframe/engine-port.ts";
import type { Conf } from "../../engine/settings.ts";
import { readDriverEnvironment } from "../../service/driver-environment.ts";
import { freshKeys, repeatableKeys } from "./action-keys.ts";
import { sharesFiles } from "./addresses.ts";
import { HttpSession } from "./http-session.ts";
import { JobClient } from "./job-client.ts";
import { RemoteEngine } from "./remote-engine.ts";
import { authorization, jobLimits, serviceUrl } from "./remote-settings.ts";
import { Transport } from "./transport.ts";

/** The engine of a service: `spark.master` is its address. Asks nothing yet; throws INVALID_CONF_VALUE. */
export async function openRemoteEngine({ master, conf }: EngineSettings): Promise<Engine> {
  const { http, disconnect, url } = connect(master, conf);
  jobLimits(conf);
  const parent = readDriverEnvironment(env)?.job;
  return new RemoteEngine({
    http,
    disconnect,
    keys: parent === undefined ? freshKeys : repeatableKeys(parent),
    ...(parent === undefined ? userName() : {}),
    plans: { folder: cwd(), sharesFiles: sharesFiles(url.hostname) },
    ...(parent === undefined ? {} : { parent }),
  });
}

/** Who runs this process. Absent where the system has no name for the user. */
function userName(): { readonly user?: string } {
  try {
    return { user: userInfo().username };
  } catch {
    return {};
  }
}

/** A client of the service at an address, without an engine. */
export function openJobClient(address: string, conf: Conf): { readonly jobs: JobClient; readonly disconnect: () => void } {
  const { http, disconnect } = connect(address, conf);
  return { jobs: new JobClient(http), disconnect };
}

function connect(address: string, conf: Conf) {
  const url = serviceUrl(address);
  const transport = new Transport();
  return { url, http: new HttpSession(url, authorization(url, conf, env), transport.send), disconnect: () => transport.close() };
}
