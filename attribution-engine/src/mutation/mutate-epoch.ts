// Makes mutants of an epoch: one kind of lie each, the sums that the ledger compares put right again, and some or all of it shown.
import { keccak256 } from "@tributary/protocol/keccak";
import type { Kind } from "@tributary/protocol/kinds";
import type { Node } from "@tributary/protocol/node";
import { generator, type Next } from "../attribution/test/random-epoch.ts";
import type { PreimageStore } from "../watcher/preimage-store.ts";
import { bendProposal } from "../watcher/test/bend-proposal.ts";
import { type Bending, buildProposal, type BuiltProposal, plainProposal } from "../watcher/test/plain-proposal.ts";
import { LIST_LIES, RECEIPT_LIES } from "../watcher/test/lies/call-lies.ts";
import { NODE_LIES } from "../watcher/test/lies/node-lies.ts";
import { ORDER_LIES } from "../watcher/test/lies/order-lies.ts";
import { PAYOUT_LIES } from "../watcher/test/lies/payout-lies.ts";
import { INFLUENCE_MUTATIONS, OMISSION_MUTATIONS, RECEIPT_MUTATIONS } from "./call-mutations.ts";
import type { DrawnEpoch } from "./drawn-epoch.ts";
import { FORM_MUTATIONS } from "./form-mutations.ts";
import { type Draft, dropEmpty, type Mutated, type Mutation, payoutOf, pick, steal } from "./mutant.ts";
import { BALANCE_MUTATIONS, EARNING_MUTATIONS, POINTS_MUTATIONS } from "./payout-mutations.ts";

/** A proposal of somebody dishonest. */
export interface Mutant {
  readonly what: string;
  readonly built: BuiltProposal;
  /** Whether the bundle is published, apart from what is withheld. */
  readonly isPublished: boolean;
  /** Whether the proposer keeps these bytes to itself, in its bundle and in answers. */
  withholds(bytes: Uint8Array): boolean;
}

/** Kinds of lies, and how often each is told beside the others. */
const STRATA: readonly { readonly name: string; readonly often: number; readonly mutations: readonly Mutation[] }[] = [
  { name: "receipt", often: 13, mutations: RECEIPT_MUTATIONS },
  { name: "influence", often: 13, mutations: INFLUENCE_MUTATIONS },
  { name: "omission", often: 14, mutations: OMISSION_MUTATIONS },
  { name: "points", often: 13, mutations: POINTS_MUTATIONS },
  { name: "earning", often: 13, mutations: EARNING_MUTATIONS },
  { name: "balance", often: 10, mutations: BALANCE_MUTATIONS },
  { name: "form", often: 14, mutations: FORM_MUTATIONS },
  { name: "statement", often: 10, mutations: [statement] },
  { name: "two lies", often: 8, mutations: [twoLies] },
  { name: "anything", often: 10, mutations: [anything] },
];
const LIES = [...RECEIPT_LIES, ...NODE_LIES, ...ORDER_LIES, ...LIST_LIES, ...PAYOUT_LIES];
/** Of 100 mutants: of how many nothing is published, and how many withhold something for good. */
const UNPUBLISHED = 6;
const WITHHOLDING = 12;

/** Mutant number `n` of an epoch; the same for the same epoch and number. */
export function mutant(drawn: DrawnEpoch, n: number): Mutant {
  const next = generator(Math.imul(drawn.seed, 0x9e3779b1) ^ (n * 7_919 + 1));
  const honest = plainProposal(drawn.honest);
  for (let tries = 0; tries < 200; tries++) {
    const stratum = pickStratum(next);
    const draft: Draft = { next, plain: structuredClone(honest), honest: drawn.honest };
    try {
      const mutated = pick(next, stratum.mutations)!(draft);
      if (mutated === undefined) continue;
      const { bending, hidden, rule } = hide(next, mutated.bending ?? {});
      repairPayouts(draft, requiredSums(drawn).payouts);
      const straight = buildProposal(draft.plain, bending);
      // A lie that changes nothing for anybody is mostly told to hide a theft.
      const isIdle = isSame(straight.payouts, drawn.honest.epoch.payoutsTree.root);
      const theft = isIdle && next(6) > 0 ? steal(draft) : undefined;
      const whole = theft === undefined ? straight : buildProposal(draft.plain, bending);
      const built = restate(next, whole, requiredSums(drawn));
      if (isHonest(drawn, built)) continue;
      const isPublished = next(100) >= UNPUBLISHED;
      const hides = isPublished ? "" : "nothing published";
      const what = [`${stratum.name}: ${mutated.what}`, theft?.what ?? "", rule, hides];
      return {
        what: what.filter((part) => part !== "").join("; "),
        built,
        isPublished,
        withholds: (bytes) => hidden.has(nameOf(bytes)),
      };
    } catch (error) {
      // A number that has no bytes: another lie is told instead.
      if (!(error instanceof RangeError)) throw error;
    }
  }
  throw new Error(`epoch ${drawn.seed}: no lie could be told`);
}

function pickStratum(next: Next): (typeof STRATA)[number] {
  let left = next(STRATA.reduce((sum, { often }) => sum + often, 0));
  return STRATA.find(({ often }) => (left -= often) < 0)!;
}

