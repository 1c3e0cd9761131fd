// Claims what channels were charged, in batches of bounded gas, so that one voucher that cannot be claimed stops no other.
import {
  type Address,
  BaseError,
  ContractFunctionRevertedError,
  encodeFunctionData,
  ExecutionRevertedError,
  type Hex,
  isAddressEqual,
  type LocalAccount,
  zeroAddress,
} from "viem";
import type { Channel } from "@x402/evm/batch-settlement/server";
import { holdings } from "@tributary/protocol/channel-states";
import { channelId } from "@tributary/protocol/typed-data/channel";
import { CLAIM_BATCH_TYPES } from "@tributary/protocol/typed-data/claim-batch";
import { x402Domain } from "@tributary/protocol/typed-data/x402-domain";
import { batchSettlementAbi } from "@tributary/protocol/abi/batch-settlement";
import { channelsOf, type SettlementChain, type SettlementKeys } from "./chain.ts";
import type { ClaimPauses } from "./claim-pauses.ts";
import { sendAndWait, TransactionReverted } from "./send.ts";

/** No transaction may use more: below the limit that EIP-7825 sets, 2^24. */
const MOST_GAS = 12_000_000n;
/** What a batch may use besides its rows, and a row of a payer that signs by key. */
const BASE_GAS = 100_000n;
const ROW_GAS = 110_000n;
/** What a payer's contract may use to check a signature (ERC-1271) by itself: enough for P-256 in Solidity. */
export const SIGNATURE_GAS = 450_000n;
/** A row with such a check: all that a contract can burn. */
const CONTRACT_ROW_GAS = ROW_GAS + SIGNATURE_GAS + 40_000n;
/** What a claim of one channel may use, however its payer signs. */
export const CLAIM_GAS = BASE_GAS + CONTRACT_ROW_GAS;
const ROWS_PER_BATCH = Number((MOST_GAS - BASE_GAS) / ROW_GAS);

/** A channel whose voucher could not be claimed, and why. */
export interface Unclaimed {
  readonly channelId: Hex;
  readonly reason: string;
  /** Whose doing it is: a payer's who took its money back or signs as a contract, or, which an operator must look at, any other. Undefined where it was not tried. */
  readonly fault?: "payer" | "gateway";
}

interface Row {
  readonly id: Hex;
  readonly isByContract: boolean;
  readonly claim: {
    readonly voucher: { readonly channel: ReturnType<typeof configOf>; readonly maxClaimableAmount: bigint };
    readonly signature: Hex;
    readonly totalClaimed: bigint;
  };
}

interface Batch {
  readonly authorizer: LocalAccount;
  readonly rows: readonly Row[];
}

interface Parts {
  readonly chain: SettlementChain;
  readonly keys: SettlementKeys;
  readonly pauses: ClaimPauses;
  /** Runs what sends from the gateway's account when nothing else does; between two batches another claim may come. */
  readonly alone: <Result>(task: () => Promise<Result>) => Promise<Result>;
}

/**
 * Claims what each channel was charged so far; payers that are contracts last and one by one, since a contract may answer otherwise on chain than in a simulation. A claim that was made before changes nothing on chain, so this may be repeated at any time.
 * A channel whose claim the chain reverted waits, longer after each time: the gas of it is lost.
 * @param channels that were charged more than was claimed of them
 * @returns those whose voucher cannot be claimed now
 */
