// A watcher, or another service, at work: looks at the chain again and again, and does what is to be done.
import { setTimeout as sleep } from "node:timers/promises";
import { demandsAbi } from "@tributary/protocol/abi/demands";
import { faultProofsAbi } from "@tributary/protocol/abi/fault-proofs";
import { indexProofsAbi } from "@tributary/protocol/abi/index-proofs";
import { settlementProofsAbi } from "@tributary/protocol/abi/settlement-proofs";
import { sketchDisputesAbi } from "@tributary/protocol/abi/sketch-disputes";
import {
  type Abi,
  type Address,
  BaseError,
  decodeErrorResult,
  ExecutionRevertedError,
  type Hex,
  InsufficientFundsError,
  isHex,
} from "viem";
import type { Reader } from "../chain/chain-access.ts";
import type { Duty } from "./duty.ts";
import type { Head } from "./head.ts";
import type { Metrics } from "./metrics.ts";
import { isBehind, isOfNetwork, isUnreachable, refusalOfNode } from "./network-error.ts";
import type { Outbox, Outcome } from "./outbox.ts";
import { payableDuties } from "./payable.ts";
import { type Report, tokens } from "./report.ts";
import type { Inspection, Watch } from "./watch.ts";

export interface ServiceOptions {
  readonly reader: Reader;
  readonly watches: readonly Watch[];
  readonly report: Report;
  readonly metrics: Metrics;
  /** `undefined` where nothing is sent: then it is only said what would be. */
  readonly outbox: Outbox | undefined;
  /** Who sends, or would. */
  readonly sender: Address;
  readonly pollMilliseconds: number;
  /** Ends once nothing is unsettled. */
  readonly once: boolean;
  readonly signal: AbortSignal;
}

/** Looks without progress after which a single run gives up. */
const MOST_IDLE_LOOKS = 5;
const MOST_FAILED_LOOKS = 12;
const LONGEST_PAUSE_MILLISECONDS = 30_000;

/** Runs until it is done or told to stop. */
export async function runService(options: ServiceOptions): Promise<void> {
  const { report, once, signal, pollMilliseconds } = options;
  let idle = 0;
  let failed = 0;
  while (!signal.aborted) {
    let pause = pollMilliseconds;
    try {
      const progress = await look(options);
      failed = 0;
      if (progress === "done" && once) return;
      if (progress !== "unfinished") idle = progress === "idle" ? idle + 1 : 0;
      const isStuck = idle === MOST_IDLE_LOOKS || (options.outbox === undefined && progress !== "unfinished");
      if (once && isStuck) return;
    } catch (error) {
      const refusal = isUnreachable(error) ? undefined : refusalOfNode(error);
      if (refusal === undefined && !isOfNetwork(error)) throw error;
      failed++;
      const silence = isBehind(error) ? "a node is behind" : "no answer from the chain";
      const what = refusal === undefined ? silence : "the chain refuses to answer";
      report.say(`${what} (${failed}): ${refusal?.details ?? firstLine(error)}`);
      if (once && failed === MOST_FAILED_LOOKS) throw error;
      pause = Math.min(pollMilliseconds * 2 ** failed, LONGEST_PAUSE_MILLISECONDS);
    }
    await sleep(pause, undefined, { signal }).catch(() => undefined);
  }
}

/** One look at everything. */
async function look(options: ServiceOptions): Promise<"done" | "waiting" | "idle" | "unfinished"> {
  const { reader, watches, outbox, report, metrics } = options;
  const block = await reader.getBlock();
  const head: Head = { number: block.number, timestamp: Number(block.timestamp) };
  for (const outcome of (await outbox?.settle(head.number)) ?? []) tell(options, outcome);
  let isDone = true;
  let isWaiting = false;
  let isFinished = true;
  const looks: { watch: Watch; inspection: Inspection }[] = [];
  const failures: unknown[] = [];
  for (const watch of watches) {
    const inspection = await watch.inspect(head);
    looks.push({ watch, inspection });
    isDone &&= inspection.unsettled.length === 0;
    isWaiting ||= inspection.isWaiting;
    isWaiting = (await attemptAll(options, watch, inspection.duties, failures)) || isWaiting;
  }
  for (const watch of watches) {
    const inputs = await watch.inspectInputs?.(head);
    if (inputs === undefined) continue;
    failures.push(...inputs.failures);
    isFinished &&= inputs.isFinished;
    isDone &&= inputs.unsettled.length === 0;
    isWaiting ||= inputs.unsettled.length > 0;
    isWaiting = (await attemptAll(options, watch, inputs.duties, failures)) || isWaiting;
  }
  await metrics.looked(reader, head, looks, report);
  if (failures.length > 0) throw failures[0];
  if (!isFinished) return "unfinished";
  if (outbox?.isEmpty === false) return outbox.isWaiting ? "waiting" : "idle";
  if (isDone) return "done";
  return isWaiting ? "waiting" : "idle";
}

/** Makes the calls that can be paid for. @returns whether any is on its way, or there is another to try */
async function attemptAll(
  options: ServiceOptions,
  watch: Watch,
  duties: readonly Duty[],
  failures: unknown[],
): Promise<boolean> {
  const { reader, sender, report } = options;
  let isWaiting = false;
  // What is on its way counts too: its deposits may not have been taken yet.
  for (const duty of await payableDuties(reader, watch.source.contracts, sender, duties, report))
    isWaiting = (await attempt(options, watch, duty, failures)) || isWaiting;
  return isWaiting;
}

