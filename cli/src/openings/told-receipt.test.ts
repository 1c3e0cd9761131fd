// A receipt in a file is held against the one that was settled.
import { receiptProof } from "@tributary/protocol/receipt-proof";
import { saltedHash } from "@tributary/protocol/salted-hash";
import { type Receipt, receiptHash } from "@tributary/protocol/typed-data/receipt";
import { expect } from "chai";
import { type Hex, zeroAddress } from "viem";
import { differencesFrom, uncompared } from "./told-receipt.ts";

const salt: Hex = `0x${"5a".repeat(32)}`;
const settled: Receipt = {
  ...{ till: `0x${"ab".repeat(20)}`, modelVersion: 1n, channelId: `0x${"cd".repeat(32)}`, sequence: 3n },
  ...{ amount: 7n, cumulative: 21n, agentRegistry: zeroAddress, agentId: 0n, issuedAt: 1_700_000_000 },
  ...{ requestHash: saltedHash(salt, "asked"), responseHash: saltedHash(salt, "answered") },
};
const proof = receiptProof({ id: receiptHash(settled), receipt: settled, signature: "0x", salt });

describe("a receipt in a file", () => {
  it("has nothing otherwise than what was settled, or does not say it", () => {
    expect(differencesFrom(proof, settled)).to.deep.equal([]);
    expect(differencesFrom({ ...proof, prompt: "asked", answer: "answered" }, settled)).to.deep.equal([]);
    const upper = { ...proof.receipt, till: `0x${"AB".repeat(20)}` };
    expect(differencesFrom({ receipt: upper }, settled)).to.deep.equal([]);
    expect(differencesFrom({}, settled)).to.deep.equal([]);
  });

  it("is told field by field where it has", () => {
    for (const [name, value] of Object.entries(proof.receipt)) {
      const other = typeof value === "number" ? value + 1 : `${value.slice(0, -1)}9`;
      const differences = differencesFrom({ receipt: { ...proof.receipt, [name]: other } }, settled);
      expect(differences, name).to.have.length(1);
      expect(differences[0]).to.equal(`${name}: ${other}, not ${value}`);
    }
    expect(differencesFrom({ receipt: { ...proof.receipt, amount: null } }, settled)).to.deep.equal([
      "amount: null, not 7",
    ]);
    const beside = { id: proof.id, ...proof.receipt, amount: "8" };
    expect(differencesFrom(beside, settled)).to.deep.equal(["amount: 8, not 7"]);
    for (const receipt of ["7", [1], null])
      expect(differencesFrom({ receipt }, settled)).to.deep.equal(["receipt: it is no object"]);
  });

  it("covers the file's texts by the salt", () => {
    expect(differencesFrom({ ...proof, prompt: "asked else", answer: "answered" }, settled)).to.deep.equal([
      "prompt: under the salt its hash is not the receipt's requestHash",
    ]);
    expect(differencesFrom({ ...proof, answer: "made up" }, settled)).to.have.length(1);
    expect(differencesFrom({ ...proof, salt: "0x12" }, settled)).to.deep.equal(["salt: it is not 32 bytes of hex"]);
    expect(uncompared({ ...proof, prompt: "asked", answer: "answered" })).to.deep.equal([]);
    const { salt: _salt, ...without } = proof;
    expect(uncompared({ ...without, answer: "made up" })).to.deep.equal(["answer"]);
  });
});
