// The call of the formats' vector on a chain that is told its roots and how its settlement's fee was divided.
import { datanetRegistryAbi } from "@tributary/protocol/abi/datanet-registry";
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import { modelTillAbi } from "@tributary/protocol/abi/model-till";
import { operatorStakingAbi } from "@tributary/protocol/abi/operator-staking";
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import type { AttributionRoots } from "@tributary/protocol/attribution-opening";
import type { VectorCall, VectorEpoch } from "@tributary/protocol/testing/vector-epoch";
import { type Abi, type Address, erc20Abi, zeroAddress, zeroHash } from "viem";
import type { ServedCall } from "../check-answer.ts";
import type { CheckChain } from "../chain.ts";
import { ADDRESSES, toldChain, type ToldContract, type ToldLog, toldLog } from "./told-chain.ts";

export const EPOCH = 4n;
/** The second; the first one was ended. */
export const PROPOSAL = 1;
const READY = 3;
const ENDED = 4;
const FINALIZED = 2;
const VERSION = 5n;
const DEVELOPER = 21n;
const ANCESTOR = 22n;
const CURATORS = [23n, 24n] as const;
export const GATEWAY: Address = "0x00000000000000000000000000000000000000aa";
/** Such that the data's and the stakers' parts of the vector's first settlement are its pool: the token is not listed for stakers. */
const SPLIT = { treasury: 200, gateway: 306, curators: 300, stakers: 29, developer: 4_644, data: 4_371 } as const;
/** Of its fee of 118,609, worked out by hand from docs/formats.md §6.1: treasury, gateway, ancestor, curators, developer, data with stakers. */
const PARTS = {
  treasury: 2_372n,
  gateway: 3_629n,
  ancestors: 1_779n,
  curators: 3_559n,
  developer: 55_083n,
  data: 52_187n,
};
const CUTS = [2_372n, 1_187n] as const;

export interface VectorChainChanges {
  readonly roots?: Partial<AttributionRoots>;
  readonly earnerOf?: (contribution: bigint) => bigint;
  /** Of the settlement; 3 is ready. */
  readonly status?: number;
  readonly rewardTokens?: readonly Address[];
  readonly logs?: (logs: ToldLog[]) => ToldLog[];
  readonly split?: Partial<Record<keyof typeof SPLIT, number>>;
  readonly isUp?: () => boolean;
}

export function servedCall({ settlement, opened }: VectorCall): ServedCall {
  return { settlement: String(settlement), epoch: String(EPOCH), proposal: PROPOSAL, opened };
}

export function vectorChain(epoch: VectorEpoch, call: VectorCall, changes: VectorChainChanges = {}): CheckChain {
  return toldChain(...vectorState(epoch, call, changes), changes.isUp);
}

/** What the chain is told: contracts and logs. */
export function vectorState(
  epoch: VectorEpoch,
  call: VectorCall,
  changes: VectorChainChanges = {},
): [Record<Address, ToldContract>, ToldLog[]] {
  const roots = { ...call.roots, ...changes.roots };
  const { till } = call.receipt;
  const ledger = royaltyLedgerAbi as Abi;
  const none = { hash: zeroHash, sum: 0n };
  const contracts: Record<Address, ToldContract> = {
    [ADDRESSES.RoyaltyLedger]: {
      abi: ledger,
      answers: {
        settlementOf: (id: bigint) => ({
          ...{ version: VERSION, till, count: 4, openedAt: 1, readyAt: 2, epoch: EPOCH, commits: 1 },
          ...{ status: id === call.settlement ? (changes.status ?? READY) : 0 },
          ...{ group: roots.group, offset: roots.offset, pool: roots.pool },
          ...{ receipts: roots.receipts, sketches: roots.sketches },
        }),
        proposalCount: () => 2,
        proposalOf: (_: bigint, proposal: number) => ({
          ...{ proposer: zeroAddress, proposedAt: 1, finalizableAt: 2, bond: 0n, bundleHash: zeroHash },
          ...(proposal === PROPOSAL
            ? { status: FINALIZED, groups: roots.groups, payouts: roots.payouts }
            : { status: ENDED, groups: none, payouts: none }),
        }),
        groupHeadOf: () => [VERSION, 7, roots.groupPool],
        epochEnd: () => 100,
        treasuryPosition: () => epoch.treasury,
      },
    },
    [ADDRESSES.ModelRegistry]: {
      abi: modelRegistryAbi as Abi,
      answers: {
        indexOf: () => ({
          ...roots.index,
          ...{
            committedAt: 1,
            usableAt: 2,
            committer: zeroAddress,
            bond: 0n,
            methodId: zeroHash,
            bundleHash: zeroHash,
          },
        }),
        methodOf: () => ({
          ...{ k: roots.k, topK: roots.topK, debitFactor: roots.debitFactor },
          ...{ tau: 64_225, delta: 6_554, signatureMatch: 257, sketchSpec: zeroHash },
        }),
        closingOf: () => ({
          ...{ model: 1n, isUsable: true, developerPosition: DEVELOPER, split: { ...SPLIT, ...changes.split } },
          ...{ ancestors: [{ position: ANCESTOR, bps: 150 }], curators: CURATORS, curatedRecords: [10n, 5n] },
        }),
      },
    },
    [ADDRESSES.DatanetRegistry]: {
      abi: datanetRegistryAbi as Abi,
      answers: { earnerOf: (contribution: bigint) => (changes.earnerOf ?? epoch.earnerOf)(contribution) },
    },
    [ADDRESSES.OperatorStaking]: {
      abi: operatorStakingAbi as Abi,
      answers: { rewardTokens: () => changes.rewardTokens ?? [] },
    },
    [till.toLowerCase() as Address]: { abi: modelTillAbi as Abi, answers: { gateway: () => GATEWAY, model: () => 1n } },
  };
  const logs = closingLogs(call, epoch.treasury);
  return [contracts, changes.logs?.(logs) ?? logs];
}

function closingLogs({ settlement, receipt: { till }, roots }: VectorCall, treasury: bigint): ToldLog[] {
  const accrued = (position: bigint, amount: bigint): ToldLog =>
    toldLog(ADDRESSES.RoyaltyLedger, royaltyLedgerAbi as Abi, "Accrued", { position, from: till, amount });
  const sent = (to: Address, value: bigint): ToldLog =>
    toldLog(ADDRESSES.OpenToken, erc20Abi, "Transfer", { from: till, to, value });
  const closed = { settlement, version: VERSION, receipts: roots.receipts, count: 4, pool: roots.pool };
  return [
    toldLog(till, modelTillAbi as Abi, "FeeSplit", { version: VERSION, ...PARTS, stakers: 0n }),
    accrued(treasury, PARTS.treasury),
    accrued(DEVELOPER, PARTS.developer),
    accrued(ANCESTOR, PARTS.ancestors),
    accrued(CURATORS[0], CUTS[0]),
    accrued(CURATORS[1], CUTS[1]),
    sent(ADDRESSES.RoyaltyLedger, PARTS.treasury + PARTS.developer + PARTS.ancestors + PARTS.curators),
    sent(GATEWAY, PARTS.gateway),
    sent(ADDRESSES.RoyaltyLedger, PARTS.data),
    toldLog(till, modelTillAbi as Abi, "Closed", { ...closed, fee: roots.receipts.sum, bundleHash: zeroHash }),
  ];
}
