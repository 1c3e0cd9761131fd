// What is checked once everything is paid: the books, the copy, the receipts, the quality of the model, the indexer and the openings that it serves.
import type { Indexer } from "@tributary/indexer/start";
import type { Checks } from "./checks.ts";
import { checkCopy } from "./copy-checks.ts";
import type { Corpus } from "./corpus-file.ts";
import type { IndexResult, LeaveOutResult, MeasureResult, TrainResult } from "./engine-results.ts";
import type { SettledEpochs } from "./epochs.ts";
import { checkIndexer } from "./indexer-check.ts";
import type { RegisteredModel } from "./model.ts";
import { checkBooks, checkReceipts, licenceRemainder, supplyOf } from "./money.ts";
import { checkOpenings } from "./openings-check.ts";
import type { PaidCall } from "./paid-calls.ts";
import type { PaidOut } from "./pay-out.ts";
import { checkQuality } from "./quality.ts";
import type { ClosedSettlement } from "./settlement.ts";
import type { OnChain } from "./chain-set-up.ts";

/** All of the run. */
export interface Done {
  readonly corpus: Corpus;
  readonly training: TrainResult;
  readonly onChain: OnChain;
  readonly model: RegisteredModel;
  readonly index: IndexResult;
  readonly calls: readonly PaidCall[];
  readonly settlements: readonly ClosedSettlement[];
  readonly settled: SettledEpochs;
  readonly paidOut: PaidOut;
  readonly measure: MeasureResult;
  readonly leaveOut: LeaveOutResult;
}

/** @returns what of the fees has reached those it was due to */
export async function checkAll(checks: Checks, indexer: Indexer, done: Done): Promise<bigint> {
  const { corpus, training, model, index, calls, settlements, measure, leaveOut } = done;
  const { chain, deployment, datanets, copy, supply } = done.onChain;
  const { openings, proposerFees, lies, explained } = done.settled;
  const { payments, left, paidToStaker, unpaid } = done.paidOut;
  // Licence fees are shared per record; what does not divide stays in the registry for the next fee.
  const licencesAccrued =
    datanets.licenceFee * BigInt(datanets.ids.length) - (await licenceRemainder(chain, deployment));
  const paidOfFees = checkBooks(checks, {
    ...{ calls, settlements, payments, left, paidToStaker, proposerFees, unpaid, openings, licencesAccrued },
  });
  const missingSupply = supply - (await supplyOf(chain, deployment));
  const burnedBonds = lies.reduce((sum, { ending }) => sum + (ending?.burned ?? 0n), 0n);
  await checkCopy(checks, chain, deployment, copy, { datanets, model, missingSupply, burnedBonds });
  await checkReceipts(checks, calls, deployment.chainId);
  checkQuality(checks, corpus, calls.length, training, measure, leaveOut);
  const block = await chain.client.getBlockNumber();
  await checkIndexer(checks, indexer, {
    ...{ block, payments, calls: calls.length, copy, paidToStaker, proposerFees },
  });
  await checkOpenings(checks, chain, deployment, {
    ...{ url: indexer.url, openings, payments, calls, corpus, datanets, leaveOut, explained },
    ...{ version: model.version, copies: index.copies },
  });
  return paidOfFees;
}
