// The wait for depth: it ends with the blocks it needs, when its time is over, and at once when the gateway stops.
import { expect } from "chai";
import type { PublicClient } from "viem";
import { depthReached } from "./depth.ts";

const LOCAL_CHAIN_ID = 31337;
const PUBLIC_CHAIN_ID = 1;

/** SIMULATED: a node whose newest block is the next of these each time it is asked, the last one for ever. */
function nodeOf(...latest: bigint[]): PublicClient {
  const next = (): Promise<bigint> => Promise.resolve(latest.length > 1 ? latest.shift()! : latest[0]!);
  return { getBlockNumber: next } as unknown as PublicClient;
}

describe("the wait for depth", () => {
  it("ends with as many blocks as it needs, and says which one is that deep", async () => {
    const chain = { reader: nodeOf(5n, 6n, 8n), chainId: LOCAL_CHAIN_ID, confirmations: 3 };
    expect(await depthReached(chain, 5n)).to.equal(6n);
    expect(await depthReached({ ...chain, reader: nodeOf(7n, 7n, 9n) })).to.equal(7n);
  });

  it("ends at once when the gateway stops, however long blocks take", async () => {
    const stopping = new AbortController();
    const chain = { reader: nodeOf(5n), chainId: PUBLIC_CHAIN_ID, confirmations: 64, stopping: stopping.signal };
    const ended = depthReached(chain).then(
      () => "reached",
      (error: Error) => error.name,
    );
    // In its pause between two looks, which is a second where the chain is a public one.
    await new Promise((resolve) => setTimeout(resolve, 20));
    const began = performance.now();
    stopping.abort(new Error("the gateway is stopping"));
    expect(await ended).to.equal("AbortError");
    expect(performance.now() - began).to.be.below(500);
  });
});
