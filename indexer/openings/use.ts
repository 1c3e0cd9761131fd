// Serves how many calls a contribution helped and hurt, and which calls an agent made, out of the final epochs that are kept here.
import type { OpeningQuestions } from "@tributary/protocol/opening-questions";
import { type Address, type Hex, isAddressEqual } from "viem";
import type { FinalEpoch, OpeningParts, Openings } from "./openings.ts";
import { notKept, unknown, unverified } from "./refusal.ts";

/** Epochs that are looked at, the newest first: each is rebuilt when it is first asked about. */
const MOST_EPOCHS = 8;
/** Calls of an agent that are listed. */
const MOST_LISTED = 25;

type UsedGroup = OpeningQuestions["use"]["answer"]["groups"][number] & {
  readonly epoch: number;
  readonly proposal: number;
  readonly bundle: Hex;
};

export class Use {
  readonly #parts: OpeningParts;
  readonly #openings: Pick<Openings, "finalEpochs" | "isWithoutGap">;

  constructor(parts: OpeningParts, openings: Pick<Openings, "finalEpochs" | "isWithoutGap">) {
    this.#parts = parts;
    this.#openings = openings;
  }

  /** How many calls of each group the records of a contribution helped and hurt. */
  async ofContribution(ledger: Address, contribution: bigint) {
    const epochs = await this.#epochs(ledger);
    const groups: UsedGroup[] = [];
    for (const { bundle, final } of epochs)
      for (const group of await this.#used({ bundle, final }, contribution))
        groups.push({ epoch: bundle.manifest.epoch, proposal: final.proposal, bundle: bundle.hash, ...group });
    if (groups.length === 0 && (await this.#parts.chain.contributionOf(contribution)) === undefined)
      throw unknown("unknown_contribution", `there is no contribution ${contribution}`);
    const total = (member: "calls" | "helped" | "hurt" | "used"): number =>
      groups.reduce((sum, each) => sum + each[member], 0);
    const paid = groups.reduce((sum, each) => sum + BigInt(each.paid), 0n);
    const isComplete = await this.#openings.isWithoutGap(ledger, epochs);
    return {
      ...{ contribution, ledger, epochs: epochs.map(({ bundle }) => bundle.manifest.epoch), isComplete },
      ...{ calls: total("calls"), helped: total("helped"), hurt: total("hurt"), used: total("used"), paid, groups },
    };
  }

  /** The calls whose receipts name an agent: how many in each settlement, and the newest of them. */
  async ofAgent(ledger: Address, registry: Address, agent: bigint) {
    const epochs = await this.#epochs(ledger);
    const settlements: { epoch: number; settlement: string; modelVersion: string; calls: number; fees: string }[] = [];
    const newest: { receipt: Hex; epoch: number; settlement: string; amount: string; issuedAt: number }[] = [];
    for (const { bundle } of epochs) {
      const { hash, manifest } = bundle;
      const asked = { bundle: hash, registry, agent: String(agent), most: MOST_LISTED - newest.length };
      const found = await this.#parts.desk.ask("agent", asked);
      const { epoch } = manifest;
      for (const { settlement } of found.settlements) await this.#expectReceipts({ bundle }, ledger, settlement);
      settlements.push(...found.settlements.map((each) => ({ epoch, ...each })));
      newest.push(...found.newest.map((each) => ({ epoch, ...each })));
    }
    const calls = settlements.reduce((sum, each) => sum + each.calls, 0);
    const fees = settlements.reduce((sum, each) => sum + BigInt(each.fees), 0n);
    const kept = epochs.map(({ bundle }) => bundle.manifest.epoch);
    const isComplete = await this.#openings.isWithoutGap(ledger, epochs);
    return { registry, agent, ledger, epochs: kept, isComplete, calls, fees, settlements, newest };
  }

  async #epochs(ledger: Address): Promise<FinalEpoch[]> {
    const epochs = await this.#openings.finalEpochs(ledger, MOST_EPOCHS);
    if (epochs.length === 0) throw notKept("no epoch that is final is kept here");
    return epochs;
  }

  /** The groups whose index has the contribution; the index must be the one on chain. */
  async #used({ bundle }: FinalEpoch, contribution: bigint) {
    const { hash, manifest } = bundle;
    const { groups } = await this.#parts.desk.ask("use", { bundle: hash, contribution: String(contribution) });
    for (const { group, modelVersion } of groups) {
      const stated = manifest.groups.find((each) => each.group === group);
      const committed = await this.#parts.chain.indexOf(BigInt(modelVersion));
      const isSame =
        committed !== undefined &&
        String(stated?.modelVersion) === modelVersion &&
        stated?.indexRoot.hash === committed.root.hash &&
        stated.indexRoot.sum === String(committed.root.sum);
      if (!isSame)
        throw unverified(`group ${group} of epoch ${manifest.epoch}: the chain has another index of its model version`);
    }
    return groups;
  }

  /** The receipts that the bundle states must be the settlement's on chain. */
  async #expectReceipts({ bundle }: Pick<FinalEpoch, "bundle">, ledger: Address, settlement: string): Promise<void> {
    const { manifest } = bundle;
    const stated = manifest.groups
      .flatMap(({ settlements }) => settlements)
      .find(({ settlementId }) => String(settlementId) === settlement);
    const standing = await this.#parts.chain.standingOf(ledger, BigInt(settlement));
    const receipts = standing.what === "final" ? standing.roots.receipts : undefined;
    const isSame =
      isAddressEqual(manifest.ledger, ledger) &&
      receipts !== undefined &&
      stated?.receiptsRoot.hash === receipts.hash &&
      stated.receiptsRoot.sum === String(receipts.sum);
    if (!isSame) throw unverified(`settlement ${settlement}: the chain has other receipts`);
  }
}
