// Reserves the reward of a proof before the proof is seen, so that nobody can copy it and be paid instead (docs/formats.md §7.5).
import { faultProofsAbi } from "@tributary/protocol/abi/fault-proofs";
import { proofCommitmentHash, proposalRoot } from "@tributary/protocol/typed-data/proof-commitment";
import { type Address, encodeFunctionData, erc20Abi, keccak256 } from "viem";
import type { DataSource } from "./committed-data.ts";
import type { Duty } from "./duty.ts";
import type { Head } from "./head.ts";
import type { ProposalView } from "./proposals.ts";
import type { ReservedProofs } from "./reserved-proofs.ts";
import { missingAllowance } from "./spending.ts";

/** With less time than that left, the proof is sent at once. */
const LEAST_SECONDS = 600;

/**
 * The call to make before a proof, `undefined` if the proof itself is due: it is reserved, or there is no time or deposit for it.
 * @param reserved takes note of the proof
 * @param closesAt when the epoch can be final, by whichever proposal: a proof sent from then on ends nothing and wins nothing but the reservation's deposit
 */
export async function reservingDuty(
  { reader, contracts }: DataSource,
  sender: Address,
  proposal: ProposalView,
  proof: Duty,
  head: Head,
  closesAt: number,
  reserved: ReservedProofs,
): Promise<Duty | undefined> {
  if (closesAt - head.timestamp < LEAST_SECONDS) return undefined;
  const { epoch, groups, payouts } = proposal;
  const court = { address: contracts.faultProofs, abi: faultProofsAbi } as const;
  const commitment = proofCommitmentHash({
    chainId: BigInt(await reader.getChainId()),
    ledger: contracts.ledger,
    epoch,
    proposalRoot: proposalRoot(groups, payouts),
    proofHash: keccak256(proof.data),
    sender,
  });
  const [{ madeAt }, { deposit }, balance] = await Promise.all([
    reader.readContract({ ...court, functionName: "reservationOf", args: [sender, commitment] }),
    reader.readContract({ ...court, functionName: "courtParameters" }),
    reader.readContract({ address: contracts.token, abi: erc20Abi, functionName: "balanceOf", args: [sender] }),
  ]);
  if (madeAt !== 0) reserved.keep(commitment, proposal, proof, head);
  if (madeAt !== 0 || balance < deposit) return undefined;
  const allowance = await missingAllowance(reader, contracts.token, sender, contracts.faultProofs, deposit);
  if (allowance !== undefined) return allowance;
  const accused = { epoch, proposal: proposal.proposal };
  reserved.keep(commitment, proposal, proof, head);
  return {
    kind: "reservation",
    key: `reserve ${contracts.faultProofs} ${commitment}`,
    to: contracts.faultProofs,
    data: encodeFunctionData({ abi: faultProofsAbi, functionName: "commitProof", args: [accused, commitment] }),
    says: `reserve the reward for proposal ${proposal.proposal} of epoch ${epoch}`,
  };
}
