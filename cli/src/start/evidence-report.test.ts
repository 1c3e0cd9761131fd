// Tests of what is printed of a call's evidence.
import { expect } from "chai";
import { evidenceSection } from "./evidence-report.ts";

const record = (place: number) => ({ place, contributor: `Speaker ${place}`, source: `${1900 + place} address` });

const NONE = { spans: [], citations: [] };

describe("the evidence of the example call", () => {
  it("says that it is neither proof nor payment, and names the longest spans with a record of each", () => {
    const spans = ["of the nation", " the people of the United States ", "in the year", "a"].map((text, i) => ({
      text,
      occurrences: i + 1,
      records: [record(i)],
    }));
    const lines = evidenceSection({ spans, citations: [] }, [NONE, { ...NONE, spans }]).split("\n");
    expect(lines[0]).to.include("neither proof nor payment");
    expect(lines.slice(1)).to.deep.equal([
      "    “the people of the United States”  Speaker 1, 1901 address and 1 more place",
      "    “of the nation”  Speaker 0, 1900 address",
      "    “in the year”  Speaker 2, 1902 address and 2 more places",
      "    1 more, shorter",
      "    Of all 2 answers 1 have such a span.",
    ]);
  });

  it("says so where nothing is repeated, and marks citations as unchecked", () => {
    const text = evidenceSection({ ...NONE, citations: [{ source: "a library", excerpt: "so it was" }] }, [NONE]);
    expect(text).to.include("nothing but short runs of common words");
    expect(text).to.include("cited by the gateway, unchecked: a library: “so it was”");
  });
});
