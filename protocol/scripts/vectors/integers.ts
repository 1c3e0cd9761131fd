// Vectors of the integer rules (docs/formats.md §6).
import { MAX_U128 } from "../../src/bytes.ts";
import { canonicalText } from "../../src/canonical-text.ts";
import { agreeingBits, contentSignature } from "../../src/content-signature.ts";
import { splitFee } from "../../src/fee.ts";
import { cosine16, isqrt, novelties, type NoveltyRecord } from "../../src/novelty.ts";
import { callPoints, netPoints } from "../../src/points.ts";
import { splitByWeights } from "../../src/split.ts";
import { seededBytes, seededSketch, seededUint } from "./seeded.ts";
import { type VectorCase, type VectorFile, vectorJson } from "./vector.ts";

function splitCase(name: string, amount: bigint, weights: bigint[]): VectorCase {
  return {
    name: `split, ${name}`,
    input: vectorJson({ rule: "split", amount, weights }),
    output: vectorJson({ parts: splitByWeights(amount, weights) }),
  };
}

function pointsCase(
  name: string,
  amount: bigint,
  helpful: bigint[],
  harmful: bigint[],
  debitFactor: number,
): VectorCase {
  return {
    name: `points, ${name}`,
    input: vectorJson({ rule: "points", amount, helpful, harmful, debitFactor }),
    output: vectorJson(callPoints(amount, helpful, harmful, debitFactor)),
  };
}

function noveltyCases(): VectorCase[] {
  const base = seededSketch("base", 32);
  // Near copies: every fourth coordinate shrunk, a different quarter each time.
  const shrunk = (quarter: number, percent: number) =>
    base.map((x, i) => (i % 4 === quarter ? Math.trunc((x * percent) / 100) : x));
  const record = (label: string, sketch: Int8Array, text?: string): NoveltyRecord => ({
    recordHash: seededBytes(`record ${label}`, 32),
    contentSignature: text === undefined ? new Uint8Array(32) : contentSignature(text),
    sketch,
  });
  const text = "the quick brown fox jumps over the lazy dog and runs away into the dark wood";
  const records = [
    record("base", base),
    record("unlike", seededSketch("unlike", 32)),
    record("base", seededSketch("same content", 32)),
    ...[85, 55, 40, 10].map((percent, quarter) => record(`shrunk to ${percent} %`, shrunk(quarter, percent))),
    record(
      "opposite",
      base.map((x) => -x),
    ),
    record("zero", new Int8Array(32)),
    record("text", seededSketch("text", 32), text),
    record("near text", seededSketch("near text", 32), `${text} again`),
    record("extreme", new Int8Array(32).fill(127)),
    record(
      "extreme again",
      new Int8Array(32).fill(-127).map((x, i) => (i === 0 ? x : -x)),
    ),
  ];
  const rule = { tau: 64_225, delta: 6_554, signatureMatch: 200 };
  const casesOf = (name: string, of: NoveltyRecord[]): VectorCase => ({
    name,
    input: vectorJson({ rule: "novelty", ...rule, records: of }),
    output: vectorJson({ novelties: novelties(of, rule) }),
  });
  // The first record, which is copied by hash and by sketch, and a later one that is near an earlier text.
  const withdrawn = new Set([0, 10]);
  const some = records.map((each, i) =>
    withdrawn.has(i)
      ? { ...each, contentSignature: new Uint8Array(32), sketch: new Int8Array(32), isWithdrawn: true }
      : each,
  );
  return [casesOf("novelty of an index", records), casesOf("novelty of an index with withdrawn records", some)];
}

function cosineCase(name: string, x: Int8Array, y: Int8Array): VectorCase {
  return {
    name: `cosine, ${name}`,
    input: vectorJson({ rule: "cosine16", x, y }),
    output: { cosine16: cosine16(x, y) },
  };
}

function textCase(name: string, text: string): VectorCase {
  const canonical = canonicalText(text);
  return {
    name: `text, ${name}`,
    input: { rule: "text", text },
    output: vectorJson({ canonicalText: canonical, contentSignature: contentSignature(canonical) }),
  };
}

