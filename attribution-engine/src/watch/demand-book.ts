// The demands of a ledger as its events tell them: what was demanded, answered, and is still open.
import { bytesToHex, hexToBytes } from "@tributary/protocol/bytes";
import { type Commitment, type Demand, decodeDemand, encodeDemand, kindAt } from "@tributary/protocol/demand";
import { keccak256 } from "@tributary/protocol/keccak";
import { GROUP, PAYOUT } from "@tributary/protocol/kinds";
import type { Node } from "@tributary/protocol/node";
import type { Address, Hex } from "viem";
import { PreimageStore } from "../watcher/preimage-store.ts";
import type { LogBook } from "./log-book.ts";

/** Levels above a demanded inner node from which an answer would reveal it too: there is no second demand for what such an answer shows. */
const LEVELS_ABOVE = 4;

export interface MadeDemand {
  readonly id: bigint;
  readonly demander: Address;
  readonly demand: Demand;
  /** Keccak-256 of the demand's bytes. */
  readonly key: Hex;
  readonly node: Node;
  readonly deposit: bigint;
  /** Last second of the time to answer. */
  readonly deadline: number;
  readonly status: "open" | "answered" | "unanswered" | "refunded";
  readonly answer: Hex | undefined;
}

/** The name under which the contract knows a demand. */
export function demandKey(demand: Demand): Hex {
  return bytesToHex(keccak256(encodeDemand(demand)));
}

/** All demands, in the order of their ids. */
export function readDemands(logs: LogBook): MadeDemand[] {
  const answers = new Map(logs.of("Answered").map(({ args }) => [args.id, args.answer]));
  const unanswered = new Set(logs.of("EndedUnanswered").map(({ args }) => args.id));
  const refunded = new Set(logs.of("Refunded").map(({ args }) => args.id));
  const statusOf = (id: bigint): MadeDemand["status"] => {
    if (answers.has(id)) return "answered";
    if (unanswered.has(id)) return "unanswered";
    return refunded.has(id) ? "refunded" : "open";
  };
  return logs.of("Demanded").map(({ args: { id, demander, demand, node, deposit, deadline } }) => {
    const bytes = hexToBytes(demand);
    return {
      id,
      demander,
      demand: decodeDemand(bytes),
      key: bytesToHex(keccak256(bytes)),
      node: { hash: hexToBytes(node.hash), sum: node.sum },
      deposit,
      deadline,
      status: statusOf(id),
      answer: answers.get(id),
    };
  });
}

/** Demands of one commit; groups and payouts of a proposal are one. */
export function demandsOf(made: readonly MadeDemand[], { kind, id, sub }: Commitment): MadeDemand[] {
  const isProposal = kind === GROUP || kind === PAYOUT;
  return made.filter(({ demand: { commitment } }) => {
    const isSameKind = isProposal ? commitment.kind === GROUP || commitment.kind === PAYOUT : commitment.kind === kind;
    return isSameKind && commitment.id === id && commitment.sub === sub;
  });
}

/** Everything that answers have revealed. */
export function answersOf(made: readonly MadeDemand[]): PreimageStore {
  const store = new PreimageStore();
  for (const { demand, node, answer } of made) {
    if (answer === undefined) continue;
    store.addAnswer(demand, node, kindAt(demand.commitment.kind, demand.path).depth, hexToBytes(answer));
  }
  return store;
}

/** The demand that asks for a node already: for itself, or for one so close above it that the answer shows it too. */
export function coveringDemand(made: readonly MadeDemand[], wanted: Demand): MadeDemand | undefined {
  const { depth } = kindAt(wanted.commitment.kind, wanted.path);
  const most = wanted.level === depth ? 0 : Math.min(LEVELS_ABOVE, wanted.level);
  for (let up = 0; up <= most; up++) {
    const key = demandKey({ ...wanted, level: wanted.level - up, index: wanted.index >> BigInt(up) });
    const found = made.find((demand) => demand.key === key);
    if (found !== undefined) return found;
  }
  return undefined;
}
