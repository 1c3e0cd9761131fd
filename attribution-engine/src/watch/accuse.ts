// What is to be done about a proposal that differs from the honest one: a proof, demands for what it needs, or the end of what was not answered.
import { demandsAbi } from "@tributary/protocol/abi/demands";
import { bytesToHex } from "@tributary/protocol/bytes";
import { proofCalldata } from "@tributary/protocol/proofs/calldata";
import { linkArgument } from "@tributary/protocol/proofs/link";
import type { Proof } from "@tributary/protocol/proofs/proof";
import { encodeFunctionData, type Hex } from "viem";
import type { Finding } from "../watcher/find-fault.ts";
import type { NodeDemand } from "../watcher/shown-tree.ts";
import { coveringDemand, demandKey, type MadeDemand } from "./demand-book.ts";
import type { WatchedLedger } from "./deployment.ts";
import type { Duty } from "./duty.ts";
import type { ProposalView } from "./proposals.ts";

/** A proposal that differs, with what was found about it and all demands that were made of it. */
export interface Accusation {
  readonly contracts: WatchedLedger;
  readonly proposal: ProposalView;
  readonly finding: Finding;
  readonly made: readonly MadeDemand[];
  /** Time of the newest block, in seconds. */
  readonly now: number;
}

/** The calls that can be made now; none while answers are awaited. */
export function accusingDuties(accusation: Accusation): Duty[] {
  const { finding } = accusation;
  const overdue = endingDuties(accusation);
  // One ending is enough, and it needs no search.
  if (overdue[0] !== undefined) return [overdue[0]];
  if (finding.what === "proof") return [proofDuty(accusation, finding.proof)];
  return finding.what === "demand" ? wantedDemands(accusation, finding) : [];
}

/** Nodes that nobody has demanded yet. */
function wantedDemands(
  { contracts, proposal, made }: Accusation,
  { demand, others }: Extract<Finding, { what: "demand" }>,
): Duty[] {
  return [demand, ...others]
    .filter((wanted) => coveringDemand(made, wanted) === undefined)
    .map((wanted) => ({ ...demandDuty(contracts, wanted), about: aboutOf({ contracts, proposal }) }));
}

/** Ends a proposal for each demand that was not answered in time. */
function endingDuties({ contracts, proposal, made, now }: Accusation): Duty[] {
  return made
    .filter(({ status, deadline }) => status === "open" && deadline < now)
    .map(({ id }) => ({
      kind: "ending",
      key: `end ${contracts.demands} ${id}`,
      to: contracts.demands,
      data: encodeFunctionData({ abi: demandsAbi, functionName: "endUnanswered", args: [id] }),
      says: `end what demand ${id} was not answered for`,
      about: aboutOf({ contracts, proposal }),
      calls: "endUnanswered",
    }));
}

function proofDuty(accusation: Accusation, proof: Proof): Duty {
  const { contracts, proposal } = accusation;
  return {
    kind: "proof",
    key: `prove ${contracts.ledger} ${proposal.epoch} ${proposal.proposal}`,
    to: contracts.faultProofs,
    data: proofCalldata(proposal, proof),
    says: `${proof.name} against proposal ${proposal.proposal} of epoch ${proposal.epoch}`,
    about: aboutOf(accusation),
    calls: proof.name,
    reward: (proposal.bond / 2n).toString(),
  };
}

/** The call that demands a node. */
export function demandDuty({ demands }: WatchedLedger, wanted: NodeDemand): Duty {
  const { commitment, parents, level, index, node, opening } = wanted;
  const { kind, id, sub } = commitment;
  return {
    kind: "demand",
    key: `demand ${demands} ${demandKey(wanted)}`,
    to: demands,
    data: encodeFunctionData({
      abi: demandsAbi,
      functionName: "demand",
      args: [
        { kind: kind.tag, id, sub },
        parents.map(linkArgument),
        index,
        { hash: bytesToHex(node.hash) as Hex, sum: node.sum },
        bytesToHex(opening),
      ],
    }),
    deposit: { kind: kind.tag, id: id.toString(), sub },
    says: `demand level ${level}, index ${index} of ${kind.name} ${id}/${sub}${parents.map(({ key, which }) => ` under ${key}.${which}`).join("")}`,
  };
}

function aboutOf({ contracts, proposal }: Pick<Accusation, "contracts" | "proposal">): Duty["about"] {
  return { ledger: contracts.ledger, epoch: proposal.epoch.toString(), proposal: proposal.proposal };
}

/** Where a proof shows that the proposal is wrong, in places of its trees. */
export function describeProof(proof: Proof): string {
  const parts = Object.entries(proof).flatMap(([name, value]) => {
    if (name === "name" || typeof value === "boolean") return [];
    if (typeof value === "bigint") return [`${name} ${value}`];
    const links = Array.isArray(value) ? value : [value as { key: bigint }];
    return links.length === 0 ? [] : [`${name} ${links.map(({ key }) => key).join("/")}`];
  });
  return `${proof.name}: ${parts.join(", ")}`;
}
