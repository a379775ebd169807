import type { OpenAPIHono } from "@hono/zod-openapi";
import { type SSEStreamingApi, streamSSE } from "hono/streaming";
import { isOver, type JobStatus } from "../../records.ts";
import type { ApiEnv, ApiOptions } from "../api.ts";
import { EVENT_STREAM_MEDIA_TYPE, JSON_MEDIA_TYPE, negotiate } from "../media-type.ts";
import { json, route } from "../route.ts";
import * as requests from "../schemas.ts";
import * as views from "../views.ts";

const OFFERED = [JSON_MEDIA_TYPE, EVENT_STREAM_MEDIA_TYPE];

/** A stream ends after this long at the latest, and its reader comes again: nobody holds a connection for ever. */
const MAX_STREAM_MS = 15 * 60_000;
/** A silent connection is cut by proxies: something is sent at least this often. */
const HEARTBEAT_MS = 15_000;
/** How soon the reader of an ended stream comes again. */
const RETRY_MS = 500;

const watchJob = route(
  {
    method: "get",
    path: "/v1/jobs/{job}/events",
    operationId: "watchJob",
    summary: "Wait for a change of a job",
    description:
      "As JSON: answers once the job's version is above `after`, the job is over, or `wait` seconds have passed. As an event stream: an event " +
      "`status` for each change, with the version as its id, until the job is over; a reader that comes again with Last-Event-ID then gets 204.",
    tags: ["Jobs"],
    request: { params: requests.jobParams, query: requests.eventsQuery, headers: requests.eventsHeaders },
    responses: {
      200: {
        description: "The job as it stands.",
        content: { ...json(views.jobStatus, "").content, [EVENT_STREAM_MEDIA_TYPE]: { schema: { type: "string" as const } } },
      },
      204: { description: "The reader of the event stream has seen all of it." },
    },
  },
  [404],
  OFFERED,
);

export const eventRoutes = [watchJob];

export function addEventRoutes(app: OpenAPIHono<ApiEnv>, { service, streams, log }: ApiOptions): void {
  app.openapi(watchJob, async (c) => {
    const { job } = c.req.valid("param");
    const { after, wait } = c.req.valid("query");
    const { signal } = c.req.raw;
    if (negotiate(c.req.header("accept"), OFFERED) === JSON_MEDIA_TYPE)
      return c.json(await service.changed(job, after ?? 0, wait * 1_000, signal), 200);

    const seen = c.req.valid("header")["last-event-id"] ?? after ?? 0;
    const first = await service.changed(job, seen, streams ? 0 : wait * 1_000, signal);
    if (isOver(first.state) && first.version <= seen) return c.body(null, 204);
    if (!streams) return c.body(eventText(first, seen), 200, { "Content-Type": EVENT_STREAM_MEDIA_TYPE });
    return streamSSE(c, async (stream) => {
      const left = new AbortController();
      stream.onAbort(() => left.abort());
      try {
        await writeChanges(stream, first, seen, left.signal, service);
      } catch (thrown) {
        // The status has been sent: the stream can only end, and its reader comes again.
        log({ request: c.get("request"), method: "GET", path: c.req.path, status: 200, thrown });
      }
    });
  });
}

async function writeChanges(stream: SSEStreamingApi, first: JobStatus, seen: number, left: AbortSignal, service: ApiOptions["service"]) {
  const stopped = AbortSignal.any([left, AbortSignal.timeout(MAX_STREAM_MS)]);
  let sent = seen;
  for (let status = first; !stopped.aborted; status = await service.changed(first.job, sent, HEARTBEAT_MS, stopped)) {
    await stream.write(eventText(status, sent));
    sent = Math.max(sent, status.version);
    if (isOver(status.state)) return;
  }
}

/** A status as an event, or a comment where the reader has seen it. Source: https://html.spec.whatwg.org/multipage/server-sent-events.html */
const eventText = (status: JobStatus, seen: number): string =>
  status.version > seen
    ? `event: status\nid: ${status.version}\nretry: ${RETRY_MS}\ndata: ${JSON.stringify(status)}\n\n`
    : `: nothing new\nretry: ${RETRY_MS}\n\n`;
