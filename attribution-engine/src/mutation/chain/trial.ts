// One mutant on the chain: a SIMULATED dishonest proposer proposes it, and a watcher ends it by proofs and demands, which the proposer answers or not.
import { bytesToHex } from "@tributary/protocol/bytes";
import { kindAt } from "@tributary/protocol/demand";
import { proofCalldata } from "@tributary/protocol/proofs/calldata";
import { FAULTS, type FaultName } from "@tributary/protocol/proofs/faults";
import { linkArgument } from "@tributary/protocol/proofs/link";
import type { Proof } from "@tributary/protocol/proofs/proof";
import { type BaseContract, ZeroHash } from "ethers";
import { findFault } from "../../watcher/find-fault.ts";
import type { HonestEpoch } from "../../watcher/honest-epoch.ts";
import { joinSources, PreimageStore } from "../../watcher/preimage-store.ts";
import type { NodeDemand } from "../../watcher/shown-tree.ts";
import { simulateAnswer } from "../../watcher/test/simulated-answerer.ts";
import { type Mutant, shownBy } from "../mutate-epoch.ts";
import { ANSWER_SECONDS, rootOf, type Stage } from "./stage.ts";

const ENDED = 4;
const MOST_DEMANDS = 200;

/** By what a proposal was ended, and the gas of the transaction that did it. */
interface Ending {
  readonly fault: FaultName;
  readonly proof: Proof["name"] | "none";
  readonly gas: bigint;
}

/** What became of a mutant: it was refused at once, it was ended, or it still stands, for the reason given. */
export type Outcome =
  | { readonly end: "refused"; readonly error: string }
  | ({ readonly end: "ended"; readonly demands: number } & Ending)
  | { readonly end: "stands"; readonly why: string };

/**
 * Proposes a mutant and tries to end it. Leaves the chain as it was.
 * @param find the watcher's search, which gets what the chain and the proposer show and nothing else
 */
export async function tryMutant(
  stage: Stage,
  honest: HonestEpoch,
  mutant: Mutant,
  find: typeof findFault = findFault,
): Promise<Outcome> {
  const { networkHelpers } = stage;
  const snapshot = await networkHelpers.takeSnapshot();
  try {
    const proposal = await propose(stage, honest, mutant);
    if (typeof proposal === "string") return { end: "refused", error: proposal };
    return await accuse(stage, honest, mutant, proposal, find);
  } finally {
    await snapshot.restore();
  }
}

async function propose(stage: Stage, honest: HonestEpoch, { built }: Mutant): Promise<number | string> {
  const { ledger, proposer, send } = stage;
  const { epoch } = honest.inputs;
  const data = ledger.interface.encodeFunctionData("propose", [
    epoch,
    rootOf(built.groups),
    rootOf(built.payouts),
    ZeroHash,
  ]);
  try {
    await send(proposer, ledger, data);
  } catch (error) {
    return reasonOf(error, ledger);
  }
  return Number(await ledger.proposalCount(epoch)) - 1;
}

async function accuse(
  stage: Stage,
  honest: HonestEpoch,
  mutant: Mutant,
  proposal: number,
  find: typeof findFault,
): Promise<Outcome> {
  const { epoch } = honest.inputs;
  const shown = shownBy(mutant);
  const answers = new PreimageStore();
  const source = mutant.isPublished ? joinSources(shown, answers) : answers;
  const { groups, payouts } = mutant.built;
  let how: Ending | undefined;
  let demands = 0;
  try {
    while (how === undefined && demands < MOST_DEMANDS) {
      const finding = find(honest, { epoch, proposal, groups, payouts }, source);
      if (finding.what === "proof") {
        how = await prove(stage, epoch, proposal, finding.proof);
      } else if (finding.what === "demand") {
        const wanted = [finding.demand, ...finding.others];
        demands += wanted.length;
        how = await demandAll(stage, wanted, shown, answers);
      } else return { end: "stands", why: `the watcher calls it ${finding.what}` };
    }
  } catch (error) {
    return { end: "stands", why: reasonOf(error, stage.faults, stage.demands, stage.ledger) };
  }
  const { status } = await stage.ledger.proposalOf(epoch, proposal);
  if (how === undefined || Number(status) !== ENDED)
    return { end: "stands", why: `after ${demands} demands its status is ${status}` };
  return { end: "ended", demands, ...how };
}

