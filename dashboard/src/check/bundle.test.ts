// The checks as a page gets them: bundled for browsers without anything of Node's, small, and of the same verdict.
import { gzipSync } from "node:zlib";
import { vectorEpoch } from "@tributary/protocol/testing/vector-epoch";
import { expect } from "chai";
import { build, type Rolldown } from "vite";
import type * as Checked from "./check-answer.ts";
import { servedCall, vectorChain } from "./testing/vector-chain.ts";

const MOST_GZIPPED_BYTES = 130_000;

describe("the checks bundled for browsers", function () {
  this.timeout(60_000);

  it("need nothing of Node, are small, and prove and refuse as they do here", async () => {
    const { output } = (await build({
      configFile: false,
      logLevel: "silent",
      build: {
        write: false,
        target: "es2023",
        modulePreload: false,
        rolldownOptions: {
          input: `${import.meta.dirname}/check-answer.ts`,
          preserveEntrySignatures: "strict",
          output: { codeSplitting: false },
        },
      },
    })) as Rolldown.RolldownOutput;
    expect(output).to.have.length(1);
    const { code } = output[0];
    expect(code).to.not.match(/from\s*["']node:|import\(["']node:|__vite-browser-external|sumtree\.wasm|readFileSync/);
    expect(gzipSync(code).length).to.be.below(MOST_GZIPPED_BYTES);

    const { checkAnswer } = (await import(
      `data:text/javascript;base64,${Buffer.from(code).toString("base64")}`
    )) as typeof Checked;
    const epoch = vectorEpoch();
    const call = epoch.calls[0]!;
    const [chain, served] = [vectorChain(epoch, call), servedCall(call)];
    expect((await checkAnswer(chain, call.id, served)).status).to.equal("proven");
    const { receipt } = served.opened;
    const tampered = { ...served, opened: { ...served.opened, receipt: { ...receipt, sum: `1${receipt.sum}` } } };
    expect((await checkAnswer(chain, call.id, tampered)).status).to.equal("refused");
  });
});
