// Which epoch claims are opened in, by the ledger's root and its events.
import { expect } from "chai";
import { type Hex, zeroAddress, zeroHash } from "viem";
import type { Chain } from "../connection.ts";
import { UserError } from "../errors.ts";
import { newestFinal } from "./final-epochs.ts";

const ROOT: Hex = `0x${"12".repeat(32)}`;
const BUNDLE: Hex = `0x${"34".repeat(32)}`;

/** @param told the roots of the `Finalized` events that the node has */
function chainOf(root: Hex, told: readonly Hex[]): Chain {
  const client = {
    getBlockNumber: () => Promise.resolve(9n),
    getBlock: () => Promise.resolve({ timestamp: 5n }),
    getContractEvents: () =>
      Promise.resolve(
        told.map((hash, i) => ({
          args: { epoch: BigInt(i + 1), proposal: 0, payouts: { hash, sum: 7n } },
          blockNumber: 3n,
        })),
      ),
    readContract: ({ functionName }: { functionName: string }) =>
      Promise.resolve(functionName === "payoutsRoot" ? { hash: root, sum: 7n } : { bundleHash: BUNDLE }),
  };
  return { client, deployment: { block: 0, addresses: { RoyaltyLedger: zeroAddress } } } as unknown as Chain;
}

describe("the epoch that claims are opened in", () => {
  it("is the one of the ledger's root, and none before the first is final", async () => {
    expect(await newestFinal(chainOf(ROOT, [BUNDLE, ROOT]))).to.deep.include({ epoch: 2n, bundleHash: BUNDLE });
    expect(await newestFinal(chainOf(zeroHash, []))).to.equal(undefined);
  });

  it("is not taken for none where the node lacks the event of the root", async () => {
    for (const told of [[], [BUNDLE]]) {
      const error: unknown = await newestFinal(chainOf(ROOT, told)).catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(UserError).and.include({ exitCode: 1 });
      expect(String(error)).to.include(`payouts root is ${ROOT}`).and.include("nothing was claimed");
    }
  });
});