export function integerVectors(): VectorFile {
  const weights = Array.from({ length: 40 }, (_, i) => seededUint(`weight ${i}`, 59));
  const split = {
    treasury: 250,
    gateway: 1000,
    curators: 333,
    stakers: 417,
    developer: 3000,
    data: 4400,
    ancestors: [
      { positionId: 4n, bps: 500 },
      { positionId: 9n, bps: 100 },
    ],
  };
  const squares = [
    0,
    1,
    2,
    3,
    4,
    8,
    9,
    2 ** 26 - 1,
    2 ** 52 - 1,
    67_108_863 ** 2 - 1,
    67_108_863 ** 2,
    (4096 * 127 ** 2) ** 2,
  ];
  const largest = new Int8Array(4096).fill(127);
  const similar = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen";
  return {
    about:
      "Integer rules: each case names its `rule` of §6 (and §8.1 for texts) and gives its operands. Sketches are their stored (excess-128) bytes; a witness of 4294967295 is NONE.",
    cases: [
      splitCase("even", 10n, [1n, 1n, 1n]),
      splitCase("with zeros", 7n, [0n, 3n, 0n, 4n, 0n]),
      splitCase("of nothing", 0n, [1n, 2n]),
      splitCase("of less than there are items", 2n, [1n, 1n, 1n, 1n, 1n]),
      splitCase("of the largest amount", MAX_U128, [1n, MAX_U128 - 1n]),
      splitCase("over many", 1_000_000_007n, weights),
      {
        name: "fee",
        input: vectorJson({ rule: "fee", fee: 1_234_567n, split }),
        output: vectorJson(splitFee(1_234_567n, split)),
      },
      pointsCase("more helpful than harmful", 1_000_000n, [900n, 60n, 40n], [300n, 200n], 192),
      pointsCase("more harmful than helpful", 1_000_000n, [100n], [300n, 200n, 7n], 192),
      pointsCase("no helpful entry", 1_000_000n, [], [300n], 192),
      pointsCase("no harmful entry", 1_000_000n, [5n, 4n, 3n, 3n], [], 192),
      pointsCase("no debits", 999n, [5n, 4n], [9n], 0),
      pointsCase("whole debits", 999n, [5n, 4n], [9n, 1n], 256),
      pointsCase("amount 1", 1n, [5n, 4n, 4n], [9n], 192),
      pointsCase("large", MAX_U128, weights.slice(0, 6), weights.slice(6, 12), 192),
      ...[
        [5n, 3n],
        [3n, 5n],
        [4n, 4n],
        [MAX_U128, 0n],
      ].map(([credits, debits]) => ({
        name: `net of ${credits} and ${debits}`,
        input: vectorJson({ rule: "net", credits, debits }),
        output: vectorJson({ net: netPoints(credits!, debits!) }),
      })),
      {
        name: "integer square roots",
        input: { rule: "isqrt", values: squares.map(String) },
        output: { roots: squares.map(isqrt) },
      },
      cosineCase("of a sketch with itself", seededSketch("x", 64), seededSketch("x", 64)),
      cosineCase("of unlike sketches", seededSketch("x", 64), seededSketch("y", 64)),
      cosineCase("with the zero sketch", seededSketch("x", 64), new Int8Array(64)),
      cosineCase(
        "of the largest sketches",
        largest,
        Int8Array.from(largest, (x, i) => (i < 40 ? x - 1 : x)),
      ),
      ...noveltyCases(),
      textCase("three words", "One two three"),
      textCase("one word", "word"),
      textCase("no word", " … !? "),
      textCase("white space of many kinds", "\u00a0 Caf\u0065\u0301\u2003au\u0085lait,\t\n deux\u3000fois \ufeff!"),
      textCase("scripts and numbers", "ΟΔΟΣ İstanbul ½ 東京 2024年 नमस्ते дом ΣΑΣ ǅ"),
      textCase("repeated shingles", "row row row row row your boat gently down the stream"),
      textCase("sixteen words", similar),
      textCase("sixteen words, one changed", similar.replace("nine", "zero")),
      {
        name: "agreeing bits",
        input: vectorJson({
          rule: "agreement",
          a: contentSignature(similar),
          b: contentSignature(similar.replace("nine", "zero")),
        }),
        output: {
          agreeing: agreeingBits(contentSignature(similar), contentSignature(similar.replace("nine", "zero"))),
        },
      },
    ],
  };
}
