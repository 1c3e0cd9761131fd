// Tests of the commands that index spans, find them, and show them as evidence; and of what they refuse.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { openEvidence } from "./evidence.ts";
import type { StageOptions } from "./stage.ts";
import { stages } from "./stages.ts";

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));
const TEXTS = [
  "Four score and seven years ago our fathers brought forth a new nation.",
  "Call me Ishmael. Some years ago, never mind how long precisely, I went to sea.",
  "The fathers of the nation went to sea some years ago.",
];

const HASH = `0x${"ab".repeat(32)}` as const;
const ADDRESS = `0x${"11".repeat(20)}`;
const RECEIPT = {
  ...{
    till: ADDRESS,
    modelVersion: 1,
    channelId: HASH,
    sequence: 0,
    amount: "5",
    cumulative: "5",
    agentRegistry: ADDRESS,
  },
  ...{ agentId: 0, requestHash: HASH, responseHash: HASH, issuedAt: 1_700_000_000 },
};

/** A stage as the command runs it, in this process. */
async function runStage(name: string, work: string, options: StageOptions = {}): Promise<object> {
  return await stages.get(name)!.run({ work, options, onProgress: () => undefined });
}

async function messageOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "",
    (error: unknown) => (error as Error).message,
  );
}

function run(args: readonly string[], input: string | Uint8Array = "") {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args, "--json"], {
    encoding: "utf8",
    input,
  });
  const line = stdout.trimEnd().split("\n").at(-1) ?? "";
  return {
    code: status,
    errors: stderr,
    result: line === "" ? undefined : (JSON.parse(line) as Record<string, unknown>),
  };
}

function corpusOf(texts: readonly unknown[]): object {
  const records = texts.map((text, i) => ({ text, source: `page ${i}` }));
  const contributors = [
    { name: "Ada", records: records.slice(0, 1) },
    { name: "Bob", records: records.slice(1) },
  ];
  return { datanets: [{ name: "Books", contributors }], heldOut: [], tuning: [] };
}

