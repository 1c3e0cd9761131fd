// What carries a proposal on, and when: the governor's own calls, of the proposal that was voted on and of no other.
import { expect } from "chai";
import { Interface } from "ethers";
import { encodeAbiParameters, type Hex, keccak256, stringToBytes } from "viem";
import { QUEUED, SUCCEEDED } from "../governance/proposal-state.ts";
import { carryOutCall, nextStep } from "./carry-out.ts";

const GOVERNOR = "0x00000000000000000000000000000000000000Aa";
const PROPOSAL = {
  targets: ["0x00000000000000000000000000000000000000a1", "0x00000000000000000000000000000000000000b2"],
  values: ["0", "12"],
  calldatas: ["0x1234", "0x"],
  description: "# Raise the bond\nby half",
};
const TYPES = [{ type: "address[]" }, { type: "uint256[]" }, { type: "bytes[]" }, { type: "bytes32" }] as const;
const HASH = keccak256(stringToBytes(PROPOSAL.description));
const ID = String(
  BigInt(
    keccak256(encodeAbiParameters(TYPES, [PROPOSAL.targets as Hex[], [0n, 12n], PROPOSAL.calldatas as Hex[], HASH])),
  ),
);

describe("a proposal that was carried", () => {
  it("can be queued, and executed when the timelock's delay is over; in any other state nothing can be done", () => {
    expect(nextStep(SUCCEEDED, 0n, 1_000)).to.deep.equal({ action: "queue", secondsLeft: 0 });
    expect(nextStep(QUEUED, 1_060n, 1_000)).to.deep.equal({ action: "execute", secondsLeft: 60 });
    expect(nextStep(QUEUED, 1_060n, 1_060)).to.deep.equal({ action: "execute", secondsLeft: 0 });
    expect(nextStep(QUEUED, 1_060n, 2_000)).to.deep.equal({ action: "execute", secondsLeft: 0 });
    for (const state of [undefined, 0, 1, 2, 3, 6, 7, 8]) expect(nextStep(state, 0n, 1_000)).to.equal(undefined);
  });

  it("is queued and executed by its own calls and the hash of its text", () => {
    // By another library, and the governor's signatures as OpenZeppelin's documentation has them.
    const governor = new Interface(
      ["queue", "execute"].map((name) => `function ${name}(address[],uint256[],bytes[],bytes32)`),
    );
    for (const action of ["queue", "execute"] as const)
      expect(carryOutCall(action, ID, PROPOSAL, GOVERNOR)).to.deep.equal({
        what: `${action} the proposal`,
        to: GOVERNOR,
        data: governor.encodeFunctionData(action, [PROPOSAL.targets, [0n, 12n], PROPOSAL.calldatas, HASH]),
      });
  });

  it("is not carried on by other calls or another text than were voted on", () => {
    for (const changed of [
      { targets: [...PROPOSAL.targets].reverse() },
      { values: ["0", "13"] },
      { calldatas: ["0x1235", "0x"] },
      { description: "# Raise the bond" },
    ])
      for (const action of ["queue", "execute"] as const)
        expect(() => carryOutCall(action, ID, { ...PROPOSAL, ...changed }, GOVERNOR)).to.throw(
          "not what was voted on, so nothing was sent",
        );
  });
});
