// Tests of proofs against settlements as calldata, and of what they cost.
import { expect } from "chai";
import { decodeFunctionData, getAddress } from "viem";
import { settlementProofsAbi } from "../abi/settlement-proofs.ts";
import type { ChannelConfig } from "../typed-data/channel.ts";
import { type Link, linkArgument } from "./link.ts";
import {
  costOfSettlementProof,
  linksOfSettlementProof,
  type SettlementProof,
  settlementProofCalldata,
} from "./settlement-proof.ts";

/** Links that differ in everything. */
function link(seed: number, levels = 2): Link {
  return {
    key: BigInt(seed),
    which: 0,
    sum: BigInt(seed * 7),
    payload: Uint8Array.of(seed, 1),
    preimage: Uint8Array.of(seed, 2),
    opening: Uint8Array.of(levels, 0, 0, 0, 0, seed),
  };
}

const CONFIG: ChannelConfig = {
  payer: getAddress(`0x${"1a".repeat(20)}`),
  payerAuthorizer: getAddress(`0x${"2b".repeat(20)}`),
  receiver: getAddress(`0x${"3c".repeat(20)}`),
  receiverAuthorizer: getAddress(`0x${"4d".repeat(20)}`),
  token: getAddress(`0x${"5e".repeat(20)}`),
  withdrawDelay: 3_600,
  salt: `0x${"6f".repeat(32)}`,
};

const PROOFS: readonly (readonly [SettlementProof, readonly unknown[]])[] = [
  [{ name: "proveSketchForm", settlement: 5n, commit: 2, node: link(1) }, [5n, 2, 1]],
  [{ name: "proveSketchReceipt", settlement: 5n, commit: 2, sketch: link(1), receipt: link(2) }, [5n, 2, 1, 2]],
  [{ name: "proveReceiptForm", settlement: 5n, node: link(1) }, [5n, 1]],
  [{ name: "proveReceiptAlone", settlement: 5n, receipt: link(1) }, [5n, 1]],
  [{ name: "proveReceiptOrder", settlement: 5n, first: link(1), second: link(2) }, [5n, 1, 2]],
  [{ name: "proveContinuity", settlement: 5n, receipt: link(1), other: 4n, otherReceipt: link(2) }, [5n, 1, 4n, 2]],
  [{ name: "proveUncovered", settlement: 5n, receipt: link(1) }, [5n, 1]],
  [{ name: "proveForeignChannel", settlement: 5n, receipt: link(1), config: CONFIG }, [5n, 1, CONFIG]],
];

describe("settlementProofCalldata", () => {
  for (const [proof, order] of PROOFS)
    it(`puts the arguments of ${proof.name} in the contract's order`, () => {
      const { functionName, args } = decodeFunctionData({
        abi: settlementProofsAbi,
        data: settlementProofCalldata(proof),
      });
      expect(functionName).to.equal(proof.name);
      let links = 0;
      const expected = order.map((value, i) => {
        if (typeof args[i] !== "object" || typeof value === "object") return value;
        links++;
        return linkArgument(link(value as number));
      });
      expect([...args]).to.deep.equal(expected);
      expect(linksOfSettlementProof(proof)).to.have.length(links);
    });
});

describe("costOfSettlementProof", () => {
  it("grows with the bytes and the levels of a proof, and with a sketch", () => {
    const cost = (node: Link, name: "proveReceiptForm" | "proveSketchForm" = "proveReceiptForm"): number =>
      costOfSettlementProof({ name, settlement: 1n, commit: 0, node } as SettlementProof);
    expect(cost(link(1, 3))).to.be.greaterThan(cost(link(1)));
    expect(cost({ ...link(1), payload: new Uint8Array(99) })).to.be.greaterThan(cost(link(1)));
    expect(cost(link(1), "proveSketchForm")).to.be.greaterThan(cost(link(1)));
  });
});
