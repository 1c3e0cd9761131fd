// The order of a transaction's states, whatever the wallet and the chain say.
import { expect } from "chai";
import { type Call, type Failure, type Sender, sendInTurn, type TransactionState } from "./call.ts";

const TO = "0x00000000000000000000000000000000000000aa";
const CALLS: Call[] = ["approve", "stake"].map((what) => ({ what, to: TO, data: "0x" }));
const HASH = `0x${"ab".repeat(32)}` as const;

const sender = (changes: Partial<Sender> = {}): Sender => ({
  try: () => Promise.resolve(),
  send: () => Promise.resolve(HASH),
  wait: () => Promise.resolve({ block: 9n }),
  ...changes,
});
const failureOf = (error: unknown): Failure =>
  (error as Error).message === "refused" ? { kind: "refused" } : { kind: "failed", reason: (error as Error).message };

async function run(of: Sender, calls = CALLS): Promise<{ told: TransactionState[]; mined: number }> {
  const told: TransactionState[] = [];
  const mined = await sendInTurn(of, calls, failureOf, (state) => told.push(state));
  return { told, mined: mined.length };
}

describe("transactions in turn", () => {
  it("try, sign, send and await each before the next", async () => {
    const { told, mined } = await run(sender());
    const each = ["trial", "signature", "pending"];
    expect(told.map(({ at }) => at)).to.deep.equal([...each, ...each, "mined"]);
    expect(mined).to.equal(2);
  });

  it("end where the user declines, and keep what was mined before", async () => {
    const { told, mined } = await run(
      sender({ send: ({ what }) => (what === "stake" ? Promise.reject(new Error("refused")) : Promise.resolve(HASH)) }),
    );
    expect(told.at(-1)).to.deep.equal({
      ...{ at: "ended", step: { number: 2, of: 2, what: "stake" }, failure: { kind: "refused" } },
      mined: [{ what: "approve", hash: HASH, block: 9n }],
    });
    expect(mined).to.equal(1);
  });

  it("never ask for a signature where the trial fails", async () => {
    const { told } = await run(sender({ try: () => Promise.reject(new Error("no")), send: () => expect.fail() }));
    expect(told.map(({ at }) => at)).to.deep.equal(["trial", "ended"]);
  });

  it("say that a mined transaction was reverted, with its hash", async () => {
    const { told, mined } = await run(sender({ wait: () => Promise.resolve({ block: 9n, reason: "too late" }) }));
    expect(told.at(-1)).to.deep.include({ failure: { kind: "reverted", reason: "too late", hash: HASH } });
    expect(mined).to.equal(0);
  });

  it("name the transaction that was sent but could not be awaited", async () => {
    const { told } = await run(sender({ wait: () => Promise.reject(new Error("node away")) }));
    expect(told.at(-1)).to.deep.include({ failure: { kind: "failed", reason: "node away", hash: HASH } });
  });
});
