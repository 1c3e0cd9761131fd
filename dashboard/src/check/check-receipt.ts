// Checks a receipt that the viewer holds, with the texts it covers: none of this leaves the browser, but reads of the chain.
import { modelTillAbi } from "@tributary/protocol/abi/model-till";
import { tillFactoryAbi } from "@tributary/protocol/abi/till-factory";
import type { Checks, TellStep } from "@tributary/protocol/check-steps";
import { readReceiptProof } from "@tributary/protocol/receipt-proof";
import { saltedHash } from "@tributary/protocol/salted-hash";
import { type Receipt, receiptHash, recoverReceiptSigner } from "@tributary/protocol/typed-data/receipt";
import { type Address, type Hex, isAddressEqual } from "viem";
import type { CheckChain } from "./chain.ts";
import { isSignedByContract } from "./contract-signature.ts";
import { type CheckKind, type CheckResult, runCheck } from "./result.ts";

/** What a payer keeps of a call: the proof of the receipt as the gateway sent it, and what was asked and answered. */
export interface KeptAnswer {
  readonly id: Hex;
  readonly receipt: unknown;
  readonly signature: Hex;
  readonly salt: Hex;
  readonly prompt?: string;
  readonly answer?: string;
}

export interface HeldReceipt {
  readonly id: Hex;
  readonly receipt: Receipt;
  readonly gateway: Address;
}

export const RECEIPT_CHECK: CheckKind = {
  status: "attested",
  attested: [
    { what: "that this model gave this answer to this prompt", by: "the gateway, which signed a receipt for both" },
  ],
  beyond: [{ what: "that the receipt was settled", by: "the check of the answer, once its epoch is final" }],
};

/** @param id of the receipt that is asked about, whatever the file says */
export function checkReceipt(
  chain: CheckChain,
  id: Hex,
  kept: KeptAnswer,
  onStep?: TellStep,
): Promise<CheckResult<HeldReceipt>> {
  return runCheck(RECEIPT_CHECK, onStep, async (checks) => {
    const { receipt, salt, signature, id: stated } = readReceiptProof(kept);
    checks.same(stated.toLowerCase(), id.toLowerCase(), "the receipt that is asked about", "viewer");
    checks.same(receiptHash(receipt), id.toLowerCase(), "the receipt's hash", "computed");
    const { prompt, answer } = kept;
    if (prompt !== undefined)
      checks.same(saltedHash(salt, prompt), receipt.requestHash.toLowerCase(), "the prompt's salted hash", "opening");
    if (answer !== undefined)
      checks.same(saltedHash(salt, answer), receipt.responseHash.toLowerCase(), "the answer's salted hash", "opening");
    const factory = { address: chain.addresses.TillFactory, abi: tillFactoryAbi } as const;
    const isTill = await chain.reader.readContract({ ...factory, functionName: "isTill", args: [receipt.till] });
    checks.same(isTill, true, "the till is one of the protocol's", "chain");
    const till = { address: receipt.till, abi: modelTillAbi } as const;
    const gateway = await chain.reader.readContract({ ...till, functionName: "gateway" });
    await checkSignature(chain, receipt, signature, gateway, checks);
    return { id, receipt, gateway };
  });
}

/** By the gateway's key, or as its contract says. */
async function checkSignature(
  { reader, chainId }: CheckChain,
  receipt: Receipt,
  signature: Hex,
  gateway: Address,
  checks: Checks,
): Promise<void> {
  const signer = await recoverReceiptSigner(receipt, signature, chainId).catch(() => undefined);
  const step = { what: "who signed the receipt: the till's gateway", expected: gateway, source: "chain" } as const;
  if (signer !== undefined && isAddressEqual(signer, gateway)) {
    checks.step({ ...step, found: signer, holds: true });
    return;
  }
  const digest = await reader.readContract({
    address: receipt.till,
    abi: modelTillAbi,
    functionName: "receiptDigest",
    args: [receiptHash(receipt)],
  });
  const holds = await isSignedByContract(reader, gateway, digest, signature);
  checks.step({ ...step, found: holds ? gateway : (signer ?? "nobody: no valid signature"), holds });
}
