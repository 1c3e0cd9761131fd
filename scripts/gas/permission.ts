// A holder's signature under an allowance (EIP-2612), as a token's `permit` takes it.
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { type Addressable, Signature } from "ethers";
import { ethers, time } from "../../test/support/network.ts";

const PERMISSION = [
  { name: "owner", type: "address" },
  { name: "spender", type: "address" },
  { name: "value", type: "uint256" },
  { name: "nonce", type: "uint256" },
  { name: "deadline", type: "uint256" },
];

/** The EIP-712 domain of a contract of version 1. */
export async function domainOf(contract: Addressable, name: string) {
  const { chainId } = await ethers.provider.getNetwork();
  return { name, version: "1", chainId, verifyingContract: await contract.getAddress() };
}

/** @returns the arguments of `permit`, of the owner's first signature */
export async function signedPermission(
  token: Addressable,
  name: string,
  owner: HardhatEthersSigner,
  spender: HardhatEthersSigner,
  value: bigint,
) {
  const deadline = BigInt(await time.latest()) + 1_000n;
  const message = { owner: owner.address, spender: spender.address, value, nonce: 0n, deadline };
  const signature = await owner.signTypedData(await domainOf(token, name), { Permit: PERMISSION }, message);
  const { v, r, s } = Signature.from(signature);
  return [owner, spender, value, deadline, v, r, s] as const;
}
