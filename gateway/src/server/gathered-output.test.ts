// The log's output writes all lines in their order, and costs no more than lines where its place takes none.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "chai";

const PROGRAM = `
  const { gatheredOutput } = await import(${JSON.stringify(fileURLToPath(new URL("./gathered-output.ts", import.meta.url)))});
  const output = gatheredOutput();
  for (let i = 0; i < 60; i++) {
    output.write(String(i).padStart(900, ".") + "\\n");
    if (i % 7 === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  }
  process.stderr.write("went on to its end");
`;

describe("the log's output", () => {
  it("has each line once, in order, the last ones too", () => {
    const lines = execFileSync(process.execPath, ["-e", PROGRAM], { encoding: "utf8", stdio: "pipe" })
      .trim()
      .split("\n");
    expect(lines.map((line) => Number(line.replaceAll(".", "")))).to.deep.equal(
      Array.from({ length: 60 }, (_, i) => i),
    );
  });

  it("ends nothing and holds nothing up where the disk is full (skipped without /dev/full)", function () {
    if (!existsSync("/dev/full")) this.skip();
    const command = ["-c", '"$0" -e "$1" > /dev/full', process.execPath, PROGRAM];
    const { status, stderr } = spawnSync("sh", command, { encoding: "utf8", timeout: 20_000 });
    expect([status, stderr]).to.deep.equal([0, "went on to its end"]);
  });
});
