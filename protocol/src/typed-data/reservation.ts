// Reservations of contributions (docs/formats.md §7.9).
import { type Address, encodeAbiParameters, type Hex } from "viem";
import { hexToBytes, bytesToHex } from "../bytes.ts";
import { keccak256 } from "../keccak.ts";

export type Reservation = {
  chainId: bigint;
  registry: Address;
  contributor: Address;
  datanetId: bigint;
  /** Root of the content tree; its sum is the record count. */
  contentRoot: { hash: Hex; sum: bigint };
  /** 32 random bytes that hide the root until it is contributed. */
  salt: Hex;
};

const PARAMETERS = [
  { type: "uint256" },
  { type: "address" },
  { type: "address" },
  { type: "uint64" },
  { type: "bytes32" },
  { type: "uint128" },
  { type: "bytes32" },
] as const;

/** What the contributor reserves in an earlier block than it contributes. */
export function reservationHash({ chainId, registry, contributor, datanetId, contentRoot, salt }: Reservation): Hex {
  const values = [chainId, registry, contributor, datanetId, contentRoot.hash, contentRoot.sum, salt] as const;
  return bytesToHex(keccak256(hexToBytes(encodeAbiParameters(PARAMETERS, values))));
}
