// Tests that the stages which make a model and its sketches name what is wrong with their input, file and record, and then write nothing.
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { saveAdapter, type Adapter } from "../model/adapter.ts";
import { saveBase } from "../model/checkpoint.ts";
import { adapterWeightShapes } from "../model/transformer.ts";
import { smallModel } from "../sketch/test/small-model.ts";
import { FILES } from "./files.ts";
import type { StageOptions } from "./stage.ts";
import { stages } from "./stages.ts";

const SHAPE = { firstLayer: 1, rank: 2, scale: 1 };

describe("stages that are given bad input", () => {
  const { base, texts } = smallModel();
  let work: string;
  let baseFolder: string;
  const at = (name: string): string => join(work, name);

  beforeEach(() => {
    work = mkdtempSync(join(tmpdir(), "tributary-bad-input-"));
    baseFolder = join(work, "base");
    mkdirSync(baseFolder);
    saveBase(baseFolder, base);
  });
  afterEach(() => {
    rmSync(work, { recursive: true, force: true });
  });

  /** A corpus of one contributor; held-out passages are of its own text. */
  function writeCorpus(records: readonly unknown[]): void {
    const contributors = [{ name: "Ada", records: records.map((text, i) => ({ text, source: `page ${i}` })) }];
    const heldOut = [{ text: texts[0], prompt: texts[0], contributor: "Ada", source: "page", datanet: 0 }];
    writeFileSync(
      at(FILES.corpus),
      JSON.stringify({ datanets: [{ name: "Books", contributors }], heldOut, tuning: [] }),
    );
  }

  function writeAdapter(value = 0.01): void {
    const weights: Adapter["weights"] = new Map(
      adapterWeightShapes(base.shape, SHAPE).map(([name, shape]) => [
        name,
        { shape, data: new Float32Array(shape[0]! * shape[1]!).fill(value) },
      ]),
    );
    saveAdapter(at(FILES.adapter), { shape: SHAPE, weights });
  }

  /** What the stage says; nothing in the folder may have changed by then. */
  async function refusal(name: string, options: StageOptions = {}): Promise<string> {
    const files = (): string[] => readdirSync(work, { recursive: true, encoding: "utf8" }).sort();
    const before = files();
    const context = { work, options: { base: baseFolder, ...options }, onProgress: () => undefined };
    const message = await Promise.resolve()
      .then(() => stages.get(name)!.run(context))
      .then(
        () => "nothing",
        (error: unknown) => (error as Error).message,
      );
    expect(files()).to.deep.equal(before);
    return message;
  }

  it("name the record that is longer than the model's context, before they train or sketch", async () => {
    writeCorpus([...texts.slice(0, 40), `the ${"river ".repeat(40)}`.trim()]);
    const expected = new RegExp(
      `^${at(FILES.corpus)}: record 40 has \\d+ tokens, the model's context holds 32; split the record$`,
    );
    expect(await refusal("train")).to.match(expected);
    writeAdapter();
    expect(await refusal("sketch-records")).to.match(expected);
  });

  it("refuse a corpus without datanets, one with an empty datanet, and one without records", async () => {
    writeAdapter();
    for (const [datanets, message] of [
      [[], "it has no datanets"],
      [[{ name: "Books", contributors: [] }], "datanet 0"],
      [[{ name: "Books", contributors: [{ name: "Ada", records: [] }] }], "contributor 0 of datanet 0 has no records"],
    ] as const) {
      writeFileSync(at(FILES.corpus), JSON.stringify({ datanets, heldOut: [], tuning: [] }));
      for (const name of ["train", "sketch-records"])
        expect(await refusal(name))
          .to.include(at(FILES.corpus))
          .and.include(message);
    }
  });

  it("name the row that has neither a text nor the hash of a withdrawn record", async () => {
    for (const record of [{ recordHash: "0x12" }, { recordHash: 7 }, {}]) {
      const contributors = [
        {
          name: "Ada",
          records: [
            { text: texts[0], source: "page" },
            { ...record, source: "page" },
          ],
        },
      ];
      writeFileSync(
        at(FILES.corpus),
        JSON.stringify({ datanets: [{ name: "Books", contributors }], heldOut: [], tuning: [] }),
      );
      expect(await refusal("train")).to.match(
        /row 1 \(record 1 of contributor 0 of datanet 0\) has (no text|neither a text nor the hash of a record, .*); run the stage corpus again$/,
      );
    }
  });

  it("name option and path where a file that is to be read is a folder, or not there", async () => {
    for (const [name, option] of [
      ["find-spans", "answer"],
      ["import-features", "features"],
      ["sketch-model", "texts"],
    ] as const) {
      const others = name === "sketch-model" ? { model: work, adapter: work } : {};
      expect(await refusal(name, { ...others, [option]: work })).to.equal(`--${option} ${work}: a folder, not a file`);
      const missing = at("missing");
      expect(await refusal(name, { ...others, [option]: missing })).to.equal(
        `--${option} ${missing}: there is no such file`,
      );
    }
  });

  it("say which stage makes a file that is not there", async () => {
    writeCorpus(texts);
    expect(await refusal("sketch-records")).to.equal(`${at(FILES.adapter)} is missing; run the stage train first`);
  });

  it("name the tensor of an adapter that holds no number, has another shape, or is cut off", async () => {
    writeCorpus(texts);
    const first = adapterWeightShapes(base.shape, SHAPE)[0]![0];
    for (const value of [NaN, Infinity]) {
      writeAdapter(value);
      expect(await refusal("sketch-records")).to.equal(
        `${at(FILES.adapter)}: tensor ${first} holds ${value} at 0; restore the file`,
      );
    }
    writeAdapter();
    const bytes = readFileSync(at(FILES.adapter));
    writeFileSync(at(FILES.adapter), bytes.toString("latin1").replace('"rank":"2"', '"rank":"1"'), "latin1");
    expect(await refusal("sketch-records")).to.match(/tensor .* is \[.*\], expected \[/);
    writeFileSync(at(FILES.adapter), bytes);
    truncateSync(at(FILES.adapter), bytes.length - 4);
    expect(await refusal("sketch-records")).to.match(/tensor .* the file is truncated/);
  });

  it("name the corpus that has fewer records than a basis needs", async () => {
    writeCorpus(texts.slice(0, 5));
    writeAdapter();
    expect(await refusal("sketch-records")).to.equal(
      `${at(FILES.corpus)}: 5 records; a basis of 512 dimensions needs at least as many`,
    );
  });

  it("name the file and the row whose gradient is not finite", async () => {
    // As many records as the basis has dimensions, at least.
    writeCorpus(Array.from({ length: 6 }, () => texts).flat());
    writeAdapter(1e30);
    // Of several workers any may be the first to say so; one goes in the order of the rows.
    expect(await refusal("sketch-records", { workers: "1" })).to.match(
      new RegExp(`^${at(FILES.corpus)} row 0: the vector holds (NaN|-?Infinity); check the adapter's weights$`),
    );
  });

  it("name the tensor of a type that is not read", async () => {
    writeCorpus(texts);
    writeAdapter();
    const header = readFileSync(at(FILES.adapter)).toString("latin1");
    writeFileSync(at(FILES.adapter), header.replace('"dtype":"F32"', '"dtype":"Q42"'), "latin1");
    expect(await refusal("sketch-records")).to.match(
      /adapter\.safetensors: tensor .*is Q42; only F64, F32, F16, BF16 are read$/,
    );
  });

  it("publish no measured quality before there is any, nor what was measured with another index", async () => {
    const key = process.env["TRIBUTARY_PRIVATE_KEY"];
    process.env["TRIBUTARY_PRIVATE_KEY"] = `0x${"22".repeat(32)}`;
    try {
      expect(await refusal("publish-quality")).to.equal(
        `${at(FILES.measured)} is missing; run the stage leave-out first`,
      );
      const [measured, indexed] = [`0x${"11".repeat(32)}`, `0x${"12".repeat(32)}`];
      writeFileSync(at(FILES.measured), JSON.stringify({ indexBundle: measured, measures: [] }));
      writeFileSync(at(FILES.index), JSON.stringify({ bundleHash: indexed }));
      expect(await refusal("publish-quality")).to.equal(
        `${at(FILES.measured)}: measured with the index ${measured}, the folder's is ${indexed}; run the stage leave-out again`,
      );
    } finally {
      if (key === undefined) delete process.env["TRIBUTARY_PRIVATE_KEY"];
      else process.env["TRIBUTARY_PRIVATE_KEY"] = key;
    }
  });
});
