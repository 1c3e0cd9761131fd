// Rows of the books, and what they stand for.
import type { Channel } from "@x402/evm/batch-settlement/server";
import type { Address, Hex } from "viem";
import type { Receipt } from "@tributary/protocol/typed-data/receipt";
import type { Citation, Entry, Exchange } from "../receipts/entry.ts";
import type { Charge, Settlement, SettlementState, SignedRefund, Written } from "./books.ts";
import { type Row, sql, type Statement } from "./sql.ts";
import { useMaximum } from "./used-maxima.ts";

/** A channel as it is kept: x402's record without its reservation and the time of its last look at the chain, neither of which holds after a start. */
export interface StoredChannel {
  readonly channel: Channel;
  readonly sequence: bigint;
  readonly settled: bigint;
  readonly serving: Charge | undefined;
  /** Maxima of vouchers that were charged by and are above what was charged, ascending. */
  readonly used: readonly bigint[];
  /** That stands; kept in a table of its own. */
  readonly refund: Omit<SignedRefund, "channelId"> | undefined;
}

/**
 * Writes a channel. The prompt of the call under way lies apart, and is written once a call, however many parts its answer has.
 * @param before as it is written
 */
export function channelStatements(
  { channel, sequence, serving, used }: Omit<StoredChannel, "settled" | "refund">,
  before: Pick<StoredChannel, "serving"> | undefined,
): Statement[] {
  const { pendingRequest: _reservation, onchainSyncedAt: _look, ...record } = channel;
  const id = key(channel.channelId);
  const till = channel.channelConfig.receiver.toLowerCase();
  const statements = [
    sql`INSERT INTO channels (channel_id, till, sequence, settled, record, serving, used)
    VALUES (${id}, ${till}, ${Number(sequence)}, 0, ${JSON.stringify(record)}, ${serving === undefined ? null : encodeCharge(serving)}, ${used.join()})
    ON CONFLICT (channel_id) DO UPDATE SET sequence = excluded.sequence, record = excluded.record, serving = excluded.serving, used = excluded.used`,
  ];
  if (serving === undefined) {
    if (before?.serving !== undefined) statements.push(sql`DELETE FROM served_prompts WHERE channel_id = ${id}`);
  } else if (serving.exchange.prompt !== before?.serving?.exchange.prompt)
    statements.push(sql`INSERT INTO served_prompts (channel_id, prompt) VALUES (${id}, ${storable(serving.exchange.prompt)})
      ON CONFLICT (channel_id) DO UPDATE SET prompt = excluded.prompt`);
  return statements;
}

export function channelOf(row: Row): StoredChannel {
  const channel = JSON.parse(String(row.record)) as Channel;
  return {
    channel,
    sequence: BigInt(row.sequence!),
    settled: BigInt(row.settled!),
    serving: typeof row.serving === "string" ? decodeCharge(row.serving, row.served_prompt) : undefined,
    used: usedOf(row.used ?? null, channel),
    refund: refundOf(row),
  };
}

function refundOf({ refund_nonce: nonce, refund_amount: amount }: Row): StoredChannel["refund"] {
  if (nonce === undefined || nonce === null) return undefined;
  return { nonce: BigInt(nonce), amount: BigInt(amount!) };
}

export function receiptStatement({ id, receipt }: Written, { salt, exchange }: Charge, signature?: Hex): Statement {
  return sql`INSERT INTO receipts (channel_id, sequence, id, till, model_version, amount, cumulative, agent_registry, agent_id,
      request_hash, response_hash, issued_at, salt, prompt, answer, input_tokens, output_tokens, citations, signature)
    VALUES (${key(receipt.channelId)}, ${Number(receipt.sequence)}, ${id}, ${receipt.till.toLowerCase()}, ${String(receipt.modelVersion)},
      ${String(receipt.amount)}, ${String(receipt.cumulative)}, ${receipt.agentRegistry.toLowerCase()}, ${String(receipt.agentId)},
      ${receipt.requestHash}, ${receipt.responseHash}, ${receipt.issuedAt}, ${salt}, ${storable(exchange.prompt)}, ${storable(exchange.answer)},
      ${exchange.inputTokens}, ${exchange.outputTokens}, ${exchange.citations === undefined ? null : storable(JSON.stringify(exchange.citations))}, ${signature ?? null})`;
}

