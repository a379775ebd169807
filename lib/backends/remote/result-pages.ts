import type { ResultView } from "../../service/records.ts";
import type { HttpSession } from "./http-session.ts";

/** Pages asked for before they are wanted: at most so many, and so many bytes besides the first. */
const MAX_AHEAD = 4;
const MAX_BYTES_AHEAD = 64 * 1024 * 1024;
/** A page is sent as one stream, a little longer than its share of the result. */
const SLACK_BYTES = 1024 * 1024;
const PAGE_TIMEOUT_MS = 120_000;

/** The pages of a result in order, each a whole Arrow IPC stream. The next ones are fetched while one is read; leaving early ends the fetches. */
export async function* resultPages(
  session: HttpSession,
  job: string,
  { pages }: ResultView,
  cancelled: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const left = new AbortController();
  const signal = AbortSignal.any([left.signal, cancelled]);
  const fetched: { readonly bytes: number; readonly page: Promise<Uint8Array> }[] = [];
  let next = 0;
  let ahead = 0;
  const fetchAhead = () => {
    while (next < pages.length && fetched.length < MAX_AHEAD && (fetched.length === 0 || ahead + pages[next]!.bytes <= MAX_BYTES_AHEAD)) {
      const { bytes } = pages[next]!;
      const page = fetchPage(session, job, next, bytes, signal);
      // Awaited in its turn; until then its failure is nobody's.
      page.catch(() => {});
      fetched.push({ bytes, page });
      ahead += bytes;
      next += 1;
    }
  };
  try {
    for (fetchAhead(); fetched.length > 0; fetchAhead()) {
      const { bytes, page } = fetched.shift()!;
      yield await page;
      ahead -= bytes;
    }
  } finally {
    left.abort();
  }
}

async function fetchPage(session: HttpSession, job: string, page: number, bytes: number, signal: AbortSignal): Promise<Uint8Array> {
  const { body } = await session.call(`/v1/jobs/${job}/results/${page}?format=arrow`, {
    headers: { accept: "*/*" },
    timeoutMs: PAGE_TIMEOUT_MS,
    maxBytes: 2 * bytes + SLACK_BYTES,
    signal,
  });
  return body;
}
