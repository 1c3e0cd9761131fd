// Attributions as the gateway finds them: what a receipt waits for by what the chain says, on a chain with the real contracts.
import { join } from "node:path";
import { expect } from "chai";
import { toHex } from "viem";
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { standingOf } from "@tributary/protocol/settlement-standing";
import { deployer } from "../../../deploy/testing/accounts.ts";
import { send } from "../../../deploy/testing/send.ts";
import type { Books } from "../books/books.ts";
import { openBooks } from "../books/open.ts";
import { ClaimPauses } from "../settlement/claim-pauses.ts";
import { Retention } from "../settlement/retention.ts";
import { Settler } from "../settlement/settler.ts";
import { openChannels, payCalls } from "../testing/paid-channels.ts";
import { type SoldModel, startSoldModel } from "../testing/sold-model.ts";
import { Attributions } from "./attributions.ts";

describe("attributions", function () {
  this.timeout(60_000);
  let model: SoldModel;
  let books: Books;

  before(async () => {
    model = await startSoldModel();
    books = await openBooks({ file: join(model.folder, "books.db") });
  });
  after(async () => {
    await books.close();
    await model.stop();
  });

  it("say what a receipt waits for, until an epoch of its settlement is final", async () => {
    const { ModelRegistry, DatanetRegistry } = model.protocol.addresses;
    const attributions = new Attributions({
      books,
      chain: model.chain,
      modelRegistry: ModelRegistry,
      datanetRegistry: DatanetRegistry,
    });
    const [channel] = await openChannels(model, 1, 1_000n);
    const [written] = await payCalls(books, model, channel!, [10n]);
    const { id } = written!;
    expect((await attributions.of(toHex(1, { size: 32 }))).what).to.equal("unknown");
    expect(await attributions.of(id)).to.deep.include({ reason: "the receipt is in no closed settlement yet" });
    const { chain, keys, folder, till, version } = model;
    const publishFolder = folder;
    const pauses = new ClaimPauses(join(folder, "claim-pauses.json"));
    const settler = new Settler({ books, chain, keys, folder, publishFolder, pauses, tell: () => undefined });
    await settler.settle(till, version);
    const settled = await attributions.of(id);
    expect(settled.what).to.equal("waiting");
    expect(settled)
      .to.have.property("reason")
      .that.matches(/waits for attributors to commit sketches/);
    const texts = async () => (await books.receipt(id))!.exchange;
    const standing = (settlement: bigint) =>
      standingOf({ reader: chain.reader, ledger: chain.contracts.ledger, modelRegistry: ModelRegistry }, settlement);
    // The receipt may be of this very second, which no second is kept after.
    const now = () => Date.now() + 2_000;
    const retention = new Retention({ books, keepSeconds: 0, standingOf: standing, tell: () => undefined, now });
    await retention.look();
    expect(await texts()).to.include({ prompt: "What is the river?" });
    // Nobody does: the settlement expires, and the call is never attributed.
    const { timestamp } = await model.local.client.getBlock();
    await model.local.waitUntil(Number(timestamp) + 91 * 86_400);
    await send(model.local, deployer, chain.contracts.ledger, royaltyLedgerAbi, "expire", [1n]);
    expect(await attributions.of(id)).to.include({ what: "lost" });
    await retention.look();
    expect(await texts()).to.equal(undefined);
  });
});