/** One of the lies that the statements of docs/faults.md are tested with. */
function statement({ next, plain, honest }: Draft): Mutated {
  const { name, tell, bending } = pick(next, LIES)!;
  if (!tell(plain, honest)) return undefined;
  const bends = bending?.(plain, honest);
  return bends === undefined ? { what: name } : { what: name, bending: bends };
}

/** Two lies in one; of the first is left what the second does not recompute. */
function twoLies(draft: Draft): Mutated {
  const mutations = STRATA.filter(({ name }) => name !== "two lies").flatMap((stratum) => stratum.mutations);
  const first = pick(draft.next, mutations)!(draft);
  if (first === undefined) return undefined;
  try {
    const second = pick(draft.next, mutations)!(draft);
    const bending = second?.bending ?? first.bending ?? {};
    return { what: second === undefined ? first.what : `${first.what}, and ${second.what}`, bending };
  } catch {
    // What the first has broken is in the second's way.
    return undefined;
  }
}

function anything(draft: Draft): Mutated {
  const bent = bendProposal(draft.next, draft.plain);
  Object.assign(draft.plain, bent.plain);
  const theft = draft.next(4) > 0 ? steal(draft) : undefined;
  const what = [...bent.what, ...(theft === undefined ? [] : [theft.what])].join(", ");
  return { what, bending: bent.bending };
}

// --- sums ---

function requiredSums({ honest }: DrawnEpoch): { groups: bigint; payouts: bigint } {
  const { groupsTree, payoutsTree } = honest.epoch;
  return { groups: groupsTree.root.sum, payouts: payoutsTree.root.sum };
}

/** Gives what is left over to somebody, or takes what is missing from somebody. */
function repairPayouts({ next, plain }: Draft, required: bigint): void {
  let off = required - plain.payouts.reduce((sum, { cumulative }) => sum + cumulative, 0n);
  if (off === 0n || next(12) === 0) return;
  if (off > 0n) payoutOf(plain, 1 + next(12)).cumulative += off;
  for (const payout of plain.payouts) {
    if (off >= 0n) break;
    const taken = payout.cumulative < -off ? payout.cumulative : -off;
    payout.cumulative -= taken;
    off += taken;
  }
  dropEmpty(plain);
}

/** Mostly states the sums that the ledger asks for, also where the trees have others. */
function restate(next: Next, built: BuiltProposal, sums: { groups: bigint; payouts: bigint }): BuiltProposal {
  if (next(8) === 0) return built;
  return {
    ...built,
    groups: { ...built.groups, sum: sums.groups },
    payouts: { ...built.payouts, sum: sums.payouts },
  };
}

function isHonest({ honest }: DrawnEpoch, { groups, payouts }: BuiltProposal): boolean {
  const { groupsTree, payoutsTree } = honest.epoch;
  return isSame(groups, groupsTree.root) && isSame(payouts, payoutsTree.root);
}

function isSame(a: Node, b: Node): boolean {
  return a.sum === b.sum && Buffer.compare(a.hash, b.hash) === 0;
}

// --- what is withheld ---

/** Notes on the way what the proposer will not show: all, all nodes of a kind, the payloads of a kind, or one node in so many. */
function hide(next: Next, bending: Bending): { bending: Bending; hidden: ReadonlySet<string>; rule: string } {
  const hidden = new Set<string>();
  if (next(100) >= WITHHOLDING) return { bending, hidden, rule: "" };
  const names = ["group", "trace", "entry", "points", "tally", "payout", "earning"];
  const how = next(4);
  const kindName = names[next(names.length)]!;
  const oneIn = 1 + next(30);
  const isHidden = (kind: Kind, isLeaf: boolean): boolean =>
    how === 0 || (how === 1 && kind.name === kindName) || (how === 2 && isLeaf && kind.name === kindName)
      ? true
      : how === 3 && next(oneIn) === 0;
  return {
    hidden,
    rule: [
      "all is withheld",
      `${kindName} nodes are withheld`,
      `${kindName} leaves are withheld`,
      `one node in ${oneIn} is withheld`,
    ][how]!,
    bending: {
      ...bending,
      leaf(kind, path, place, leaf) {
        const bent = bending.leaf?.(kind, path, place, leaf) ?? leaf;
        if (isHidden(kind, true)) hidden.add(nameOf(bent.payload));
        return bent;
      },
      inner(kind, path, level, index, node) {
        const bent = bending.inner?.(kind, path, level, index, node) ?? node;
        if (isHidden(kind, false)) hidden.add(nameOf(bent.preimage));
        return bent;
      },
    },
  };
}

function nameOf(bytes: Uint8Array): string {
  return Buffer.from(keccak256(bytes)).toString("latin1");
}

/** What the proposer shows, be it in its bundle or in answers. */
export function shownBy({ built, withholds }: Mutant): Pick<PreimageStore, "get"> {
  return {
    get(hash) {
      const bytes = built.store.get(hash);
      return bytes === undefined || withholds(bytes) ? undefined : bytes;
    },
  };
}
