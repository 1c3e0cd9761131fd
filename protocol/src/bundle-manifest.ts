// Manifests of published bundles (docs/formats.md §10.2).
import type { Address, Hex } from "viem";
import { bytesToHex } from "./bytes.ts";
import { canonicalJsonBytes, type JsonValue, parseCanonicalJson } from "./canonical-json.ts";
import { checkForm, type Form } from "./json-form.ts";
import { keccak256 } from "./keccak.ts";
import type { Node } from "./node.ts";
import type { Method } from "./typed-data/method-id.ts";

/** A file of a bundle; `sha256` is 32 bytes of `0x` hex. */
export type ManifestFile = { name: string; rows: number; bytes: number; sha256: Hex };

/** A root as manifests write it; the sum is a decimal string. */
export type ManifestRoot = { hash: Hex; sum: string };

export type SettlementEntry = {
  settlementId: number;
  /** Place of its first call in the group. */
  offset: number;
  count: number;
  /** Decimal string, base units. */
  pool: string;
  receiptsRoot: ManifestRoot;
  sketchesRoot: ManifestRoot;
};

export type GroupEntry = {
  group: number;
  modelVersion: number;
  methodId: Hex;
  indexRoot: ManifestRoot;
  /** Decimal string, base units. */
  pool: string;
  settlements: SettlementEntry[];
};

export type EpochManifest = {
  version: 1;
  kind: "epoch";
  chainId: number;
  ledger: Address;
  epoch: number;
  previousPayouts: ManifestRoot;
  groups: GroupEntry[];
  groupsRoot: ManifestRoot;
  payoutsRoot: ManifestRoot;
  files: ManifestFile[];
};

export type IndexManifest = {
  version: 1;
  kind: "index";
  chainId: number;
  modelRegistry: Address;
  modelVersion: number;
  method: Method;
  root: ManifestRoot;
  files: ManifestFile[];
};

export type SettlementManifest = {
  version: 1;
  kind: "settlement";
  chainId: number;
  till: Address;
  modelVersion: number;
  count: number;
  receiptsRoot: ManifestRoot;
  /** In the bundle of a sketch commit. */
  settlementId?: number;
  /** In the bundle of a sketch commit. */
  sketchesRoot?: ManifestRoot;
  files: ManifestFile[];
};

export type Manifest = EpochManifest | IndexManifest | SettlementManifest;

/** A root as manifests write it. */
export function manifestRoot({ hash, sum }: Node): ManifestRoot {
  return { hash: bytesToHex(hash), sum: sum.toString() };
}

/**
 * The bytes of `manifest.json`.
 * @throws Error if the files are not in order of their names, or a value is not canonical JSON
 */
export function encodeManifest(manifest: Manifest): Uint8Array {
  checkFiles(manifest.files);
  return canonicalJsonBytes(manifest as unknown as JsonValue);
}

/** `bundleHash = H(manifest bytes)`: the bundle's address. */
export function bundleHash(manifestBytes: Uint8Array): Hex {
  return bytesToHex(keccak256(manifestBytes));
}

/**
 * Reads a manifest, strictly.
 * @param kind the kind that is expected
 * @throws Error if the bytes are not canonical JSON, the version or kind is another, or a member is missing, unknown or of the wrong form
 */
export function decodeManifest<K extends Manifest["kind"]>(bytes: Uint8Array, kind: K): Extract<Manifest, { kind: K }> {
  const value = parseCanonicalJson(bytes);
  checkForm(value, MANIFEST_FORMS[kind], "manifest");
  const manifest = value as unknown as Extract<Manifest, { kind: K }>;
  checkFiles(manifest.files);
  return manifest;
}

function checkFiles(files: readonly ManifestFile[]): void {
  files.forEach(({ name }, i) => {
    if (i > 0 && name <= files[i - 1]!.name) throw new Error(`manifest, files: ${name} follows ${files[i - 1]!.name}`);
  });
}

// The forms that `decodeManifest` holds a manifest to.

export const ROOT_FORM: Form = { members: { hash: "hash", sum: "amount" } };
const FILES: Form = { list: { members: { name: "text", rows: "count", bytes: "count", sha256: "hash" } } };
const METHOD: Form = {
  members: {
    k: "count",
    topK: "count",
    debitFactor: "count",
    tau: "count",
    delta: "count",
    signatureMatch: "count",
    sketchSpec: "hash",
  },
};
const SETTLEMENT: Form = {
  members: {
    settlementId: "count",
    offset: "count",
    count: "count",
    pool: "amount",
    receiptsRoot: ROOT_FORM,
    sketchesRoot: ROOT_FORM,
  },
};
const GROUP: Form = {
  members: {
    group: "count",
    modelVersion: "count",
    methodId: "hash",
    indexRoot: ROOT_FORM,
    pool: "amount",
    settlements: { list: SETTLEMENT },
  },
};

const MANIFEST_FORMS: Record<Manifest["kind"], Form> = {
  epoch: {
    members: {
      version: { one: 1 },
      kind: { one: "epoch" },
      chainId: "count",
      ledger: "address",
      epoch: "count",
      previousPayouts: ROOT_FORM,
      groups: { list: GROUP },
      groupsRoot: ROOT_FORM,
      payoutsRoot: ROOT_FORM,
      files: FILES,
    },
  },
  index: {
    members: {
      version: { one: 1 },
      kind: { one: "index" },
      chainId: "count",
      modelRegistry: "address",
      modelVersion: "count",
      method: METHOD,
      root: ROOT_FORM,
      files: FILES,
    },
  },
  settlement: {
    members: {
      version: { one: 1 },
      kind: { one: "settlement" },
      chainId: "count",
      till: "address",
      modelVersion: "count",
      count: "count",
      receiptsRoot: ROOT_FORM,
      "settlementId?": "count",
      "sketchesRoot?": ROOT_FORM,
      files: FILES,
    },
  },
};
