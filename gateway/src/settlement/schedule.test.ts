// The schedule: what is due, and that nothing that fails stops the rest.
import { expect } from "chai";
import { type Address, createPublicClient, http } from "viem";
import { createLog } from "../server/log.ts";
import { tellLog } from "../settle.ts";
import { Schedule, type ScheduleOptions } from "./schedule.ts";

const TILLS = ["0x00000000000000000000000000000000000000a1", "0x00000000000000000000000000000000000000a2"] as Address[];

const now = (): number => Math.floor(Date.now() / 1_000);

function scheduleOf(change: Partial<ScheduleOptions>) {
  const done: string[] = [];
  const schedule = new Schedule({
    settle: (till, version) => {
      done.push(`settle ${TILLS.indexOf(till)} ${version}`);
      return Promise.resolve([]);
    },
    finishOpen: (till) => Promise.resolve(done.push(`finish ${TILLS.indexOf(till)}`)),
    owed: () => Promise.resolve(50n),
    unsettled: () => Promise.resolve(TILLS.map((till) => ({ till, version: 3n, since: now() }))),
    open: () => Promise.resolve([]),
    everySeconds: 1_000,
    lookSeconds: 0.01,
    urgent: {},
    duties: {},
    tell: (event, { what }) => done.push(`${event}: ${String(what)}`),
    ...change,
  });
  return { schedule, done };
}

