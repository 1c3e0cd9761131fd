// What a statement says of attributed income: the epoch's sum is proven, what single calls brought of it is what a bundle says.
import { keccak256 } from "@tributary/protocol/keccak";
import { EARNING, PAYOUT } from "@tributary/protocol/kinds";
import { leafJson } from "@tributary/protocol/opened-leaf";
import { encodePayout } from "@tributary/protocol/payloads/payout";
import { leafLink } from "@tributary/protocol/proofs/link";
import { sumTreeOf } from "@tributary/protocol/sum-tree";
import { expect } from "chai";
import { toHex, zeroHash } from "viem";
import { attributedEntries } from "./earnings.ts";
import type { OpeningSource, PayingCall } from "./source.ts";

const EARNED = 20n;
const POSITION = 1;
const payload = encodePayout({
  earnings: { hash: keccak256(new Uint8Array(1)), sum: EARNED, depth: EARNING.depth },
});
const tree = sumTreeOf(PAYOUT.depth, [{ key: POSITION, sum: EARNED, payload }]);
const leaf = leafJson(leafLink(POSITION, EARNED, payload, tree.open(PAYOUT.depth, POSITION)));
const final = {
  ...{ epoch: 2n, proposal: 0, payouts: { hash: toHex(tree.root.hash), sum: EARNED } },
  ...{ bundleHash: zeroHash, at: 5n, blockNumber: 3n },
};
const A = toHex(keccak256(new Uint8Array([1])));
const B = toHex(keccak256(new Uint8Array([2])));

function naming(calls: readonly PayingCall[], total = calls.length): OpeningSource {
  return {
    payout: () => Promise.resolve(leaf),
    claim: () => Promise.resolve(leaf),
    payers: () => Promise.resolve({ total, calls }),
    call: () => Promise.resolve(undefined),
    close: () => undefined,
  };
}

async function labelled(calls: readonly PayingCall[], total?: number) {
  const entries = await attributedEntries(naming(calls, total), final, BigInt(POSITION));
  return entries.map(({ receipt, amount, label }) => ({ receipt, amount, label }));
}

describe("the attributed income of a statement", () => {
  it("is detectable by call, and so is the rest, which is only as right as the calls that are named", async () => {
    const calls = [
      { receipt: A, paid: 12n },
      { receipt: B, paid: 5n },
    ];
    expect(await labelled(calls, 7)).to.deep.equal([
      { receipt: A, amount: 12n, label: "detectable" },
      { receipt: B, amount: 5n, label: "detectable" },
      { receipt: undefined, amount: 3n, label: "detectable" },
    ]);
  });

  it("is proven where it is the epoch's whole sum, of no call", async () => {
    expect(await labelled([])).to.deep.equal([{ receipt: undefined, amount: EARNED, label: "proven" }]);
  });

  it("is not believed where what is named is no receipt, is named twice, or paid nothing or less", async () => {
    const failureOf = (calls: readonly PayingCall[]) => labelled(calls).catch((error: unknown) => String(error));
    const formula = '=HYPERLINK("http://127.0.0.1")' as PayingCall["receipt"];
    expect(await failureOf([{ receipt: formula, paid: 1n }])).to.include("one is no receipt's id");
    const invented = [
      { receipt: A, paid: 1_000_000n },
      { receipt: B, paid: EARNED - 1_000_000n },
    ];
    expect(await failureOf(invented)).to.match(new RegExp(`${B} paid -999980, must be above 0: not believed`));
    expect(await failureOf([{ receipt: A, paid: 0n }])).to.include("paid 0, must be above 0");
    const upper = `0x${A.slice(2).toUpperCase()}` as const;
    const twice = [A, upper].map((receipt) => ({ receipt, paid: 1n }));
    expect(await failureOf(twice)).to.include(`${upper} is named twice: not believed`);
  });

  it("is not believed where the calls brought more than the epoch paid", async () => {
    const failure = await labelled([{ receipt: A, paid: EARNED + 1n }]).catch((error: unknown) => String(error));
    expect(failure).to.include("paid position 1 more than it earned: not believed");
  });
});