export async function claimChannels(parts: Parts, channels: readonly Channel[]): Promise<Unclaimed[]> {
  const { chain, keys, pauses } = parts;
  const unclaimed: Unclaimed[] = [];
  const keyed: Batch[] = [];
  const contracts: Batch[] = [];
  const byAuthorizer = new Map<string, Row[]>();
  for (const channel of channels) {
    const row = rowOf(chain, channel);
    if ("reason" in row) {
      unclaimed.push(row);
      continue;
    }
    const pause = await pauses.of(row.id);
    if (pause !== undefined) {
      const until = new Date(pause.until * 1_000).toISOString();
      const reason = `its claim was reverted ${pause.times} times in a row, and is tried again after ${until}`;
      unclaimed.push({ channelId: row.id, reason });
      continue;
    }
    const authorizer = row.claim.voucher.channel.receiverAuthorizer.toLowerCase();
    byAuthorizer.set(authorizer, [...(byAuthorizer.get(authorizer) ?? []), row]);
  }
  for (const [address, rows] of byAuthorizer) {
    const authorizer = keys.authorizers.find((account) => account.address.toLowerCase() === address);
    if (authorizer === undefined) {
      const reason = `its receiver's authorizer is ${address}, whose key this gateway does not have`;
      unclaimed.push(...rows.map(({ id }) => ({ channelId: id, reason, fault: "gateway" as const })));
      continue;
    }
    const signed = rows.filter(({ isByContract }) => !isByContract);
    for (let first = 0; first < signed.length; first += ROWS_PER_BATCH)
      keyed.push({ authorizer, rows: signed.slice(first, first + ROWS_PER_BATCH) });
    for (const row of rows.filter(({ isByContract }) => isByContract)) contracts.push({ authorizer, rows: [row] });
  }
  for (const batch of [...keyed, ...contracts]) unclaimed.push(...(await claimBatch(parts, batch)));
  return unclaimed;
}

/** Halves a batch that fails, in the simulation or on chain, until the row is alone that makes it fail; of a channel that holds too little, all is claimed that it holds. */
async function claimBatch(parts: Parts, { authorizer, rows }: Batch): Promise<Unclaimed[]> {
  const { chain, keys, pauses, alone } = parts;
  const call = { what: `claim of ${rows.length} channels`, to: chain.contracts.batchSettlement };
  const data = await calldataOf(chain, authorizer, rows);
  const gas = gasOf(rows);
  try {
    await chain.reader.call({ account: keys.gateway.address, to: call.to, data, gas });
    await alone(() => sendAndWait(chain, keys.gateway, { ...call, data, gas }));
    await pauses.claimed(rows.map(({ id }) => id));
    return [];
  } catch (error) {
    const isReverted = error instanceof TransactionReverted;
    if (!isReverted && !isRefusal(error)) throw error;
    if (rows.length === 1) {
      const [row] = rows as [Row];
      if (isReverted) await pauses.reverted(row.id);
      const [reason, name] = isReverted ? [`its ${error.message}`] : await refusalOf(chain, keys, authorizer, row);
      const isShort = name === "ClaimExceedsBalance";
      const left = isShort ? await claimWhatIsLeft(parts, authorizer, row) : "";
      return [{ channelId: row.id, reason: reason + left, fault: row.isByContract || isShort ? "payer" : "gateway" }];
    }
    const half = Math.ceil(rows.length / 2);
    const left = await claimBatch(parts, { authorizer, rows: rows.slice(0, half) });
    return [...left, ...(await claimBatch(parts, { authorizer, rows: rows.slice(half) }))];
  }
}

/**
 * Claims of a channel whose payer took some of its money back what is still there: less than it was charged, and so within what the payer signed for.
 * @returns what to say of it
 */
async function claimWhatIsLeft(parts: Parts, authorizer: LocalAccount, row: Row): Promise<string> {
  const { balance, claimed: totalClaimed } = (await holdings(channelsOf(parts.chain), [row.id])).get(row.id)!;
  // Nothing more is there; or it was filled up since, and its next claim takes all.
  if (balance === totalClaimed || balance >= row.claim.totalClaimed) return "";
  const short: Row = { ...row, claim: { ...row.claim, totalClaimed: balance } };
  const [unclaimed] = await claimBatch(parts, { authorizer, rows: [short] });
  const missing = row.claim.totalClaimed - balance;
  return unclaimed === undefined
    ? `; the ${balance - totalClaimed} left in it were claimed, ${missing} are missing`
    : `; nor could the ${balance - totalClaimed} left in it be claimed: ${unclaimed.reason}`;
}

function gasOf(rows: readonly Row[]): bigint {
  return rows.reduce((gas, { isByContract }) => gas + (isByContract ? CONTRACT_ROW_GAS : ROW_GAS), BASE_GAS);
}

