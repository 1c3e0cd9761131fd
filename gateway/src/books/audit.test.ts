// Whether the audit of the books finds each invariant broken, by a row that somebody changed.
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect } from "chai";
import { channelNumber, chargeOnce, letGo, reserve, TILL } from "../testing/charges.ts";
import { openBooks } from "./open.ts";

describe("the audit of the books", () => {
  let folder: string;
  let sound: string;

  /** Two channels, of which a settlement has two receipts and one, and a refund stands of a third. */
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "audit-"));
    sound = join(folder, "sound.db");
    const books = await openBooks({ file: sound });
    for (const [channel, amount] of [
      [0, 5n],
      [0, 7n],
      [1, 11n],
      [2, 1n],
    ] as const)
      await chargeOnce(books, channel, amount);
    expect(await books.cut(TILL, 1n, 3)).to.include({ count: 3, sum: 23n });
    const channelId = channelNumber(2);
    await reserve(books, channelId, 0n);
    await books.refunding({ channelId, nonce: 0n, amount: 100n });
    await letGo(books, channelId);
    await books.close();
  });
  after(() => rm(folder, { recursive: true }));

  /** After `change` was made by somebody else. */
  async function faultsAfter(change: string): Promise<string> {
    const file = join(folder, "changed.db");
    await copyFile(sound, file);
    const database = new DatabaseSync(file);
    database.exec(change);
    database.close();
    const books = await openBooks({ file });
    try {
      return (await books.audit()).join("\n");
    } finally {
      await books.close();
    }
  }

  it("finds nothing in sound ones", async () => {
    expect(await faultsAfter("SELECT 1")).to.equal("");
  });

  const [a, b, c] = [0, 1, 2].map(channelNumber);
  for (const [what, change, fault] of [
    [
      "a receipt of another amount",
      `UPDATE receipts SET amount = '6' WHERE channel_id = '${a}' AND sequence = 2`,
      /receipt 2 does not run on/u,
    ],
    [
      "a receipt that is gone",
      `DELETE FROM receipts WHERE channel_id = '${a}' AND sequence = 1`,
      /receipt 2 follows 0/u,
    ],
    [
      "a settled receipt that is gone",
      `DELETE FROM receipts WHERE channel_id = '${b}'`,
      /settlement 1 has receipts 1 to 1, and not all of them are there/u,
    ],
    ["a channel that is gone", `DELETE FROM channels WHERE channel_id = '${b}'`, /has receipts and no record/u],
    [
      "a receipt too many",
      `UPDATE channels SET sequence = 3 WHERE channel_id = '${a}'`,
      /counts 3 receipts and has 2/u,
    ],
    [
      "a charge without a receipt",
      `UPDATE channels SET record = json_set(record, '$.chargedCumulativeAmount', '13') WHERE channel_id = '${a}'`,
      /was charged 13, its receipts say 12/u,
    ],
    [
      "a charge that no voucher covers",
      `UPDATE channels SET record = json_set(record, '$.signedMaxClaimable', '11') WHERE channel_id = '${a}'`,
      /was charged 12, its voucher is for 11/u,
    ],
    [
      "receipts that are settled and in no settlement",
      `DELETE FROM settled_runs WHERE channel_id = '${b}'`,
      /receipts to 1 are settled, and settlements have those to 0/u,
    ],
    [
      "a settlement that skips a receipt",
      `UPDATE settled_runs SET first_sequence = 2 WHERE channel_id = '${a}'`,
      /settlement 1 begins at 2 instead of 1/u,
    ],
    [
      "a settlement's receipts that are counted as not settled",
      `UPDATE channels SET settled = 1 WHERE channel_id = '${a}'`,
      /receipts to 1 are settled, and settlements have those to 2/u,
    ],
    [
      "a settlement over a unit too much",
      "UPDATE settlements SET total = '24'",
      /says 3 receipts over 24, and has 3 over 23/u,
    ],
    [
      "a settlement of a receipt too few",
      "UPDATE settlements SET receipts = 2",
      /says 2 receipts over 23, and has 3 over 23/u,
    ],
    ["a settlement that is gone", "DELETE FROM settlements", /settlement 1 has receipts and no record/u],
    [
      "a settlement of another till",
      "UPDATE settlements SET till = '0x00'",
      /settlement 1 is not of the channel's till/u,
    ],
    [
      "two open settlements of a till",
      `INSERT INTO settlements (number, till, model_version, state, receipts, total) VALUES (2, '${TILL.toLowerCase()}', '1', 'cut', 0, '0')`,
      /settlement 2 is open beside another one/u,
    ],
    [
      "a receipt of another version than its settlement's",
      `UPDATE receipts SET model_version = '2' WHERE channel_id = '${a}' AND sequence = 2`,
      /receipt 2 is of version 2, and in settlement 1 of another/u,
    ],
    [
      "a refund of a channel that nobody knows",
      `UPDATE refunds SET channel_id = '0x00' WHERE channel_id = '${c}'`,
      /0x00: a refund of 100 stands, and it has no record/u,
    ],
    ["a refund of nothing", "UPDATE refunds SET amount = '0'", /a refund of 0 stands/u],
  ] as const)
    it(`finds ${what}`, async () => {
      expect(await faultsAfter(change)).to.match(fault);
    });
});
