// Books that are older than what was claimed with them are known by the chain.
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { openBooks } from "../books/open.ts";
import { failureOf } from "../testing/charges.ts";
import { openChannels, payCalls } from "../testing/paid-channels.ts";
import { type SoldModel, startSoldModel } from "../testing/sold-model.ts";
import { channelsOf } from "./chain.ts";
import { ClaimPauses } from "./claim-pauses.ts";
import { OlderCopy, refuseOlderCopy } from "./older-copy.ts";
import { Settler } from "./settler.ts";

describe("an older copy of the books", function () {
  this.timeout(60_000);
  let model: SoldModel;
  before(async () => {
    model = await startSoldModel();
  });
  after(() => model.stop());

  it("is refused once more was claimed than it has charged, and the books themselves are not", async () => {
    const { chain, keys, folder } = model;
    const [file, copy] = ["books.db", "copy.db"].map((name) => join(folder, name)) as [string, string];
    const [channel] = await openChannels(model, 1, 1_000n);
    let books = await openBooks({ file });
    await payCalls(books, model, channel!, [10n]);
    await books.close();
    await copyFile(file, copy);

    books = await openBooks({ file });
    const [written] = await payCalls(books, model, channel!, [5n]);
    const pauses = new ClaimPauses(join(folder, "claim-pauses.json"));
    const settler = new Settler({ books, chain, keys, folder, publishFolder: folder, pauses, tell: () => undefined });
    const old = await openBooks({ file: copy });
    await refuseOlderCopy(old, channelsOf(chain));
    expect(await settler.claim([written!.receipt.channelId])).to.deep.equal([]);
    expect(await failureOf(refuseOlderCopy(old, channelsOf(chain)))).to.be.instanceOf(OlderCopy);
    await refuseOlderCopy(books, channelsOf(chain));
    await old.close();
    await books.close();
  });
});