/** Makes a call. What it fails for, which may be its own trouble alone, keeps no other from being made, as long as there is a chain. */
async function attempt(options: ServiceOptions, watch: Watch, duty: Duty, failures: unknown[]): Promise<boolean> {
  try {
    return await perform(options, watch, duty);
  } catch (error) {
    if (isUnreachable(error)) throw error;
    failures.push(error);
    options.metrics.transaction(duty.kind, "failed");
    options.report.sayOnce(`failed: ${duty.says}: ${refusalOfNode(error)?.details ?? firstLine(error)}`);
    return false;
  }
}

/** Sends a call, or says that it would. @returns whether it is on its way, or there is another to try */
async function perform(options: ServiceOptions, watch: Watch, duty: Duty): Promise<boolean> {
  const { outbox, report, metrics } = options;
  if (outbox?.has(duty) === true) return true;
  try {
    if (outbox === undefined) {
      await rehearse(options, duty);
      return false;
    }
    report.say(`sending: ${duty.says}`);
    const hash = await outbox.send(duty, (signed) => report.say(`signed ${signed}: ${duty.says}`));
    metrics.transaction(duty.kind, "sent");
    report.say(`sent ${hash}: ${duty.says}`);
    return true;
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === undefined) throw error;
    metrics.transaction(duty.kind, "refused");
    const isReplaceable = refusal.isOfContract && (watch.refused?.(duty) ?? false);
    report.sayOnce(`refused: ${duty.says}: ${refusal.why}${isReplaceable ? "; another is looked for" : ""}`);
    return isReplaceable;
  }
}

async function rehearse({ reader, sender, report }: ServiceOptions, duty: Duty): Promise<void> {
  const bytes = (duty.data.length - 2) / 2;
  const gas = await reader.estimateGas({ account: sender, to: duty.to, data: duty.data });
  const reward = duty.reward === undefined ? "" : `, reward ${tokens(BigInt(duty.reward))}`;
  report.say(`would send: ${duty.says}: ${bytes} bytes of calldata, gas ${gas}${reward}`);
}

function tell({ report, metrics, watches }: ServiceOptions, outcome: Outcome): void {
  const { duty } = outcome;
  metrics.transaction(duty.kind, outcome.what);
  const about = duty.about;
  if (about !== undefined && (outcome.what === "mined" || outcome.what === "unmined")) {
    const watch = watches.find(({ source }) => source.contracts.ledger === about.ledger);
    watch?.remember?.({ ledger: about.ledger, epoch: BigInt(about.epoch), proposal: about.proposal });
  }
  const { input } = duty;
  if (input !== undefined && outcome.what === "mined")
    watches.find(({ source }) => source.contracts.ledger === input.ledger)?.rememberInput?.(input);
  if (outcome.what === "mined") {
    if (duty.kind === "penalty") report.inputs.penalties++;
    if (duty.kind === "demand") report.demands++;
    if (duty.kind === "answer") report.answers++;
    const { transactionHash, gasUsed, blockNumber } = outcome.receipt;
    report.say(`mined ${transactionHash} in block ${blockNumber}, gas ${gasUsed}: ${duty.says}`);
  } else if (outcome.what === "reverted") {
    report.say(`reverted ${outcome.receipt.transactionHash}: ${duty.says}`);
  } else if (outcome.what === "refused") {
    report.say(`no node takes ${outcome.hash}: ${outcome.why}: ${duty.says}`);
  } else if (outcome.what !== "settled") {
    report.say(`${outcome.what} ${outcome.hash}: ${duty.says}`);
  }
}

/** Why a call is refused, and whether it is the contract that refuses it; `undefined` if it is not the call's fault. */
function refusalOf(error: unknown): { readonly why: string; readonly isOfContract: boolean } | undefined {
  if (!(error instanceof BaseError)) return undefined;
  if (error.walk((cause) => cause instanceof InsufficientFundsError) !== null)
    return { why: "the account cannot pay for the gas", isOfContract: false };
  if (error.walk((cause) => cause instanceof ExecutionRevertedError) === null) {
    const why = isOfNetwork(error) ? undefined : refusalOfNode(error)?.details;
    return why === undefined ? undefined : { why, isOfContract: false };
  }
  const { data } = (error.walk((cause) => isHex((cause as { data?: unknown }).data)) ?? {}) as { data?: Hex };
  return { why: (data && errorNameOf(data)) ?? firstLine(error), isOfContract: true };
}

function errorNameOf(data: Hex): string | undefined {
  for (const abi of [faultProofsAbi, demandsAbi, settlementProofsAbi, indexProofsAbi, sketchDisputesAbi] as Abi[]) {
    try {
      const { errorName, args } = decodeErrorResult({ abi, data });
      return `${errorName}(${(args ?? []).map(String).join(", ")})`;
    } catch {
      // Not an error of this contract.
    }
  }
  return undefined;
}

function firstLine(error: unknown): string {
  return error instanceof Error ? error.message.split("\n")[0]! : String(error);
}
