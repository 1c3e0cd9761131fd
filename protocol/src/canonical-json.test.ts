// Tests of canonical JSON.
import { expect } from "chai";
import fc from "fast-check";
import { canonicalJson, canonicalJsonBytes, type JsonValue, parseCanonicalJson } from "./canonical-json.ts";

describe("canonicalJson", () => {
  it("orders members by UTF-16 code units, as the example of RFC 8785 §3.2.3", () => {
    const value = {
      "\u20ac": "Euro Sign",
      "\r": "Carriage Return",
      "\ufb33": "Hebrew Letter Dalet With Dagesh",
      "1": "One",
      "\ud83d\ude00": "Emoji: Grinning Face",
      "\u0080": "Control",
      "\u00f6": "Latin Small Letter O With Diaeresis",
    };
    const order = [...canonicalJson(value).matchAll(/"([^"]*)":/g)].map(
      (match) => JSON.parse(`"${match[1]!}"`) as string,
    );
    expect(order).to.deep.equal(["\r", "1", "\u0080", "\u00f6", "\u20ac", "\ud83d\ude00", "\ufb33"]);
  });

  it("writes strings and numbers as the RFC does", () => {
    expect(
      canonicalJson(['\u20ac$\u000f\nA\'B"\\\\"/', 1e21 / 1e21, -0, 0.000001, 333333333.3333333, true, null]),
    ).to.equal('["€$\\u000f\\nA\'B\\"\\\\\\\\\\"/",1,0,0.000001,333333333.3333333,true,null]');
  });

  it("round trips", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
        const json = value as JsonValue;
        fc.pre(!/\d{16,}/.test(JSON.stringify(json)) && !/e\+/.test(JSON.stringify(json)));
        const bytes = canonicalJsonBytes(json);
        expect(canonicalJsonBytes(parseCanonicalJson(bytes))).to.deep.equal(bytes);
      }),
    );
  });

  it("refuses what is not in the subset, naming the place", () => {
    expect(() => canonicalJson({ a: [1, 2 ** 53] })).to.throw("$.a[1]: 9007199254740992 is beyond 2^53 - 1");
    expect(() => canonicalJson({ a: Number.NaN })).to.throw("$.a: NaN");
    expect(() => canonicalJson({ a: undefined } as unknown as JsonValue)).to.throw("$.a: a undefined");
    expect(() => canonicalJson({ a: 1n } as unknown as JsonValue)).to.throw("$.a: a bigint");
    expect(() => canonicalJson(["\udc00"])).to.throw("$[0]: string with a lone surrogate");
  });
});

describe("parseCanonicalJson", () => {
  it("refuses JSON in any other form", () => {
    for (const text of ['{"b":1,"a":2}', '{"a": 1}', '{"a":1,"a":1}', "1.0", '"\\u0041"', "\ufeff1"]) {
      expect(() => parseCanonicalJson(new TextEncoder().encode(text)), text).to.throw();
    }
    expect(() => parseCanonicalJson(Uint8Array.of(0x22, 0xff, 0x22))).to.throw();
  });
});
