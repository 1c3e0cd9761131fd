// Commitments of votes in a contribution review (docs/formats.md §7.6).
import { type Address, encodeAbiParameters, type Hex } from "viem";
import { hexToBytes, bytesToHex } from "../bytes.ts";
import { keccak256 } from "../keccak.ts";
import { typeHash } from "./type-hash.ts";

/** Verdicts by their number. */
export const VERDICTS = ["keep", "mistake", "negligence", "malice"] as const;
export type Verdict = (typeof VERDICTS)[number];

export type ReviewVote = {
  chainId: bigint;
  review: Address;
  roundId: bigint;
  voter: Address;
  verdict: Verdict;
  /** 32 random bytes that hide the verdict until it is revealed. */
  salt: Hex;
};

const TYPE_HASH = typeHash(
  "ReviewVote(uint256 chainId,address review,uint64 roundId,address voter,uint8 verdict,bytes32 salt)",
);

const PARAMETERS = [
  { type: "bytes32" },
  { type: "uint256" },
  { type: "address" },
  { type: "uint64" },
  { type: "address" },
  { type: "uint8" },
  { type: "bytes32" },
] as const;

/** The commitment's hash. */
export function reviewVoteHash({ chainId, review, roundId, voter, verdict, salt }: ReviewVote): Hex {
  const values = [TYPE_HASH, chainId, review, roundId, voter, VERDICTS.indexOf(verdict), salt] as const;
  return bytesToHex(keccak256(hexToBytes(encodeAbiParameters(PARAMETERS, values))));
}
