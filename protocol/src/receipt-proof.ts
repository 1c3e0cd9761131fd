// What a payer holds of a call that it paid, and its check without the gateway (docs/gateway.md, receipts).
import { type Address, type Hex, isAddressEqual } from "viem";
import { MAX_U128, MAX_U256, MAX_U48, MAX_U64 } from "./bytes.ts";
import { saltedHash } from "./salted-hash.ts";
import { type Receipt, receiptHash, recoverReceiptSigner } from "./typed-data/receipt.ts";

/** As it travels beside an answer: JSON, whole numbers that may be large as decimal digits. */
export interface ReceiptProof {
  /** The receipt's struct hash. */
  readonly id: Hex;
  readonly receipt: Omit<Receipt, "modelVersion" | "sequence" | "amount" | "cumulative" | "agentId"> &
    Record<"modelVersion" | "sequence" | "amount" | "cumulative" | "agentId", string>;
  readonly signature: Hex;
  /** Under which the texts are hashed: 32 bytes. */
  readonly salt: Hex;
}

/** What the payer knows by itself. */
export interface ReceiptExpectation {
  readonly chainId: number;
  /** The gateway of the receipt's till, as the chain says; its key's address. A gateway that is a contract (ERC-1271) must be asked on chain instead. */
  readonly gateway: Address;
  /** The till that the terms named as `payTo`. */
  readonly till: Address;
  readonly channelId: Hex;
  /** What was asked and answered, as a receipt covers them (docs/gateway.md, Receipts, which also says what of a call none covers). */
  readonly prompt: string;
  readonly answer: string;
  /** When the call was made, Unix seconds by the payer's clock: for a while after its date alone a receipt can be demanded. */
  readonly at: number;
  /** How far the receipt's date may be from `at`, seconds: for clocks that differ, and the longest call. 15 minutes unless given. */
  readonly tolerance?: number;
  /** The version that the call named, where it named one. */
  readonly version?: bigint;
  /** The agent that the call was made for, where the payer wants that checked. */
  readonly agent?: Pick<Receipt, "agentRegistry" | "agentId">;
  /** The last receipt of the channel that was checked before, where there was one: this one must be later. */
  readonly previous?: Pick<Receipt, "sequence" | "cumulative">;
  /** The most that the call could cost, base units: the amount of the accepted terms. */
  readonly most?: bigint;
  /** What the payer has signed vouchers for in the channel, base units: the receipt's total can't be above it. */
  readonly signed?: bigint;
}

const TOLERANCE_SECONDS = 900;

/** The proof of a receipt, as JSON can hold it. */
export function receiptProof(entry: { id: Hex; receipt: Receipt; signature: Hex; salt: Hex }): ReceiptProof {
  const { id, receipt, signature, salt } = entry;
  const { modelVersion, sequence, amount, cumulative, agentId } = receipt;
  const large = {
    modelVersion: String(modelVersion),
    sequence: String(sequence),
    amount: String(amount),
    cumulative: String(cumulative),
    agentId: String(agentId),
  };
  return { id, receipt: { ...receipt, ...large }, signature, salt };
}

/**
 * Reads a proof.
 * @param json parsed
 * @throws Error naming the field that is malformed
 */
export function readReceiptProof(json: unknown): Omit<ReceiptProof, "receipt"> & { receipt: Receipt } {
  const proof = members(json, "receipt proof");
  const fields = members(proof.receipt, "receipt");
  const { issuedAt } = fields;
  if (typeof issuedAt !== "number" || !Number.isInteger(issuedAt) || issuedAt < 0 || issuedAt > MAX_U48)
    throw new Error("receipt proof, issuedAt: not a time in whole seconds");
  return {
    id: hex(proof, "id", 32),
    signature: hex(proof, "signature"),
    salt: hex(proof, "salt", 32),
    receipt: {
      till: hex(fields, "till", 20),
      modelVersion: whole(fields, "modelVersion", MAX_U64),
      channelId: hex(fields, "channelId", 32),
      sequence: whole(fields, "sequence", MAX_U64),
      amount: whole(fields, "amount", MAX_U128),
      cumulative: whole(fields, "cumulative", MAX_U128),
      agentRegistry: hex(fields, "agentRegistry", 20),
      agentId: whole(fields, "agentId", MAX_U256),
      requestHash: hex(fields, "requestHash", 32),
      responseHash: hex(fields, "responseHash", 32),
      issuedAt,
    },
  };
}

/**
 * Checks a receipt offline: form, id, signature, texts, date, place in its channel.
 * @param json the proof, parsed
 * @returns what is wrong with it, in words; nothing where it holds
 */
