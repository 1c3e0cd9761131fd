// Commits the sketches of a settlement with the signatures of a quorum of attributors.
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import type { Address, Hex } from "viem";
import type { Attestation } from "./attest-sketches.ts";
import type { ChainAccess } from "./chain-access.ts";
import { confirm, type Outcome } from "./send-once.ts";
import { expectRoot, readSettlement } from "./settlement-view.ts";

/** What is committed; the attestations in any order, one per attributor. */
export interface SketchCommit {
  readonly settlementId: bigint;
  readonly bundleHash: Hex;
  readonly attestations: readonly Attestation[];
}

/**
 * Commits sketches. Does nothing if these very sketches are committed. Throws an Error if others are, if the attestations are for different
 * sketches, or if the contract refuses.
 */
export async function commitSketches(access: ChainAccess, ledger: Address, commit: SketchCommit): Promise<Outcome> {
  const { reader, sender } = access;
  const { settlementId, bundleHash, attestations } = commit;
  const what = `sketches of settlement ${settlementId}`;
  const [first] = attestations;
  if (first === undefined) throw new Error(`${what}: no attestation`);
  const other = attestations.find(({ sketchesRoot }) => sketchesRoot.hash !== first.sketchesRoot.hash);
  if (other)
    throw new Error(
      `${what}: ${other.signer} signed the root ${other.sketchesRoot.hash}, ${first.signer} ${first.sketchesRoot.hash}`,
    );
  const { status, sketches } = await readSettlement(reader, ledger, settlementId);
  if (status === "committed" || status === "ready") {
    expectRoot(`${what}, committed already`, first.sketchesRoot, sketches);
    return { status: "present" };
  }
  if (status === "expired" || status === "voided")
    throw new Error(`${what}: the settlement has ${status === "expired" ? "expired" : "been voided"}`);
  const signatures = [...attestations]
    .sort((a, b) => (BigInt(a.signer) < BigInt(b.signer) ? -1 : 1))
    .map(({ signature }) => signature);
  const root = { hash: first.sketchesRoot.hash, sum: BigInt(first.sketchesRoot.sum) };
  const { request } = await reader.simulateContract({
    account: sender.account,
    address: ledger,
    abi: royaltyLedgerAbi,
    functionName: "commitSketches",
    args: [settlementId, root, bundleHash, signatures],
  });
  return confirm(reader, await sender.writeContract(request), what);
}
