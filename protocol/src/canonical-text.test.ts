// Tests of canonical record bytes.
import { expect } from "chai";
import fc from "fast-check";
import { canonicalText, canonicalTextBytes } from "./canonical-text.ts";

describe("canonicalText", () => {
  it("composes, joins white space and trims", () => {
    expect(canonicalText("\u2003 e\u0301\u0085\t\r\n x\u00a0\u3000y ")).to.equal("é x y");
  });

  it("keeps what is not white space", () => {
    expect(canonicalText("a\u200bb\ufeff")).to.equal("a\u200bb\ufeff");
  });

  it("changes nothing the second time", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme" }),
        fc.string({ unit: fc.constantFrom(" ", "\t", "\u0301", "a", "\u2028") }),
        (a, b) => {
          const once = canonicalText(a + b);
          expect(canonicalText(once)).to.equal(once);
        },
      ),
    );
  });

  it("refuses lone surrogates and empty records", () => {
    expect(() => canonicalText("\ud800")).to.throw("lone surrogate");
    expect(() => canonicalTextBytes(" \n ")).to.throw("empty");
    expect(canonicalTextBytes(" é ")).to.deep.equal(Uint8Array.of(0xc3, 0xa9));
  });
});
