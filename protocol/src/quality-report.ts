// Reports of how well an index's attribution predicts what training does, as its publisher signs them (docs/formats.md §10.5).
import { type Address, type Hex, recoverTypedDataAddress } from "viem";
import { type ManifestRoot, ROOT_FORM } from "./bundle-manifest.ts";
import { bytesToHex } from "./bytes.ts";
import { canonicalJsonBytes, type JsonValue } from "./canonical-json.ts";
import { checkForm, type Form } from "./json-form.ts";
import { keccak256 } from "./keccak.ts";

/** A figure with its 95 % interval; decimals as strings. */
export type QualityMeasure = {
  name: string;
  /** What is compared with what, over what the interval is. */
  about: string;
  value: string;
  low: string;
  high: string;
  /** Models that were trained on part of the records, for each seed. */
  retrainings: number;
  seeds: number;
  /** Texts whose outcome was predicted. */
  queries: number;
};

export type QualityReport = {
  version: 1;
  kind: "quality";
  chainId: number;
  modelRegistry: Address;
  modelVersion: number;
  /** Of the index by which influence was predicted. */
  indexRoot: ManifestRoot;
  methodId: Hex;
  /** What was trained again, and on what texts it was tried. */
  data: string;
  /** By which it was measured. */
  command: string;
  /** Unix seconds. */
  measuredAt: number;
  measures: QualityMeasure[];
};

export type SignedQualityReport = { report: QualityReport; signature: Hex };

/** Readers take no more of a file. */
export const MOST_QUALITY_BYTES = 65_536;

const FORM: Form = {
  members: {
    report: {
      members: {
        version: { one: 1 },
        kind: { one: "quality" },
        chainId: "count",
        modelRegistry: "address",
        modelVersion: "count",
        indexRoot: ROOT_FORM,
        methodId: "hash",
        data: "text",
        command: "text",
        measuredAt: "count",
        measures: {
          list: {
            members: {
              ...{ name: "text", about: "text", value: "decimal", low: "decimal", high: "decimal" },
              ...{ retrainings: "count", seeds: "count", queries: "count" },
            },
          },
        },
      },
    },
    signature: "text",
  },
};

/** The file's name, beside the bundle of the index. */
export function qualityFile(indexBundle: Hex): string {
  return `${indexBundle}.quality.json`;
}

export function encodeQualityReport(signed: SignedQualityReport): Uint8Array {
  checkForm(signed, FORM, "quality report");
  return canonicalJsonBytes(signed);
}

/**
 * Reads a report, strictly; who signed it is for the caller to verify.
 * @throws Error if it is no JSON, or a member is missing, unknown or of the wrong form, or has no figure or one outside its interval
 */
export function decodeQualityReport(bytes: Uint8Array): SignedQualityReport {
  if (bytes.length > MOST_QUALITY_BYTES)
    throw new Error(`quality report: ${bytes.length} bytes, ${MOST_QUALITY_BYTES} are read`);
  const value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) as JsonValue;
  checkForm(value, FORM, "quality report");
  const signed = value as unknown as SignedQualityReport;
  if (!/^0x(?:[0-9a-f]{2})+$/.test(signed.signature)) throw new Error("quality report: the signature is no 0x hex");
  const { measures } = signed.report;
  if (measures.length === 0) throw new Error("quality report: it has no measure");
  for (const { name, value: figure, low, high } of measures)
    if (!(Number(low) <= Number(figure) && Number(figure) <= Number(high)))
      throw new Error(`quality report, ${name}: ${figure} is not between ${low} and ${high}`);
  return signed;
}

/** What the publisher signs, as viem takes it. */
export function qualityTypedData(report: QualityReport) {
  const { chainId, modelRegistry, modelVersion, indexRoot } = report;
  return {
    domain: {
      name: "Tributary Quality",
      version: "1",
      chainId: BigInt(chainId),
      verifyingContract: modelRegistry,
    },
    types: {
      QualityReport: [
        { name: "modelVersion", type: "uint64" },
        { name: "indexRoot", type: "bytes32" },
        { name: "reportHash", type: "bytes32" },
      ],
    },
    primaryType: "QualityReport",
    message: { modelVersion: BigInt(modelVersion), indexRoot: indexRoot.hash, reportHash: hashOf(report) },
  } as const;
}

/** The account that signed; contract signatures (ERC-1271) need the chain. */
export function recoverQualitySigner({ report, signature }: SignedQualityReport): Promise<Address> {
  return recoverTypedDataAddress({ ...qualityTypedData(report), signature });
}

/** `H` of the report's canonical JSON. */
function hashOf(report: QualityReport): Hex {
  return bytesToHex(keccak256(canonicalJsonBytes(report)));
}
