// What is read of a chain is read of the chain that was named.
import { expect } from "chai";
import { type ChainReader, ChainUnreadable, guarded } from "./chain.ts";

describe("a chain that is read", () => {
  it("is the one that was named: what a node of another chain answers counts for nothing", async () => {
    let chainId = 11_155_111;
    let asked = 0;
    const client = {
      readContract: () => Promise.resolve(7n),
      getChainId: () => (asked++, Promise.resolve(chainId)),
    } as unknown as ChainReader;
    const reader = guarded(client, 31_337);
    const read = () => reader.readContract({} as never);
    const error = await read().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(ChainUnreadable);
    expect(String(error)).to.include("the node is of chain 11155111, not of chain 31337");

    // A node that was mended is asked again, and then no more.
    chainId = 31_337;
    expect(await read()).to.equal(7n);
    expect(await read()).to.equal(7n);
    expect(asked).to.equal(2);
  });
});
