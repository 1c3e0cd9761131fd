// What a statement prints: above all that it is without what is not kept, and says so.
import { parse } from "csv-parse/sync";
import { expect } from "chai";
import type { Entry } from "./earnings.ts";
import { lackOf, statementAnswer } from "./statement.ts";

const OPEN = 10n ** 18n;

function entry(changes: Partial<Entry>): Entry {
  return {
    ...{ at: 100n, position: 7n, what: "direct", epoch: undefined, receipt: undefined, amount: OPEN },
    ...{ reason: "paid in", label: "enforced", transaction: undefined },
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
  const rowsOf = (text: string) => parse(text, { columns: true }) as Record<string, string>[];

  it("has all entries in the order of time, and sums of what was earned and what was paid", () => {
    const { ok, json, text } = statementAnswer({ positions: [7n], entries, missing: [], callsOpened: 1 });
    expect(ok).to.equal(true);
    expect(json).to.deep.include({ earned: 4n * OPEN, paid: 2n * OPEN, missingEpochs: [], callsOpened: 1 });
    expect(rowsOf(text).map(({ type, amount }) => [type, amount])).to.deep.equal([
      ["direct", "1"],
      ["attributed", "3"],
      ["paid", "2"],
    ]);
    expect(lackOf([])).to.equal(undefined);
  });

  it("goes on without an epoch that is not kept, names it in rows, JSON and words, and does not hold", () => {
    const missing = [
      { epoch: 5n, at: 250n, position: 7n },
      { epoch: 3n, at: 150n, position: 7n },
      { epoch: 3n, at: 150n, position: 8n },
    ];
    const { ok, json, text } = statementAnswer({ positions: [7n, 8n], entries, missing, callsOpened: 0 });
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
    expect(lackOf(missing)).to.match(/^INCOMPLETE: of the final epochs 3, 5 no bundle is kept there/);
  });
});
