// Readiness: it knows the books, the signer, the gas and the settling, is answered at once whatever hangs, and says no more than anybody may read.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { type PublicClient, toHex } from "viem";
import { privateKeyToAddress } from "viem/accounts";
import { localSigner } from "../accounts/local-signer.ts";
import { remoteSigner } from "../accounts/remote-signer.ts";
import { openBooks } from "../books/open.ts";
import { Gate } from "../server/gate.ts";
import { createLog } from "../server/log.ts";
import { Metrics } from "../server/metrics.ts";
import type { SettlingStanding } from "../settlement/settling.ts";
import { startSimulatedSigner } from "../testing/simulated-signer.ts";
import { type Balances, checkBooks, checkGas, checkSigner, settlingObstacles } from "./checks.ts";
import { type Check, Health } from "./health.ts";
import { openHealth } from "./open.ts";

const CHAIN_ID = 31337;
const KEY = toHex(7, { size: 32 });
const OPERATOR = privateKeyToAddress(toHex(8, { size: 32 }));
const WELL: SettlingStanding = {
  ...{ demandsOpen: 1, demandsOverdue: 0, claimsRefused: 0, claimsPaused: 2, claimsReverted: 5 },
  failing: [],
};

describe("readiness", () => {
  const lines: string[] = [];
  const log = createLog("info", { write: (line) => void lines.push(line) });
  const healthOf = (checks: readonly Check[], mostMilliseconds = 2_000): Health =>
    new Health({ checks, everyMilliseconds: 10, mostMilliseconds, log });

  it("knows the books, which must take a commit", async () => {
    const folder = await mkdtemp(join(tmpdir(), "health-"));
    const books = await openBooks({ file: join(folder, "books.db") });
    const health = healthOf([checkBooks(books)]);
    await health.look();
    expect(health.obstacles()).to.deep.equal([]);
    await books.close();
    await health.look();
    expect(health.obstacles()).to.deep.equal(["the books take nothing"]);
    await rm(folder, { recursive: true });
  });

  it("knows the signer, whose address anybody may know and whose URL nobody", async () => {
    const simulated = await startSimulatedSigner(KEY);
    const address = privateKeyToAddress(KEY);
    const signer = await remoteSigner({ url: simulated.url, address }, CHAIN_ID);
    const health = healthOf([checkSigner(signer, 1_000), checkSigner(localSigner(KEY, CHAIN_ID), 1_000)]);
    await health.look();
    expect(health.obstacles()).to.deep.equal([]);
    expect(simulated.asked).to.deep.equal({ eth_accounts: 2 });
    await simulated.close();
    lines.length = 0;
    await health.look();
    expect(health.obstacles()).to.deep.equal([`the signer of ${address} does not answer`]);
    expect(JSON.parse(lines[0]!))
      .to.include({ event: "not ready" })
      .and.have.property("reason")
      .that.contains("127.0.0.1");
  });

  it("knows the gas of the operator and the gateway, and what they are to hold at least", async () => {
    const gateway = privateKeyToAddress(KEY);
    const held = new Map([
      [OPERATOR, 10n],
      [gateway, 9n],
    ]);
    const balances: Balances = new Map();
    const look = async (least: bigint) => {
      const balanceOf = (address: typeof OPERATOR) => Promise.resolve(held.get(address)!);
      const health = healthOf([checkGas(balanceOf, { operator: OPERATOR, gateway }, least, balances)]);
      await health.look();
      return health.obstacles();
    };
    expect(await look(9n)).to.deep.equal([]);
    expect(await look(10n)).to.deep.equal([`the gateway's account ${gateway} holds 9 wei for gas, less than 10`]);
    expect((await look(11n)).length).to.equal(2);
    expect([...balances]).to.deep.equal([
      ["operator", 10n],
      ["gateway", 9n],
    ]);
  });

  it("knows demands that are overdue, claims that keep failing, and parts of settling that do", () => {
    expect(settlingObstacles(WELL)).to.deep.equal([]);
    const ill = { ...WELL, demandsOverdue: 1, claimsRefused: 2, failing: ["look at withdrawals"] };
    expect(settlingObstacles(ill)).to.deep.equal([
      "demands for receipts that were not answered in time: 1",
      "channels whose claims the chain keeps refusing: 2",
      "keeps failing: look at withdrawals",
    ]);
  });

  it("is said at once by what was last seen: a look that hangs counts as failed, and is not begun again beside itself", async () => {
    let begun = 0;
    let end: (() => void) | undefined;
    const hanging: Check = {
      failure: "it hangs",
      look: () => {
        begun++;
        return new Promise((resolve) => {
          end = () => resolve([]);
        });
      },
    };
    const health = healthOf(
      [hanging, { failure: "it throws", look: () => Promise.reject(new Error("https://a/SECRET")) }],
      40,
    );
    lines.length = 0;
    const startedAt = performance.now();
    await health.look();
    expect(performance.now() - startedAt).to.be.below(1_000);
    await health.look();
    expect([begun, health.obstacles()]).to.deep.equal([1, ["it hangs", "it throws"]]);
    end!();
    await sleep(1);
    const again = health.look();
    expect(begun).to.equal(2);
    end!();
    await again;
    expect(health.obstacles()).to.deep.equal(["it throws"]);
    // Said when it changes, not at every look.
    const said = lines.map((line) => JSON.parse(line) as { event: string; reasons: string[] });
    expect(said.map(({ event, reasons }) => `${event}: ${reasons.join()}`)).to.have.members([
      ...["not ready: it throws", "not ready: it hangs", "ready again: it hangs"],
    ]);
    expect(lines.join("")).not.to.contain("SECRET");
  });

  it("is looked at again and again until it is stopped", async () => {
    let looks = 0;
    const health = healthOf([{ failure: "", look: () => Promise.resolve([String(looks++)]) }]);
    health.start();
    health.start();
    await sleep(60);
    health.stop();
    const after = looks;
    expect(after).to.be.above(1);
    await sleep(30);
    expect(looks).to.equal(after);
  });

  it("stands in the metrics too", async () => {
    const metrics = new Metrics([], new Gate({ calls: 1, callsPerPayer: 1 }));
    const client = { getBalance: () => Promise.resolve(5n) } as unknown as PublicClient;
    const health = openHealth({
      ...{ metrics, log, client, operator: OPERATOR, leastBalance: 6n },
      books: { probe: () => Promise.resolve() } as never,
      signers: [localSigner(KEY, CHAIN_ID)],
      settling: { standing: WELL },
    });
    await health.look();
    expect(health.obstacles().length).to.equal(2);
    const text = await metrics.registry.metrics();
    for (const line of [
      'balance_wei{account="operator"} 5',
      'balance_wei{account="gateway"} 5',
      "demands_open 1",
      "demands_overdue 0",
      "claims_paused 2",
      "claims_reverted 5",
      "claims_refused 0",
      "settling_failing 0",
    ])
      expect(text).to.contain(`tributary_gateway_${line}\n`);
  });
});
