// Who signed a commit of sketches: the chain keeps a hash of them, and the transaction that committed has their signatures.
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import {
  type Address,
  decodeFunctionData,
  encodePacked,
  getAddress,
  type Hex,
  keccak256,
  recoverAddress,
  size,
  slice,
} from "viem";
import type { DataSource } from "./committed-data.ts";

const ACCOUNT_SIGNATURE_BYTES = 65;
const ADDRESS_BYTES = 20;

/**
 * The signers, ascending.
 * @param sub number of the commit among the settlement's
 * @throws Error if they were not committed by a call of the ledger itself
 */
export async function signersOf(
  { reader, contracts, logs }: DataSource,
  settlement: bigint,
  sub: number,
): Promise<readonly Address[]> {
  const ledger = { address: contracts.ledger, abi: royaltyLedgerAbi } as const;
  const commit = logs.of("SketchesCommitted").filter(({ args }) => args.settlement === settlement)[sub];
  if (commit === undefined) throw new Error("no event of its commit was read");
  const [{ input }, digest, hash] = await Promise.all([
    reader.getTransaction({ hash: commit.transactionHash }),
    reader.readContract({
      ...ledger,
      functionName: "attestationDigest",
      args: [settlement, commit.args.sketches.hash],
    }),
    reader.readContract({ ...ledger, functionName: "sketchSignersOf", args: [settlement, sub] }),
  ]);
  const { functionName, args } = decodeFunctionData({ abi: royaltyLedgerAbi, data: input });
  if (functionName !== "commitSketches") throw new Error(`${commit.transactionHash} is no call of the ledger`);
  const signers = await Promise.all(args[3].map((signature) => signerOf(digest, signature)));
  if (keccak256(encodePacked(["address[]"], [signers])) !== hash)
    throw new Error(`${commit.transactionHash} has other signatures`);
  return signers;
}

/** An account's signature, or that of a contract behind its address, as the ledger takes them. */
async function signerOf(digest: Hex, signature: Hex): Promise<Address> {
  if (size(signature) === ACCOUNT_SIGNATURE_BYTES) return recoverAddress({ hash: digest, signature });
  return getAddress(slice(signature, 0, ADDRESS_BYTES));
}
