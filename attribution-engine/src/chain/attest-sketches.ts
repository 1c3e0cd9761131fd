// An attributor's signature on the sketches of a settlement, given only after making them itself and with all the inputs in its hands.
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { manifestRoot } from "@tributary/protocol/bundle-manifest";
import { sketchAttestationDigest, sketchAttestationTypedData } from "@tributary/protocol/typed-data/sketch-attestation";
import type { Address, Hex, LocalAccount } from "viem";
import type { ReceiptTable } from "../attribution/receipt-table.ts";
import { buildReceiptsTree, buildSketchesTree, hashReceipts } from "../attribution/settlement-trees.ts";
import type { AttributionIndex } from "../index/attribution-index.ts";
import { buildIndexTree } from "../index/index-tree.ts";
import type { EngineContracts, Reader } from "./chain-access.ts";
import { type ChainRoot, expectRoot, readSettlement } from "./settlement-view.ts";

/** What the attributor is asked to sign, and its own way of making the same. */
export interface AttestationRequest {
  readonly settlementId: bigint;
  readonly receipts: ReceiptTable;
  readonly k: number;
  /** `k` coordinates per receipt, as another attributor made them. */
  readonly sketches: Int8Array;
  /** Makes the sketches of the receipts' calls anew. */
  recompute(): Promise<Int8Array>;
  /** The whole index of a model version, from where the attributor serves it; rejects if it is not there. */
  indexOf(modelVersion: bigint): Promise<AttributionIndex>;
}

/** A signature of docs/formats.md §7.2 with the root that it is for. */
export interface Attestation {
  readonly signer: Address;
  readonly signature: Hex;
  readonly sketchesRoot: { readonly hash: Hex; readonly sum: string };
}

/**
 * Checks the receipts against the ledger's root and the index, record by record, against the registry's, recomputes the sketches, compares every byte and then
 * signs. Once a quorum has signed, the settlement can become ready, and a demand shows a leaf at most: an epoch with inputs that only their author
 * holds could be checked by nobody else. Throws an Error that names the settlement and what is missing, or the receipt and the coordinate that
 * differs; nothing is signed then.
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
  const index = await reader.readContract({
    address: contracts.modelRegistry,
    abi: modelRegistryAbi,
    functionName: "indexOf",
    args: [settlement.modelVersion],
  });
  await expectIndexHeld(what, settlement.modelVersion, request, index);
  expectSameSketches(what, sketches, await request.recompute(), k);
  const sketchesRoot = manifestRoot(buildSketchesTree(hashReceipts(receipts), sketches, k).root);
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

/** The root fixes every record, and its sum their count. */
async function expectIndexHeld(
  what: string,
  version: bigint,
  request: AttestationRequest,
  committed: ChainRoot,
): Promise<void> {
  const name = `${what}, index of model version ${version}`;
  const held = request.indexOf(version).then((index) => manifestRoot(buildIndexTree(index).root));
  const root = await held.catch((cause: unknown) => {
    throw new Error(`${name}: not held whole, so nothing is signed: ${(cause as Error).message}`, { cause });
  });
  expectRoot(name, root, committed);
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
