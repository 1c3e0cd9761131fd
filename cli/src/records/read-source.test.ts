// Reading records of every kind of file, and what is said of files that are wrong.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { parquetWriteBuffer } from "hyparquet-writer";
import { UserError } from "../errors.ts";
import { openSource, readRecords } from "./read-source.ts";
import type { ReadOptions } from "./text-record.ts";

let folder = "";

async function read(name: string, options: Partial<ReadOptions> = {}) {
  const records = [];
  for await (const { text, where } of readRecords(openSource(join(folder, name)), { split: "paragraph", ...options }))
    records.push([text, where.replaceAll(`${folder}/`, "")]);
  return records;
}

async function refusal(name: string, options: Partial<ReadOptions> = {}): Promise<string> {
  try {
    await read(name, options);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.message.replaceAll(`${folder}/`, "");
  }
  throw new Error("it was read");
}

function write(name: string, content: string | Uint8Array): void {
  writeFileSync(join(folder, name), content);
}

describe("reading records", () => {
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "tributary-records-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  describe("CSV", () => {
    it("takes quotes, commas, line ends and a byte order mark as RFC 4180 does", async () => {
      write("a.csv", '\ufeffid,text\r\n1,"one, ""quoted"""\r\n2,"two\r\nlines"\r\n\r\n3,plain\r\n');
      expect(await read("a.csv")).to.deep.equal([
        ['one, "quoted"', "a.csv row 1"],
        ["two\r\nlines", "a.csv row 2"],
        ["plain", "a.csv row 3"],
      ]);
    });

    it("names the line that is malformed", async () => {
      write("a.csv", "id,text\n1,one\n2,two,three\n");
      expect(await refusal("a.csv")).to.match(/^a\.csv line 3: /);
      write("b.csv", 'text\n"never closed\n');
      expect(await refusal("b.csv")).to.match(/^b\.csv line \d: .*[Qq]uote/);
      write("c.csv", 'text\nhe said "hi" to me\n');
      expect(await refusal("c.csv")).to.match(/^c\.csv line \d: .*[Qq]uote/);
    });

    it("asks which column it is, and lists them", async () => {
      write("a.csv", "title,body\nx,y\n");
      expect(await refusal("a.csv")).to.equal(
        "a.csv: which column is the text? it has title, body; name one with --column",
      );
      expect(await refusal("a.csv", { column: "bodi" })).to.equal(
        'a.csv: no column "bodi" of texts; it has title, body',
      );
      expect(await read("a.csv", { column: "body" })).to.deep.equal([["y", "a.csv row 1"]]);
    });

    it("refuses an empty file and bytes that are no UTF-8", async () => {
      write("a.csv", "");
      expect(await refusal("a.csv")).to.contain("is empty");
      write("b.csv", Buffer.concat([Buffer.from("text\n"), Buffer.from([0x63, 0xe9, 0x0a])]));
      expect(await refusal("b.csv")).to.contain("not UTF-8");
      write("c.csv", Buffer.concat([Buffer.from("text\none\ntwo"), Buffer.from("…").subarray(0, 2)]));
      expect(await refusal("c.csv")).to.contain("not UTF-8, or cut off");
    });
  });

  describe("JSON lines", () => {
    it("takes objects and texts, and passes over empty lines", async () => {
      write("a.jsonl", '{"text":"one","n":1}\n\n"two"\n{"text":null}\n');
      expect(await read("a.jsonl")).to.deep.equal([
        ["one", "a.jsonl line 1"],
        ["two", "a.jsonl line 3"],
        ["", "a.jsonl line 4"],
      ]);
    });

    it("ends lines at line feeds alone, wherever the file's parts end", async () => {
      const long = "…".repeat(50_000);
      write("a.jsonl", `\ufeff"one\u2028two\u2029\ufffd"\r\n{"text":"${long}"}\n"three"`);
      expect(await read("a.jsonl")).to.deep.equal([
        ["one\u2028two\u2029\ufffd", "a.jsonl line 1"],
        [long, "a.jsonl line 2"],
        ["three", "a.jsonl line 3"],
      ]);
    });

    it("takes no other field for the text where there is one of that name", async () => {
      write("a.jsonl", '{"title":"a","text":null}\n{"title":"b","text":"body"}\n');
      expect((await read("a.jsonl")).map(([text]) => text)).to.deep.equal(["", "body"]);
      write("b.jsonl", '{"title":"a"}\n{"title":"b","text":"body"}\n');
      expect(await refusal("b.jsonl")).to.equal(
        'b.jsonl line 2: has a field "text", while the text of lines above is in "title"; name one with --column',
      );
      expect((await read("b.jsonl", { column: "title" })).map(([text]) => text)).to.deep.equal(["a", "b"]);
      write("c.jsonl", '{"title":"a","body":null}\n');
      expect(await refusal("c.jsonl")).to.equal(
        "c.jsonl line 1: which column is the text? it has title, body; name one with --column",
      );
    });

    it("names the line that is no JSON, or has no text", async () => {
      write("a.jsonl", '{"text":"one"}\n{"text":\n');
      expect(await refusal("a.jsonl")).to.match(/^a\.jsonl line 2: no JSON: /);
      write("b.jsonl", '{"text":"one"}\n{"text":5}\n');
      expect(await refusal("b.jsonl")).to.equal('b.jsonl line 2: no text in the field "text"');
      write("c.jsonl", "[1]\n");
      expect(await refusal("c.jsonl")).to.match(/^c\.jsonl line 1: expected an object/);
      write("d.jsonl", Buffer.from([0x22, 0xe9, 0x22]));
      expect(await refusal("d.jsonl")).to.match(/^d\.jsonl line 1: not UTF-8/);
    });
  });

  describe("Parquet", () => {
    const columnData = [
      { name: "n", data: [1, 2, 3], type: "INT32" as const },
      { name: "body", data: ["one", "two", null], type: "STRING" as const, nullable: true },
    ];

    it("takes the only column of texts, over several row groups", async () => {
      write("a.parquet", new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: 2 })));
      expect(await read("a.parquet")).to.deep.equal([
        ["one", "a.parquet row 0"],
        ["two", "a.parquet row 1"],
        ["", "a.parquet row 2"],
      ]);
    });

    it("takes no other column for the text where there is one of that name", async () => {
      const [n, body] = columnData;
      const named = [{ ...n!, name: "text" }, body!];
      write("a.parquet", new Uint8Array(parquetWriteBuffer({ columnData: named })));
      expect(await refusal("a.parquet")).to.equal('a.parquet: no column "text" of texts; it has body');
      expect(await read("a.parquet", { column: "body" })).to.have.length(3);
    });

    it("refuses a column of numbers, and a file that is none or cut off", async () => {
      const bytes = new Uint8Array(parquetWriteBuffer({ columnData }));
      write("a.parquet", bytes);
      expect(await refusal("a.parquet", { column: "n" })).to.equal('a.parquet: no column "n" of texts; it has body');
      write("b.parquet", bytes.subarray(0, bytes.length - 9));
      expect(await refusal("b.parquet")).to.match(/^b\.parquet: .*no Parquet file/);
    });
  });

  describe("text files", () => {
    it("are paragraphs, lines or wholes", async () => {
      write("a.txt", "one\nstill one\n\n\n  \ntwo\r\n");
      expect(await read("a.txt")).to.deep.equal([
        ["one\nstill one", "a.txt line 1"],
        ["two", "a.txt line 6"],
      ]);
      expect((await read("a.txt", { split: "line" })).map(([text]) => text)).to.deep.equal(["one", "still one", "two"]);
      expect(await read("a.txt", { split: "file" })).to.have.length(1);
    });
  });

  describe("folders", () => {
    it("are read in the order of their files' names; other files and links are passed over", async () => {
      mkdirSync(join(folder, "sub"));
      write("b.txt", "b");
      write("a.md", "a");
      write("sub/c.jsonl", '"c"');
      write("picture.png", "");
      symlinkSync(join(folder, "b.txt"), join(folder, "z.txt"));
      expect((await read("")).map(([text]) => text)).to.deep.equal(["a", "b", "c"]);
      expect(openSource(folder).passedOver.map((name) => name.slice(folder.length + 1))).to.deep.equal([
        "picture.png",
        "z.txt",
      ]);
    });

    it("without such files, and other names, are refused", async () => {
      expect(await refusal("")).to.contain("has no file that ends with .txt");
      expect(await refusal("none")).to.equal("none: there is no such file or folder");
      write("a.doc", "");
      expect(await refusal("a.doc")).to.match(/^a\.doc: not known by its name/);
    });
  });
});
