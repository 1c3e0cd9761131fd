// Tests of bundle manifests.
import { expect } from "chai";
import { canonicalJsonBytes, type JsonValue } from "./canonical-json.ts";
import {
  bundleHash,
  decodeManifest,
  encodeManifest,
  type EpochManifest,
  manifestRoot,
  type SettlementManifest,
} from "./bundle-manifest.ts";
import { keccak256 } from "./keccak.ts";
import { bytesToHex } from "./bytes.ts";

const root = manifestRoot({ hash: new Uint8Array(32).fill(3), sum: 12_345_678_901_234_567_890n });
const address = `0x${"a1".repeat(20)}` as const;
const hash = `0x${"b2".repeat(32)}` as const;
const file = (name: string) => ({ name, rows: 3, bytes: 100, sha256: hash });

const epoch: EpochManifest = {
  version: 1,
  kind: "epoch",
  chainId: 31337,
  ledger: address,
  epoch: 4,
  previousPayouts: root,
  groups: [
    {
      group: 0,
      modelVersion: 5,
      methodId: hash,
      indexRoot: root,
      pool: "700",
      settlements: [{ settlementId: 9, offset: 0, count: 4, pool: "700", receiptsRoot: root, sketchesRoot: root }],
    },
  ],
  groupsRoot: root,
  payoutsRoot: root,
  files: [file("entries.parquet"), file("trace.parquet")],
};

const settlement: SettlementManifest = {
  version: 1,
  kind: "settlement",
  chainId: 31337,
  till: address,
  modelVersion: 5,
  count: 4,
  receiptsRoot: root,
  files: [file("receipts.parquet")],
};

describe("manifests", () => {
  it("round trip, and their address is the hash of their bytes", () => {
    const bytes = encodeManifest(epoch);
    expect(decodeManifest(bytes, "epoch")).to.deep.equal(epoch);
    expect(bundleHash(bytes)).to.equal(bytesToHex(keccak256(bytes)));
    expect(decodeManifest(encodeManifest(settlement), "settlement")).to.deep.equal(settlement);
    const committed = { ...settlement, settlementId: 9, sketchesRoot: root };
    expect(decodeManifest(encodeManifest(committed), "settlement")).to.deep.equal(committed);
    const method = {
      k: 64,
      topK: 8,
      debitFactor: 192,
      tau: 60_000,
      delta: 5_000,
      signatureMatch: 257,
      sketchSpec: hash,
    };
    const index = {
      version: 1,
      kind: "index",
      chainId: 1,
      modelRegistry: address,
      modelVersion: 5,
      method,
      root,
      files: [],
    } as const;
    expect(decodeManifest(encodeManifest({ ...index, files: [] }), "index")).to.deep.equal(index);
  });

  it("are written in order of their files' names", () => {
    expect(() => encodeManifest({ ...epoch, files: [file("b"), file("a")] })).to.throw("a follows b");
    expect(() => encodeManifest({ ...epoch, files: [file("a"), file("a")] })).to.throw("a follows a");
  });

  it("are read strictly, naming the member", () => {
    const refuse = (changes: object, message: string) => {
      const bytes = canonicalJsonBytes({ ...epoch, ...changes } as unknown as JsonValue);
      expect(() => decodeManifest(bytes, "epoch")).to.throw(message);
    };
    refuse({ version: 2 }, "manifest.version");
    refuse({ kind: "index" }, "manifest.kind");
    refuse({ extra: 1 }, "manifest.extra: unknown");
    refuse({ epoch: -1 }, "manifest.epoch");
    refuse({ ledger: address.toUpperCase() }, "manifest.ledger");
    refuse({ payoutsRoot: { hash, sum: "01" } }, "manifest.payoutsRoot.sum");
    refuse({ payoutsRoot: { hash } }, "manifest.payoutsRoot.sum: missing");
    refuse({ groups: [{}] }, "manifest.groups[0]");
    refuse({ groups: {} }, "manifest.groups: not a list");
    refuse({ groupsRoot: null }, "manifest.groupsRoot: not an object");
    refuse({ files: [{ ...file("a"), name: "" }] }, "manifest.files[0].name");
    expect(() => decodeManifest(new TextEncoder().encode(JSON.stringify(epoch)), "epoch")).to.throw("not canonical");
  });
});
