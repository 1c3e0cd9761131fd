// Commitments of votes in a sketch dispute (docs/formats.md §7.7).
import { type Address, encodeAbiParameters, type Hex } from "viem";
import { hexToBytes, bytesToHex } from "../bytes.ts";
import { keccak256 } from "../keccak.ts";
import { typeHash } from "./type-hash.ts";

export type SketchVote = {
  chainId: bigint;
  ledger: Address;
  disputeId: bigint;
  voter: Address;
  /** Whether the voter's re-execution agrees with the sketch. */
  upheld: boolean;
  /** 32 random bytes that hide the vote until it is revealed. */
  salt: Hex;
};

const TYPE_HASH = typeHash(
  "SketchVote(uint256 chainId,address ledger,uint64 disputeId,address voter,bool upheld,bytes32 salt)",
);

const PARAMETERS = [
  { type: "bytes32" },
  { type: "uint256" },
  { type: "address" },
  { type: "uint64" },
  { type: "address" },
  { type: "bool" },
  { type: "bytes32" },
] as const;

/** The commitment's hash. */
export function sketchVoteHash({ chainId, ledger, disputeId, voter, upheld, salt }: SketchVote): Hex {
  const values = [TYPE_HASH, chainId, ledger, disputeId, voter, upheld, salt] as const;
  return bytesToHex(keccak256(hexToBytes(encodeAbiParameters(PARAMETERS, values))));
}
