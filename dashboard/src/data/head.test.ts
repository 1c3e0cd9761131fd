// Against a real node: what the dashboard holds against its chain to see that the index is of another one.
import { expect } from "chai";
import { GRACE_MILLISECONDS, isAbandoned } from "@tributary/protocol/abandoned-block";
import { type Chain, startAnvil } from "../../../deploy/testing/anvil.ts";
import { chainHead } from "./head.ts";

describe("the head that the dashboard shows", function () {
  this.timeout(60_000);
  const { signal } = new AbortController();
  let chain: Chain;

  before(async () => {
    chain = await startAnvil();
  });
  after(() => (chain as Chain | undefined)?.stop());

  const newest = async () => {
    const { number, timestamp } = await chain.client.getBlock();
    return { number: Number(number), timestamp: Number(timestamp) };
  };

  it("is suspected once the node has the indexed block no more, below its head and above it", async () => {
    const snapshot = await chain.client.snapshot();
    await chain.client.mine({ blocks: 40, interval: 1 });
    const indexed = await newest();
    expect(await chainHead(chain.rpcUrl, undefined, undefined, signal)).to.deep.equal({
      ...{ number: indexed.number, suspicion: undefined, held: undefined, hash: undefined, reorganisations: 0 },
    });
    const before = await chainHead(chain.rpcUrl, indexed, undefined, signal);
    const { hash: own } = await chain.client.getBlock();
    expect(before.suspicion).to.equal(undefined);
    expect(before).to.deep.include({ hash: own, held: { number: indexed.number, hash: own }, reorganisations: 0 });

    await chain.client.revert({ id: snapshot });
    const reset = await chainHead(chain.rpcUrl, indexed, before, signal);
    expect(reset).to.deep.include({ hash: undefined, reorganisations: 0 });
    expect(reset.number).to.be.below(indexed.number);
    expect(reset.suspicion?.indexed).to.deep.equal(indexed);
    await chain.client.mine({ blocks: 60, interval: 2 });
    const passed = await chainHead(chain.rpcUrl, indexed, reset, signal);
    const { hash: other } = await chain.client.getBlock({ blockNumber: BigInt(indexed.number) });
    expect(passed).to.deep.include({ hash: other, held: { number: indexed.number, hash: other }, reorganisations: 1 });
    expect(other).to.not.equal(own);
    expect(passed.number).to.be.above(indexed.number);
    expect(passed.suspicion).to.deep.equal(reset.suspicion);
    expect(isAbandoned(passed.suspicion, passed.suspicion!.sinceMilliseconds + GRACE_MILLISECONDS)).to.equal(true);

    const after = await chainHead(chain.rpcUrl, await newest(), passed, signal);
    expect(after).to.deep.include({ suspicion: undefined, reorganisations: 1 });
  });
});
