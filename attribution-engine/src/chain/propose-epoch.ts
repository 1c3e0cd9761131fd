// Proposes the result of an epoch to the ledger.
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import type { ManifestRoot } from "@tributary/protocol/bundle-manifest";
import { refusedBeforePayment } from "@tributary/protocol/refused-before-payment";
import type { Address, Hex } from "viem";
import { allowBond } from "./allow-bond.ts";
import type { ChainAccess, Reader } from "./chain-access.ts";
import { confirm, type Outcome } from "./send-once.ts";

/** Both roots, and the bundle in which everything is published. */
export interface EpochProposal {
  readonly epoch: bigint;
  readonly groupsRoot: ManifestRoot;
  readonly payoutsRoot: ManifestRoot;
  readonly bundleHash: Hex;
}

/**
 * Proposes an epoch that is over and advanced, under the ledger's bond. Does nothing if a proposal with these roots is there, whoever made it.
 * Throws if the contract refuses.
 */
export async function proposeEpoch(access: ChainAccess, ledger: Address, proposal: EpochProposal): Promise<Outcome> {
  const { reader, sender } = access;
  if ((await findProposal(reader, ledger, proposal)) !== undefined) return { status: "present" };
  const { epoch, groupsRoot, payoutsRoot, bundleHash } = proposal;
  const contract = { address: ledger, abi: royaltyLedgerAbi } as const;
  const [token, bond] = await Promise.all([
    reader.readContract({ ...contract, functionName: "token" }),
    reader.readContract({ ...contract, functionName: "requiredBond", args: [epoch] }),
  ]);
  const call = {
    ...contract,
    account: sender.account,
    functionName: "propose",
    args: [epoch, chainRoot(groupsRoot), chainRoot(payoutsRoot), bundleHash],
  } as const;
  await refusedBeforePayment(reader.simulateContract(call));
  await allowBond(access, token, ledger, bond);
  const { request } = await reader.simulateContract(call);
  return confirm(reader, await sender.writeContract(request), `proposal of epoch ${epoch}`);
}

/** The number of the proposal with these roots among the epoch's, if there is one. */
export async function findProposal(
  reader: Reader,
  ledger: Address,
  { epoch, groupsRoot, payoutsRoot }: Pick<EpochProposal, "epoch" | "groupsRoot" | "payoutsRoot">,
): Promise<number | undefined> {
  const contract = { address: ledger, abi: royaltyLedgerAbi } as const;
  const count = await reader.readContract({ ...contract, functionName: "proposalCount", args: [epoch] });
  for (let i = 0; i < count; i++) {
    const found = await reader.readContract({ ...contract, functionName: "proposalOf", args: [epoch, i] });
    const same = (a: { hash: Hex; sum: bigint }, b: ManifestRoot): boolean =>
      a.hash === b.hash && a.sum === BigInt(b.sum);
    if (same(found.groups, groupsRoot) && same(found.payouts, payoutsRoot)) return i;
  }
  return undefined;
}

function chainRoot({ hash, sum }: ManifestRoot): { hash: Hex; sum: bigint } {
  return { hash, sum: BigInt(sum) };
}