/** Columns that `entryOf` reads, of `receipts AS r`, without the texts. */
export const RECEIPT_COLUMNS = `r.channel_id, r.sequence, r.id, r.till, r.model_version, r.amount, r.cumulative, r.agent_registry, r.agent_id,
  r.request_hash, r.response_hash, r.issued_at, r.salt`;
/** With them. */
export const ENTRY_COLUMNS = `${RECEIPT_COLUMNS}, r.prompt, r.answer, r.input_tokens, r.output_tokens, r.citations`;

export function entryOf(row: Row, settlement: bigint | undefined): Omit<Entry, "signature"> {
  const receipt: Receipt = {
    till: row.till as Address,
    modelVersion: BigInt(row.model_version!),
    channelId: row.channel_id as Hex,
    sequence: BigInt(row.sequence!),
    amount: BigInt(row.amount!),
    cumulative: BigInt(row.cumulative!),
    agentRegistry: row.agent_registry as Address,
    agentId: BigInt(row.agent_id!),
    requestHash: row.request_hash as Hex,
    responseHash: row.response_hash as Hex,
    issuedAt: Number(row.issued_at),
  };
  return { id: row.id as Hex, receipt, salt: row.salt as Hex, exchange: exchangeOf(row), settlement };
}

export function settlementOf(row: Row): Settlement {
  return {
    number: Number(row.number),
    till: row.till as Address,
    version: BigInt(row.model_version!),
    state: row.state as SettlementState,
    count: Number(row.receipts),
    sum: BigInt(row.total!),
    onChain: row.on_chain === null ? undefined : BigInt(row.on_chain!),
  };
}

/** Rows of an earlier version have none: there the last voucher is known to be used. */
function usedOf(stored: Row[string] | null, channel: Channel): bigint[] {
  if (stored === null)
    return [...useMaximum([], BigInt(channel.signedMaxClaimable), BigInt(channel.chargedCumulativeAmount))];
  return stored === "" ? [] : String(stored).split(",").map(BigInt);
}

/** Ids are compared as text. */
export function key(channelId: string): string {
  return channelId.toLowerCase();
}

function exchangeOf(row: Row): Exchange | undefined {
  if (row.prompt === null || row.prompt === undefined) return undefined;
  return {
    prompt: readable(String(row.prompt)),
    answer: readable(String(row.answer)),
    inputTokens: Number(row.input_tokens),
    outputTokens: Number(row.output_tokens),
    ...(row.citations !== null && { citations: JSON.parse(readable(String(row.citations))) as Citation[] }),
  };
}

/**
 * A text as both databases keep it: JSON escapes what they can't hold (U+0000, halves of surrogate pairs).
 * The first character tells the escaped from the plain.
 */
function storable(text: string): string {
  return text.includes("\0") || !text.isWellFormed() ? `j${JSON.stringify(text)}` : `t${text}`;
}

function readable(stored: string): string {
  return stored.startsWith("j") ? (JSON.parse(stored.slice(1)) as string) : stored.slice(1);
}

/** Whole numbers beyond JSON's travel as text. */
function encodeCharge(charge: Charge): string {
  const { modelVersion, amount, agentId, exchange } = charge;
  const { prompt: _apart, ...rest } = exchange;
  return JSON.stringify({
    ...charge,
    exchange: rest,
    modelVersion: String(modelVersion),
    amount: String(amount),
    agentId: String(agentId),
  });
}

function decodeCharge(text: string, prompt: Row[string] | undefined): Charge {
  const stored = JSON.parse(text) as Record<"modelVersion" | "amount" | "agentId", string> &
    Omit<Charge, "modelVersion" | "amount" | "agentId">;
  const { modelVersion, amount, agentId } = stored;
  // An earlier version left the prompt in its place.
  const exchange = typeof prompt === "string" ? { ...stored.exchange, prompt: readable(prompt) } : stored.exchange;
  return { ...stored, exchange, modelVersion: BigInt(modelVersion), amount: BigInt(amount), agentId: BigInt(agentId) };
}
