// An attributor's signature on the sketches of a settlement, given only after making them itself.
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { manifestRoot } from "@tributary/protocol/bundle-manifest";
import { sketchAttestationDigest, sketchAttestationTypedData } from "@tributary/protocol/typed-data/sketch-attestation";
import type { Address, Hex, LocalAccount } from "viem";
import type { ReceiptTable } from "../attribution/receipt-table.ts";
import { buildReceiptsTree, buildSketchesTree, hashReceipts } from "../attribution/settlement-trees.ts";
import type { EngineContracts, Reader } from "./chain-access.ts";
import { expectRoot, readSettlement } from "./settlement-view.ts";

/** What the attributor is asked to sign, and its own way of making the same. */
export interface AttestationRequest {
  readonly settlementId: bigint;
  readonly receipts: ReceiptTable;
  readonly k: number;
  /** `k` coordinates per receipt, as another attributor made them. */
  readonly sketches: Int8Array;
  /** Makes the sketches of the receipts' calls anew. */
  recompute(): Promise<Int8Array>;
}

/** A signature of docs/formats.md §7.2 with the root that it is for. */
export interface Attestation {
  readonly signer: Address;
  readonly signature: Hex;
  readonly sketchesRoot: { readonly hash: Hex; readonly sum: string };
}

/**
 * Recomputes the sketches, compares every byte, checks the receipts against the ledger's root and then signs. Throws an Error that names the
 * settlement, the receipt and the coordinate that differs; nothing is signed then.
 */
export async function attestSketches(
  reader: Reader,
  contracts: EngineContracts,
  attributor: LocalAccount,
  request: AttestationRequest,
): Promise<Attestation> {
  const { settlementId, receipts, k, sketches } = request;
  const what = `settlement ${settlementId}`;
  const settlement = await readSettlement(reader, contracts.ledger, settlementId);
  expectRoot(`${what}, receipts`, manifestRoot(buildReceiptsTree(receipts).root), settlement.receipts);
  expectSameSketches(what, sketches, await request.recompute(), k);
  const sketchesRoot = manifestRoot(buildSketchesTree(hashReceipts(receipts), sketches, k).root);
  const index = await reader.readContract({
    address: contracts.modelRegistry,
    abi: modelRegistryAbi,
    functionName: "indexOf",
    args: [settlement.modelVersion],
  });
  const attestation = {
    settlementId,
    indexRoot: index.hash,
    sketchesRoot: sketchesRoot.hash,
    count: BigInt(settlement.count),
  };
  const place = { chainId: await reader.getChainId(), ledger: contracts.ledger };
  const asked = await reader.readContract({
    address: contracts.ledger,
    abi: royaltyLedgerAbi,
    functionName: "attestationDigest",
    args: [settlementId, sketchesRoot.hash],
  });
  const digest = sketchAttestationDigest(attestation, place);
  if (asked !== digest) throw new Error(`${what}: the ledger asks for the digest ${asked}, not ${digest}`);
  const signature = await attributor.signTypedData(sketchAttestationTypedData(attestation, place));
  return { signer: attributor.address, signature, sketchesRoot };
}

function expectSameSketches(what: string, stated: Int8Array, own: Int8Array, k: number): void {
  if (own.length !== stated.length) {
    throw new Error(`${what}: ${stated.length / k} sketches stated, ${own.length / k} recomputed`);
  }
  for (let i = 0; i < own.length; i++) {
    if (own[i] !== stated[i]) {
      throw new Error(
        `${what}, receipt ${Math.floor(i / k)}: coordinate ${i % k} is ${stated[i]}, recomputed ${own[i]}`,
      );
    }
  }
}
