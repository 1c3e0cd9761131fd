// A model of the books, and random work that books and model do side by side.
import { expect } from "chai";
import fc from "fast-check";
import type { Books, Settlement } from "../books/books.ts";
import { type BooksPlace, openBooks } from "../books/open.ts";
import { channelNumber, charge, chargeOf, letGo, reserve } from "./charges.ts";

/** What must hold of one channel. */
interface ModelChannel {
  readonly versions: bigint[];
  readonly amounts: bigint[];
  settled: number;
  reserved: string | undefined;
  serving: { amount: bigint; version: bigint } | undefined;
}
interface Model {
  readonly channels: ModelChannel[];
  /** `before`: what of each channel was settled when it was cut. */
  open: { number: number; ids: string[]; before: readonly number[] } | undefined;
  closed: number;
}
export type Work =
  | { kind: "charge" | "serve" | "abandon"; channel: number; amount: number; version: number }
  | { kind: "cut"; version: number }
  | { kind: "aside"; channel: number; claimed: number }
  | { kind: "close" | "reopen" | "rejected"; channel: number };

const CHANNELS = 4;
const amount = fc.integer({ min: 1, max: 500 });
const channel = fc.integer({ min: 0, max: CHANNELS - 1 });
const version = fc.integer({ min: 1, max: 2 });
/** Steps of work, over few channels. */
export const work: fc.Arbitrary<Work> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constantFrom("charge", "serve", "abandon"), channel, amount, version }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("cut"), version }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom("close", "reopen", "rejected"), channel }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("aside"), channel, claimed: fc.integer({ min: 0, max: 1_500 }) }),
  },
) as fc.Arbitrary<Work>;

async function apply(books: Books, model: Model, step: Work, reopen: () => Promise<Books>): Promise<Books> {
  switch (step.kind) {
    case "charge":
    case "serve":
    case "abandon": {
      const id = channelNumber(step.channel);
      const found = model.channels[step.channel]!;
      if (found.reserved !== undefined) return books;
      const pendingId = await reserve(books, id, 500n);
      const details = { amount: BigInt(step.amount), version: BigInt(step.version) };
      const of = chargeOf(id, details.amount, details);
      if (step.kind !== "charge") await books.serving(id, of, pendingId);
      if (step.kind === "abandon") {
        // Ends in the middle of a stream.
        Object.assign(found, { reserved: pendingId, serving: details });
        return books;
      }
      const { receipt } = await charge(books, of);
      found.amounts.push(details.amount);
      found.versions.push(details.version);
      expect(receipt.sequence).to.equal(BigInt(found.amounts.length));
      expect(receipt.cumulative).to.equal(found.amounts.reduce((sum, each) => sum + each, 0n));
      return books;
    }
    case "rejected": {
      const id = channelNumber(step.channel);
      if (model.channels[step.channel]!.reserved !== undefined) return books;
      await reserve(books, id, 500n);
      const failure = await charge(books, chargeOf(id, 5n), () => Promise.reject(new Error("no signer"))).catch(
        (error: unknown) => error,
      );
      expect(failure).to.be.instanceOf(Error);
      await letGo(books, id);
      return books;
    }
    case "cut": {
      const settlement = await books.cut(chargeOf(channelNumber(0), 1n).till, BigInt(step.version));
      if (model.open !== undefined) expect(settlement?.number).to.equal(model.open.number);
      else await checkCut(books, model, BigInt(step.version), settlement?.number);
      return books;
    }
    case "aside": {
      if (model.open === undefined) return books;
      const found = model.channels[step.channel]!;
      const claimed = BigInt(step.claimed);
      const total = (receipts: number) => found.amounts.slice(0, receipts).reduce((sum, each) => sum + each, 0n);
      while (found.settled > model.open.before[step.channel]! && total(found.settled) > claimed) found.settled--;
      const left = await books.setAside(model.open.number, new Map([[channelNumber(step.channel), claimed]]));
      model.open = left && { ...model.open, ids: await checkSettlement(books, model, left) };
      return books;
    }
    case "close":
      if (model.open === undefined) return books;
      await books.advance(model.open.number, { state: "closed", onChain: BigInt(model.open.number + 100) });
      expect((await books.receipt(model.open.ids[0] as `0x${string}`))?.settlement).to.equal(
        BigInt(model.open.number + 100),
      );
      model.open = undefined;
      model.closed++;
      return books;
    case "reopen": {
      await books.close();
      const again = await reopen();
      const left = model.channels.filter(({ serving }) => serving !== undefined);
      expect(await again.recover()).to.equal(left.length);
      for (const each of left) {
        each.amounts.push(each.serving!.amount);
        each.versions.push(each.serving!.version);
        Object.assign(each, { reserved: undefined, serving: undefined });
      }
      return again;
    }
  }
}

async function checkCut(books: Books, model: Model, cutVersion: bigint, number: number | undefined): Promise<void> {
  const before = model.channels.map(({ settled }) => settled);
  for (const found of model.channels)
    while (found.settled < found.versions.length && found.versions[found.settled] === cutVersion) found.settled++;
  const isNothing = model.channels.every(({ settled }, index) => settled === before[index]);
  if (isNothing) {
    expect(number).to.equal(undefined);
    return;
  }
  const settlement = (await books.settlements()).find((each) => each.number === number);
  expect(settlement).to.include({ state: "cut", version: cutVersion });
  model.open = { number: number!, ids: [], before };
  model.open.ids.push(...(await checkSettlement(books, model, settlement!)));
}

/** The open settlement has of each channel what the model says. @returns the ids of its receipts */
async function checkSettlement(books: Books, model: Model, { number, count, sum }: Settlement): Promise<string[]> {
  const expected: string[] = [];
  let total = 0n;
  model.channels.forEach(({ settled, amounts }, index) => {
    for (let at = model.open!.before[index]!; at < settled; at++) {
      total += amounts[at]!;
      expected.push(`${channelNumber(index)} ${at + 1}`);
    }
  });
  const ids: string[] = [];
  const found: string[] = [];
  for await (const { id, receipt } of books.receiptsOf(number)) {
    ids.push(id);
    found.push(`${receipt.channelId} ${receipt.sequence}`);
  }
  expect(found).to.deep.equal(expected);
  expect({ count, sum }).to.deep.equal({ count: expected.length, sum: total });
  return ids;
}

async function checkVersions(books: Books, { channels }: Model): Promise<void> {
  for (const [index, { versions, settled }] of channels.entries())
    expect(await books.unsettledVersions(channelNumber(index))).to.deep.equal(
      versions.slice(settled).filter((each, at, left) => each !== left[at - 1]),
    );
}

/** Does the work on new books at a place, and compares them with the model on the way and at the end. */
export async function compareWithModel(steps: readonly Work[], place: BooksPlace): Promise<void> {
  let books = await openBooks(place);
  try {
    const model: Model = {
      channels: Array.from({ length: CHANNELS }, () => ({
        versions: [],
        amounts: [],
        settled: 0,
        reserved: undefined,
        serving: undefined,
      })),
      open: undefined,
      closed: 0,
    };
    for (const step of steps) {
      books = await apply(books, model, step, () => openBooks(place));
      await checkVersions(books, model);
    }
    expect(await books.audit()).to.deep.equal([]);
    for (const [index, { amounts }] of model.channels.entries()) {
      const account = await books.account(channelNumber(index));
      expect(account?.charged ?? 0n).to.equal(amounts.reduce((sum, each) => sum + each, 0n));
    }
  } finally {
    await books.close();
  }
}
