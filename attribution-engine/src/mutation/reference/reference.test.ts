// The reference against the engine, and what it may import.
import { readdirSync, readFileSync } from "node:fs";
import { expect } from "chai";
import { bytesToHex, hexToBytes } from "@tributary/protocol/bytes";
import type { Node } from "@tributary/protocol/node";
import { buildProposal, type BuiltProposal, plainProposal } from "../../watcher/test/plain-proposal.ts";
import { drawEpoch, type Placement } from "../drawn-epoch.ts";
import { mutant } from "../mutate-epoch.ts";
import { claimablePayouts } from "./claimable.ts";
import { referencePayouts } from "./payouts.ts";

const EPOCHS = 240;
const AT: Placement = { chainId: 31337n, ledger: `0x${"07".repeat(20)}`, epoch: 5n, nextSettlement: 1n };

function claimable({ payouts, store }: Pick<BuiltProposal, "payouts" | "store">): Map<bigint, bigint> {
  const root = { hash: bytesToHex(payouts.hash), sum: payouts.sum };
  return claimablePayouts(root, (hash) => store.get(hexToBytes(hash as `0x${string}`)));
}

function ascending(payouts: ReadonlyMap<bigint, bigint>): [bigint, bigint][] {
  return [...payouts].sort(([a], [b]) => (a < b ? -1 : 1));
}

describe("the reference of payouts", function () {
  this.timeout(300_000);

  it("imports nothing but a hash function", () => {
    const folder = import.meta.dirname;
    const sources = readdirSync(folder).filter((name) => !name.endsWith(".test.ts"));
    expect(sources).to.include.members(["payouts.ts", "claimable.ts"]);
    for (const name of sources) {
      const imported = [...readFileSync(`${folder}/${name}`, "utf8").matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)];
      for (const [, from] of imported) expect(from, name).to.equal("ethers");
    }
  });

  it("pays what the engine pays, and every position can claim just that", async () => {
    const features = { fallback: 0, harmful: 0, empty: 0, malformed: 0, lost: 0, previous: 0 };
    for (let seed = 0; seed < EPOCHS; seed++) {
      const { honest, reference, plain } = await drawEpoch(seed, AT);
      const built = buildProposal(plainProposal(honest));
      expect(bytesToHex(built.payouts.hash)).to.equal(bytesToHex(honest.epoch.payoutsTree.root.hash));
      const owed = referencePayouts(reference);
      expect(ascending(claimable(built)), `epoch ${seed}`).to.deep.equal(ascending(owed));
      const groups = plainProposal(honest).groups.map((group) => group!);
      if (groups.some(({ fallbackEarningIndex }) => fallbackEarningIndex !== 0xffffffff)) features.fallback++;
      if (groups.some(({ calls }) => calls.some((call) => call!.lists[1]!.length > 0))) features.harmful++;
      if (groups.some(({ pool }) => pool === 0n)) features.empty++;
      if (reference.groups.some(({ records }) => records.includes(undefined))) features.malformed++;
      if (reference.groups.some(({ settlements }) => settlements.some(({ lost }) => lost !== undefined)))
        features.lost++;
      if (plain.previous.length > 0) features.previous++;
    }
    for (const [name, count] of Object.entries(features)) expect(count, name).to.be.greaterThan(5);
  });

  it("tells mutants that pay wrongly from those that do not", async () => {
    let [equivalent, others] = [0, 0];
    for (let seed = 0; seed < 20; seed++) {
      const drawn = await drawEpoch(seed, AT);
      const owed = ascending(referencePayouts(drawn.reference));
      for (let n = 0; n < 25; n++) {
        const { built } = mutant(drawn, n);
        if (JSON.stringify(ascending(claimable(built)), text) === JSON.stringify(owed, text)) equivalent++;
        else others++;
      }
    }
    expect(equivalent).to.be.greaterThan(0);
    expect(others).to.be.greaterThan(4 * equivalent);
  });

  it("lets nothing be claimed beside a node that states another sum, or from a leaf of another place", async () => {
    const { honest } = await drawEpoch(3, AT);
    const plain = plainProposal(honest);
    const all = claimable(buildProposal(plain)).size;
    expect(all).to.be.greaterThan(1);
    const [first] = plain.payouts;
    const moved = buildProposal(plain, {
      leaf: (kind, _, place, leaf) =>
        kind.name === "payout" && place === first!.position ? { ...leaf, key: 0 } : leaf,
    });
    expect(claimable(moved).size).to.equal(all - 1);
    const { payouts, store } = buildProposal(plain);
    const root: Node = { ...payouts, sum: payouts.sum + 1n };
    expect(claimable({ payouts: root, store }).size).to.equal(0);
  });
});

function text(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}
