// Shares of a position's income, over the protocol at the stage that a test starts from.
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { ethers } from "./network.ts";
import type { Protocol } from "./protocol.ts";

/** Locks a position and gives its owner all shares of its income. */
export async function lock(p: Protocol, owner: HardhatEthersSigner, position: bigint, supply = 1_000n) {
  const factory = await ethers.deployContract("RoyaltySharesFactory", [p.positions]);
  await p.positions.connect(owner).approve(factory, position);
  await factory.connect(owner).createShares(position, supply, "Alice's data", "ALICE", [p.vault]);
  const shares = await ethers.getContractAt("RoyaltyShares", await p.positions.ownerOf(position));
  return { factory, shares };
}
