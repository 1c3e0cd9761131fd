// Texts of what was closed reach attributors' folder though the process ended between a close and its export, or a demand had it closed.
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { wait } from "../../../deploy/testing/send.ts";
import type { Books, Settlement } from "../books/books.ts";
import { openBooks } from "../books/open.ts";
import { failureOf } from "../testing/charges.ts";
import { openChannels, type PaidChannel, payCalls } from "../testing/paid-channels.ts";
import { type SoldModel, startSoldModel } from "../testing/sold-model.ts";
import { ClaimPauses } from "./claim-pauses.ts";
import { Settler } from "./settler.ts";
import { Settling } from "./settling.ts";

describe("handing texts over", function () {
  this.timeout(120_000);
  let model: SoldModel;
  let books: Books;
  let channel: PaidChannel;
  let told: string[];

  before(async () => {
    model = await startSoldModel();
    books = await openBooks({ file: join(model.folder, "books.db") });
    [channel] = (await openChannels(model, 1, 1_000_000n)) as [PaidChannel];
  });
  after(async () => {
    await books.close();
    await model.stop();
  });
  beforeEach(() => {
    told = [];
  });

  function settlingOf(of: Books): Settling {
    const { chain, keys, folder, protocol, local } = model;
    return new Settling({
      books: of,
      chain,
      modelRegistry: protocol.addresses.ModelRegistry,
      datanetRegistry: protocol.addresses.DatanetRegistry,
      accounts: [keys.gateway],
      settings: {
        ...{ everySeconds: 1_000_000_000, lookSeconds: 0.1, folder: join(folder, "settlements") },
        ...{ work: join(folder, "work"), handOver: true },
      },
      rpc: local.rpcUrl,
      deploymentFile: protocol.file,
      isRefunding: () => false,
      tell: (event, { what }) => told.push(`${event}: ${String(what)}`),
    });
  }

  const fileOf = ({ onChain }: Settlement): string => join(model.folder, "work", `settlement-${onChain}.json`);

  async function callsIn(settlement: Settlement): Promise<number | undefined> {
    const text = await readFile(fileOf(settlement), "utf8").catch(() => undefined);
    return text === undefined ? undefined : (JSON.parse(text) as { calls: unknown[] }).calls.length;
  }

  const last = async (): Promise<Settlement> => (await books.settlements()).at(-1)!;

  it("is made up for after a process that ended between a close and its file", async () => {
    await payCalls(books, model, channel, [5n, 6n]);
    const receiptsOf: Books["receiptsOf"] = (number, withTexts = true) => {
      if (withTexts) throw new Error("killed before the file");
      return books.receiptsOf(number, false);
    };
    const killed = new Proxy(books, {
      get: (target, name: keyof Books) => {
        const member = target[name];
        if (name === "receiptsOf") return receiptsOf;
        return typeof member === "function" ? member.bind(target) : member;
      },
    });
    expect(String(await failureOf(settlingOf(killed).settleAll()))).to.contain("killed before the file");
    expect(await last()).to.include({ state: "closed", count: 2 });
    expect(await callsIn(await last())).to.equal(undefined);
    expect(await settlingOf(books).settleAll()).to.deep.equal([]);
    expect(await callsIn(await last())).to.equal(2);
  });

  it("is done at the next look for what a demand had closed, and once: a file that was removed stays away", async () => {
    await payCalls(books, model, channel, [7n]);
    const bare = new Settler({
      ...{ books, chain: model.chain, keys: model.keys, folder: join(model.folder, "settlements") },
      publishFolder: join(model.folder, "work"),
      pauses: new ClaimPauses(join(model.folder, "claim-pauses.json")),
      tell: () => undefined,
    });
    const [closed] = await bare.settle(model.till, model.version);
    const settling = settlingOf(books);
    settling.start();
    try {
      while ((await callsIn(closed!)) === undefined) await sleep(20);
      while ((await books.unhanded()).length > 0) await sleep(20);
    } finally {
      await settling.stop();
    }
    expect(await callsIn(closed!)).to.equal(1);
    await rm(fileOf(closed!));
    await settlingOf(books).settleAll();
    expect(await callsIn(closed!)).to.equal(undefined);
    expect(told.filter((event) => event.startsWith("failed"))).to.deep.equal([]);
  });

  it("is over for texts that were forgotten", async () => {
    const [old] = await payCalls(books, model, channel, [8n]);
    await wait(model.local, 100);
    await payCalls(books, model, channel, [9n]);
    const { number } = (await books.cut(model.till, model.version))!;
    await books.advance(number, { state: "closed", onChain: 1_000n });
    expect(await books.forget(old!.receipt.issuedAt + 1, [number])).to.equal(1);
    expect((await books.unhanded()).map((each) => each.number)).to.deep.equal([number]);
    await settlingOf(books).settleAll();
    expect(told.some((event) => event.startsWith("not handed over"))).to.equal(true);
    expect([await books.unhanded(), await callsIn(await last())]).to.deep.equal([[], undefined]);
  });
});
