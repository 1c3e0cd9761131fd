// Tests of the report's list of slow tests, as mocha prints it.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { runChild } from "./child.ts";

const SPEC = `
const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
describe("outer", () => {
  before(() => wait(400));
  it("is quick", () => undefined);
  it("is slow", () => wait(200));
});
`;

describe("the report of mocha", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "tributary-reporter-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  for (const mode of ["--no-parallel", "--parallel"]) {
    it(`lists slow tests and hooks, the slowest first, then counts (${mode})`, async () => {
      const spec = join(folder, "slow.test.mjs");
      writeFileSync(spec, SPEC);
      const { output } = await runChild("mocha", [
        "--no-config",
        mode,
        "--reporter",
        "./scripts/mocha-reporter.ts",
        spec,
      ]);
      expect(output).to.match(
        /Slowest:\n +\d+\.\d s {2}outer › "before all" hook.*\n +\d+\.\d s {2}outer › is slow\n\n {2}2 passing/,
      );
    });
  }
});
