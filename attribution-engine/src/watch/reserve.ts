// Reserves the reward of a proof before the proof is seen, so that nobody can copy it and be paid instead (docs/formats.md §7.5).
import { faultProofsAbi } from "@tributary/protocol/abi/fault-proofs";
import { indexProofsAbi } from "@tributary/protocol/abi/index-proofs";
import { settlementProofsAbi } from "@tributary/protocol/abi/settlement-proofs";
import { bytesToHex } from "@tributary/protocol/bytes";
import { encodeCommitment } from "@tributary/protocol/demand";
import { INDEX } from "@tributary/protocol/kinds";
import { inputProofCommitmentHash } from "@tributary/protocol/typed-data/input-proof-commitment";
import { proofCommitmentHash, proposalRoot } from "@tributary/protocol/typed-data/proof-commitment";
import { type Address, encodeFunctionData, erc20Abi, type Hex, isAddressEqual, keccak256 } from "viem";
import type { DataSource } from "./committed-data.ts";
import type { Duty } from "./duty.ts";
import type { Head } from "./head.ts";
import { type InputProof, titleOf } from "./input-finding.ts";
import type { ProposalView } from "./proposals.ts";
import type { ReservedInputProofs } from "./reserved-input-proofs.ts";
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
  source: DataSource,
  sender: Address,
  proposal: ProposalView,
  proof: Duty,
  head: Head,
  closesAt: number,
  reserved: ReservedProofs,
): Promise<Duty | undefined> {
  if (closesAt - head.timestamp < LEAST_SECONDS) return undefined;
  const { reader, contracts } = source;
  const { epoch, groups, payouts } = proposal;
  const court = contracts.faultProofs;
  const commitment = proofCommitmentHash({
    chainId: BigInt(await reader.getChainId()),
    ledger: contracts.ledger,
    epoch,
    proposalRoot: proposalRoot(groups, payouts),
    proofHash: keccak256(proof.data),
    sender,
  });
  const { madeAt } = await reader.readContract({
    address: court,
    abi: faultProofsAbi,
    functionName: "reservationOf",
    args: [sender, commitment],
  });
  if (madeAt !== 0) {
    reserved.keep(commitment, proposal, proof, head);
    return undefined;
  }
  const accused = { epoch, proposal: proposal.proposal };
  const data = encodeFunctionData({ abi: faultProofsAbi, functionName: "commitProof", args: [accused, commitment] });
  const title = `proposal ${proposal.proposal} of epoch ${epoch}`;
  const duty = await depositing(source, sender, court, commitment, data, title);
  if (duty?.kind === "reservation") reserved.keep(commitment, proposal, proof, head);
  return duty;
}

/**
 * The same for a proof against an input.
 * @param proof the call that sends it
 * @param closesAt when the input can be ended no more
 */
export async function reservingInputDuty(
  source: DataSource,
  sender: Address,
  { court, accused }: InputProof,
  proof: Duty,
  head: Head,
  closesAt: number,
  reserved: ReservedInputProofs,
): Promise<Duty | undefined> {
  if (closesAt - head.timestamp < LEAST_SECONDS) return undefined;
  const { reader, logs } = source;
  const { kind, id, sub } = accused;
  const commitment = inputProofCommitmentHash({
    chainId: BigInt(await reader.getChainId()),
    court,
    commit: accused,
    proofHash: keccak256(proof.data),
    sender,
  });
  reserved.keep(commitment, titleOf(accused), proof);
  const isMade = [...logs.of("IndexProofReserved"), ...logs.of("ProofReserved")].some(
    ({ args }) => args.commitment === commitment && isAddressEqual(args.sender, sender),
  );
  if (isMade) return undefined;
  const data =
    kind === INDEX
      ? encodeFunctionData({
          abi: indexProofsAbi,
          functionName: "commitProof",
          args: [{ version: id, sub }, commitment],
        })
      : encodeFunctionData({
          abi: settlementProofsAbi,
          functionName: "commitProof",
          args: [bytesToHex(encodeCommitment(accused)), commitment],
        });
  return depositing(source, sender, court, commitment, data, titleOf(accused));
}

/** The call that reserves, or the allowance that its deposit needs; nothing where there is no deposit. */
async function depositing(
  { reader, contracts }: DataSource,
  sender: Address,
  court: Address,
  commitment: Hex,
  data: Hex,
  accused: string,
): Promise<Duty | undefined> {
  // All courts take deposits alike.
  const [{ deposit }, balance] = await Promise.all([
    reader.readContract({ address: court, abi: faultProofsAbi, functionName: "courtParameters" }),
    reader.readContract({ address: contracts.token, abi: erc20Abi, functionName: "balanceOf", args: [sender] }),
  ]);
  if (balance < deposit) return undefined;
  const allowance = await missingAllowance(reader, contracts.token, sender, court, deposit);
  if (allowance !== undefined) return allowance;
  return {
    kind: "reservation",
    key: `reserve ${court} ${commitment}`,
    to: court,
    data,
    says: `reserve the reward for ${accused}`,
  };
}
