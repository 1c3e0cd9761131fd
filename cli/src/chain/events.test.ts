// How many blocks a node is asked for events of at a time.
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { expect } from "chai";
import { HttpRequestError, RpcRequestError, zeroAddress } from "viem";
import type { Chain } from "../connection.ts";
import { eventsOf } from "./events.ts";

const HEAD = 9_999n;
const filter = { address: zeroAddress, abi: royaltyLedgerAbi, eventName: "Finalized", fromBlock: 0n } as const;

function refusal(message: string): RpcRequestError {
  return new RpcRequestError({ body: {}, error: { code: -32_005, message }, url: "http://127.0.0.1" });
}

/** A node with one event in each block, and the sizes of the ranges that it was asked for. */
function node(answer: (blocks: bigint, asked: number) => void): { chain: Chain; asked: bigint[] } {
  const asked: bigint[] = [];
  const client = {
    getBlockNumber: () => Promise.resolve(HEAD),
    getContractEvents({ fromBlock, toBlock }: { fromBlock: bigint; toBlock: bigint }) {
      const blocks = toBlock - fromBlock + 1n;
      asked.push(blocks);
      answer(blocks, asked.length);
      return Promise.resolve(
        Array.from({ length: Number(blocks) }, (_, i) => ({ blockNumber: fromBlock + BigInt(i) })),
      );
    },
  };
  return { chain: { client } as unknown as Chain, asked };
}

describe("the events of many blocks", () => {
  it("are asked for at once, in shorter ranges where a node refuses, and in longer ones again once it answers", async () => {
    const whole = node(() => undefined);
    expect(await eventsOf(whole.chain, filter)).to.have.length(Number(HEAD) + 1);
    expect(whole.asked).to.deep.equal([HEAD + 1n]);
    // It is busy for the first seven requests.
    const busy = node((blocks, asked) => {
      if (asked <= 7) throw refusal(`query exceeds max block range ${blocks - 1n}`);
    });
    const found = await eventsOf(busy.chain, filter);
    expect(found.map(({ blockNumber }) => blockNumber)).to.deep.equal(
      Array.from({ length: Number(HEAD) + 1 }, (_, i) => BigInt(i)),
    );
    expect(busy.asked[7]).to.equal(78n);
    expect(busy.asked.slice(8).some((blocks) => blocks > 150n)).to.equal(true);
  });

  it("are not asked for again where fewer blocks would not help", async () => {
    for (const error of [
      refusal("rate limit exceeded: 10 requests per second"),
      new HttpRequestError({ url: "http://127.0.0.1", status: 401 }),
      new Error("no connection"),
    ]) {
      const { chain, asked } = node(() => {
        throw error;
      });
      expect(await eventsOf(chain, filter).catch((reason: unknown) => reason)).to.equal(error);
      expect(asked).to.have.length(1);
    }
  });
});
