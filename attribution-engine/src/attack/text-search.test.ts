// The search of copies of text goes towards what pays, and copies all that the attacker has.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { copyTexts, textAttacker, TEXT_RULES, type TextPlan } from "./text-copies.ts";
import { searchText, TEXT_FULL, textFigures } from "./text-trial.ts";

/** Pays most for synonyms in seven words of ten, by a small attacker, for fifty copies. */
function pretend({ size, disguise, strength, times }: TextPlan): Float64Array {
  const near = disguise === "synonyms" ? 1 / (1 + Math.abs(Math.log(strength / 0.7))) : 0.1;
  const ratio = disguise === undefined ? 1 : near * times * (size === "small" ? 2 : 1);
  return Float64Array.from([10, 200, 0.5, ...Object.keys(TEXT_RULES).map(() => ratio), 3]);
}

describe("the search of copies of text", () => {
  it("goes beyond the strengths of the list, to as many copies as there may be, by the attacker who gains most", async () => {
    const tried = await searchText(TEXT_FULL, (plans) => Promise.resolve(plans.map(pretend)));
    const { size, disguise, strength, times } = tried[0]!;
    expect([size, disguise, times]).to.deep.equal(["small", "synonyms", 50]);
    expect(strength).to.be.within(0.55, 0.85);
    expect(tried.some((one) => one.disguise === undefined && one.times === 50)).to.equal(true);
  });

  it("says which stage makes what its folder has not", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tributary-attack-"));
    const failure = await textFigures(folder, join(folder, "kept"), TEXT_FULL, 1, () => undefined).catch(String);
    rmSync(folder, { recursive: true });
    expect(failure).to.equal(`Error: ${join(folder, "corpus.json")} is missing; run the stage corpus first`);
  });

  it("copies every record of a contributor, of whatever size", () => {
    const records = [..."aabbbccccdddddeeeeee"].map((contributor) => ({ contributor }));
    const texts = records.map(({ contributor }, at) => `${contributor} said a thing number ${at}`);
    const owns = (["small", "median", "large"] as const).map((size) => textAttacker(records, size));
    expect(owns.map((own) => own.length)).to.deep.equal([2, 4, 6]);
    const { copies, places } = copyTexts(texts, owns[2]!, { size: "large", strength: 0, times: 50 });
    expect(copies).to.have.length(300);
    expect(new Set(places)).to.deep.equal(new Set(owns[2]));
    const disguised = copyTexts(texts, owns[1]!, { size: "median", disguise: "words swapped", strength: 1, times: 2 });
    expect(disguised.copies).to.have.length(8);
    expect(disguised.copies[0]).not.to.equal(texts[owns[1]![0]!]);
  });
});
