// Opens what was published and verifies it: each answer is compared with the chain before it is given.
import {
  type AttributedCall,
  type LeafJson,
  type OpenedCall,
  type RootHex,
  verifyPresence,
} from "@tributary/protocol/attribution-opening";
import type { EpochManifest, ManifestRoot } from "@tributary/protocol/bundle-manifest";
import { hexToBytes } from "@tributary/protocol/bytes";
import { keccak256 } from "@tributary/protocol/keccak";
import { bytesToHex } from "@tributary/protocol/bytes";
import { PAYOUT } from "@tributary/protocol/kinds";
import { decodePayout } from "@tributary/protocol/payloads/payout";
import type { FinalProposal, Standing } from "@tributary/protocol/settlement-standing";
import { type Address, type Hex, isAddressEqual, zeroHash } from "viem";
import type { CallVerifier } from "./call-verifier.ts";
import type { Catalogue, Listed } from "./catalogue.ts";
import type { OpeningChain } from "./chain.ts";
import type { DeskProcess } from "./desk-process.ts";
import { notKept, Refusal, unverified, verified } from "./refusal.ts";

/** What `claim` of a vault takes. */
export interface Claim {
  readonly position: bigint;
  readonly cumulative: bigint;
  readonly payloadHash: Hex;
  readonly opening: Hex;
}

const NOTHING_ATTRIBUTED = { cumulative: 0n, payloadHash: zeroHash, opening: "0x" } as const;
/** A final proposal is looked up again after so long: only a deep reorganisation takes it back, and what is served is verified by itself. */
const FINAL_MILLISECONDS = 60_000;

type Final = Extract<Standing, { what: "final" }>;

export interface FinalEpoch {
  readonly final: FinalProposal;
  readonly bundle: Listed<EpochManifest>;
}

export interface OpeningParts {
  readonly chain: OpeningChain;
  readonly catalogue: Catalogue;
  readonly desk: Pick<DeskProcess, "ask">;
}

export class Openings {
  readonly #chain: OpeningChain;
  readonly #catalogue: Catalogue;
  readonly #desk: OpeningParts["desk"];
  readonly #verifier: Pick<CallVerifier, "verify">;
  readonly #finals = new Map<string, { readonly final: FinalProposal; readonly until: number }>();

  constructor({ chain, catalogue, desk }: OpeningParts, verifier: Pick<CallVerifier, "verify">) {
    this.#verifier = verifier;
    this.#chain = chain;
    this.#catalogue = catalogue;
    this.#desk = desk;
  }

  /** What a position has to show to be paid, by the payouts after the newest final epoch. */
  async claim(ledger: Address, position: bigint) {
    const books = await this.#chain.booksOf(ledger, position);
    if (books === undefined) throw unknownPosition(position);
    const { payouts, vault, claimed, accrued } = books;
    const shared = { position, ledger, vault, root: payouts, claimed, accrued };
    if (payouts.hash === zeroHash) {
      const claim: Claim = { position, ...NOTHING_ATTRIBUTED };
      return { ...shared, epoch: null, bundle: null, leaf: null, claim, claimable: accrued };
    }
    const { leaf, bundle } = await this.#payout(ledger, payouts, position);
    const cumulative = BigInt(leaf.sum);
    const claim: Claim = isAbsent(leaf)
      ? { position, ...NOTHING_ATTRIBUTED }
      : { position, cumulative, payloadHash: hashOf(leaf.payload), opening: leaf.opening };
    const unpaid = cumulative > claimed ? cumulative - claimed : 0n;
    return {
      ...shared,
      ...{ epoch: bundle.manifest.epoch, bundle: bundle.hash, leaf, claim, claimable: unpaid + accrued },
    };
  }

