// Tests of how the time of a look is shared among inputs: proposals wait no longer than it, and every input has its turn.
import { setTimeout as sleep } from "node:timers/promises";
import { demandsAbi } from "@tributary/protocol/abi/demands";
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { RECEIPT } from "@tributary/protocol/kinds";
import { expect } from "chai";
import { type Abi, decodeFunctionData, encodeFunctionResult, type Hex, hexToBytes, numberToHex } from "viem";
import { BundleShelf } from "./bundle-shelf.ts";
import type { MadeDemand } from "./demand-book.ts";
import { InputWatch } from "./input-watch.ts";
import { LogBook } from "./log-book.ts";
import { Report } from "./report.ts";
import { ledgerAt } from "./test/ledger-at.ts";
import { loggedEvent } from "./test/logged-event.ts";
import { refusal, scriptedNode } from "./test/scripted-node.ts";

const ADDRESS = numberToHex(1, { size: 20 });
const HASH: Hex = `0x${"11".repeat(32)}`;
const ABI = [
  ...demandsAbi.filter((item) => item.type === "function" && item.name === "parameters"),
  ...royaltyLedgerAbi.filter((item) => item.type === "function" && item.name === "settlementOf"),
  ...modelRegistryAbi.filter((item) => item.type === "function" && item.name === "methodOf"),
] as Abi;
const head = { number: 1n, timestamp: 100_000 };
const SETTLEMENTS = 6;
/** Time that it takes to find out that a settlement's bundle is not named. */
const SLOW_MILLISECONDS = 60;
const LOOK_MILLISECONDS = 150;

/** A watch of settlements, each of a till of its own, of which nothing is published. */
async function watchOf(
  lookMilliseconds: number,
  isFailing = (_settlement: number): boolean => false,
): Promise<InputWatch> {
  const opened = (settlement: number) => {
    const till = numberToHex(100 + settlement, { size: 20 });
    const receipts = { hash: HASH, sum: 5n };
    return { settlement: BigInt(settlement), till, version: 1n, receipts, count: 2 ** 24, pool: 5n };
  };
  const all = Array.from({ length: SETTLEMENTS }, (_, n) => opened(n + 1));
  const answers: Record<string, (args: readonly unknown[]) => unknown> = {
    parameters: () => ({ answerSeconds: 20, reactionSeconds: 10, deposit: 1n }),
    methodOf: () => ({ k: 4, topK: 4, debitFactor: 0, tau: 1, delta: 1, signatureMatch: 1, sketchSpec: HASH }),
    settlementOf: ([id]) => ({
      ...all[Number(id) - 1]!,
      ...{ modelVersion: 1n, status: 1, openedAt: 0, readyAt: 0, commits: 0, epoch: 0n, group: 0, offset: 0 },
      sketches: { hash: HASH, sum: 0n },
    }),
  };
  const reader = scriptedNode({
    eth_getLogs: () =>
      all.map((args) => ({
        ...loggedEvent(ADDRESS, royaltyLedgerAbi, "SettlementOpened", args),
        transactionHash: numberToHex(args.settlement, { size: 32 }),
      })),
    eth_call: ([{ data }]: [{ data: Hex }]) => {
      const { functionName, args } = decodeFunctionData({ abi: ABI, data });
      return encodeFunctionResult({ abi: ABI, functionName, result: answers[functionName]!(args ?? []) });
    },
    async eth_getTransactionReceipt([hash]: [Hex]) {
      if (isFailing(Number(hash))) throw refusal(-32000, "transaction indexing is in progress");
      await sleep(SLOW_MILLISECONDS);
      return { transactionHash: HASH, blockNumber: "0x1", status: "0x1", logs: [] };
    },
  });
  const logs = new LogBook(reader, [ADDRESS], 0n);
  await logs.refresh(1n);
  const shelf = new BundleShelf([], "/nowhere");
  return new InputWatch({
    source: { reader, contracts: ledgerAt(ADDRESS), logs, shelf, keptPayouts: () => undefined },
    report: new Report(() => undefined),
    collector: ADDRESS,
    reserves: false,
    confirmations: 1n,
    graceSeconds: 0,
    contents: [],
    mostInputDemands: 16,
    threads: undefined,
    lookMilliseconds,
  });
}

/** What is to be done for all settlements. */
const DEMANDS = Array.from({ length: SETTLEMENTS }, (_, n) => `demand level 0, index 0 of receipt ${n + 1}/0`);

describe("InputWatch", () => {
  it("looks at all inputs where there is time", async () => {
    const { duties, isFinished } = await (await watchOf(10_000)).inspect([], head);
    expect(isFinished).to.equal(true);
    expect(duties.map(({ says }) => says)).to.deep.equal(DEMANDS);
  });

  it("goes on at the next look where it had to stop, and begins anew once it has looked at all", async () => {
    const watch = await watchOf(LOOK_MILLISECONDS);
    for (let round = 0; round < 2; round++) {
      const found: string[] = [];
      for (let looks = 1; ; looks++) {
        const before = performance.now();
        const { duties, isFinished } = await watch.inspect([], head);
        expect(performance.now() - before).to.be.lessThan(10 * LOOK_MILLISECONDS);
        found.push(...duties.map(({ says }) => says));
        expect(looks).to.be.lessThan(50);
        if (!isFinished) continue;
        expect(looks).to.be.greaterThan(1);
        break;
      }
      expect(found).to.deep.equal(DEMANDS);
    }
  });

  it("looks at the others, again and again, where the node fails at one", async () => {
    let isBroken = true;
    const watch = await watchOf(10_000, (settlement) => isBroken && settlement === 3);
    for (let look = 0; look < 3; look++) {
      const { duties, isFinished, failures } = await watch.inspect([], head);
      expect(isFinished).to.equal(true);
      expect(failures).to.have.length(1);
      expect(duties.map(({ says }) => says)).to.deep.equal(DEMANDS.toSpliced(2, 1));
    }
    isBroken = false;
    const { duties, isFinished, failures } = await watch.inspect([], head);
    expect([isFinished, failures]).to.deep.equal([true, []]);
    expect(duties.map(({ says }) => says)).to.deep.equal(DEMANDS);
  });

  it("wants the end of what was not answered at each look, whoever's turn it is", async () => {
    const watch = await watchOf(LOOK_MILLISECONDS);
    const overdue: MadeDemand = {
      id: 1n,
      demander: ADDRESS,
      demand: { commitment: { kind: RECEIPT, id: 1n, sub: 0 }, path: [], level: 0, index: 0n },
      key: HASH,
      node: { hash: hexToBytes(HASH), sum: 5n },
      deposit: 1n,
      deadline: head.timestamp - 1,
      status: "open",
      answer: undefined,
    };
    for (let look = 0; look < 6; look++) {
      const { duties } = await watch.inspect([overdue], head);
      expect(
        duties.filter(({ kind }) => kind === "ending"),
        `look ${look}`,
      ).to.have.length(1);
    }
  });
});
