// The command `npm run test:e2e`: its figures and its options, without a browser, where every test skips itself.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";

const RUN = join(import.meta.dirname, "run.ts");
const run = promisify(execFile);
const { TRIBUTARY_DASHBOARD: _, ...environment } = process.env;
const env = { ...environment, CHROMIUM: "/no/such/browser" };

describe("npm run test:e2e", () => {
  it("prints one JSON object of figures with --json, and says why tests skip themselves", async () => {
    const { stdout, stderr } = await run(process.execPath, [RUN, "--json"], { env });
    expect(stdout.trim().split("\n")).to.have.length(1);
    const { seconds, skipped, screenshots, ...figures } = JSON.parse(stdout) as Record<string, unknown>;
    expect(figures).to.deep.equal({ passed: 0, failed: 0 });
    expect(skipped).to.be.a("number").above(30);
    expect(seconds).to.be.a("number").above(0);
    expect(screenshots).to.equal(join(import.meta.dirname, "screenshots"));
    expect(existsSync(dirname(String(screenshots)))).to.equal(true);
    expect(stderr).to.include("there is no /no/such/browser");
  });

  it("says what it does not know, and ends with 2", async () => {
    const failure = await run(process.execPath, [RUN, "--jason"], { env }).then(
      () => expect.fail("it ran"),
      (error: unknown) => error as { code: number; stderr: string },
    );
    expect(failure.code).to.equal(2);
    expect(failure.stderr).to.include("--jason").and.to.include("usage: npm run test:e2e");
  });
});
