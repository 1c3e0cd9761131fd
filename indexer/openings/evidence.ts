// Serves what whoever asks can count by themselves: all tallies of a contribution's records in an epoch, all receipts of a settlement, parts of an index.
import { Checks } from "@tributary/protocol/check-steps";
import { type OpenedPart, PART_RECORDS, verifyPart } from "@tributary/protocol/opened-part";
import { verifyReceipts } from "@tributary/protocol/opened-receipts";
import { type OpenedUse, verifyOpenedUse } from "@tributary/protocol/opened-use";
import type { Address } from "viem";
import type { FinalEpoch, OpeningParts, Openings } from "./openings.ts";
import { notKept, Refusal, unknown, unverified, verified } from "./refusal.ts";

/** A contribution of more records, or with more tallies, is for the audit of the whole epoch. */
const MOST_RECORDS = 512;
const MOST_TALLIES = 50_000;
/** Receipts of a settlement that are handed over together. */
const MOST_RECEIPTS = 10_000;

export class Evidence {
  readonly #parts: OpeningParts;
  readonly #openings: Pick<Openings, "finalEpoch">;

  constructor(parts: OpeningParts, openings: Pick<Openings, "finalEpoch">) {
    this.#parts = parts;
    this.#openings = openings;
  }

  /** How the records of a contribution fared in an epoch, in each group whose index has them. */
  async ofUse(ledger: Address, contribution: bigint, epoch: bigint) {
    const known = await this.#parts.chain.contributionOf(contribution);
    if (known === undefined) throw unknown("unknown_contribution", `there is no contribution ${contribution}`);
    const found = await this.#openings.finalEpoch(ledger, epoch);
    const limits = { mostRecords: MOST_RECORDS, mostTallies: MOST_TALLIES };
    const asked = { bundle: found.bundle.hash, contribution: String(contribution), ...limits };
    const { groups, isTooLarge } = await this.#parts.desk.ask("openUse", asked);
    if (isTooLarge)
      throw tooMany(
        `contribution ${contribution} has more than ${MOST_RECORDS} records or ${MOST_TALLIES} tallies`,
        epoch,
      );
    for (const opened of groups)
      await this.#verifyUse(ledger, found, { contribution, recordCount: known.recordCount }, opened);
    return { contribution, ledger, epoch, proposal: found.final.proposal, bundle: found.bundle.hash, groups };
  }

  async #verifyUse(
    ledger: Address,
    { final, bundle }: FinalEpoch,
    of: { readonly contribution: bigint; readonly recordCount: number },
    opened: OpenedUse,
  ): Promise<void> {
    const { chain } = this.#parts;
    const version = await chain.versionOfGroup(ledger, BigInt(bundle.manifest.epoch), opened.group.key);
    const index = await chain.indexOf(version);
    if (index === undefined) throw unverified(`model version ${version} has no index that is usable`);
    const { groups, payouts } = final;
    const roots = { ...of, groups, payouts, index: index.root, k: index.k, version };
    verified(() => verifyOpenedUse(opened, roots, new Checks()));
  }

  /** All receipts of a settlement whose epoch is final. */
  async ofReceipts(ledger: Address, settlement: bigint) {
    const standing = await this.#parts.chain.standingOf(ledger, settlement);
    if (standing.what !== "final") {
      if (!(await this.#parts.chain.hasSettlement(ledger, settlement)))
        throw unknown("unknown_settlement", `there is no settlement ${settlement}`);
      throw new Refusal(
        404,
        "settlement_not_final",
        `settlement ${settlement}: ${standing.reason}`,
        "Ask again when its epoch is final.",
      );
    }
    const { epoch, roots } = standing;
    const { bundle } = await this.#openings.finalEpoch(ledger, epoch);
    const stated = bundle.manifest.groups
      .flatMap(({ settlements }) => settlements)
      .find(({ settlementId }) => BigInt(settlementId) === settlement);
    if ((stated?.count ?? 0) > MOST_RECEIPTS)
      throw tooMany(`settlement ${settlement} has more than ${MOST_RECEIPTS} receipts`, epoch);
    const { receipts } = await this.#parts.desk.ask("receipts", {
      bundle: bundle.hash,
      settlement: String(settlement),
    });
    if (receipts === null) throw unverified(`bundle ${bundle.hash} has no settlement ${settlement}`);
    verified(() => verifyReceipts(roots.receipts, receipts, `settlement ${settlement}`, new Checks()));
    return { settlement, ledger, epoch, bundle: bundle.hash, root: roots.receipts, receipts };
  }

  /** A part of the index of a model version. */
  async ofIndex(version: bigint, part: number): Promise<OpenedPart> {
    const { chain, catalogue, desk } = this.#parts;
    const index = await chain.indexOf(version);
    if (index === undefined && !(await chain.has("version", version)))
      throw unknown("unknown_version", `there is no model version ${version}`);
    const kept = (await catalogue.indexes()).find(
      ({ manifest }) => manifest.root.hash === index?.root.hash && manifest.root.sum === String(index.root.sum),
    );
    if (index === undefined || kept === undefined)
      throw notKept(`no usable index of model version ${version} is kept here`);
    const opened = await desk.ask("part", { bundle: kept.hash, part });
    verified(() => verifyPart(opened, part, index, new Checks()));
    if (opened.payloads.length === 0)
      throw new Refusal(
        404,
        "unknown_part",
        `the index of model version ${version} ends before its part ${part}`,
        `It has ${index.root.sum} records, ${PART_RECORDS} in a part; parts are numbered from 0.`,
      );
    return opened;
  }
}

function tooMany(message: string, epoch: bigint): Refusal {
  return new Refusal(
    404,
    "too_many_to_open",
    message,
    `The command tributary audit ${epoch} rebuilds the whole epoch.`,
  );
}
