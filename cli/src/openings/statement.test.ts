// What a statement prints: above all that it is without what is not kept, and says so.
import { parse } from "csv-parse/sync";
import { expect } from "chai";
import type { Entry } from "./earnings.ts";
import type { FinalEpoch } from "./final-epochs.ts";
import { NotKept } from "./not-kept.ts";
import { handoversOf, type Ownership, ownerAt } from "./owners.ts";
import { notesOf, type Statement, statementAnswer } from "./statement.ts";

const OPEN = 10n ** 18n;
const [EARLIER, OWNER] = [`0x${"aa".repeat(20)}`, `0x${"bb".repeat(20)}`] as const;

function entry(changes: Partial<Entry>): Entry {
  return {
    ...{ at: 100n, position: 7n, what: "direct", epoch: undefined, receipt: undefined, amount: OPEN },
    ...{ reason: "paid in", label: "enforced", transaction: undefined },
    ...{ block: 1n, logIndex: 0, owner: OWNER },
    ...changes,
  };
}

describe("a statement", () => {
  const attributed = { what: "attributed", label: "proven" } as const;
  const entries = [
    entry({ at: 300n, what: "paid", amount: 2n * OPEN }),
    entry({ at: 200n, ...attributed, epoch: 4n, amount: 3n * OPEN }),
    entry({}),
  ];
  const token = { symbol: "OPEN", address: OWNER, decimals: 18 } as const;
  const statementOf = (changes: Partial<Statement>): Statement => ({
    token,
    positions: [7n, 8n].map((position) => ({ position, owner: OWNER })),
    ...{ entries, handovers: [], missing: [] },
    ...changes,
  });
  const rowsOf = (text: string) => parse(`${text}\n`, { columns: true }) as Record<string, string>[];

  it("has all entries in the order of time, and sums of what was earned and what was paid", () => {
    const { ok, json, text } = statementAnswer(statementOf({}), 1);
    expect(ok).to.equal(true);
    expect(json).to.deep.include({ earned: 4n * OPEN, paid: 2n * OPEN, missingEpochs: [], callsOpened: 1 });
    expect(rowsOf(text).map(({ type, amount }) => [type, amount])).to.deep.equal([
      ["direct", "1"],
      ["attributed", "3"],
      ["paid", "2"],
    ]);
    expect(notesOf(statementOf({}))).to.deep.equal([]);
    expect(json).to.have.property("token", token);
    // Of another token, in its own digits.
    const other = statementAnswer(statementOf({ token: { ...token, symbol: "USD6", decimals: 6 } }), 1);
    expect(rowsOf(other.text).map(({ amount, unit }) => [amount, unit])).to.deep.equal(
      rowsOf(text).map(({ amount }) => [String(Number(amount) * 1e12), "USD6"]),
    );
  });

  it("goes on without an epoch that is not kept, names it in rows, JSON and words, and does not hold", () => {
    const missing = [
      { epoch: 5n, at: 250n, position: 7n, why: "0x05/payouts.parquet is not there" },
      { epoch: 3n, at: 150n, position: 7n, why: "0x03 is not there" },
      { epoch: 3n, at: 150n, position: 8n, why: "0x03 is not there" },
    ];
    const statement = statementOf({ missing });
    const { ok, json, text } = statementAnswer(statement, 0);
    expect(ok).to.equal(false);
    expect(json).to.deep.include({ earned: 4n * OPEN, paid: 2n * OPEN, missingEpochs: [3n, 5n] });
    const rows = rowsOf(text);
    expect(rows.map(({ type, position, epoch, amount }) => [type, position, epoch, amount])).to.deep.equal([
      ["direct", "7", "", "1"],
      ["missing", "7", "3", ""],
      ["missing", "8", "3", ""],
      ["attributed", "7", "4", "3"],
      ["missing", "7", "5", ""],
      ["paid", "7", "", "2"],
    ]);
    expect(rows[1]!["reason"]).to.match(/^not known: no bundle of this final epoch is kept there/);
    const [incomplete, ...reasons] = notesOf(statement);
    expect(incomplete).to.match(/^INCOMPLETE: of the final epochs 3, 5 no bundle is kept there/);
    expect(reasons).to.deep.equal(["epoch 3: 0x03 is not there", "epoch 5: 0x05/payouts.parquet is not there"]);
  });

  describe("of a position that changed hands", () => {
    const place = (block: bigint, logIndex = 0) => ({ block, logIndex, transaction: `0x${"1".repeat(64)}` as const });
    const ownerships: Ownership[] = [
      { owner: EARLIER, at: 50n, ...place(1n) },
      { owner: OWNER, at: 250n, ...place(20n, 5) },
    ];
    // Before the transfer 1 directly and 3 by attribution, of which 2 were paid; after it 4 directly, and 5 were paid.
    const booked = [
      entry({ at: 100n, ...place(5n) }),
      entry({ at: 240n, what: "paid", amount: 2n * OPEN, ...place(20n, 4) }),
      entry({ at: 250n, amount: 4n * OPEN, ...place(20n, 6) }),
      entry({ at: 300n, what: "paid", amount: 5n * OPEN, ...place(30n) }),
    ];
    const attributedBefore = entry({ at: 200n, ...attributed, epoch: 4n, amount: 3n * OPEN, ...place(10n) });
    const final = { epoch: 4n, blockNumber: 10n, logIndex: 0 } as FinalEpoch;
    const later = { epoch: 5n, blockNumber: 20n, logIndex: 7 } as FinalEpoch;
    const all = [...booked, attributedBefore].map((each) => ({ ...each, owner: ownerAt(ownerships, each) }));
    const handed = (cumulative: () => Promise<bigint>) =>
      handoversOf(7n, ownerships, booked, [final, later], ({ epoch }) => {
        expect(epoch, "the last final epoch before the transfer").to.equal(4n);
        return cumulative();
      });

    it("tells its owner's part from that of earlier owners: what was not paid went with the position", async () => {
      const handovers = await handed(() => Promise.resolve(3n * OPEN));
      const statement = statementOf({ entries: all, handovers });
      const { ok, json, text } = statementAnswer(statement, 0);
      expect(ok).to.equal(true);
      expect(json).to.deep.include({
        ...{ earned: 4n * OPEN, takenOver: 2n * OPEN, handedOver: 0n, paid: 5n * OPEN },
        earlierOwners: { earned: 4n * OPEN, paid: 2n * OPEN },
      });
      const rows = rowsOf(text).map(({ type, amount, owner }) => [type, amount, owner]);
      expect(rows).to.deep.equal([
        ["direct", "1", EARLIER],
        ["attributed", "3", EARLIER],
        ["paid", "2", EARLIER],
        ["direct", "4", OWNER],
        ["transferred", "2", OWNER],
        ["paid", "5", OWNER],
      ]);
      expect(notesOf(statement)[0]).to.match(/present owner earned 4 OPEN, took over 2, handed over 0 and was paid 5/);
      // Who sold it: the same rows, with their part.
      const seller = { ...statement, positions: [{ position: 7n, owner: EARLIER }] };
      expect(statementAnswer(seller, 0).json).to.deep.include({
        ...{ earned: 4n * OPEN, takenOver: 0n, handedOver: 2n * OPEN, paid: 2n * OPEN },
      });
    });

    it("does not know what went with it where the epoch before is not kept, and says so", async () => {
      const handovers = await handed(() => Promise.reject(new NotKept("no bundle of it is here")));
      const statement = statementOf({ entries: all, handovers });
      const { ok, json, text } = statementAnswer(statement, 0);
      expect(ok).to.equal(false);
      expect(json).to.deep.include({ takenOver: 0n });
      expect(rowsOf(text).find(({ type }) => type === "transferred")).to.include({ amount: "", epoch: "4" });
      expect(notesOf(statement)[0]).to.match(/^INCOMPLETE: what went with position 7 .* no bundle of epoch 4 is kept/);
    });
  });
});
