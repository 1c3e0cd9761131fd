// Attribution methods and their ids (docs/formats.md §7.4).
import { encodeAbiParameters, type Hex } from "viem";
import { hexToBytes, bytesToHex } from "../bytes.ts";
import { canonicalJsonBytes, type JsonValue } from "../canonical-json.ts";
import { keccak256 } from "../keccak.ts";
import { isSketchSize, MAX_TOP_K } from "../kinds.ts";
import { typeHash } from "./type-hash.ts";

/** How influence is computed for one attribution index. */
export type Method = {
  /** Coordinates of a sketch. */
  k: number;
  /** Length of the lists of a call (`K`), 1 … 256. */
  topK: number;
  /** Share of a call's amount that its harmful list debits, in 1/256, 0 … 256. */
  debitFactor: number;
  /** Cosine from which a record is a copy, in 1/65536. */
  tau: number;
  /** Width of the ramp below `tau`, in 1/65536, 1 … tau. */
  delta: number;
  /** Agreeing bits from which two content signatures are near; above 256: off. */
  signatureMatch: number;
  /** `H(canonical JSON)` of the sketch method's description. */
  sketchSpec: Hex;
};

const TYPE_HASH = typeHash(
  "Method(uint16 k,uint16 topK,uint16 debitFactor,uint32 tau,uint32 delta,uint16 signatureMatch,bytes32 sketchSpec)",
);

const PARAMETERS = [
  { type: "bytes32" },
  { type: "uint16" },
  { type: "uint16" },
  { type: "uint16" },
  { type: "uint32" },
  { type: "uint32" },
  { type: "uint16" },
  { type: "bytes32" },
] as const;

/**
 * `methodId`, docs/formats.md §7.4.
 * @throws RangeError naming the parameter that is out of bounds
 */
export function methodId(method: Method): Hex {
  checkMethod(method);
  const { k, topK, debitFactor, tau, delta, signatureMatch, sketchSpec } = method;
  const encoded = encodeAbiParameters(PARAMETERS, [
    TYPE_HASH,
    k,
    topK,
    debitFactor,
    tau,
    delta,
    signatureMatch,
    sketchSpec,
  ]);
  return bytesToHex(keccak256(hexToBytes(encoded)));
}

/** `sketchSpec` of a sketch method's description. */
export function sketchSpecOf(description: JsonValue): Hex {
  return bytesToHex(keccak256(canonicalJsonBytes(description)));
}

/** @throws RangeError naming the parameter that is out of bounds */
export function checkMethod({ k, topK, debitFactor, tau, delta, signatureMatch }: Method): void {
  if (!isSketchSize(k)) throw new RangeError(`method, k: ${k} is not a multiple of 32 from 32 to 4096`);
  checkRange("topK", topK, 1, MAX_TOP_K);
  checkRange("debitFactor", debitFactor, 0, 256);
  checkRange("tau", tau, 1, 0xffffffff);
  checkRange("delta", delta, 1, tau);
  checkRange("signatureMatch", signatureMatch, 0, 0xffff);
}

function checkRange(name: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new RangeError(`method, ${name}: ${value} is not ${least} … ${most}`);
  }
}
