import { expect, test } from "vitest";
import { codeFrame, parsePlace } from "../../../apps/cli/code-frame.ts";

const source = "const a = 1;\nconst b = 2;\n\tread(c);\nconst d = 4;\nconst e = 5;\nconst f = 6;\n";

test("a frame shows the line between its neighbours and marks the column", () => {
  expect(codeFrame(source, { file: "job.ts", line: 3, column: 7 })).toBe(
    ["  1 | const a = 1;", "  2 | const b = 2;", "> 3 |  read(c);", "    |       ^", "  4 | const d = 4;", "  5 | const e = 5;"].join("\n"),
  );
});

test("a frame at the edge of a file is shorter", () => {
  expect(codeFrame("only", { file: "job.ts", line: 1, column: 1 })).toBe("> 1 | only\n    | ^");
});

test("there is no frame for a line that the file does not have", () => {
  expect(codeFrame(source, { file: "job.ts", line: 40, column: 1 })).toBeUndefined();
});

test.each([
  ["/a/job.ts:12:5", { file: "/a/job.ts", line: 12, column: 5 }],
  ["file:///a/my job.ts:3:1", { file: "file:///a/my job.ts", line: 3, column: 1 }],
  ["/a/job.ts:12", { file: "/a/job.ts", line: 12, column: 1 }],
])("the place %s is read", (text, place) => {
  expect(parsePlace(text)).toEqual(place);
});

test.each(["select 1", "", ":3:4", "job.ts"])("%o is no place", (text) => {
  expect(parsePlace(text)).toBeUndefined();
});