export async function verifyReceipt(json: unknown, expected: ReceiptExpectation): Promise<string[]> {
  let proof: ReturnType<typeof readReceiptProof>;
  try {
    proof = readReceiptProof(json);
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
  const { receipt, id, salt, signature } = proof;
  const faults: string[] = [];
  if (id.toLowerCase() !== receiptHash(receipt)) faults.push("its id is not its hash");
  if (!isAddressEqual(receipt.till, expected.till))
    faults.push(`it is of the till ${receipt.till}, not ${expected.till}`);
  if (receipt.channelId.toLowerCase() !== expected.channelId.toLowerCase())
    faults.push(`it is of the channel ${receipt.channelId}, not ${expected.channelId}`);
  if (receipt.requestHash.toLowerCase() !== saltedHash(salt, expected.prompt)) faults.push("it is of another request");
  if (receipt.responseHash.toLowerCase() !== saltedHash(salt, expected.answer)) faults.push("it is of another answer");
  const signer = await recoverReceiptSigner(receipt, signature, expected.chainId).catch(() => undefined);
  if (signer === undefined || !isAddressEqual(signer, expected.gateway))
    faults.push(`it is not signed by the gateway ${expected.gateway}`);
  return [...faults, ...callFaults(receipt, expected), ...placeFaults(receipt, expected)];
}

/** What a receipt says of its call beside the texts. */
function callFaults(
  { issuedAt, modelVersion, agentRegistry, agentId }: Receipt,
  { at, tolerance = TOLERANCE_SECONDS, version, agent }: ReceiptExpectation,
): string[] {
  const faults: string[] = [];
  if (!(Math.abs(issuedAt - at) <= tolerance))
    faults.push(
      `it is dated ${issuedAt}, more than ${tolerance} seconds from the call's ${at}: it may never be demandable`,
    );
  if (version !== undefined && modelVersion !== version)
    faults.push(`it is of version ${modelVersion}, not ${version}`);
  if (agent !== undefined && !(isAddressEqual(agentRegistry, agent.agentRegistry) && agentId === agent.agentId))
    faults.push(`it is of the agent ${agentId} of ${agentRegistry}, not ${agent.agentId} of ${agent.agentRegistry}`);
  return faults;
}

/** The rules that a settlement is held to (docs/faults.md, receipt breaches: alone, order, running), as far as one payer can see. */
function placeFaults(
  { sequence, amount, cumulative }: Receipt,
  { previous, most, signed }: ReceiptExpectation,
): string[] {
  const faults: string[] = [];
  if (amount === 0n) faults.push("its amount is 0: its inclusion can't be demanded");
  if (sequence === 0n) faults.push("receipts count from 1");
  if (cumulative < amount || (sequence === 1n && cumulative !== amount))
    faults.push(`its total ${cumulative} can't hold its amount ${amount}`);
  if (most !== undefined && amount > most) faults.push(`it charges ${amount}, above the terms' ${most}`);
  if (signed !== undefined && cumulative > signed)
    faults.push(`its total ${cumulative} is above the ${signed} of the channel's vouchers`);
  if (previous === undefined) return faults;
  if (sequence <= previous.sequence)
    faults.push(`it is number ${sequence} of its channel, after number ${previous.sequence}`);
  else if (sequence === previous.sequence + 1n && cumulative !== previous.cumulative + amount)
    faults.push(`its total ${cumulative} is not ${previous.cumulative} and its amount ${amount}`);
  else if (cumulative < previous.cumulative + amount)
    faults.push(`its total ${cumulative} charges again what was charged`);
  return faults;
}

function members(json: unknown, name: string): Record<string, unknown> {
  if (typeof json !== "object" || json === null) throw new Error(`${name}: not an object`);
  return json as Record<string, unknown>;
}

function hex(object: Record<string, unknown>, name: string, bytes?: number): Hex {
  const value = object[name];
  const isHex = typeof value === "string" && /^0x(?:[0-9a-fA-F]{2})*$/.test(value);
  if (!isHex || (bytes !== undefined && value.length !== 2 + 2 * bytes))
    throw new Error(`receipt proof, ${name}: not ${bytes === undefined ? "" : `${bytes} bytes of `}hex`);
  return value as Hex;
}

function whole(object: Record<string, unknown>, name: string, most: bigint): bigint {
  const value = object[name];
  if (typeof value !== "string" || !/^(?:0|[1-9][0-9]{0,77})$/.test(value) || BigInt(value) > most)
    throw new Error(`receipt proof, ${name}: not a whole number in decimal digits that fits`);
  return BigInt(value);
}
