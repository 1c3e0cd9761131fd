// Bars where standard error is a terminal, plain lines where it is not.
import { PassThrough } from "node:stream";
import { expect } from "chai";
import { createProgress } from "./progress.ts";

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

  it("is a plain line elsewhere, without control characters", async () => {
    expect(await show(false)).to.match(/^ ✓ train the adapter +\d+\.\d s {2}perplexity 28\.9\n$/);
  });
});
