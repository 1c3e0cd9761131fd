// The check of a position's earnings: the claim's opening against the root that the vault pays by, and every change of it.
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { royaltyPositionsAbi } from "@tributary/protocol/abi/royalty-positions";
import { royaltyVaultAbi } from "@tributary/protocol/abi/royalty-vault";
import type { RootHex } from "@tributary/protocol/opened-leaf";
import { vectorEpoch } from "@tributary/protocol/testing/vector-epoch";
import { expect } from "chai";
import { type Abi, type Address, encodePacked, getAddress, keccak256, zeroHash } from "viem";
import { checkPosition, type ServedClaim } from "./check-position.ts";
import { changesOf, withoutEach } from "./testing/changes.ts";
import { ADDRESSES, toldChain } from "./testing/told-chain.ts";

const OWNER: Address = "0x00000000000000000000000000000000000000bb";

describe("the check of a position's earnings", () => {
  const { payouts } = vectorEpoch();
  const leaf = payouts.leaf(4);
  const { sum, payload, opening } = leaf;
  const served: ServedClaim = {
    leaf,
    claim: { position: "4", cumulative: sum, payloadHash: keccak256(payload), opening },
  };
  const nothing = { cumulative: "0", payloadHash: zeroHash, opening: "0x" } as const;

  interface Told {
    root?: RootHex;
    vaultRoot?: RootHex;
    claimed?: bigint;
    exists?: boolean;
  }

  function chainWith(told: Told = {}) {
    const { root = payouts.root, vaultRoot = root, claimed = 1_000_000n, exists = true } = told;
    const commitment = ({ hash, sum: of }: RootHex) =>
      hash === zeroHash ? zeroHash : keccak256(encodePacked(["bytes32", "uint128"], [hash, of]));
    return toldChain({
      [ADDRESSES.RoyaltyLedger]: {
        abi: royaltyLedgerAbi as Abi,
        answers: { payoutsRoot: () => root, accruedOf: () => 7n },
      },
      [ADDRESSES.RoyaltyVault]: {
        abi: royaltyVaultAbi as Abi,
        answers: { payoutsCommitment: () => commitment(vaultRoot), claimedOf: () => claimed },
      },
      [ADDRESSES.RoyaltyPositions]: {
        abi: royaltyPositionsAbi as Abi,
        answers: exists ? { ownerOf: () => OWNER } : {},
      },
    });
  }

  it("proves what was attributed and what can be claimed of it", async () => {
    const { status, found } = await checkPosition(chainWith(), 4n, served);
    expect(status).to.equal("proven");
    expect(found).to.deep.equal({
      ...{ position: 4n, owner: getAddress(OWNER) },
      ...{ cumulative: 1_158_491n, claimed: 1_000_000n, attributed: 158_491n, accrued: 7n },
    });
  });

  it("proves that nothing was attributed yet, to one position or to any", async () => {
    const absent = { key: 5, sum: "0", payload: "0x", opening: payouts.absence(5) } as const;
    const claim = { position: "5", ...nothing };
    const chain = chainWith({ claimed: 0n });
    expect((await checkPosition(chain, 5n, { leaf: absent, claim })).found).to.include({ cumulative: 0n, accrued: 7n });
    expect((await checkPosition(chain, 4n, { leaf: { ...absent, key: 4 }, claim })).status).to.equal("refused");
    const none = chainWith({ claimed: 0n, root: { hash: zeroHash, sum: 0n } });
    expect((await checkPosition(none, 5n, { leaf: null, claim })).status).to.equal("proven");
  });

  it("refuses any change of what is served, another position, and another root", async () => {
    const refused = async (chain = chainWith(), position = 4n, claim: unknown = served, why = ""): Promise<void> => {
      expect((await checkPosition(chain, position, claim as ServedClaim)).status, why).to.equal("refused");
    };
    for (const [path, changed] of changesOf(served)) await refused(undefined, 4n, changed, path);
    for (const [path, changed] of withoutEach(served)) await refused(undefined, 4n, changed, path);
    const { root } = payouts;
    await refused(chainWith({ root: { ...root, sum: root.sum + 1n } }));
    await refused(chainWith({ root: { ...root, hash: keccak256("0x") } }));
    await refused(chainWith({ vaultRoot: { ...root, sum: root.sum + 1n } }));
    await refused(chainWith({ claimed: 1_158_492n }));
    await refused(chainWith({ exists: false }));
    await refused(undefined, 9n);
    await refused(undefined, 9n, { ...served, claim: { ...served.claim, position: "9" } });
    await refused(undefined, 4n, { leaf: null, claim: { position: "4", ...nothing } });
    await refused(undefined, 4n, { leaf: { ...payouts.leaf(9), key: 4 }, claim: served.claim });
  });
});
