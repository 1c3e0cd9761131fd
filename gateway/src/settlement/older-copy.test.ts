// Books that are older than what was claimed with them are known by the chain.
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import type { Address } from "viem";
import type { Books } from "../books/books.ts";
import { openBooks } from "../books/open.ts";
import { ConfigError } from "../config/config.ts";
import { failureOf } from "../testing/charges.ts";
import { openChannels, payCalls } from "../testing/paid-channels.ts";
import { type SoldModel, startSoldModel } from "../testing/sold-model.ts";
import { channelsOf } from "./chain.ts";
import { ClaimPauses } from "./claim-pauses.ts";
import { refuseIncompleteBooks } from "./incomplete-books.ts";
import { OlderCopy, refuseOlderCopy } from "./older-copy.ts";
import { LostBooks, refuseLostBooks } from "./lost-books.ts";
import { refuseOtherToken } from "./other-token.ts";
import { Settler } from "./settler.ts";
import { UnknownClose } from "./unknown-close.ts";

describe("an older copy of the books", function () {
  this.timeout(60_000);
  let model: SoldModel;
  before(async () => {
    model = await startSoldModel();
  });
  after(() => model.stop());

  it("is not all that can lack: books without a channel that was claimed are refused, and without one that anybody opened are not", async () => {
    const { chain, keys, folder, till } = model;
    const { batchSettlement, token } = chain.contracts;
    const place = { ...chain, batchSettlement, token };
    const own = [keys.authorizers[0]!.address];
    const [kept, lost] = await openChannels(model, 3, 1_000n);
    const open = (name: string): Promise<Books> => openBooks({ file: join(folder, name) });
    const [whole, part] = [await open("whole.db"), await open("part.db")];
    for (const books of [whole, part]) await payCalls(books, model, kept!, [10n]);
    await payCalls(whole, model, lost!, [20n]);
    await refuseIncompleteBooks(part, place, [till], own);
    const pauses = new ClaimPauses(join(folder, "whole", "claim-pauses.json"));
    const parts = { books: whole, chain, keys, folder, publishFolder: folder, pauses, tell: () => undefined };
    expect(await new Settler(parts).claim([lost!.id])).to.deep.equal([]);
    await refuseIncompleteBooks(whole, place, [till], own);
    const failure = await failureOf(refuseIncompleteBooks(part, place, [till], own));
    expect(failure).to.be.instanceOf(LostBooks);
    expect((failure as Error).message).to.contain(`${lost!.id}, of which 20 was claimed`);
    // Of another key's channels at the till, or of another till, it is not asked for.
    await refuseIncompleteBooks(part, place, [till], [till]);
    await refuseIncompleteBooks(part, place, [own[0]!], own);
    await Promise.all([whole.close(), part.close()]);
  });

  it("is not all that can be wrong: books with claims left in another token are refused until these are made, and say so while it runs", async () => {
    const { chain, keys, folder } = model;
    const books = await openBooks({ file: join(folder, "other-token.db") });
    const [channel] = await openChannels(model, 1, 1_000n);
    await payCalls(books, model, channel!, [10n, 7n]);
    const other = keys.gateway.address;
    await refuseOtherToken(books, channelsOf(chain), chain.contracts.token);
    const failure = await failureOf(refuseOtherToken(books, channelsOf(chain), other));
    expect(failure).to.be.instanceOf(ConfigError);
    expect((failure as Error).message).to.match(/of which 17 is not claimed yet in 0x.*set the token back/u);
    const settlerIn = (token: Address): Settler => {
      const pauses = new ClaimPauses(join(folder, "other-token", "claim-pauses.json"));
      const contracts = { ...chain.contracts, token };
      const places = { folder, publishFolder: folder, pauses, tell: () => undefined };
      return new Settler({ books, chain: { ...chain, contracts }, keys, ...places });
    };
    const changed = settlerIn(other);
    const [unclaimed] = await changed.claim([channel!.id]);
    expect(unclaimed).to.include({ fault: "gateway" });
    expect(changed.refused(1)).to.equal(1);
    expect(await settlerIn(chain.contracts.token).claim([channel!.id])).to.deep.equal([]);
    await refuseOtherToken(books, channelsOf(chain), other);
    await books.close();
  });

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

  it("closes nothing once the till was closed without it, and may go on claiming", async () => {
    const { chain, keys, folder, till, version } = model;
    const [file, copy] = ["newer.db", "older.db"].map((name) => join(folder, name)) as [string, string];
    const settlerOf = (of: Books, name: string): Settler => {
      const pauses = new ClaimPauses(join(folder, name, "claim-pauses.json"));
      const places = { folder: join(folder, name), publishFolder: folder, pauses };
      return new Settler({ books: of, chain, keys, ...places, tell: () => undefined });
    };
    const [a, b] = await openChannels(model, 2, 1_000n);
    let books = await openBooks({ file });
    const [first] = await payCalls(books, model, a!, [10n]);
    await books.close();
    await copyFile(file, copy);

    books = await openBooks({ file });
    await payCalls(books, model, a!, [20n]);
    const newer = settlerOf(books, "newer");
    expect(await newer.settle(till, version)).to.have.length(1);
    // Money of another channel, by which the copy could close receipt 1 again.
    const [other] = await payCalls(books, model, b!, [15n]);
    await newer.claim([other!.receipt.channelId]);
    const old = await openBooks({ file: copy });
    const older = settlerOf(old, "older");
    const failure = await failureOf(older.settle(till, version));
    expect(failure).to.be.instanceOf(UnknownClose);
    expect((failure as Error).message).to.match(/settlement 1 over 2 receipts/u);
    expect(await old.settlements()).to.deep.equal([]);
    expect(await older.claim([first!.receipt.channelId])).to.deep.equal([]);
    await old.close();
    expect(await newer.settle(till, version)).to.have.length(1);
    await books.close();
  });

  it("is not all that can happen to books: empty ones are refused where the chain has channels under their key", async () => {
    const { chain, keys, folder, till } = model;
    const books = await openBooks({ file: join(folder, "empty.db") });
    const place = { ...chain, batchSettlement: chain.contracts.batchSettlement };
    const [channel] = await openChannels(model, 1, 1_000n);
    const own = [keys.authorizers[0]!.address];
    const failure = await failureOf(refuseLostBooks(books, place, [till], own));
    expect(failure).to.be.instanceOf(LostBooks);
    expect((failure as Error).message).to.contain("--new-books");
    await refuseLostBooks(books, place, [till], [till]);
    await refuseLostBooks(books, place, [own[0]!], own);
    await payCalls(books, model, channel!, [10n]);
    await refuseLostBooks(books, place, [till], own);
    await books.close();
  });
});
