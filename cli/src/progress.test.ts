// Bars where standard error is a terminal, plain lines where it is not.
import { spawn } from "node:child_process";
import { PassThrough } from "node:stream";
import { expect } from "chai";
import { createProgress } from "./progress.ts";

const HIDE_CURSOR = "\u001b[?25l";
const SHOW_CURSOR = "\u001b[?25h";
const REDRAWN_MILLISECONDS = 300;
const redrawn = () => new Promise((resolve) => setTimeout(resolve, REDRAWN_MILLISECONDS));

async function show(isTTY: boolean): Promise<string> {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 100, rows: 30 });
  const progress = createProgress(stream as unknown as NodeJS.WriteStream);
  try {
    const stage = progress.stage("train the adapter");
    stage.update(3, 10);
    if (isTTY) await redrawn();
    stage.finish("perplexity 28.9");
  } finally {
    progress.close();
  }
  return String(stream.read());
}

describe("progress", () => {
  it("is a bar with its percentage on a terminal, and a line when the stage is done, even just before the end", async () => {
    expect(await show(true)).to.match(/train the adapter\s+█+░+ 30%[^]*✓ train the adapter\s.* s {2}perplexity 28\.9/);
  });

  it("gives the terminal its cursor back where a signal ends the process, which ends by it", async function () {
    const program = `
      const { createProgress } = await import(${JSON.stringify(new URL("progress.ts", import.meta.url).href)});
      Object.assign(process.stderr, { isTTY: true, columns: 100, rows: 30, cursorTo() {}, clearLine() {}, moveCursor() {}, clearScreenDown() {} });
      createProgress().stage("read").update(1, 3);
      setInterval(() => undefined, 1_000);
      setTimeout(() => process.kill(process.pid, "SIGINT"), 300);`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    let drawn = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (drawn += text));
    const signal = await new Promise((resolve) =>
      child.once("close", (_, by) => {
        resolve(by);
      }),
    );
    expect(drawn).to.include(HIDE_CURSOR);
    expect(drawn.lastIndexOf(SHOW_CURSOR)).to.be.above(drawn.lastIndexOf(HIDE_CURSOR));
    expect(signal).to.equal("SIGINT");
  });

  it("is a plain line elsewhere, without control characters", async () => {
    expect(await show(false)).to.match(/^ ✓ train the adapter +\d+\.\d s {2}perplexity 28\.9\n$/);
  });
});