describe("settlement schedule", () => {
  it("settles a till that owes enough, or whose time has come, and no other", async () => {
    const rich = scheduleOf({ aboveAmount: 50n });
    await rich.schedule.look();
    expect(rich.done).to.deep.equal(["settle 0 3", "settle 1 3"]);
    const poor = scheduleOf({ aboveAmount: 51n });
    await poor.schedule.look();
    expect(poor.done).to.deep.equal([]);
    const due = scheduleOf({ everySeconds: 0 });
    await due.schedule.look();
    expect(due.done).to.deep.equal(["settle 0 3", "settle 1 3"]);
  });

  it("settles above an amount by what came since the last time, not by what that could not claim, look after look", async () => {
    let owes = 500n;
    const { schedule, done } = scheduleOf({
      aboveAmount: 50n,
      owed: () => Promise.resolve(owes),
      unsettled: () => Promise.resolve([{ till: TILLS[0]!, version: 3n, since: now() }]),
    });
    for (let look = 0; look < 3; look++) await schedule.look();
    expect(done).to.deep.equal(["settle 0 3"]);
    owes += 49n;
    await schedule.look();
    expect(done).to.have.length(1);
    owes += 1n;
    await schedule.look();
    expect(done).to.have.length(2);
    // What could be claimed after all makes no room for more.
    owes = 0n;
    await schedule.look();
    owes = 50n;
    await schedule.look();
    expect(done).to.have.length(3);
  });

  it("settles a till whose oldest receipt has waited long enough, though the gateway has just started", async () => {
    const since = [now() - 1_000, now() - 900];
    const waiting = () => Promise.resolve(TILLS.map((till, i) => ({ till, version: 3n, since: since[i]! })));
    const { schedule, done } = scheduleOf({ unsettled: waiting });
    await schedule.look();
    expect(done).to.deep.equal(["settle 0 3"]);
    // What could not be settled is not tried at each look.
    await schedule.look();
    expect(done).to.deep.equal(["settle 0 3"]);
  });

  it("settles versions that alternate in a till's channels until none is left", async () => {
    const versions = [1n, 2n, 1n, 2n];
    const { schedule, done } = scheduleOf({
      everySeconds: 0,
      unsettled: () =>
        Promise.resolve(versions.slice(0, 1).map((version) => ({ till: TILLS[0]!, version, since: now() }))),
      settle: (_till, version) => {
        done.push(`settle ${version}`);
        return Promise.resolve([versions.shift()]);
      },
    });
    await schedule.look();
    expect(done).to.deep.equal(["settle 1", "settle 2", "settle 1", "settle 2"]);
  });

  it("goes on where a node is away, and finishes what was begun", async () => {
    const away = (): Promise<never> => Promise.reject(new Error("the node is away"));
    const { schedule, done } = scheduleOf({
      duties: { withdrawals: away, demands: () => Promise.resolve() },
      open: () => Promise.resolve([TILLS[1]!, TILLS[1]!]),
      unsettled: away,
    });
    await schedule.look();
    expect(done).to.deep.equal(["failed: withdrawals", "finish 1", "failed: look at tills"]);
  });

  it("does what is urgent again and again while a settlement is under way", async () => {
    let looks = 0;
    const { schedule, done } = scheduleOf({
      urgent: { withdrawals: () => Promise.resolve(looks++) },
      open: () => Promise.resolve([TILLS[0]!]),
      // Ends once three more looks were made; before that only the test's time limit would end it.
      finishOpen: async () => {
        while (looks < 4) await new Promise((resolve) => setTimeout(resolve, 5));
        done.push("finished");
      },
      unsettled: () => Promise.resolve([]),
    });
    await schedule.look();
    expect(done).to.deep.equal(["finished"]);
    const after = looks;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(looks).to.equal(after);
  });

  it("says what keeps failing, until it is done or there is nothing of it any more", async () => {
    let isAway = true;
    let isThere = true;
    const away = (): Promise<unknown> => (isAway ? Promise.reject(new Error("the node is away")) : Promise.resolve());
    const { schedule } = scheduleOf({
      duties: { withdrawals: away, demands: () => Promise.resolve() },
      open: () => Promise.resolve(isThere ? [TILLS[1]!] : []),
      unsettled: () => Promise.resolve([]),
      finishOpen: () => Promise.reject(new Error("the till is short")),
    });
    for (let look = 0; look < 2; look++) await schedule.look();
    expect([schedule.failing(2), schedule.failing(3)]).to.deep.equal([["withdrawals", `settle ${TILLS[1]}`], []]);
    await schedule.look();
    expect(schedule.failing(3)).to.deep.equal(["withdrawals", `settle ${TILLS[1]}`]);
    isAway = false;
    isThere = false;
    await schedule.look();
    expect(schedule.failing(1)).to.deep.equal([]);
  });

  it("says in the log why something failed, and no key of the node's URL", async () => {
    const lines: string[] = [];
    const log = createLog("info", { write: (line) => void lines.push(line) });
    const client = createPublicClient({ transport: http("http://127.0.0.1:1/v3/SECRET", { retryCount: 0 }) });
    const { schedule } = scheduleOf({
      duties: { withdrawals: () => client.getBlockNumber() },
      finishOpen: () => Promise.reject(new Error("the till holds 1, its receipts add up to 3: pay 2 into it")),
      open: () => Promise.resolve([TILLS[0]!]),
      tell: tellLog(log),
    });
    await schedule.look();
    expect(lines.join("")).not.to.contain("SECRET");
    const failed = { event: "settlement: failed", level: 50 };
    const [away, short] = lines.map((line) => JSON.parse(line) as object);
    expect(away).to.include({ ...failed, what: "withdrawals", reason: "HTTP request failed." });
    expect(short).to.include({ ...failed, reason: "the till holds 1, its receipts add up to 3: pay 2 into it" });
  });

  it("begins no other settlement of a till once it is stopped, and tells what it leaves as no failure", async () => {
    let stopped: Promise<void> | undefined;
    const { schedule, done } = scheduleOf({
      everySeconds: 0,
      settle: (_till, version) => {
        done.push(`settle ${version}`);
        stopped = schedule.stop();
        return Promise.resolve(done.length < 3 ? [1] : []);
      },
    });
    await schedule.look();
    await stopped;
    expect(done).to.deep.equal(["settle 3"]);
    const leaving = scheduleOf({
      open: () => Promise.resolve([TILLS[0]!]),
      finishOpen: () => {
        stopped = leaving.schedule.stop();
        return Promise.reject(new Error("the gateway is stopping"));
      },
    });
    await leaving.schedule.look();
    expect([leaving.done, leaving.schedule.failing(1)]).to.deep.equal([
      [`left for the next start: settle ${TILLS[0]}`],
      [],
    ]);
  });

  it("looks until it is stopped", async () => {
    let looks = 0;
    const { schedule } = scheduleOf({ duties: { count: () => Promise.resolve(looks++) } });
    schedule.start();
    schedule.start();
    await new Promise((resolve) => setTimeout(resolve, 100));
    await schedule.stop();
    const before = looks;
    expect(before).to.be.above(1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(looks).to.equal(before);
  });
});