/** Sends a proof. @returns the fault that the chain says was proven */
async function prove(stage: Stage, epoch: bigint, proposal: number, proof: Proof): Promise<Ending> {
  const { faults, prover, send } = stage;
  const { logs, gasUsed } = await send(prover, faults, proofCalldata({ epoch, proposal }, proof));
  for (const log of logs) {
    const event = faults.interface.parseLog(log);
    if (event?.name === "FaultProven")
      return { fault: FAULTS[Number(event.args["fault"])]!, proof: proof.name, gas: gasUsed };
  }
  throw new Error(`${proof.name} went through and proved nothing`);
}

/** Demands nodes; the proposer answers, or the time of a demand passes and ends the proposal. */
async function demandAll(
  { demands, prover, proposer, send, networkHelpers }: Stage,
  wanted: readonly NodeDemand[],
  shown: Pick<PreimageStore, "get">,
  answers: PreimageStore,
): Promise<Ending | undefined> {
  const asked: { id: bigint; answer: Uint8Array | undefined }[] = [];
  for (const node of wanted) {
    await send(prover, demands, demandCall(demands, node));
    asked.push({ id: await demands.demandCount(), answer: simulateAnswer(shown, node) });
  }
  for (const [i, { id, answer }] of asked.entries()) {
    if (answer === undefined) continue;
    await send(proposer, demands, demands.interface.encodeFunctionData("answer", [id, bytesToHex(answer)]));
    const { commitment, path, node } = wanted[i]!;
    answers.addAnswer(wanted[i]!, node, kindAt(commitment.kind, path).depth, answer);
  }
  const unanswered = asked.find(({ answer }) => answer === undefined);
  if (unanswered === undefined) return undefined;
  await networkHelpers.time.increase(ANSWER_SECONDS + 1n);
  const end = demands.interface.encodeFunctionData("endUnanswered", [unanswered.id]);
  const { gasUsed } = await send(prover, demands, end);
  return { fault: "availability", proof: "none", gas: gasUsed };
}

function demandCall(demands: Stage["demands"], { commitment, parents, index, node, opening }: NodeDemand): string {
  const { kind, id, sub } = commitment;
  const arguments_ = [{ kind: kind.tag, id, sub }, parents.map(linkArgument), index, rootOf(node), bytesToHex(opening)];
  return demands.interface.encodeFunctionData("demand", arguments_ as never);
}

/** Whether the chain refuses a proof against a proposal that stands; the reason, or `undefined` where it would go through. */
export async function refusalOf(
  { provider, faults, prover }: Stage,
  epoch: bigint,
  proposal: number,
  proof: Proof,
): Promise<string | undefined> {
  const data = proofCalldata({ epoch, proposal }, proof);
  try {
    await provider.send("eth_call", [{ from: prover.address, to: await faults.getAddress(), data, gas: "0xf42400" }]);
    return undefined;
  } catch (error) {
    return reasonOf(error, faults);
  }
}

/** The name of the custom error, if one of the contracts has it. */
function reasonOf(error: unknown, ...contracts: BaseContract[]): string {
  const { data, message } = error as { data?: string | { data?: string }; message?: string };
  const bytes = typeof data === "object" ? data.data : data;
  if (bytes === undefined) return message ?? String(error);
  for (const { interface: known } of contracts) {
    const parsed = known.parseError(bytes);
    if (parsed !== null) return `${parsed.name}(${parsed.args.map(String).join(", ")})`;
  }
  return `an error with the data ${bytes.slice(0, 74)}`;
}
