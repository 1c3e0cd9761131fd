// The salts of votes: what hides a vote until it is revealed, made anew from the key whenever it is needed, so that none has to be kept.
import { type Hex, keccak256, type LocalAccount } from "viem";
import type { DisputedSketch } from "./open-disputes.ts";

const TYPES = {
  SketchVoteSecret: [
    { name: "disputeId", type: "uint64" },
    { name: "kind", type: "uint8" },
    { name: "id", type: "uint64" },
    { name: "sub", type: "uint32" },
    { name: "place", type: "uint32" },
  ],
} as const;

/**
 * The hash of a signature that nobody else can make and that is never shown. It is the same each time, since accounts of a private key sign by RFC 6979; it
 * names the sketch too, because after a reorganisation of the chain the dispute's number may be another's.
 */
export async function voteSalt(
  attributor: LocalAccount,
  chainId: number,
  { disputes, round, kind, id, sub, place }: DisputedSketch,
): Promise<Hex> {
  const signature = await attributor.signTypedData({
    domain: { name: "Tributary SketchDisputes", version: "1", chainId, verifyingContract: disputes },
    types: TYPES,
    primaryType: "SketchVoteSecret",
    message: { disputeId: round, kind, id, sub, place },
  });
  return keccak256(signature);
}
