// Checks that the indexer serves what was published: claims, calls and records, each verified here by roots that are read from the chain.
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import {
  type LeafJson,
  type OpenedCall,
  verifyLeafJson,
  verifyOpenedCall,
} from "@tributary/protocol/attribution-opening";
import { CONTENT, PAYOUT } from "@tributary/protocol/kinds";
import type { OpenedUse } from "@tributary/protocol/opened-use";
import { recoverQualitySigner, type SignedQualityReport } from "@tributary/protocol/quality-report";
import { standingOf } from "@tributary/protocol/settlement-standing";
import type { Payment } from "../chain/payments.ts";
import { isAddressEqual, zeroAddress } from "viem";
import { contentRoot, recordHash } from "../contribute/content.ts";
import { roleAccount } from "./accounts.ts";
import type { Checks } from "./checks.ts";
import { type Corpus, recordCount } from "./corpus-file.ts";
import type { Datanets } from "./datanets.ts";
import type { Deployment } from "./deployment.ts";
import type { ExplainedCall, ExplainedRecord, LeaveOutResult, PayoutOpening } from "./engine-results.ts";
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
  /** Records of the model's index of novelty 0, as the engine counted them when it built it. */
  copies: number;
  explained: readonly ExplainedCall[];
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
  await checkNovelty(checks, served);
  await checkUse(checks, served);
  await checkAgent(checks, served);
}

/** Every record of the model's index is in one of its datanets. */
async function checkNovelty(checks: Checks, { url, version, corpus, datanets, copies: built }: Served): Promise<void> {
  let records = 0;
  let copies = 0;
  for (const id of datanets.ids) {
    const { indexes } = await ask<{ indexes: { records: number; copies: number }[] }>(
      `${url}/openings/novelty/${id}?version=${version}`,
    );
    records += indexes[0]!.records;
    copies += indexes[0]!.copies;
  }
  checks.add(
    "the indexer says how new each datanet's records are, of all records of the index",
    records === recordCount(corpus) && copies === built,
    `${records} records, ${copies} of novelty 0, ${built} as it was built`,
  );
}

/** Of each contribution, as the engine explained the calls one by one. */
async function checkUse(checks: Checks, { url, explained, datanets }: Served): Promise<void> {
  let right = 0;
  let [helped, hurt] = [0, 0];
  for (const { id, firstPlace, records } of datanets.contributions) {
    const isOf = ({ place, points }: ExplainedRecord): boolean =>
      place >= firstPlace && place < firstPlace + records && points !== "0";
    const count = (isHarmful: boolean): number =>
      explained.filter((call) => call.records.some((each) => each.harmful === isHarmful && isOf(each))).length;
    const used = await ask<ServedUse>(`${url}/openings/contribution/${id}`);
    const isSame = used.helped === count(false) && used.hurt === count(true);
    if (isSame && used.calls === explained.length && (await countedFrom(url, id, used.epochs)) === used.used) right++;
    helped += used.helped;
    hurt += used.hurt;
  }
  checks.add(
    "how many calls each contribution helped and hurt is what the calls' lists say",
    right === datanets.contributions.length && helped > 0,
    `${right} of ${datanets.contributions.length} contributions, ${helped} times helped, ${hurt} hurt`,
  );
}

interface ServedUse {
  epochs: readonly number[];
  calls: number;
  helped: number;
  hurt: number;
  used: number;
}

/** How many calls a contribution helped or hurt, by the tallies that the indexer hands over for its readers to count. */
async function countedFrom(url: string, contribution: bigint, epochs: readonly number[]): Promise<number> {
  let used = 0;
  for (const epoch of epochs) {
    const { groups } = await ask<{ groups: OpenedUse[] }>(
      `${url}/openings/contribution/${contribution}/epoch/${epoch}`,
    );
    for (const { records } of groups)
      used += new Set(records.flatMap(({ credits, debits }) => [...credits, ...debits].map(({ call }) => call))).size;
  }
  return used;
}

/** Of the payer that is an agent. */
async function checkAgent(checks: Checks, { url, calls }: Served): Promise<void> {
  const named = calls.filter(({ receipt }) => !isAddressEqual(receipt.agentRegistry, zeroAddress));
  const { agentRegistry, agentId } = named[0]!.receipt;
  const served = await ask<{ calls: number; fees: string }>(`${url}/openings/agent/${agentRegistry}/${agentId}`);
  const fees = named.reduce((sum, { receipt }) => sum + receipt.amount, 0n);
  checks.add(
    "the indexer lists the calls of an agent, out of the settled receipts",
    served.calls === named.length && BigInt(served.fees) === fees,
    `agent ${agentId}: ${served.calls} calls`,
  );
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
