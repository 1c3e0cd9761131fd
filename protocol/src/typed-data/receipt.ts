// Receipts as EIP-712 typed data: hashing, signing data and recovery (docs/formats.md §7.1).
import { type Address, type Hex, recoverTypedDataAddress } from "viem";
import { bytesToHex, hexToBytes, writeBigUint, writeUint } from "../bytes.ts";
import { checkReceiptColumns, type ReceiptColumns, type ReceiptPayload } from "../payloads/receipt.ts";
import { keccak256, keccak256Each } from "../keccak.ts";

/** A paid call as its gateway signs it; `amount` in base units. */
export type Receipt = ReceiptPayload & { amount: bigint };

export const RECEIPT_TYPES = {
  Receipt: [
    { name: "till", type: "address" },
    { name: "modelVersion", type: "uint64" },
    { name: "channelId", type: "bytes32" },
    { name: "sequence", type: "uint64" },
    { name: "amount", type: "uint128" },
    { name: "cumulative", type: "uint128" },
    { name: "agentRegistry", type: "address" },
    { name: "agentId", type: "uint256" },
    { name: "requestHash", type: "bytes32" },
    { name: "responseHash", type: "bytes32" },
    { name: "issuedAt", type: "uint48" },
  ],
} as const;

const TYPE_HASH = keccak256(
  new TextEncoder().encode(
    "Receipt(address till,uint64 modelVersion,bytes32 channelId,uint64 sequence,uint128 amount,uint128 cumulative,address agentRegistry,uint256 agentId,bytes32 requestHash,bytes32 responseHash,uint48 issuedAt)",
  ),
);
/** Bytes of the encoded struct: the type hash and 11 fields. */
const ENCODED_BYTES = 12 * 32;

/** What the gateway signs, as viem takes it. */
export function receiptTypedData(receipt: Receipt, chainId: number | bigint) {
  return {
    domain: { name: "Tributary Receipt", version: "1", chainId: BigInt(chainId), verifyingContract: receipt.till },
    types: RECEIPT_TYPES,
    primaryType: "Receipt",
    message: receipt,
  } as const;
}

/**
 * `receiptHash`: the struct hash, without the domain.
 * @throws RangeError naming the field that does not fit
 */
export function receiptHash(receipt: Receipt): Hex {
  return bytesToHex(receiptHashes(columnsOf(receipt)));
}

/**
 * `receiptHash` of `n` receipts, 32 bytes each.
 * @throws RangeError naming the column or field that does not fit
 */
export function receiptHashes(columns: ReceiptColumns): Uint8Array {
  const count = checkReceiptColumns(columns);
  const bytes = new Uint8Array(ENCODED_BYTES * count);
  for (let row = 0; row < count; row++) {
    const at = ENCODED_BYTES * row;
    bytes.set(TYPE_HASH, at);
    bytes.set(columns.tills.subarray(20 * row, 20 * row + 20), at + 32 + 12);
    writeBigUint(bytes, at + 64 + 24, 8, columns.modelVersions[row]!, "modelVersion");
    bytes.set(columns.channelIds.subarray(32 * row, 32 * row + 32), at + 96);
    writeBigUint(bytes, at + 128 + 24, 8, columns.sequences[row]!, "sequence");
    writeBigUint(bytes, at + 160 + 16, 8, columns.amounts[2 * row]!, "amount");
    writeBigUint(bytes, at + 160 + 24, 8, columns.amounts[2 * row + 1]!, "amount");
    writeBigUint(bytes, at + 192 + 16, 8, columns.cumulatives[2 * row]!, "cumulative");
    writeBigUint(bytes, at + 192 + 24, 8, columns.cumulatives[2 * row + 1]!, "cumulative");
    bytes.set(columns.agentRegistries.subarray(20 * row, 20 * row + 20), at + 224 + 12);
    bytes.set(columns.agentIds.subarray(32 * row, 32 * row + 32), at + 256);
    bytes.set(columns.requestHashes.subarray(32 * row, 32 * row + 32), at + 288);
    bytes.set(columns.responseHashes.subarray(32 * row, 32 * row + 32), at + 320);
    writeUint(bytes, at + 352 + 26, 6, columns.issuedAts[row]!, `receipt row ${row}, issuedAt`);
  }
  return keccak256Each(bytes, ENCODED_BYTES);
}

/** The account that signed a receipt; contract signatures (ERC-1271) need the chain. */
export function recoverReceiptSigner(receipt: Receipt, signature: Hex, chainId: number | bigint): Promise<Address> {
  return recoverTypedDataAddress({ ...receiptTypedData(receipt, chainId), signature });
}

function columnsOf(receipt: Receipt): ReceiptColumns {
  const amounts = wordsOf(receipt.amount, "amount");
  const cumulatives = wordsOf(receipt.cumulative, "cumulative");
  const agentIds = new Uint8Array(32);
  writeBigUint(agentIds, 0, 32, receipt.agentId, "receipt, agentId");
  return {
    tills: hexToBytes(receipt.till),
    modelVersions: BigUint64Array.of(checkU64(receipt.modelVersion, "modelVersion")),
    channelIds: hexToBytes(receipt.channelId),
    sequences: BigUint64Array.of(checkU64(receipt.sequence, "sequence")),
    amounts,
    cumulatives,
    agentRegistries: hexToBytes(receipt.agentRegistry),
    agentIds,
    requestHashes: hexToBytes(receipt.requestHash),
    responseHashes: hexToBytes(receipt.responseHash),
    issuedAts: Float64Array.of(receipt.issuedAt),
  };
}

function checkU64(value: bigint, field: string): bigint {
  if (BigInt.asUintN(64, value) !== value) throw new RangeError(`receipt, ${field}: ${value} is not a u64`);
  return value;
}

function wordsOf(value: bigint, field: string): BigUint64Array {
  if (BigInt.asUintN(128, value) !== value) throw new RangeError(`receipt, ${field}: ${value} is not a u128`);
  return BigUint64Array.of(value >> 64n, BigInt.asUintN(64, value));
}
