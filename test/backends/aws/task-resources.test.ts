import { expect, test } from "vitest";
import { taskResources } from "../../../lib/backends/aws/task-resources.ts";

const MEBIBYTE = 1024 ** 2;

test.each([1_769, 3_538, 7_076, 10_240])("what a function of %d MiB gives its parts leaves room for its processes", (memoryMiB) => {
  const { kernelMemory, inFlight, broadcasts } = taskResources(memoryMiB);
  const processes = memoryMiB - (kernelMemory + inFlight + broadcasts) / MEBIBYTE;
  expect(processes).toBeGreaterThan(320);
  expect(kernelMemory / MEBIBYTE / memoryMiB).toBeGreaterThan(0.5);
});

test("a function has a thread for each processor", () => {
  expect([512, 1_769, 3_538, 7_076, 10_240].map((memory) => taskResources(memory).threads)).toEqual([1, 1, 2, 4, 6]);
});

test("the smallest function still has a kernel", () => {
  expect(taskResources(128).kernelMemory).toBe(64 * MEBIBYTE);
});