describe("the commands of spans", () => {
  let work: string;
  const write = (corpus: object): void => writeFileSync(join(work, "corpus.json"), JSON.stringify(corpus));
  const spansFile = (): string => join(work, "records.spans");
  beforeEach(() => {
    work = mkdtempSync(join(tmpdir(), "tributary-spans-"));
    write(corpusOf(TEXTS));
  });
  afterEach(() => {
    rmSync(work, { recursive: true, force: true });
  });

  it("index the records once, and find what an answer repeats, with whose it is", async () => {
    const first = run(["index-spans", "--work", work]);
    expect(first.errors).to.equal("");
    expect(first.result).to.include({ file: spansFile(), records: 3, isNew: true });
    const bytes = readFileSync(spansFile());
    expect(await runStage("index-spans", work)).to.include({ records: 3, isNew: false });
    expect(readFileSync(spansFile()).equals(bytes)).to.equal(true);

    const answer = "It is said that\nour fathers brought forth a ship and went to sea some years ago";
    const spans = [
      {
        ...{ start: 15, end: 44, text: " our fathers brought forth a ", occurrences: 1, sampled: false },
        records: [{ place: 0, contributor: "Ada", source: "page 0", recordStart: 30, start: 15, end: 44 }],
      },
      {
        ...{ start: 52, end: 79, text: " went to sea some years ago", occurrences: 1, sampled: false },
        records: [{ place: 2, contributor: "Bob", source: "page 2", recordStart: 25, start: 52, end: 79 }],
      },
    ];
    const search = ["--min-bytes", "12", "--listed", "1"];
    expect(run(["find-spans", "--work", work, "--answer", "-", ...search], answer).result).to.deep.equal({ spans });
    writeFileSync(join(work, "answer.txt"), answer);
    const fromFile = await runStage("find-spans", work, { answer: join(work, "answer.txt"), "min-bytes": "27" });
    expect(fromFile).to.deep.equal({ spans: [spans[0]] });
  });

  it("make a damaged index anew, and refuse to search it", async () => {
    await runStage("index-spans", work);
    const bytes = readFileSync(spansFile());
    truncateSync(spansFile(), 1_000);
    expect(await messageOf(runStage("find-spans", work, { answer: MAIN })))
      .to.include(spansFile())
      .and.to.include("index the spans again");
    expect(await runStage("index-spans", work)).to.include({ isNew: true });
    expect(readFileSync(spansFile()).equals(bytes)).to.equal(true);
  });

  it("refuse an index of other records", async () => {
    await runStage("index-spans", work);
    write(corpusOf([...TEXTS, "Another."]));
    expect(await messageOf(runStage("find-spans", work, { answer: MAIN })))
      .to.include(spansFile())
      .and.to.include("index-spans again");
  });

  for (const [what, corpus, message] of [
    ["no datanets", { datanets: [] }, "it has no datanets"],
    [
      "a datanet without contributors",
      { datanets: [{ name: "Books", contributors: [] }] },
      "datanet 0 has no contributors",
    ],
    ["a contributor without records", corpusOf(TEXTS.slice(0, 1)), "contributor 1 of datanet 0 has no records"],
    ["an empty record", corpusOf([TEXTS[0], TEXTS[1], ""]), "row 2 (record 1 of contributor 1 of datanet 0) is empty"],
    ["a record without text", corpusOf([TEXTS[0], 7]), "row 1 (record 0 of contributor 1 of datanet 0) has no text"],
    ["a record that is not canonical", corpusOf([TEXTS[0], "two  spaces"]), "row 1"],
    ["a record that has no UTF-8", corpusOf([TEXTS[0], "half of \ud83d"]), "lone surrogate"],
  ] as const) {
    it(`name file and row of ${what}, and write nothing`, async () => {
      write(corpus);
      expect(await messageOf(runStage("index-spans", work)))
        .to.include(join(work, "corpus.json"))
        .and.to.include(message);
      expect(readdirSync(work)).to.deep.equal(["corpus.json"]);
    });
  }

  it("refuse an answer that is missing, not there, too long or no UTF-8, and spans of no bytes", async () => {
    await runStage("index-spans", work);
    const answer = join(work, "answer.txt");
    const refusal = (options: StageOptions): Promise<string> => messageOf(runStage("find-spans", work, options));
    expect(await refusal({})).to.include("--answer is missing");
    expect(await refusal({ answer })).to.include(answer);
    writeFileSync(answer, "a".repeat(20_000));
    expect(await refusal({ answer })).to.include("the answer has 20000 bytes");
    writeFileSync(answer, Buffer.of(0xff, 0x41));
    expect(await refusal({ answer })).to.include(`${answer}: not UTF-8`);
    expect(await refusal({ answer, "min-bytes": "0" })).to.include("--min-bytes is 0");
    expect(await refusal({ answer, listed: "none" })).to.include("--listed is none");
  });

  it("refuse to read an answer from the standard input whose end means to stop", () => {
    const { code, errors } = run(["find-spans", "--work", work, "--answer", "-", "--json-progress"], "to sea");
    expect(code).to.equal(2);
    expect(errors).to.include("--json-progress");
  });
});

describe("the evidence of a call", () => {
  let work: string;
  beforeEach(() => {
    work = mkdtempSync(join(tmpdir(), "tributary-evidence-"));
    writeFileSync(join(work, "corpus.json"), JSON.stringify(corpusOf(TEXTS)));
  });
  afterEach(() => {
    rmSync(work, { recursive: true, force: true });
  });

  const citations = [{ source: "a library", excerpt: "to sea" }];
  const calls = (cited: unknown): object => ({
    calls: [
      {
        prompt: "Who went",
        answer: " to sea? Our fathers went to sea some years ago.",
        receiptHash: HASH,
        receipt: RECEIPT,
        citations: cited,
      },
    ],
  });

  it("is what its answer repeats and its gateway cites, once the spans are indexed", async () => {
    writeFileSync(join(work, "settlement-1.json"), JSON.stringify(calls(citations)));
    expect(openEvidence(work)(HASH)).to.equal(undefined);
    await runStage("index-spans", work);
    const evidence = openEvidence(work)(HASH);
    expect(evidence?.spans.map(({ text }) => text)).to.deep.equal([" went to sea some years ago."]);
    expect(evidence?.spans[0]?.records.map(({ contributor, place }) => [contributor, place])).to.deep.equal([
      ["Bob", 2],
    ]);
    expect(evidence?.citations).to.deep.equal(citations);
    expect(openEvidence(work)(`0x${"00".repeat(32)}`)).to.equal(undefined);
  });

  it("refuses citations that are none, by file and call", async () => {
    writeFileSync(join(work, "settlement-1.json"), JSON.stringify(calls([{ source: 3 }])));
    await runStage("index-spans", work);
    expect(() => openEvidence(work)).to.throw("settlement-1.json, call 0: citations");
  });
});
