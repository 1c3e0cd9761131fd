// Openings of calls: what they verify to, against the bundle's own explanation, and that nothing in them can be changed.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AttributionRoots, type OpenedCall, verifyOpenedCall } from "@tributary/protocol/attribution-opening";
import { manifestRoot } from "@tributary/protocol/bundle-manifest";
import { bytesToHex } from "@tributary/protocol/bytes";
import type { Root } from "@tributary/protocol/node";
import { expect } from "chai";
import type { Hex } from "viem";
import type { AttributedEpoch } from "../attribution/epoch.ts";
import { type EpochInputs, poolOf } from "../attribution/epoch-inputs.ts";
import { buildReceiptsTree, buildSketchesTree, hashReceipts } from "../attribution/settlement-trees.ts";
import { someEpoch } from "../attribution/test/some-epoch.ts";
import { buildIndexTree } from "../index/index-tree.ts";
import { openEpochBundle, writeEpochBundle, type EpochBundle } from "./epoch-bundle.ts";
import { explainCalls } from "./explain-call.ts";
import { openCall } from "./open-call.ts";
import { rebuildEpoch } from "./rebuild-epoch.ts";

describe("opened calls", () => {
  let folder = "";
  let inputs: EpochInputs;
  let epoch: AttributedEpoch;
  let bundle: EpochBundle;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "tributary-opened-"));
    const some = await someEpoch();
    inputs = some.inputs;
    const sum = inputs.previousPayouts.reduce((total, [, paid]) => total + paid, 0n);
    const before = { hash: `0x${"22".repeat(32)}` as Hex, sum: String(sum) };
    const { hash } = await writeEpochBundle(folder, inputs, some.epoch, before);
    bundle = await openEpochBundle(folder, hash);
    epoch = await rebuildEpoch(bundle, inputs);
  });
  after(() => rm(folder, { recursive: true }));

  /** What the chain would say of the settlement that has the receipt. */
  function rootsOf(receiptHash: Hex): AttributionRoots {
    for (const [group, of] of inputs.groups.entries()) {
      let offset = 0;
      for (const { pool, receipts, sketches } of of.settlements) {
        const hashes = hashReceipts(receipts);
        for (let i = 0; i < receipts.count; i++) {
          if (bytesToHex(hashes.subarray(32 * i, 32 * i + 32)) !== receiptHash) continue;
          return {
            receipts: rootHex(buildReceiptsTree(receipts).root),
            sketches: rootHex(buildSketchesTree(hashes, sketches, of.method.k).root),
            index: rootHex(buildIndexTree(of.index).root),
            groups: rootHex(epoch.groupsTree.root),
            payouts: rootHex(epoch.payoutsTree.root),
            group,
            offset,
            pool,
            groupPool: poolOf(of),
            ...{ k: of.method.k, topK: of.method.topK, debitFactor: of.method.debitFactor },
          };
        }
        offset += receipts.count;
      }
    }
    throw new Error(`no receipt ${receiptHash}`);
  }

  function rootHex(root: Root): { hash: Hex; sum: bigint } {
    return { hash: manifestRoot(root).hash, sum: root.sum };
  }

  it("verify to what the bundle explains, for every call", async () => {
    let records = 0;
    for (const call of await explainCalls(bundle)) {
      const { opened, group } = openCall(inputs, epoch, call.receiptHash);
      const verified = verifyOpenedCall(opened, call.receiptHash, rootsOf(call.receiptHash));
      expect({ group, call: verified.call, amount: verified.amount }).to.deep.equal({
        group: call.group,
        call: call.call,
        amount: call.amount,
      });
      expect(
        verified.records.map(({ list, place, s, w, points, paidByCall }) => ({
          harmful: list === "harmful",
          record: place,
          s,
          w,
          points,
          earned: paidByCall,
        })),
      ).to.deep.equal(
        call.entries.map(({ harmful, record, s, w, points, earned }) => ({ harmful, record, s, w, points, earned })),
      );
      records += verified.records.length;
    }
    expect(records).to.be.above(0);
  });

  it("fail where a leaf is left out, doubled, of another call, or changed in any number", async () => {
    const calls = await explainCalls(bundle);
    const call = calls.find(({ entries: of }) => of.some(({ earned }) => earned > 0n) && !of[1]!.harmful)!;
    const other = calls.find(({ receiptHash }) => receiptHash !== call.receiptHash)!;
    const id = call.receiptHash;
    const { opened } = openCall(inputs, epoch, id);
    const roots = rootsOf(id);
    const refuse = (changed: OpenedCall, reason: RegExp): void => {
      expect(() => verifyOpenedCall(changed, id, roots)).to.throw(reason);
    };
    const paid = opened.records.findIndex(({ earning }) => earning !== undefined);
    const withPaid = (change: object): OpenedCall => ({
      ...opened,
      records: opened.records.map((record, i) => (i === paid ? { ...record, ...change } : record)),
    });
    const { entry, points, earning } = opened.records[paid]!;
    refuse({ ...opened, records: opened.records.slice(1) }, /entry 0: its place on the list/);
    refuse({ ...opened, records: opened.records.slice(0, -1) }, /the weights of the \w+ records/);
    refuse({ ...opened, records: [...opened.records, opened.records[0]!] }, /its place on the list/);
    refuse({ ...opened, receipt: openCall(inputs, epoch, other.receiptHash).opened.receipt }, /receipt/);
    refuse(
      { ...opened, trace: { ...opened.trace, sum: String(BigInt(opened.trace.sum) + 1n) } },
      /trace: .* root on chain/,
    );
    refuse(withPaid({ entry: { ...entry, sum: String(BigInt(entry.sum) + 1n) } }), /entry \d+: it does not open/);
    refuse(withPaid({ points: { ...points!, key: points!.key + 1 } }), /points of entry/);
    refuse(withPaid({ points: undefined }), /those of its record are not opened/);
    refuse(withPaid({ earning: undefined }), /the payment is not opened/);
    refuse(withPaid({ earning: { ...earning!, sum: String(BigInt(earning!.sum) + 1n) } }), /earning of entry/);
    const refuseFor = (changed: Partial<AttributionRoots>, reason: RegExp): void => {
      expect(() => verifyOpenedCall(opened, id, { ...roots, ...changed })).to.throw(reason);
    };
    refuseFor({ offset: roots.offset + 1 }, /place in its group/);
    refuseFor({ pool: roots.pool * 2n + 1_000n }, /part of its settlement's pool/);
    refuseFor({ groupPool: roots.groupPool + 1n }, /the group's pool/);
    refuseFor({ topK: opened.records.filter(({ list }) => list === "helpful").length - 1 }, /below the method's K/);
  });

  it("say that an epoch has no such call", () => {
    expect(() => openCall(inputs, epoch, `0x${"01".repeat(32)}`)).to.throw(/no call with the receipt 0x0101/);
  });
});
