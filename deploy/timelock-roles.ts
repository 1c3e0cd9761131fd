// The roles of OpenZeppelin's TimelockController.
import { type Hex, keccak256, stringToHex, zeroHash } from "viem";

/** Grants and revokes the other roles; the timelock itself holds it, so that it changes only by a vote. */
export const DEFAULT_ADMIN_ROLE: Hex = zeroHash;
export const PROPOSER_ROLE: Hex = keccak256(stringToHex("PROPOSER_ROLE"));
export const EXECUTOR_ROLE: Hex = keccak256(stringToHex("EXECUTOR_ROLE"));
export const CANCELLER_ROLE: Hex = keccak256(stringToHex("CANCELLER_ROLE"));

export const ROLE_NAMES: Readonly<Record<Hex, string>> = {
  [DEFAULT_ADMIN_ROLE]: "DEFAULT_ADMIN_ROLE",
  [PROPOSER_ROLE]: "PROPOSER_ROLE",
  [EXECUTOR_ROLE]: "EXECUTOR_ROLE",
  [CANCELLER_ROLE]: "CANCELLER_ROLE",
};
