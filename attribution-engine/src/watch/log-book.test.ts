// Tests of the ranges that a node is asked for events of.
import { expect } from "chai";
import { hexToNumber, type Hex } from "viem";
import { LogBook } from "./log-book.ts";
import { outage, refusal, scriptedNode } from "./test/scripted-node.ts";

interface Range {
  readonly fromBlock: Hex;
  readonly toBlock: Hex;
}

/** Lengths of the ranges that are asked for while a node answers as `judge` says. */
function recorded(judge: (blocks: number) => void): { logs: LogBook; asked: number[] } {
  const asked: number[] = [];
  const reader = scriptedNode({
    eth_getLogs: ([{ fromBlock, toBlock }]: [Range]) => {
      const blocks = hexToNumber(toBlock) - hexToNumber(fromBlock) + 1;
      asked.push(blocks);
      judge(blocks);
      return [];
    },
  });
  return { logs: new LogBook(reader, [], 0n), asked };
}

async function failureOf(refreshed: Promise<void>): Promise<string> {
  return refreshed.then(
    () => "",
    (error: unknown) => String(error),
  );
}

describe("LogBook", () => {
  it("halves the range that a node refuses, and no more", async () => {
    const { logs, asked } = recorded((blocks) => {
      if (blocks > 3_000) throw refusal(-32005, "query exceeds max block range 3000");
    });
    await logs.refresh(9_999n);
    expect(asked).to.deep.equal([10_000, 5_000, 2_500, 2_500, 2_500, 2_500]);
  });

  it("asks for the first range again once the node takes it", async () => {
    let isBusy = true;
    const { logs, asked } = recorded((blocks) => {
      if (isBusy && blocks > 1_250) throw refusal(-32000, "query timeout exceeded");
    });
    await logs.refresh(9_999n);
    isBusy = false;
    await logs.refresh(99_999n);
    expect(Math.max(...asked.slice(-4))).to.equal(10_000);
    expect(asked.slice(4, 11)).to.deep.equal(Array(7).fill(1_250));
  });

  it("does not take an outage, or too many requests, for an answer about the range", async () => {
    for (const problem of [
      outage(),
      outage(429),
      refusal(-32005, "rate limit exceeded"),
      refusal(-32603, "internal"),
    ]) {
      let isDown = true;
      const { logs, asked } = recorded(() => {
        if (isDown) throw problem;
      });
      expect(await failureOf(logs.refresh(9_999n))).to.not.equal("");
      expect(asked).to.deep.equal([10_000]);
      isDown = false;
      await logs.refresh(9_999n);
      expect(asked).to.deep.equal([10_000, 10_000]);
    }
  });

  it("gives up where the node refuses even the shortest range", async () => {
    const { logs, asked } = recorded(() => {
      throw refusal(-32005, "block range too large");
    });
    expect(await failureOf(logs.refresh(9_999n))).to.contain("block range too large");
    expect(asked.at(-1)).to.equal(16);
    expect(asked).to.have.length(11);
  });
});