/** Whether the chain refused the call, rather than did not answer. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof BaseError)) return false;
  return error.walk((cause) => cause instanceof ExecutionRevertedError || hasRevertData(cause)) !== null;
}

/** Nodes answer a custom error, and gas that ran out, in different ways. */
function hasRevertData(error: unknown): boolean {
  const { code, message } = error as { code?: number; message?: string };
  return code === 3 || /out of gas|OutOfGas|revert/i.test(message ?? "");
}

async function refusalOf(
  chain: SettlementChain,
  keys: SettlementKeys,
  authorizer: LocalAccount,
  row: Row,
): Promise<[reason: string, error?: string]> {
  try {
    await chain.reader.simulateContract({
      account: keys.gateway.address,
      address: chain.contracts.batchSettlement,
      abi: batchSettlementAbi,
      functionName: "claimWithSignature",
      args: [[row.claim], await signBatch(chain, authorizer, [row])],
      gas: gasOf([row]),
    });
    return ["its claim was refused, and is not any more: it will be tried again"];
  } catch (error) {
    const reverted =
      error instanceof BaseError ? error.walk((cause) => cause instanceof ContractFunctionRevertedError) : null;
    const name = reverted instanceof ContractFunctionRevertedError ? reverted.data?.errorName : undefined;
    return name === undefined ? ["its claim is refused"] : [`its claim is refused with ${name}`, name];
  }
}

async function calldataOf(chain: SettlementChain, authorizer: LocalAccount, rows: readonly Row[]): Promise<Hex> {
  const signature = await signBatch(chain, authorizer, rows);
  const args = [rows.map(({ claim }) => claim), signature] as const;
  return encodeFunctionData({ abi: batchSettlementAbi, functionName: "claimWithSignature", args });
}

function signBatch(chain: SettlementChain, authorizer: LocalAccount, rows: readonly Row[]): Promise<Hex> {
  return authorizer.signTypedData({
    domain: x402Domain(chain.chainId),
    types: CLAIM_BATCH_TYPES,
    primaryType: "ClaimBatch",
    message: {
      claims: rows.map(({ id, claim }) => ({
        channelId: id,
        maxClaimableAmount: claim.voucher.maxClaimableAmount,
        totalClaimed: claim.totalClaimed,
      })),
    },
  });
}

/** A stored channel as the contract takes it; what would make the whole batch fail is found here. */
function rowOf(chain: SettlementChain, channel: Channel): Row | Unclaimed {
  const id = channel.channelId.toLowerCase() as Hex;
  const config = configOf(channel);
  const cannot = (reason: string): Unclaimed => ({ channelId: id, reason, fault: "gateway" });
  if (channelId(config, chain.chainId) !== id) return cannot("its configuration has another id");
  if (!isAddressEqual(config.token, chain.contracts.token))
    return cannot(`its token is ${config.token}, the ledger's is ${chain.contracts.token}`);
  const maxClaimableAmount = BigInt(channel.signedMaxClaimable);
  const totalClaimed = BigInt(channel.chargedCumulativeAmount);
  if (totalClaimed > maxClaimableAmount)
    return cannot(`it was charged ${totalClaimed}, its payer signed for ${maxClaimableAmount}`);
  return {
    id,
    isByContract: isAddressEqual(config.payerAuthorizer, zeroAddress),
    claim: { voucher: { channel: config, maxClaimableAmount }, signature: channel.signature as Hex, totalClaimed },
  };
}

/** Its configuration as the contract takes it, however a payment spelled its addresses. */
export function configOf({ channelConfig }: Channel) {
  const { payer, payerAuthorizer, receiver, receiverAuthorizer, token, withdrawDelay, salt } = channelConfig;
  const plain = (address: Address): Address => address.toLowerCase() as Address;
  return {
    payer: plain(payer),
    payerAuthorizer: plain(payerAuthorizer),
    receiver: plain(receiver),
    receiverAuthorizer: plain(receiverAuthorizer),
    token: plain(token),
    withdrawDelay: Number(withdrawDelay),
    salt,
  };
}
