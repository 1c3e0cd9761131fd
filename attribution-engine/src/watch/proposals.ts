// The proposals that can still be ended: those of the ledger's next epoch that are pending.
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { hexToBytes } from "@tributary/protocol/bytes";
import type { Node } from "@tributary/protocol/node";
import { type Address, BaseError, ContractFunctionRevertedError, type Hex } from "viem";
import type { Reader } from "../chain/chain-access.ts";

/** `IRoyaltyLedger.ProposalStatus`, by number. */
const PROPOSAL_STATUS = ["none", "pending", "finalized", "superseded", "ended"] as const;
export type ProposalStatus = (typeof PROPOSAL_STATUS)[number];

/** A proposal as the ledger has it; amounts in base units, times in seconds. */
export interface ProposalView {
  readonly epoch: bigint;
  readonly proposal: number;
  readonly proposer: Address;
  /** From then on it can be finalised and ended no more, unless a demand holds it. */
  readonly finalizableAt: number;
  readonly status: ProposalStatus;
  readonly bond: bigint;
  readonly groups: Node;
  readonly payouts: Node;
  readonly bundleHash: Hex;
}

export async function readProposal(
  reader: Reader,
  ledger: Address,
  epoch: bigint,
  proposal: number,
): Promise<ProposalView> {
  const found = await reader.readContract({
    address: ledger,
    abi: royaltyLedgerAbi,
    functionName: "proposalOf",
    args: [epoch, proposal],
  });
  const { proposer, finalizableAt, bond, groups, payouts, bundleHash } = found;
  return {
    epoch,
    proposal,
    proposer,
    finalizableAt,
    status: PROPOSAL_STATUS[found.status] ?? "none",
    bond,
    groups: { hash: hexToBytes(groups.hash), sum: groups.sum },
    payouts: { hash: hexToBytes(payouts.hash), sum: payouts.sum },
    bundleHash,
  };
}

/** The next that can become final; undefined where no settlement is ready. */
export async function nextEpoch(reader: Reader, ledger: Address): Promise<bigint | undefined> {
  const call = { address: ledger, abi: royaltyLedgerAbi, functionName: "nextEpoch" } as const;
  return reader.readContract(call).catch(noneIfReverted);
}

/** Pending proposals of the next epoch, in their order. */
export async function pendingProposals(reader: Reader, ledger: Address): Promise<ProposalView[]> {
  const contract = { address: ledger, abi: royaltyLedgerAbi } as const;
  const epoch = await nextEpoch(reader, ledger);
  if (epoch === undefined) return [];
  const count = await reader.readContract({ ...contract, functionName: "proposalCount", args: [epoch] });
  const proposals = await Promise.all(
    Array.from({ length: count }, (_, proposal) => readProposal(reader, ledger, epoch, proposal)),
  );
  return proposals.filter(({ status }) => status === "pending");
}

/** There is no next epoch where no settlement is ready. */
function noneIfReverted(error: unknown): undefined {
  const isReverted =
    error instanceof BaseError && error.walk((cause) => cause instanceof ContractFunctionRevertedError) !== null;
  if (!isReverted) throw error;
}
