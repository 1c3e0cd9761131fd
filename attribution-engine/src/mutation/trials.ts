// Mutants by the number: which epoch and which lie each number is, what becomes of them, and how that is counted.
import { claimablePayouts } from "./reference/claimable.ts";
import { referencePayouts } from "./reference/payouts.ts";
import { honestCandidates } from "../watcher/test/honest-candidates.ts";
import { bendProof } from "../watcher/test/bend-proof.ts";
import { findFault } from "../watcher/find-fault.ts";
import { PreimageStore } from "../watcher/preimage-store.ts";
import { generator } from "../attribution/test/random-epoch.ts";
import { buildProposal, plainProposal, type BuiltProposal } from "../watcher/test/plain-proposal.ts";
import { type DrawnEpoch, drawEpoch } from "./drawn-epoch.ts";
import { pick } from "./mutant.ts";
import { mutant } from "./mutate-epoch.ts";
import { place, placementOn, rootOf, type Stage } from "./chain/stage.ts";
import { refusalOf, tryMutant } from "./chain/trial.ts";
import { bytesToHex, hexToBytes } from "@tributary/protocol/bytes";
import { FAULTS, type FaultName } from "@tributary/protocol/proofs/faults";
import { type Proof, PROOF_NAMES, type ProofName } from "@tributary/protocol/proofs/proof";
import { ZeroHash } from "ethers";

/** Mutants of one epoch. */
export const MUTANTS_PER_EPOCH = 25;
/** Proofs of honest leaves that are sent in vain, per epoch, and as many bent ones: each name in turn. */
const VAIN_PROOFS = 20;
/** Mutants from which on shares of them say something. */
const FULL_RUN = 500;
const LEAST_SHARE = 0.03;
const MOST_EQUIVALENT = 0.2;

/** How mutants fared. An equivalent one pays what it ought to; it may end all the same, since only one tree is canonical. */
export interface Report {
  mutants: number;
  /** Not proposed: the ledger saw the sums. They count as no mutants. */
  refused: number;
  equivalent: number;
  ended: number;
  byFault: Record<FaultName, number>;
  /** Wrong payouts that stand. */
  survivors: Survivor[];
  /** Right payouts in trees that are not the honest ones, and stand. */
  standing: Survivor[];
  /** What an honest proposal was accused of: anything here is a defect. */
  unsound: string[];
  vainProofs: number;
  /** Of these, by what they claim. */
  vainByName: Record<ProofName, number>;
  demands: number;
  mostDemands: number;
  mostGas: number;
}

export interface Survivor {
  readonly number: number;
  readonly what: string;
  readonly why: string;
}

export function emptyReport(): Report {
  const byFault = Object.fromEntries(FAULTS.map((name) => [name, 0])) as Record<FaultName, number>;
  const vainByName = Object.fromEntries(PROOF_NAMES.map((name) => [name, 0])) as Record<ProofName, number>;
  const counts = {
    mutants: 0,
    refused: 0,
    equivalent: 0,
    ended: 0,
    vainProofs: 0,
    demands: 0,
    mostDemands: 0,
    mostGas: 0,
  };
  return { ...counts, byFault, vainByName, survivors: [], standing: [], unsound: [] };
}

export function addReport(sum: Report, one: Report): void {
  for (const key of ["mutants", "refused", "equivalent", "ended", "vainProofs", "demands"] as const)
    sum[key] += one[key];
  for (const key of ["mostDemands", "mostGas"] as const) sum[key] = Math.max(sum[key], one[key]);
  for (const name of FAULTS) sum.byFault[name] += one.byFault[name];
  for (const name of PROOF_NAMES) sum.vainByName[name] += one.vainByName[name];
  for (const key of ["survivors", "standing"] as const) sum[key].push(...one[key]);
  sum.unsound.push(...one.unsound);
}

/** What a full run has too little of to say anything: kinds of faults, or lies that change a payout. Of fewer mutants nothing is asked. */
export function weaknessesOf({ mutants, equivalent, byFault }: Report): string[] {
  if (mutants < FULL_RUN) return [];
  const rare = FAULTS.filter((name) => byFault[name] < LEAST_SHARE * mutants);
  return [
    ...rare.map((name) => `${name} ended ${byFault[name]} of ${mutants} mutants, less than ${100 * LEAST_SHARE} %`),
    ...(equivalent > MOST_EQUIVALENT * mutants
      ? [`${equivalent} of ${mutants} mutants are equivalent, more than ${100 * MOST_EQUIVALENT} %`]
      : []),
  ];
}

/** Tries mutants of a seed, epoch by epoch, until the ledger accepted so many. */
export async function tryAccepted(stage: Stage, seed: number, mutants: number): Promise<Report> {
  const report = emptyReport();
  for (let first = 0; report.mutants < mutants; first += MUTANTS_PER_EPOCH)
    addReport(report, await tryMutants(stage, seed, first, first + MUTANTS_PER_EPOCH));
  return report;
}

