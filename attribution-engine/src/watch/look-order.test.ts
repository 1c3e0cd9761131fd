// Tests of the order in which a service does what its watches find: what inputs bring with them delays nothing about proposals.
import { expect } from "chai";
import { type Address, numberToHex } from "viem";
import type { Duty } from "./duty.ts";
import { Metrics } from "./metrics.ts";
import { Report } from "./report.ts";
import { runService } from "./service.ts";
import { ledgerAt } from "./test/ledger-at.ts";
import { scriptedNode } from "./test/scripted-node.ts";
import type { Watch } from "./watch.ts";

const NOBODY = numberToHex(0, { size: 20 });

/** A call of its own address, by which the node tells it. */
function duty(kind: Duty["kind"], to: Address): Duty {
  return { kind, key: `${kind} ${to}`, to, data: "0x", says: kind };
}

describe("runService", () => {
  it("performs what is to be done about the proposals of all ledgers before it looks at any input, and looks until it has looked at all of them", async () => {
    const events: string[] = [];
    const reader = scriptedNode({
      eth_getBlockByNumber: () => ({ number: "0x1", timestamp: "0x1", transactions: [] }),
      eth_estimateGas: ([{ to }]: [{ to: Address }]) => {
        events.push(`call ${Number(to)}`);
        return "0x1";
      },
    });
    /** One whose inputs take two looks. @param n number of the proposals' call, ten times that of the inputs' */
    const watch = (n: number): Watch => {
      const [proof, ending] = [n, 10 * n].map((call) => numberToHex(call, { size: 20 })) as [Address, Address];
      let looks = 0;
      return {
        source: { contracts: ledgerAt(proof) },
        collector: NOBODY,
        inspect() {
          const duties = [duty("proof", proof)];
          return Promise.resolve({ duties, pending: [], made: [], unsettled: ["pending"], isWaiting: false });
        },
        inspectInputs() {
          events.push(`inputs ${n}`);
          const isFinished = ++looks === 2;
          return Promise.resolve({ duties: [duty("ending", ending)], unsettled: [], isFinished, failures: [] });
        },
      };
    };
    const report = new Report(() => undefined);
    await runService({
      reader,
      watches: [watch(1), watch(2)],
      report,
      metrics: new Metrics(),
      outbox: undefined,
      sender: NOBODY,
      pollMilliseconds: 1,
      once: true,
      signal: new AbortController().signal,
    });
    const look = ["call 1", "call 2", "inputs 1", "call 10", "inputs 2", "call 20"];
    expect(events).to.deep.equal([...look, ...look]);
  });
});
