// Tests of which settlements are looked at, and of what is forgotten about inputs that are right after all.
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { RECEIPT } from "@tributary/protocol/kinds";
import { expect } from "chai";
import { type Abi, decodeFunctionData, encodeFunctionResult, type Hex, numberToHex } from "viem";
import { AccusedInputs } from "./accused-inputs.ts";
import { BundleShelf } from "./bundle-shelf.ts";
import type { DataSource } from "./committed-data.ts";
import { LiveInputs } from "./live-inputs.ts";
import { LogBook } from "./log-book.ts";
import { Report } from "./report.ts";
import { ledgerAt } from "./test/ledger-at.ts";
import { loggedEvent } from "./test/logged-event.ts";
import { scriptedNode } from "./test/scripted-node.ts";

const ADDRESS = numberToHex(1, { size: 20 });
const HASH: Hex = `0x${"11".repeat(32)}`;
const ABI = [
  ...royaltyLedgerAbi.filter((item) => item.type === "function" && item.name === "settlementOf"),
  ...modelRegistryAbi.filter((item) => item.type === "function" && item.name === "methodOf"),
] as Abi;
const [OPEN, VOIDED] = [1, 5];

describe("settlements under watch", () => {
  let status = OPEN;
  let reads = 0;
  let source: DataSource;
  beforeEach(async () => {
    [status, reads] = [OPEN, 0];
    const opened = { till: ADDRESS, version: 1n, receipts: { hash: HASH, sum: 5n }, count: 1, pool: 5n };
    const times = { openedAt: 0, readyAt: 0, commits: 0, epoch: 0n, group: 0, offset: 0 };
    const answers: Record<string, () => unknown> = {
      methodOf: () => ({ k: 4, topK: 4, debitFactor: 0, tau: 1, delta: 1, signatureMatch: 1, sketchSpec: HASH }),
      settlementOf() {
        reads++;
        return { ...opened, ...times, status, sketches: { hash: HASH, sum: 0n } };
      },
    };
    const reader = scriptedNode({
      eth_getLogs: () => [loggedEvent(ADDRESS, royaltyLedgerAbi, "SettlementOpened", { settlement: 1n, ...opened })],
      eth_call: ([{ data }]: [{ data: Hex }]) => {
        const { functionName } = decodeFunctionData({ abi: ABI, data });
        return encodeFunctionResult({ abi: ABI, functionName, result: answers[functionName]!() });
      },
    });
    const logs = new LogBook(reader, [ADDRESS], 0n);
    await logs.refresh(1n);
    const shelf = new BundleShelf([], "/nowhere");
    source = { reader, contracts: ledgerAt(ADDRESS), logs, shelf, keptPayouts: () => undefined };
  });

  it("are looked at again where a reorganisation takes their end back", async () => {
    const live = new LiveInputs(source);
    const at = async (number: bigint) => (await live.settlements({ number, timestamp: 1 })).length;
    expect(await at(1n)).to.equal(1);
    status = VOIDED;
    expect(await at(2n)).to.equal(0);
    status = OPEN;
    expect(await at(3n)).to.equal(1);
  });

  it("are read no more once their end has lasted", async () => {
    status = VOIDED;
    const live = new LiveInputs(source);
    for (const number of [1n, 64n, 65n, 66n]) await live.settlements({ number, timestamp: 1 });
    expect(reads).to.equal(3);
  });

  it("are unsettled while they are accused, and no more once they are found right", async () => {
    const accused = new AccusedInputs(source, new Report(() => undefined), 1n);
    const commitment = { kind: RECEIPT, id: 1n, sub: 0 };
    const unsettled = () => accused.unsettled(new Set(["receipt 1/0"]), { number: 1n, timestamp: 1 });
    accused.add(commitment);
    expect(await unsettled()).to.deep.equal(["receipt 1/0 can still be ended"]);
    accused.withdraw(commitment);
    expect(await unsettled()).to.deep.equal([]);
  });
});
