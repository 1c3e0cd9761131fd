// Stake that is due to be slashed for inputs that a court ended; whoever calls, the court says who is rewarded.
import { settlementProofsAbi } from "@tributary/protocol/abi/settlement-proofs";
import { hexToBytes, readBigUint, readUint } from "@tributary/protocol/bytes";
import { RECEIPT, SKETCH } from "@tributary/protocol/kinds";
import {
  type Address,
  BaseError,
  ContractFunctionRevertedError,
  encodeFunctionData,
  type Hex,
  isAddressEqual,
} from "viem";
import type { DataSource } from "./committed-data.ts";
import type { MadeDemand } from "./demand-book.ts";
import type { Duty } from "./duty.ts";
import type { Head } from "./head.ts";
import { isOfNetwork } from "./network-error.ts";
import type { Report } from "./report.ts";
import { signersOf } from "./sketch-signers.ts";

/** `ISettlementProofs.Breach`: the first two are the signers', all others the gateway's. */
const SKETCH_BREACHES = 2;

/** Blocks for which a refused call is tried again: a node that lags refuses what the court has just made possible. */
const RETRY_BLOCKS = 64n;

/** What was proven, or was not answered. */
interface Case {
  readonly court: Address;
  readonly id: bigint;
  readonly title: string;
  /** The sketches whose signers are to be slashed; none where the gateway is. */
  readonly sketches: { readonly settlement: bigint; readonly sub: number } | undefined;
}

/** Finds who is still to be slashed. */
export class Penalties {
  readonly #source: DataSource;
  readonly #report: Report;
  /** Calls that the court or the staking refuse, with the block at which they first did. */
  readonly #refused = new Map<string, bigint>();

  constructor(source: DataSource, report: Report) {
    this.#source = source;
    this.#report = report;
  }

  /** The calls that would slash somebody now. @param sender of the calls */
  async duties(made: readonly MadeDemand[], sender: Address, { number }: Head): Promise<Duty[]> {
    const { logs } = this.#source;
    const duties: Duty[] = [];
    for (const found of this.#cases(made)) {
      const operators = logs
        .of("Penalized")
        .filter(({ address, args }) => isAddressEqual(address, found.court) && args.id === found.id)
        .map(({ args }) => args.operator);
      if (found.sketches === undefined) {
        if (operators.length > 0) continue;
        const args = [found.id] as const;
        await this.#add(duties, found, sender, number, "the gateway", { functionName: "penalizeGateway", args });
        continue;
      }
      const signers = await this.#signersOf(found);
      for (const [place, signer] of signers.entries()) {
        if (operators.some((operator) => isAddressEqual(operator, signer))) continue;
        const args = [found.id, signers, BigInt(place)] as const;
        await this.#add(duties, found, sender, number, signer, { functionName: "penalizeSigner", args });
      }
    }
    return duties;
  }

  /** What courts have found so far. */
  #cases(made: readonly MadeDemand[]): Case[] {
    const { contracts, logs } = this.#source;
    const proven = logs.of("BreachProven").map(({ args: { commit, id, breach } }): Case => {
      const court = contracts.settlementProofs;
      if (breach >= SKETCH_BREACHES) return { court, id, title: `breach ${commit}`, sketches: undefined };
      const bytes = hexToBytes(commit);
      const sketches = { settlement: readBigUint(bytes, 1, 8), sub: readUint(bytes, 9, 4) };
      return { court, id, title: `sketch ${sketches.settlement}/${sketches.sub}`, sketches };
    });
    const unsettled = logs.of("InclusionUnanswered").map(({ args: { receiptHash } }): Case => {
      const title = `receipt ${receiptHash} that was not settled`;
      return { court: contracts.settlementProofs, id: BigInt(receiptHash), title, sketches: undefined };
    });
    const unanswered = made.flatMap(({ id, status, demand: { commitment } }): Case[] => {
      const { kind, id: settlement, sub } = commitment;
      if (status !== "unanswered" || (kind !== SKETCH && kind !== RECEIPT)) return [];
      const sketches = kind === SKETCH ? { settlement, sub } : undefined;
      return [{ court: contracts.demands, id, title: `${kind.name} ${settlement}/${sub}`, sketches }];
    });
    return [...proven, ...unsettled, ...unanswered];
  }

  async #signersOf({ title, sketches }: Case): Promise<readonly Address[]> {
    try {
      return await signersOf(this.#source, sketches!.settlement, sketches!.sub);
    } catch (error) {
      if (isOfNetwork(error)) throw error;
      this.#report.sayOnce(`${title}: who signed it is not known: ${(error as Error).message}`);
      return [];
    }
  }

  /** Adds a call unless it would be refused: a reward that is not decided yet is waited for, anything else is for good after some blocks. @param block the newest */
  async #add(
    duties: Duty[],
    { court, id, title }: Case,
    sender: Address,
    block: bigint,
    whom: string,
    call: PenaltyCall,
  ): Promise<void> {
    const key = `penalize ${court} ${id} ${whom}`;
    const refusedAt = this.#refused.get(key);
    if (refusedAt !== undefined && block > refusedAt + RETRY_BLOCKS) return;
    // All courts penalise alike.
    const asked = { abi: settlementProofsAbi, ...call } as const;
    try {
      await this.#source.reader.simulateContract({ address: court, account: sender, ...asked } as never);
    } catch (error) {
      if (isOfNetwork(error)) throw error;
      const name = revertOf(error);
      if (name === "RewardUndecided") return;
      if (refusedAt === undefined) this.#refused.set(key, block);
      this.#report.sayOnce(`${title}: ${whom} is not slashed: ${name}`);
      return;
    }
    const data: Hex = encodeFunctionData(asked as never);
    const says = `slash ${whom} for ${title}`;
    duties.push({ kind: "penalty", key, to: court, data, says, calls: call.functionName });
  }
}

type PenaltyCall =
  | { readonly functionName: "penalizeGateway"; readonly args: readonly [bigint] }
  | { readonly functionName: "penalizeSigner"; readonly args: readonly [bigint, readonly Address[], bigint] };

function revertOf(error: unknown): string {
  const reverted =
    error instanceof BaseError ? error.walk((cause) => cause instanceof ContractFunctionRevertedError) : undefined;
  if (!(reverted instanceof ContractFunctionRevertedError)) throw error;
  return reverted.data?.errorName ?? reverted.signature ?? reverted.shortMessage;
}
