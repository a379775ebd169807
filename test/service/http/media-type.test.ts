import { expect, test } from "vitest";
import { negotiate } from "../../../lib/service/http/media-type.ts";

const OFFERED = ["application/vnd.apache.arrow.stream", "application/json"];

test.each([
  [undefined, OFFERED[0]],
  ["*/*", OFFERED[0]],
  ["application/json", OFFERED[1]],
  ["APPLICATION/JSON; charset=utf-8", OFFERED[1]],
  ["application/*;q=0.5, application/json", OFFERED[1]],
  ["application/json;q=0.1, */*;q=0.5", OFFERED[0]],
  ["application/vnd.apache.arrow.stream;q=0, */*", OFFERED[1]],
  ["text/html", undefined],
  ["*/*;q=0", undefined],
  [";;;,,,", undefined],
])("Accept: %s gets %s", (accept, expected) => {
  expect(negotiate(accept, OFFERED)).toBe(expected);
});
