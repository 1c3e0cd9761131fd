// Tests that calls which fail keep no others from being made, and that a watch hears which of its proofs were refused.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { faultProofsAbi } from "@tributary/protocol/abi/fault-proofs";
import { expect } from "chai";
import {
  encodeErrorResult,
  type Hex,
  keccak256,
  numberToHex,
  RpcRequestError,
  TransactionReceiptNotFoundError,
} from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { UnknownSettlementError } from "../chain/settlement-view.ts";
import type { Duty } from "./duty.ts";
import { Metrics } from "./metrics.ts";
import { Outbox } from "./outbox.ts";
import { Report } from "./report.ts";
import { runService } from "./service.ts";
import { ledgerAt } from "./test/ledger-at.ts";
import { outage, refusal, scriptedNode } from "./test/scripted-node.ts";
import type { Watch } from "./watch.ts";

const HASH: Hex = `0x${"11".repeat(32)}`;
const court = numberToHex(1, { size: 20 });
const account = privateKeyToAccount(generatePrivateKey());
const NO_FAULT = encodeErrorResult({ abi: faultProofsAbi, errorName: "NoFault" });

function dutyOf(name: string, data: Hex): Duty {
  return { kind: "proof", key: name, to: court, data, says: name };
}

const [bad, good] = [dutyOf("bad", "0x01"), dutyOf("good", "0x02")];

function reverted(data: Hex): RpcRequestError {
  return new RpcRequestError({
    body: {},
    url: "http://node.invalid",
    error: { code: 3, message: "execution reverted", data },
  });
}

describe("runService, where calls fail", () => {
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "tributary-service-"));
  });
  after(async () => rm(folder, { recursive: true }));

  let files = 0;

  /** One look of a service that wants both calls, `bad` first. @param fail throws what the node answers when `bad` is estimated */
  async function lookOnce(fail: () => never) {
    const lines: string[] = [];
    const refused: Duty[] = [];
    const report = new Report((line) => lines.push(line));
    const stop = new AbortController();
    let sent = 0;
    const reader = scriptedNode({
      eth_chainId: () => "0x7a69",
      eth_getBalance: () => "0x1",
      eth_call: () => numberToHex(1, { size: 32 }),
      eth_estimateGas: ([{ data }]: [{ data: Hex }]) => (data === bad.data ? fail() : "0x5208"),
      eth_getTransactionCount: () => "0x0",
      eth_getTransactionReceipt: () => null,
      eth_maxPriorityFeePerGas: () => "0x3b9aca00",
      eth_getBlockByNumber: () => ({ number: "0x1", timestamp: "0x1", baseFeePerGas: "0x1", transactions: [] }),
      eth_sendRawTransaction: ([signed]: [Hex]) => {
        sent++;
        return keccak256(signed);
      },
    });
    const watch: Watch = {
      source: { contracts: ledgerAt(court) },
      collector: account.address,
      inspect: () => {
        stop.abort();
        return Promise.resolve({ duties: [bad, good], pending: [], made: [], unsettled: ["all"], isWaiting: false });
      },
      refused: (duty) => refused.push(duty) > 0,
    };
    const limits = { confirmations: 1n, maxFeePerGas: 10n ** 12n, stuckMilliseconds: 1_000 };
    const error: unknown = await runService({
      reader,
      watches: [watch],
      report,
      metrics: new Metrics(),
      outbox: new Outbox(reader, account, 31_337, join(folder, `${files++}.json`), limits),
      sender: account.address,
      pollMilliseconds: 1,
      once: false,
      signal: stop.signal,
    }).catch((thrown: unknown) => thrown);
    return { sent, refused, error, output: lines.join("\n") };
  }

  it("makes the calls after one that a node fails at", async () => {
    const { sent, refused, error, output } = await lookOnce(() => {
      throw refusal(-32_000, "something is wrong with this one");
    });
    expect(error).to.equal(undefined);
    expect(sent, output).to.equal(1);
    expect(refused).to.deep.equal([]);
    expect(output).to.include("failed: bad: something is wrong with this one").and.include("sent 0x");
    expect(output).to.include("the chain refuses to answer (1)");
  });

  for (const error of [new TransactionReceiptNotFoundError({ hash: HASH }), new UnknownSettlementError(7n)]) {
    it(`looks again where a node is behind: ${error.name}`, async () => {
      const lines: string[] = [];
      const stop = new AbortController();
      let looks = 0;
      const inspection = { duties: [], pending: [], made: [], unsettled: [], isWaiting: false };
      const block = { number: "0x1", timestamp: "0x1", baseFeePerGas: "0x1", transactions: [] };
      const watch: Watch = {
        source: { contracts: ledgerAt(court) },
        collector: account.address,
        inspect() {
          if (++looks === 1) return Promise.reject(error);
          stop.abort();
          return Promise.resolve(inspection);
        },
      };
      await runService({
        reader: scriptedNode({ eth_getBlockByNumber: () => block, eth_call: () => numberToHex(1, { size: 32 }) }),
        watches: [watch],
        report: new Report((line) => lines.push(line)),
        metrics: new Metrics(),
        outbox: undefined,
        sender: account.address,
        pollMilliseconds: 1,
        once: false,
        signal: stop.signal,
      });
      expect(looks).to.equal(2);
      expect(lines.join("\n")).to.include("a node is behind (1)");
    });
  }

  it("makes the calls after one that fails here, and then ends with that", async () => {
    const trouble = new RangeError("a fault of its own");
    const { sent, error, output } = await lookOnce(() => {
      throw trouble;
    });
    expect(sent, output).to.equal(1);
    expect(error).to.be.instanceOf(Error);
    expect(output).to.include("failed: bad");
  });

  it("makes none after one for which no node was reached", async () => {
    const { sent, error, output } = await lookOnce(() => {
      throw outage();
    });
    expect(error).to.equal(undefined);
    expect(sent).to.equal(0);
    expect(output).to.include("no answer from the chain (1)").and.not.include("good");
  });

  it("tells the watch of a proof that the court refuses, and makes the other calls", async () => {
    const { sent, refused, error, output } = await lookOnce(() => {
      throw reverted(NO_FAULT);
    });
    expect(error).to.equal(undefined);
    expect(sent, output).to.equal(1);
    expect(refused).to.deep.equal([bad]);
    expect(output).to.include("refused: bad: NoFault(); another is looked for");
  });

  it("does not blame a proof for an account without means", async () => {
    const { refused, output } = await lookOnce(() => {
      throw refusal(-32_000, "insufficient funds for gas * price + value");
    });
    expect(refused).to.deep.equal([]);
    expect(output).to.include("refused: bad: the account cannot pay for the gas");
  });
});
