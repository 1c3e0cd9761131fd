// What is to be done about a proposal that differs from the honest one: a proof, demands for what it needs, or the end of what was not answered.
import { demandsAbi } from "@tributary/protocol/abi/demands";
import { bytesToHex } from "@tributary/protocol/bytes";
import { proofCalldata } from "@tributary/protocol/proofs/calldata";
import { linkArgument } from "@tributary/protocol/proofs/link";
import type { Proof } from "@tributary/protocol/proofs/proof";
import { type Address, encodeFunctionData, type Hex, isAddressEqual } from "viem";
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
  /** Who accuses, and is paid for what is not answered of its own demands. */
  readonly accuser: Address;
  /** Time that a demand and what follows from its answer take, in seconds. */
  readonly roundSeconds: number;
  /** Time of the newest block, in seconds. */
  readonly now: number;
}

/**
 * The calls that can be made now; none while answers are awaited. Another's unanswered demand pays that other, who may be the proposer: it is used only where
 * nothing else is left to do or to wait for, or there is no time for another round.
 */
export function accusingDuties(accusation: Accusation): Duty[] {
  const { proposal, finding, made, accuser, roundSeconds, now } = accusation;
  if (finding.what === "proof") return [proofDuty(accusation, finding.proof)];
  const open = made.filter(({ status }) => status === "open");
  const overdue = open.filter(({ deadline }) => deadline < now);
  const own = overdue.find(({ demander }) => isAddressEqual(demander, accuser));
  if (own !== undefined) return [endingDuty(accusation, own)];
  const wanted = finding.what === "demand" ? wantedDemands(accusation, finding) : [];
  const isLate = proposal.finalizableAt - now < roundSeconds;
  const isStuck = wanted.length === 0 && overdue.length === open.length;
  const [others] = overdue;
  return others !== undefined && (isLate || isStuck) ? [endingDuty(accusation, others)] : wanted;
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

/** Ends a proposal for a demand that was not answered in time. */
function endingDuty({ contracts, proposal }: Accusation, demand: MadeDemand): Duty {
  const duty = endUnanswered(contracts, demand, `end what demand ${demand.id} was not answered for`);
  return { ...duty, about: aboutOf({ contracts, proposal }) };
}

/** The call that ends what a demand was not answered for in time. */
export function endUnanswered({ demands }: WatchedLedger, { id }: Pick<MadeDemand, "id">, says: string): Duty {
  return {
    kind: "ending",
    key: `end ${demands} ${id}`,
    to: demands,
    data: encodeFunctionData({ abi: demandsAbi, functionName: "endUnanswered", args: [id] }),
    says,
    calls: "endUnanswered",
  };
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
