// The options by which a user chooses how sketches are made.
import { expect } from "chai";
import { sizeLimitOf } from "./sketch-source.ts";
import { UsageError } from "./usage-error.ts";

const limitOf = (given?: string) =>
  sizeLimitOf({ work: "", options: { "size-limit": given }, onProgress: () => undefined });

describe("--size-limit", () => {
  it("is a share of the records, and none where it is absent", () => {
    expect(limitOf("0.9")).to.deep.equal({ sizeLimit: 0.9 });
    expect(limitOf("1")).to.deep.equal({ sizeLimit: 1 });
    expect(limitOf()).to.deep.equal({});
  });
  it("is refused where it is no share", () => {
    for (const given of ["0", "-1", "1.1", "much", "NaN"])
      expect(() => limitOf(given)).to.throw(UsageError, `--size-limit is ${given}; give the share`);
  });
});
