// Manifests of published bundles (docs/formats.md §10.2).
import type { Address, Hex } from "viem";
import { bytesToHex } from "./bytes.ts";
import { canonicalJsonBytes, type JsonValue, parseCanonicalJson } from "./canonical-json.ts";
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
  check(value, MANIFEST_FORMS[kind], "manifest");
  const manifest = value as unknown as Extract<Manifest, { kind: K }>;
  checkFiles(manifest.files);
  return manifest;
}

function checkFiles(files: readonly ManifestFile[]): void {
  files.forEach(({ name }, i) => {
    if (i > 0 && name <= files[i - 1]!.name) throw new Error(`manifest, files: ${name} follows ${files[i - 1]!.name}`);
  });
}

// The forms that `decodeManifest` holds a manifest to. A name that ends in "?" may be missing.

type Form =
  | "count"
  | "amount"
  | "text"
  | "address"
  | "hash"
  | { one: JsonValue }
  | { list: Form }
  | { members: Record<string, Form> };

const ROOT: Form = { members: { hash: "hash", sum: "amount" } };
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
    receiptsRoot: ROOT,
    sketchesRoot: ROOT,
  },
};
const GROUP: Form = {
  members: {
    group: "count",
    modelVersion: "count",
    methodId: "hash",
    indexRoot: ROOT,
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
      previousPayouts: ROOT,
      groups: { list: GROUP },
      groupsRoot: ROOT,
      payoutsRoot: ROOT,
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
      root: ROOT,
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
      receiptsRoot: ROOT,
      "settlementId?": "count",
      "sketchesRoot?": ROOT,
      files: FILES,
    },
  },
};

function check(value: JsonValue | undefined, form: Form, at: string): void {
  if (typeof form === "string") {
    if (!isOfForm(value, form)) throw new Error(`${at}: ${JSON.stringify(value)} is not of the form "${form}"`);
  } else if ("one" in form) {
    if (value !== form.one) throw new Error(`${at}: ${JSON.stringify(value)} instead of ${JSON.stringify(form.one)}`);
  } else if ("list" in form) {
    if (!Array.isArray(value)) throw new Error(`${at}: not a list`);
    (value as JsonValue[]).forEach((item, i) => {
      check(item, form.list, `${at}[${i}]`);
    });
  } else {
    checkMembers(value, form.members, at);
  }
}

function checkMembers(value: JsonValue | undefined, members: Record<string, Form>, at: string): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error(`${at}: not an object`);
  const object = value as Record<string, JsonValue>;
  const known = new Set<string>();
  for (const [key, form] of Object.entries(members)) {
    const name = key.replace("?", "");
    known.add(name);
    if (!Object.hasOwn(object, name)) {
      if (key === name) throw new Error(`${at}.${name}: missing`);
      continue;
    }
    check(object[name], form, `${at}.${name}`);
  }
  const unknown = Object.keys(object).find((name) => !known.has(name));
  if (unknown !== undefined) throw new Error(`${at}.${unknown}: unknown`);
}

function isOfForm(value: JsonValue | undefined, form: "count" | "amount" | "text" | "address" | "hash"): boolean {
  if (form === "count") return Number.isSafeInteger(value) && (value as number) >= 0;
  if (typeof value !== "string") return false;
  switch (form) {
    case "amount":
      return /^(?:0|[1-9]\d*)$/.test(value);
    case "text":
      return value !== "";
    case "address":
      return /^0x[0-9a-f]{40}$/.test(value);
    case "hash":
      return /^0x[0-9a-f]{64}$/.test(value);
  }
}
