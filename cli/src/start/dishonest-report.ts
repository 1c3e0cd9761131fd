// What the report says of the SIMULATED dishonest proposer: what it proposed, by what that was ended, and where its bonds went.
import Table from "cli-table3";
import type { FaultName } from "@tributary/protocol/proofs/faults";
import type { Address, Hash } from "viem";
import type { JudgedLie } from "./ended-lies.ts";
import { open, PLAIN, significant, wrap } from "./report-style.ts";
import type { Outcome } from "./outcome.ts";

const WHAT_WIDTH = 40;

/** One wrong result, as `--json` prints it; amounts are base units, and what is only known of an ending is null without one. */
export interface DishonestSummary {
  fault: FaultName;
  provenAs: FaultName | null;
  ended: boolean;
  tx: Hash | null;
  gas: number | null;
  prover: Address | null;
  reward: string | null;
  burned: string | null;
}

export function dishonestSummary(lies: readonly JudgedLie[]): DishonestSummary | DishonestSummary[] {
  const all = lies.map(({ fault, ending }): DishonestSummary => {
    const ended = ending !== undefined;
    return {
      fault,
      provenAs: ended ? ending.provenAs : null,
      ended,
      tx: ended ? ending.transaction : null,
      gas: ended ? Number(ending.gas) : null,
      prover: ended ? ending.prover : null,
      reward: ended ? String(ending.reward) : null,
      burned: ended ? String(ending.burned) : null,
    };
  });
  const [only, ...others] = all;
  return only !== undefined && others.length === 0 ? only : all;
}

export function dishonestSection({ lies, seed }: NonNullable<Outcome["dishonesty"]>): string {
  const [first] = lies;
  if (first === undefined) return "The SIMULATED dishonest proposer proposed nothing.";
  const { epoch, favoured, bond } = first;
  const table = new Table({
    head: ["fault", "what was wrong", "would have moved", "ended by", "gas", "to the watcher", "burned", "transaction"],
    colAligns: ["left", "left", "right", "left", "right", "right", "right", "left"],
    ...PLAIN,
  });
  for (const { fault, what, gain, ending } of lies) {
    const named = ending === undefined || ending.provenAs === fault ? "" : `\nas ${ending.provenAs}`;
    const ended =
      ending === undefined
        ? ["STANDS", "", "", "", ""]
        : [
            `${ending.by}${named}`,
            ending.gas.toLocaleString("en"),
            ...[open(ending.reward), open(ending.burned), `${ending.transaction.slice(0, 18)}…`],
          ];
    table.push([fault, wrap(what, WHAT_WIDTH), significant(gain), ...ended]);
  }
  return [
    `A SIMULATED dishonest proposer was first with ${lies.length === 1 ? "a wrong result" : `${lies.length} wrong results`} of epoch ${epoch} (seed ${seed}), ${lies.length === 1 ? "" : "each "}under a bond of ${open(bond)} OPEN, to be paid more as ${favoured.name} (position ${favoured.position}).`,
    "The watcher, a process that has the chain's address, the deployment file and the bundles, rebuilt the epoch and sent what ended each:",
    table.toString(),
  ].join("\n");
}
