// Computes the next epoch from its inputs, once for each state of the chain that fixes them.
import { join } from "node:path";
import { readFileSync } from "node:fs";
import { manifestRoot } from "@tributary/protocol/bundle-manifest";
import { royaltyPositionsAbi } from "@tributary/protocol/abi/royalty-positions";
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import type { Hex } from "viem";
import { attributeEpoch } from "../attribution/epoch.ts";
import { writeEpochBundle } from "../bundle/epoch-bundle.ts";
import { readEpochInputs } from "../chain/read-epoch-inputs.ts";
import { writeFileAtomically } from "../numerics/atomic-file.ts";
import type { RankOptions } from "../search/rank.ts";
import { honestEpoch, type HonestEpoch, withPositionCount } from "../watcher/honest-epoch.ts";
import { committedData, type DataSource } from "./committed-data.ts";
import { isOfNetwork } from "./network-error.ts";

/** The epoch as it ought to be proposed, and the block at which its inputs were read. */
interface Computed {
  readonly epoch: bigint;
  readonly block: { readonly number: bigint; readonly hash: Hex };
  readonly honest: HonestEpoch;
}

/**
 * Keeps the last epoch that was computed. Nothing else of what `ChainFacts` holds changes while its block is of the chain: an epoch has proposals only once all
 * its settlements are grouped, out of time to be voided, and of models whose indexes are usable and thus final; contributions accepted later than its end earn
 * nothing in it; payouts before it are final, since epochs are finalised in their order; the treasury's position is a constant.
 */
export class Recomputer {
  readonly #source: DataSource;
  readonly #options: RankOptions;
  readonly #onProblem: (problem: string) => void;
  #last: Computed | undefined;

  /** @param onProblem hears what does not keep the epoch from being computed */
  constructor(source: DataSource, options: RankOptions, onProblem: (problem: string) => void) {
    this.#onProblem = onProblem;
    this.#source = source;
    this.#options = options;
  }

  /**
   * The honest epoch, with the facts that proofs are judged by: positions can be minted at any time, so that they are counted at each call.
   * @throws Error if an input cannot be found or is not well-formed
   */
  async honestEpoch(epoch: bigint): Promise<HonestEpoch> {
    const positionCount = await this.#positionCount();
    if (this.#last?.epoch === epoch && (await this.#isCanonical(this.#last)))
      return withPositionCount(this.#last.honest, positionCount);
    const { reader, shelf } = this.#source;
    const head = await reader.getBlock();
    const { data, inputs, previousPayouts, attributed } = await this.#attribute(epoch, true).catch((error: unknown) => {
      // Tables that are not well-formed, though published: leaf by leaf some of it may still count.
      if (isOfNetwork(error)) throw error;
      return this.#attribute(epoch, false);
    });
    const honest = honestEpoch(inputs, attributed, { ...data.context, positionCount });
    try {
      const { hash } = await writeEpochBundle(shelf.kept, inputs, attributed, previousPayouts);
      keepPayouts(shelf.kept, manifestRoot(attributed.payoutsTree.root).hash, hash);
    } catch (error) {
      // A full disk must not save a wrong proposal.
      this.#onProblem(`epoch ${epoch} cannot be kept: ${(error as Error).message}`);
    }
    this.#last = { epoch, block: { number: head.number, hash: head.hash }, honest };
    return honest;
  }

  async #positionCount(): Promise<bigint> {
    const { reader, contracts } = this.#source;
    const positions = await reader.readContract({
      address: contracts.ledger,
      abi: royaltyLedgerAbi,
      functionName: "positions",
    });
    return reader.readContract({ address: positions, abi: royaltyPositionsAbi, functionName: "positionCount" });
  }

  async #attribute(epoch: bigint, byTables: boolean) {
    const { reader, contracts } = this.#source;
    const data = await committedData(this.#source, byTables);
    const { inputs, previousPayouts } = await readEpochInputs(reader, contracts, epoch, data);
    return { data, inputs, previousPayouts, attributed: await attributeEpoch(inputs, this.#options) };
  }

  /** Whether the block at which the inputs were read is still one of the chain. */
  async #isCanonical({ block }: Computed): Promise<boolean> {
    const found = await this.#source.reader.getBlock({ blockNumber: block.number }).catch(() => undefined);
    return found?.hash === block.hash;
  }
}

/** Notes in which bundle payouts are: the next epoch adds to them, and whoever proposed them may be gone by then. */
function keepPayouts(kept: string, root: Hex, bundleHash: Hex): void {
  writeFileAtomically(noteOf(kept, root), bundleHash);
}

/** The bundle that was noted for payouts with this root. */
export function keptPayouts(kept: string, root: Hex): Hex | undefined {
  try {
    return readFileSync(noteOf(kept, root), "utf8") as Hex;
  } catch {
    return undefined;
  }
}

function noteOf(kept: string, root: Hex): string {
  return join(kept, `payouts-${root}`);
}