/**
 * Tries the mutants `first … end − 1` of a seed, epoch by epoch.
 * @param find the watcher's search; tests put a blind one in its place
 * @throws Error if the ledger accepts none of an epoch or more
 */
export async function tryMutants(
  stage: Stage,
  seed: number,
  first: number,
  end: number,
  find: typeof findFault = findFault,
): Promise<Report> {
  const report = emptyReport();
  const { networkHelpers } = stage;
  let foreign: readonly Proof[] = [];
  for (let e = Math.floor(first / MUTANTS_PER_EPOCH); e * MUTANTS_PER_EPOCH < end; e++) {
    const empty = await networkHelpers.takeSnapshot();
    const drawn = await drawEpoch(Math.imul(seed + 1, 0x85ebca6b) + e, await placementOn(stage));
    await place(stage, drawn);
    const owed = referencePayouts(drawn.reference);
    const honest = buildProposal(plainProposal(drawn.honest));
    if (!pays(honest, owed)) throw new Error(`epoch ${e}: the engine and the reference pay differently`);
    foreign = await tryHonest(stage, drawn, honest, foreign, report);
    for (let n = 0; n < MUTANTS_PER_EPOCH; n++) {
      const number = e * MUTANTS_PER_EPOCH + n;
      if (number >= first && number < end) await tryOne(stage, drawn, owed, number, report, find);
    }
    await empty.restore();
  }
  // Whoever draws until enough are accepted would draw for ever.
  if (end - first >= MUTANTS_PER_EPOCH && report.mutants === 0)
    throw new Error(`the ledger accepted none of the mutants ${first} to ${end - 1}`);
  return report;
}

async function tryOne(
  stage: Stage,
  drawn: DrawnEpoch,
  owed: ReadonlyMap<bigint, bigint>,
  number: number,
  report: Report,
  find: typeof findFault,
): Promise<void> {
  const tried = mutant(drawn, number % MUTANTS_PER_EPOCH);
  const outcome = await tryMutant(stage, drawn.honest, tried, find);
  if (outcome.end === "refused") {
    report.refused++;
    return;
  }
  const isEquivalent = pays(tried.built, owed);
  report.mutants++;
  if (isEquivalent) report.equivalent++;
  if (outcome.end === "stands") {
    (isEquivalent ? report.standing : report.survivors).push({ number, what: tried.what, why: outcome.why });
    return;
  }
  report.ended++;
  report.byFault[outcome.fault]++;
  report.demands += outcome.demands;
  report.mostDemands = Math.max(report.mostDemands, outcome.demands);
  report.mostGas = Math.max(report.mostGas, Number(outcome.gas));
}

/** Whether every position can claim what it is owed, and no other can claim anything. */
function pays({ payouts, store }: BuiltProposal, owed: ReadonlyMap<bigint, bigint>): boolean {
  const root = { hash: bytesToHex(payouts.hash), sum: payouts.sum };
  const claimable = claimablePayouts(root, (hash) => store.get(hexToBytes(hash as `0x${string}`)));
  return claimable.size === owed.size && [...owed].every(([position, amount]) => claimable.get(position) === amount);
}

/**
 * Proposes what is right, and sends proofs against it: the watcher must find nothing, and the chain refuse everything.
 * @param foreign proofs over honest leaves of another epoch
 * @returns those over this epoch's
 */
async function tryHonest(
  stage: Stage,
  drawn: DrawnEpoch,
  built: BuiltProposal,
  foreign: readonly Proof[],
  report: Report,
): Promise<Proof[]> {
  const { honest, seed } = drawn;
  const { epoch } = honest.inputs;
  const { ledger, networkHelpers, proposer } = stage;
  const snapshot = await networkHelpers.takeSnapshot();
  await ledger.connect(proposer).propose(epoch, rootOf(built.groups), rootOf(built.payouts), ZeroHash);
  const found = findFault(honest, { epoch, proposal: 0, ...built }, new PreimageStore());
  if (found.what !== "honest") report.unsound.push(`epoch drawn with ${seed}: the watcher says ${found.what}`);
  const vainly = async (proof: Proof): Promise<void> => {
    report.vainProofs++;
    report.vainByName[proof.name]++;
    const refusal = await refusalOf(stage, epoch, 0, proof);
    if (refusal === undefined) report.unsound.push(`epoch drawn with ${seed}: ${proof.name} went through`);
  };
  for (const proof of foreign) await vainly(proof);
  const next = generator(seed + 5);
  const own: Proof[] = [];
  const candidates = Map.groupBy(honestCandidates(honest), ({ name }) => name);
  for (let n = 0; n < VAIN_PROOFS; n++) {
    const straight = pick(next, candidates.get(PROOF_NAMES[((seed >>> 0) + n) % PROOF_NAMES.length]!) ?? []);
    if (straight === undefined) continue;
    own.push(straight);
    for (const proof of [straight, bendProof(next, straight)]) await vainly(proof);
  }
  await snapshot.restore();
  return own;
}
