// Tests that tables of untrusted bundles are refused before they are decoded, however little they have in the file.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { ByteWriter, fileWriter, ParquetWriter } from "hyparquet-writer";
import { type FileMetaData, parquetMetadata } from "hyparquet";
import { writeMetadata } from "hyparquet-writer/src/metadata.js";
import { pagesOf } from "./parquet-layout.ts";
import { fixedLengthOf, readTable, writeTable } from "./parquet-table.ts";

const SCHEMA = { small: "int32", bytes: 16 } as const;
const ROWS = 70_000;
/** Values that every bomb here unpacks to are many times this. */
const MOST_BYTES = 64 * 2 ** 20;

type Writing = Omit<Parameters<ParquetWriter["write"]>[0], "columnData"> & {
  codec?: "SNAPPY" | "UNCOMPRESSED";
  encoding?: "PLAIN" | "RLE_DICTIONARY" | "DELTA_BINARY_PACKED" | "DELTA_BYTE_ARRAY";
  repetition?: "REQUIRED" | "OPTIONAL";
};

describe("Parquet tables that were published", function () {
  this.timeout(20_000);
  let folder: string;
  let path: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "tributary-layout-"));
    path = join(folder, "a.parquet");
  });

  after(() => rm(folder, { recursive: true }));

  /** Writes a table of equal values as another writer, or an attacker, would. */
  async function writeOther(
    rows: number,
    { codec = "UNCOMPRESSED", encoding = "PLAIN", repetition = "REQUIRED", ...sizes }: Writing,
  ) {
    const writer = new ParquetWriter({
      writer: fileWriter(path),
      schema: [
        { name: "root", num_children: 2 },
        { name: "small", type: "INT32", repetition_type: repetition },
        { name: "bytes", type: "FIXED_LEN_BYTE_ARRAY", type_length: 16, repetition_type: repetition },
      ],
      codec,
      statistics: false,
    });
    const value = new Uint8Array(16);
    await writer.write({
      columnData: [
        {
          name: "small",
          data: new Array<number>(rows).fill(7),
          encoding: encoding === "DELTA_BYTE_ARRAY" ? "PLAIN" : encoding,
        },
        {
          name: "bytes",
          data: new Array<Uint8Array>(rows).fill(value),
          encoding: encoding === "DELTA_BINARY_PACKED" ? "PLAIN" : encoding,
        },
      ],
      rowGroupSize: 65_536,
      ...sizes,
    });
    await writer.finish();
  }

  function writeOurs(rows: number): void {
    const writer = writeTable(path, SCHEMA);
    writer.append(rows, { small: (i) => i, bytes: () => new Uint8Array(16).fill(9) });
    writer.close();
  }

  /** Writes the footer anew, as `edit` leaves it. */
  async function editFooter(edit: (metadata: FileMetaData) => void): Promise<void> {
    const bytes = await readFile(path);
    const metadata = parquetMetadata(new Uint8Array(bytes));
    const start = bytes.length - 8 - metadata.metadata_length;
    edit(metadata);
    const footer = new ByteWriter();
    writeMetadata(footer, metadata);
    await writeFile(path, Buffer.concat([bytes.subarray(0, start), footer.getBytes(), Buffer.from("PAR1")]));
  }

  async function refusal(rows: number): Promise<string> {
    const before = process.memoryUsage();
    const failure = await readTable(path, SCHEMA, rows).then(
      () => "read",
      (error: unknown) => (error as Error).message,
    );
    const after = process.memoryUsage();
    expect(after.arrayBuffers - before.arrayBuffers).to.be.lessThan(MOST_BYTES);
    expect(after.heapUsed - before.heapUsed).to.be.lessThan(MOST_BYTES);
    return failure;
  }

  it("are read where another writer laid them out in the same way", async () => {
    await writeOther(ROWS, { pageSize: 10_000 });
    const { columns } = await readTable(path, SCHEMA, ROWS);
    expect(columns.small.every((value) => value === 7)).to.equal(true);
  });

  it("are refused if they are compressed, also one group of a few bytes that unpacks to gigabytes", async () => {
    await writeOther(ROWS, { codec: "SNAPPY" });
    expect(await refusal(ROWS)).to.equal("a.parquet: row group 0, small: is compressed with SNAPPY");
    await editFooter((metadata) => {
      metadata.num_rows = 10n ** 7n;
      metadata.row_groups.splice(1);
      metadata.row_groups[0]!.num_rows = 10n ** 7n;
      for (const { meta_data } of metadata.row_groups[0]!.columns) meta_data!.num_values = 10n ** 7n;
    });
    expect(await refusal(10 ** 7)).to.equal("a.parquet: it has 1 row groups instead of 153");
  });

  it("are refused if they have a dictionary or another encoding", async () => {
    await writeOther(1000, { encoding: "RLE_DICTIONARY" });
    expect(await refusal(1000)).to.equal("a.parquet: row group 0, small: has a dictionary");
    await editFooter((metadata) => {
      for (const { meta_data } of metadata.row_groups[0]!.columns) delete meta_data!.dictionary_page_offset;
    });
    expect(await refusal(1000)).to.match(/row group 0, small: has \d+ bytes, 1000 values have 4000/);
    await writeOther(1000, { encoding: "DELTA_BINARY_PACKED" });
    expect(await refusal(1000)).to.match(/row group 0, small: has \d+ bytes, 1000 values have 4000/);
    // The file is made long enough for the rows it states.
    const bytes = await readFile(path);
    await writeFile(
      path,
      Buffer.concat([bytes.subarray(0, 4), bytes.subarray(4, 64), Buffer.alloc(20_000), bytes.subarray(64)]),
    );
    await editFooter(({ row_groups: [group] }) => {
      Object.assign(group!.columns[0]!.meta_data!, { total_compressed_size: 4_050n });
      Object.assign(group!.columns[1]!.meta_data!, { data_page_offset: 4_054n, total_compressed_size: 16_050n });
    });
    expect(await refusal(1000)).to.equal("a.parquet rows 0 to 999: small: has a page of encoding DELTA_BINARY_PACKED");
  });

  it("are refused if they may have nulls", async () => {
    await writeOther(10, { repetition: "OPTIONAL" });
    expect(await refusal(10)).to.match(/a\.parquet: column small is OPTIONAL INT32/);
  });

  it("are refused if the rows are not those of the manifest, or the groups are larger than ours", async () => {
    writeOurs(10);
    expect(await refusal(11)).to.equal("a.parquet: not a table of 11 rows: it has 10 rows instead of 11");
    await writeOther(ROWS, { rowGroupSize: ROWS });
    expect(await refusal(ROWS)).to.equal("a.parquet: it has 1 row groups instead of 2");
    await writeOther(ROWS, { rowGroupSize: 40_000 });
    expect(await refusal(ROWS)).to.equal("a.parquet: row group 0 has 40000 rows instead of 65536");
  });

  it("are refused if chunks are not where their values could be, each its own", async () => {
    const cases: [(group: FileMetaData["row_groups"][number]) => void, RegExp][] = [
      [
        ({ columns }) => (columns[1]!.meta_data!.total_compressed_size = 100n),
        /bytes: has 100 bytes, 10 values have 160/,
      ],
      [
        ({ columns }) => (columns[1]!.meta_data!.total_compressed_size = 10n ** 9n),
        /bytes: has 1000000000 bytes, 10 values/,
      ],
      [
        ({ columns }) => (columns[1]!.meta_data!.data_page_offset = 4n),
        /bytes: its bytes 4 to \d+ are not between \d+ and/,
      ],
      [
        ({ columns }) => (columns[1]!.meta_data!.data_page_offset = 10n ** 6n),
        /bytes: its bytes 1000000 to \d+ are not/,
      ],
      [({ columns }) => (columns[1]!.meta_data!.num_values = 9n), /bytes: has 9 values instead of 10/],
      [({ columns }) => (columns[1]!.meta_data!.path_in_schema = ["small"]), /bytes: is small/],
      [({ columns }) => (columns[1]!.file_path = "b.parquet"), /bytes: its values are not in the file/],
      [({ columns }) => columns.pop(), /row group 0 has 1 columns instead of 2/],
      [(group) => (group.num_rows = 9n), /row group 0 has 9 rows instead of 10/],
    ];
    for (const [edit, message] of cases) {
      writeOurs(10);
      await editFooter(({ row_groups: [group] }) => void edit(group!));
      expect(await refusal(10)).to.match(message);
    }
  });

  it("are refused if a page is not what its header or the chunk says", async () => {
    writeOurs(10);
    const bytes = await readFile(path);
    const { meta_data } = parquetMetadata(new Uint8Array(bytes)).row_groups[0]!.columns[0]!;
    const chunk = bytes.subarray(4, 4 + Number(meta_data!.total_compressed_size));
    const flat = (rows: number, width: number) => (): number => [...pagesOf(chunk, rows, width)].length;
    expect(flat(10, 4)()).to.equal(1);
    expect(flat(10, 8)).to.throw("has a page of 40 bytes, 10 values have 80");
    expect(flat(9, 4)).to.throw("has a page of 10 values, 9 are left");
    expect(flat(11, 4)).to.throw("metadata is cut off");
    expect(() => [...pagesOf(chunk.subarray(0, chunk.length - 1), 10, 4)]).to.throw("has a page of 40 bytes");
    expect(() => [...pagesOf(Buffer.concat([chunk, chunk]), 10, 4)]).to.throw(`goes on for ${chunk.length} bytes`);
  });

  it("are refused if the footer is too long, cut off, or would make its reader allocate more than it has", async () => {
    writeOurs(10);
    const bytes = await readFile(path);
    const withFooter = async (footer: Buffer, stated = footer.length): Promise<string> => {
      const length = Buffer.alloc(4);
      length.writeUInt32LE(stated);
      await writeFile(path, Buffer.concat([bytes.subarray(0, 400), footer, length, Buffer.from("PAR1")]));
      return refusal(10);
    };
    expect(await withFooter(Buffer.alloc(100_000))).to.match(/its footer has 100000 bytes, for 10 rows at most/);
    expect(await withFooter(Buffer.alloc(10), 5_000)).to.match(/its footer of 5000 bytes does not fit/);
    expect(await withFooter(Buffer.alloc(0))).to.match(/metadata is cut off/);
    // Field 1 is a list of 30 million lists.
    expect(await withFooter(Buffer.from("19f980b8a70e", "hex"))).to.match(
      /metadata states 30006272 elements, 0 bytes follow/,
    );
    expect(await withFooter(Buffer.concat([Buffer.from([0x16]), Buffer.alloc(16_000, 0xff)]))).to.match(
      /a number that is too long/,
    );
    expect(await withFooter(Buffer.alloc(16_000, 0x1c))).to.match(/nests too deep/);
    expect(await withFooter(Buffer.from("1b0000", "hex"))).to.match(/an element of type 11/);
    expect(await withFooter(Buffer.from("00", "hex"))).to.match(/a\.parquet: not a table of 10 rows/);
    await writeFile(path, "PAR");
    expect(await refusal(10)).to.match(/it does not end in PAR1/);
  });

  it("are refused if they do not fit into memory, or their sketches are longer than any", async () => {
    writeOurs(10);
    await readTable(path, SCHEMA, 10, { bytes: 200, rows: 10 });
    const failure = await readTable(path, SCHEMA, 10, { bytes: 199, rows: 10 }).catch(String);
    const long = await readTable(path, SCHEMA, 10, { bytes: 200, rows: 9 }).catch(String);
    expect(long).to.match(/10 rows are more than the 9 that the heap allows/);
    expect(failure).to.match(/200 bytes of values are more than the 199 that memory allows/);
    expect(await fixedLengthOf(path, "bytes", 2 ** 52).catch(String)).to.match(/4503599627370496 rows are more than/);
    writeTable(path, { sketch: 4097 }).close();
    expect(await fixedLengthOf(path, "sketch", 0).catch(String)).to.match(/no column sketch of fixed length/);
  });
});
