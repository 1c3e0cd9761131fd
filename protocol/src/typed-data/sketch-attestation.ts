// What attributors sign for the sketches of a settlement (docs/formats.md §7.2).
import { type Address, hashTypedData, type Hex, recoverTypedDataAddress } from "viem";
import { ledgerDomain, type LedgerPlace } from "./ledger-domain.ts";

export type SketchAttestation = {
  settlementId: bigint;
  indexRoot: Hex;
  sketchesRoot: Hex;
  /** Sketches of the settlement, one per receipt. */
  count: bigint;
};

export const SKETCH_ATTESTATION_TYPES = {
  SketchAttestation: [
    { name: "settlementId", type: "uint64" },
    { name: "indexRoot", type: "bytes32" },
    { name: "sketchesRoot", type: "bytes32" },
    { name: "count", type: "uint64" },
  ],
} as const;

/** What an attributor signs, as viem takes it. */
export function sketchAttestationTypedData(attestation: SketchAttestation, place: LedgerPlace) {
  return {
    domain: ledgerDomain(place),
    types: SKETCH_ATTESTATION_TYPES,
    primaryType: "SketchAttestation",
    message: attestation,
  } as const;
}

/** The EIP-712 digest. */
export function sketchAttestationDigest(attestation: SketchAttestation, place: LedgerPlace): Hex {
  return hashTypedData(sketchAttestationTypedData(attestation, place));
}

/** The account that signed; contract signatures (ERC-1271) need the chain. */
export function recoverAttributor(
  attestation: SketchAttestation,
  signature: Hex,
  place: LedgerPlace,
): Promise<Address> {
  return recoverTypedDataAddress({ ...sketchAttestationTypedData(attestation, place), signature });
}
