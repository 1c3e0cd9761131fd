// Checks that the indexer serves what was published: claims, calls and records, each verified here by roots that are read from the chain.
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import {
  type LeafJson,
  type OpenedCall,
  verifyLeafJson,
  verifyOpenedCall,
} from "@tributary/protocol/attribution-opening";
import { CONTENT, PAYOUT } from "@tributary/protocol/kinds";
import { recoverQualitySigner, type SignedQualityReport } from "@tributary/protocol/quality-report";
import { standingOf } from "@tributary/protocol/settlement-standing";
import type { Payment } from "../chain/payments.ts";
import { isAddressEqual } from "viem";
import { contentRoot, recordHash } from "../contribute/content.ts";
import { roleAccount } from "./accounts.ts";
import type { Checks } from "./checks.ts";
import type { Corpus } from "./corpus-file.ts";
import type { Datanets } from "./datanets.ts";
import type { Deployment } from "./deployment.ts";
import type { LeaveOutResult, PayoutOpening } from "./engine-results.ts";
import type { LocalChain } from "./local-chain.ts";
import type { PaidCall } from "./paid-calls.ts";

export interface Served {
  /** Base address of the indexer. */
  url: string;
  openings: readonly PayoutOpening[];
  payments: readonly Payment[];
  calls: readonly PaidCall[];
  corpus: Corpus;
  datanets: Datanets;
  /** Of the model. */
  version: bigint;
  leaveOut: LeaveOutResult;
}

interface ServedClaim {
  claim: PayoutOpening;
  leaf: LeafJson;
  claimed: string;
}

interface ServedCall {
  settlement: string;
  call: { amount: string };
  opened: OpenedCall;
}

interface ServedRecord {
  text: string;
  leaf: LeafJson;
  indexes: { place?: number }[];
}

/** Asks for every position's claim, one call of each settlement, one record of each contribution, and the model's measured quality. */
export async function checkOpenings(
  checks: Checks,
  chain: LocalChain,
  deployment: Deployment,
  served: Served,
): Promise<void> {
  const claims = await countClaims(chain, deployment, served);
  checks.add(
    "the indexer's openings of claims verify, and are what was claimed with",
    claims === served.openings.length && claims > 0,
    `${claims} of ${served.openings.length} positions`,
  );
  const asked = [served.calls[0]!, served.calls.at(-1)!];
  const calls = await countCalls(chain, deployment, served.url, asked);
  checks.add(
    "the indexer's openings of calls verify from the roots on chain",
    calls === asked.length,
    `${calls} of ${asked.length} calls`,
  );
  const contributions = served.datanets.contributions.length;
  const records = await countRecords(served);
  checks.add(
    "the indexer serves records with their places in their contribution and in the model's index",
    records === contributions,
    `a record of each of ${records} of ${contributions} contributions`,
  );
  await checkServedQuality(checks, served);
}

/** Attested, not proven: that it is what the model's owner measured in this run. */
async function checkServedQuality(checks: Checks, { url, version, leaveOut }: Served): Promise<void> {
  const signed = await ask<SignedQualityReport>(`${url}/openings/quality/${version}`);
  const signer = await recoverQualitySigner(signed);
  const measured = [leaveOut.correlation, leaveOut.perPassage.value].map((value) => value.toFixed(4));
  const figures = signed.report.measures.map(({ value }) => value);
  checks.add(
    "the indexer serves the measured quality of the index, signed by who committed it",
    isAddressEqual(signer, roleAccount("developer").address) && figures.join() === measured.join(),
    `${figures.join(" by contributor, ")} by passage, signed by ${signer}`,
  );
}

async function countClaims(
  chain: LocalChain,
  deployment: Deployment,
  { url, openings, payments }: Served,
): Promise<number> {
  const { hash, sum } = await chain.client.readContract({
    ...{ address: deployment.addresses.RoyaltyLedger, abi: royaltyLedgerAbi, functionName: "payoutsRoot" },
  });
  let right = 0;
  for (const opening of openings) {
    const { claim, leaf, claimed } = await ask<ServedClaim>(`${url}/openings/claim/${opening.position}`);
    const shown = verifyLeafJson(PAYOUT, { hash, sum }, leaf, `payout of position ${opening.position}`);
    const paid = payments.find(({ position }) => position === BigInt(opening.position))?.attributed ?? 0n;
    const isSame = claim.payloadHash === opening.payloadHash && claim.opening === opening.opening;
    const isRight = shown.sum === BigInt(opening.cumulative) && claim.cumulative === opening.cumulative;
    if (isSame && isRight && BigInt(claimed) === paid) right++;
  }
  return right;
}

async function countCalls(
  chain: LocalChain,
  deployment: Deployment,
  url: string,
  asked: readonly PaidCall[],
): Promise<number> {
  const { RoyaltyLedger: ledger, ModelRegistry: modelRegistry } = deployment.addresses;
  let right = 0;
  for (const { id } of asked) {
    const { settlement, call, opened } = await ask<ServedCall>(`${url}/openings/call/${id}`);
    const standing = await standingOf({ reader: chain.client, ledger, modelRegistry }, BigInt(settlement));
    if (standing.what !== "final") continue;
    if (verifyOpenedCall(opened, id, standing.roots).amount === BigInt(call.amount)) right++;
  }
  return right;
}

/** The last record of each contribution. */
async function countRecords({ url, corpus, datanets }: Served): Promise<number> {
  const contributors = corpus.datanets.flatMap((datanet) => datanet.contributors);
  let right = 0;
  for (const { id, contributor, firstPlace, records } of datanets.contributions) {
    const texts = contributors[contributor]!.records.map(({ text }) => text);
    const { text, leaf, indexes } = await ask<ServedRecord>(`${url}/openings/record/${id}/${records - 1}`);
    verifyLeafJson(CONTENT, contentRoot(texts.map(recordHash)), leaf, `record of contribution ${id}`);
    const isIndexed = indexes.some(({ place }) => place === firstPlace + records - 1);
    if (text === texts.at(-1) && leaf.key === records - 1 && isIndexed) right++;
  }
  return right;
}

async function ask<Answer>(url: string): Promise<Answer> {
  const response = await fetch(url);
  const body = (await response.json()) as Answer & { error?: { message: string } };
  if (!response.ok) throw new Error(`${url} answers ${response.status}: ${body.error?.message}`);
  return body;
}