  /** @param epoch where who asks knows it; otherwise all that is kept is looked through */
  async call(receipt: Hex, epoch: bigint | undefined) {
    const bundle = await this.#bundleOfCall(receipt, epoch);
    const { ledger } = bundle.manifest;
    const { settlement, opened } = await this.#desk.ask("call", { bundle: bundle.hash, receipt });
    if (opened === null) throw unverified(`bundle ${bundle.hash} has the receipt in its trace and no such call`);
    const standing = await this.#chain.standingOf(ledger, BigInt(settlement));
    if (standing.what !== "final") throw unverified(`settlement ${settlement}: ${standing.reason}`);
    const call = await this.#verifier.verify({ opened, receipt, roots: standing.roots });
    return callAnswer(receipt, bundle, { settlement, standing, call, opened });
  }

  /** What a position earned in an epoch, and the calls that paid it most. */
  async earned(ledger: Address, position: bigint, epoch: bigint, most: number) {
    if ((await this.#chain.booksOf(ledger, position)) === undefined) throw unknownPosition(position);
    const { final, bundle } = await this.#epoch(ledger, epoch);
    const after = await this.#leafIn(bundle, final.payouts, position);
    const root = await this.#chain.payoutsBefore(ledger, epoch);
    const before = root.hash === zeroHash ? null : await this.#previous(ledger, epoch, root, position);
    const earned = isAbsent(after) ? 0n : decodePayout(hexToBytes(after.payload)).earnings.sum;
    const { total, calls } = await this.#desk.ask("payers", { bundle: bundle.hash, position: Number(position), most });
    const shown: { receipt: Hex; paid: string }[] = [];
    for (const { receipt, paid } of calls) {
      await this.#verifyPaid(bundle, receipt, position, BigInt(paid));
      shown.push({ receipt, paid });
    }
    return {
      ...{ position, ledger, epoch, proposal: final.proposal, bundle: bundle.hash },
      root: final.payouts,
      after,
      earned,
      cumulative: BigInt(after.sum),
      before,
      calls: { total, shown },
    };
  }

  /** The files that are published of an epoch, from which its roots on chain are made; of what else the manifest says nothing is served. */
  async published(ledger: Address, epoch: bigint) {
    const { final, bundle } = await this.#epoch(ledger, epoch);
    const { problems } = await this.#desk.ask("files", { bundle: bundle.hash, kind: "epoch" });
    if (problems.length > 0) throw unverified(problems.join("; "), "bundle_damaged");
    // Files that fit a forged manifest need not be those of the roots: any opening has them rebuilt.
    await this.#leafIn(bundle, final.payouts, 1n);
    return {
      ...{ epoch, ledger, proposal: final.proposal, bundle: bundle.hash, proposed: final.bundleHash },
      roots: { groups: final.groups, payouts: final.payouts },
      files: bundle.manifest.files,
    };
  }

  /** Whether epochs that are final, the newest first, are all that the chain has of them: none newer, and none between two of them. */
  async isWithoutGap(ledger: Address, epochs: readonly FinalEpoch[]): Promise<boolean> {
    let { sum } = await this.#chain.payoutsOf(ledger);
    for (const { final, bundle } of epochs) {
      // The ledger takes no other sum of payouts than that before and the epoch's pools together.
      if (final.payouts.sum !== sum) return false;
      sum -= await this.#chain.poolsOf(ledger, BigInt(bundle.manifest.epoch));
    }
    return true;
  }

  /** The newest epochs that are final and of which a bundle with the final roots is here. */
  async finalEpochs(ledger: Address, most: number): Promise<FinalEpoch[]> {
    const epochs = new Set((await this.#epochsOf(ledger)).map(({ manifest }) => BigInt(manifest.epoch)));
    const found: FinalEpoch[] = [];
    for (const epoch of epochs) {
      if (found.length === most) break;
      try {
        found.push(await this.#epoch(ledger, epoch));
      } catch (error) {
        // Not final, or its bundles here have other roots.
        if (!(error instanceof Refusal)) throw error;
      }
    }
    return found;
  }

  /** The opening of a position's payout in payouts that the chain has, and whose bundle it is from. */
  async #payout(
    ledger: Address,
    root: RootHex,
    position: bigint,
  ): Promise<{ leaf: LeafJson; bundle: Listed<EpochManifest> }> {
    const bundles = (await this.#epochsOf(ledger)).filter(({ manifest }) => isRoot(manifest.payoutsRoot, root));
    if (bundles.length === 0)
      throw notKept(
        `no bundle here has the payouts ${root.hash} over ${root.sum}, which the chain says are the newest`,
      );
    return firstWhole(bundles, async (bundle) => ({ bundle, leaf: await this.#leafIn(bundle, root, position) }));
  }

  async #leafIn({ hash }: Listed<EpochManifest>, root: RootHex, position: bigint): Promise<LeafJson> {
    const { leaf } = await this.#desk.ask("payout", { bundle: hash, position: Number(position) });
    if (BigInt(leaf.key) !== position) throw unverified(`the opening of position ${position} is of ${leaf.key}`);
    verified(() => verifyPresence(PAYOUT, root, leaf, `payout of position ${position}`));
    return leaf;
  }

  /** The payout before an epoch, from the payouts of the epoch that was final before it; `not_kept` where their bundle is not here. */
  async #previous(ledger: Address, epoch: bigint, root: RootHex, position: bigint) {
    for (const bundle of await this.#epochsOf(ledger)) {
      const { manifest } = bundle;
      if (BigInt(manifest.epoch) >= epoch || !isRoot(manifest.payoutsRoot, root)) continue;
      const final = await this.#chain.finalOf(ledger, BigInt(manifest.epoch));
      if (final === undefined || !isRoot(manifest.payoutsRoot, final.payouts)) continue;
      return { epoch: manifest.epoch, root, leaf: await this.#leafIn(bundle, root, position) };
    }
    return "not_kept" as const;
  }

  async #verifyPaid(bundle: Listed<EpochManifest>, receipt: Hex, position: bigint, paid: bigint): Promise<void> {
    const { settlement, opened } = await this.#desk.ask("call", { bundle: bundle.hash, receipt });
    const standing = settlement === null ? undefined : await this.#standing(bundle, BigInt(settlement));
    if (opened === null || standing === undefined) throw unverified(`call ${receipt} does not open`);
    const { records } = await this.#verifier.verify({ opened, receipt, roots: standing.roots });
    const own = records.reduce((sum, each) => sum + (each.position === position ? each.paidByCall : 0n), 0n);
    if (own !== paid) throw unverified(`call ${receipt}: paid position ${position} ${own}, not ${paid}`);
  }

  async #standing({ manifest }: Listed<EpochManifest>, settlement: bigint): Promise<Final | undefined> {
    const standing = await this.#chain.standingOf(manifest.ledger, settlement);
    return standing.what === "final" ? standing : undefined;
  }

  async #bundleOfCall(receipt: Hex, epoch: bigint | undefined): Promise<Listed<EpochManifest>> {
    const all: Listed<EpochManifest>[] = [];
    for (const bundle of await this.#catalogue.epochs()) {
      const { manifest } = bundle;
      if (this.#chain.ledgerOf(manifest.ledger) === undefined) continue;
      if (epoch !== undefined && BigInt(manifest.epoch) !== epoch) continue;
      const final = await this.#finalOf(manifest.ledger, BigInt(manifest.epoch));
      if (final !== undefined && isOfProposal(manifest, final)) all.push(bundle);
    }
    const bundles = all.map(({ hash }) => hash);
    const { bundle } = await this.#desk.ask("whereabouts", { bundles, receipt });
    const found = all.find(({ hash }) => hash === bundle);
    if (found !== undefined) return found;
    await this.#expectKept(epoch, all);
    throw new Refusal(
      404,
      "call_not_found",
      `no final epoch that is kept here${epoch === undefined ? "" : ` under number ${epoch}`} has a call with the receipt ${receipt}`,
      "A call is opened once its epoch is final; before that its gateway says what it waits for: GET /v1/receipts/<id>/attribution. One of an epoch that is not kept here another operator may open.",
    );
  }

  /** @throws Refusal if the epoch that a call is looked for in is final, and no bundle of it is here: it may have the call */
  async #expectKept(epoch: bigint | undefined, kept: readonly Listed<EpochManifest>[]): Promise<void> {
    if (epoch === undefined) return;
    for (const ledger of this.#chain.contracts.ledgers) {
      if (kept.some(({ manifest }) => isAddressEqual(manifest.ledger, ledger))) continue;
      if ((await this.#finalOf(ledger, epoch)) !== undefined)
        throw notKept(`epoch ${epoch} is final, and no bundle with its roots is here to look for the call in`);
    }
  }

  /** An epoch that is final, with a bundle that has its roots. @throws Refusal if it is not final, or no such bundle is here */
  finalEpoch(ledger: Address, epoch: bigint): Promise<FinalEpoch> {
    return this.#epoch(ledger, epoch);
  }

  async #epoch(ledger: Address, epoch: bigint): Promise<FinalEpoch> {
    const final = await this.#chain.finalOf(ledger, epoch);
    if (final === undefined)
      throw new Refusal(
        404,
        "epoch_not_final",
        `epoch ${epoch} has no proposal that is final`,
        "An epoch has one once somebody proposed for it and its challenge window has passed; epochs without settlements never do.",
      );
    const bundles = (await this.#epochsOf(ledger)).filter(({ manifest }) => BigInt(manifest.epoch) === epoch);
    const right = bundles.filter(({ manifest }) => isOfProposal(manifest, final));
    // The one that was proposed, where it is among them; any with these roots says the same.
    const bundle = right.find(({ hash }) => hash === final.bundleHash) ?? right[0];
    if (bundle !== undefined) return { final, bundle };
    const others = bundles.length === 0 ? "" : `; ${bundles.length} here for this epoch have other roots`;
    throw notKept(`no bundle here has the roots of proposal ${final.proposal} of epoch ${epoch}${others}`);
  }

  async #epochsOf(ledger: Address): Promise<Listed<EpochManifest>[]> {
    return (await this.#catalogue.epochs()).filter(({ manifest }) => isAddressEqual(manifest.ledger, ledger));
  }

  /** As the chain says, or said a short time ago; what is served is verified against a fresh one. */
  async #finalOf(ledger: Address, epoch: bigint): Promise<FinalProposal | undefined> {
    const name = `${ledger.toLowerCase()} ${epoch}`;
    const known = this.#finals.get(name);
    if (known !== undefined && known.until > Date.now()) return known.final;
    const final = await this.#chain.finalOf(ledger, epoch);
    if (final !== undefined) this.#finals.set(name, { final, until: Date.now() + FINAL_MILLISECONDS });
    return final;
  }
}

function callAnswer(
  receipt: Hex,
  { hash, manifest }: Listed<EpochManifest>,
  {
    settlement,
    standing,
    call,
    opened,
  }: { settlement: string; standing: Final; call: AttributedCall; opened: OpenedCall },
) {
  const { epoch, proposal, roots } = standing;
  return {
    ...{ id: receipt, ledger: manifest.ledger, settlement, epoch, proposal, bundle: hash },
    ...{ roots, call, opened },
  };
}

/** The first of several bundles of the same roots that is whole. */
async function firstWhole<Value>(
  bundles: readonly Listed<EpochManifest>[],
  open: (bundle: Listed<EpochManifest>) => Promise<Value>,
): Promise<Value> {
  let failure: unknown;
  for (const bundle of bundles)
    try {
      return await open(bundle);
    } catch (error) {
      failure ??= error;
    }
  throw failure;
}

function isOfProposal(manifest: EpochManifest, { groups, payouts }: FinalProposal): boolean {
  return isRoot(manifest.groupsRoot, groups) && isRoot(manifest.payoutsRoot, payouts);
}

function isRoot(stated: ManifestRoot, { hash, sum }: RootHex): boolean {
  return stated.hash === hash && stated.sum === String(sum);
}

function isAbsent({ payload }: LeafJson): boolean {
  return payload === "0x";
}

function hashOf(payload: Hex): Hex {
  return bytesToHex(keccak256(hexToBytes(payload)));
}

function unknownPosition(position: bigint): Refusal {
  return new Refusal(
    404,
    "unknown_position",
    `there is no position ${position}`,
    "Positions are numbered from 1; the indexer's GraphQL lists them with their owners.",
  );
}
