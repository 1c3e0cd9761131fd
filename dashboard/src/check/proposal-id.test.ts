// What is said of a proposal holds only where its id, which is voted on, is the hash of it.
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import { expect } from "chai";
import { AbiCoder, id, keccak256 } from "ethers";
import { encodeFunctionData, parseAbi, zeroHash } from "viem";
import { inWords } from "../pages/governance-proposal/calls.ts";
import { isProposalOf } from "./proposal-id.ts";

const MODELS = "0x00000000000000000000000000000000000000a1";
const TIMELOCK = "0x00000000000000000000000000000000000000B2";
const data = encodeFunctionData({ abi: modelRegistryAbi, functionName: "setTreasuryLeastBps", args: [100] });
const PROPOSED = { targets: [MODELS], values: ["0"], calldatas: [data], description: "# Lower the share\nas agreed" };
/** As `IGovernor.hashProposal` makes it, by another library. */
const ID = String(
  BigInt(
    keccak256(
      AbiCoder.defaultAbiCoder().encode(
        ["address[]", "uint256[]", "bytes[]", "bytes32"],
        [PROPOSED.targets, PROPOSED.values, PROPOSED.calldatas, id(PROPOSED.description)],
      ),
    ),
  ),
);

describe("a proposal of governance that an indexer tells", () => {
  it("is the one that is voted on where its id is the hash of its calls and text, and no other", () => {
    expect(isProposalOf(ID, PROPOSED)).to.equal(true);
    for (const [name, changed] of Object.entries({
      target: { targets: [TIMELOCK] },
      value: { values: ["1"] },
      call: { calldatas: [`${data.slice(0, -2)}65`] },
      text: { description: `${PROPOSED.description}.` },
      "another call": { targets: [MODELS, MODELS], values: ["0", "0"], calldatas: [data, data] },
      "no address": { targets: ["nobody"] },
      "no number": { values: ["none"] },
    }))
      expect(isProposalOf(ID, { ...PROPOSED, ...changed }), name).to.equal(false);
  });

  it("is told in words, the timelock's own gravest calls with their roles too", () => {
    const grant = encodeFunctionData({
      abi: parseAbi(["function grantRole(bytes32,address)"]),
      args: [zeroHash, MODELS],
    });
    expect(inWords(TIMELOCK, grant, { TimelockController: TIMELOCK })).to.deep.equal({
      contract: "TimelockController",
      call: "grantRole(DEFAULT_ADMIN_ROLE, 0x00000000000000000000000000000000000000A1)",
    });
    expect(inWords(MODELS, data, { ModelRegistry: MODELS }).call).to.equal("setTreasuryLeastBps(100)");
    expect(inWords(MODELS, "0x12345678", { ModelRegistry: MODELS }).call).to.equal(undefined);
  });
});
