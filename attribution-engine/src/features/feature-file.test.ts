// Features are read row by row from both formats, and what is wrong with a file is named.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { FIXTURES } from "../decoder/test/fixtures.ts";
import { encodeTensors } from "../numerics/safetensors.ts";
import { openFeatures } from "./feature-file.ts";
import { npyBytes } from "./test/npy-bytes.ts";

const ROWS = [1, -2, 0.5, 3, 1024, -0.25];

/** A safetensors file of one tensor with the bytes and type given. */
function tensorBytes(dtype: string, shape: number[], data: ArrayBufferView): Buffer {
  const header = JSON.stringify({ features: { dtype, shape, data_offsets: [0, data.byteLength] } });
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, Buffer.from(header), Buffer.from(data.buffer, data.byteOffset, data.byteLength)]);
}

describe("openFeatures", () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tributary-features-"));
    path = join(folder, "features");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  // The halves of ROWS, and their upper halves as 32-bit floats, by hand.
  const halves = Uint16Array.of(0x3c00, 0xc000, 0x3800, 0x4200, 0x6400, 0xb400);
  const brains = Uint16Array.of(0x3f80, 0xc000, 0x3f00, 0x4040, 0x4480, 0xbe80);
  const files: [string, Buffer][] = [
    ["a .npy file of 64-bit floats", npyBytes("<f8", [3, 2], Float64Array.from(ROWS))],
    ["a .npy file of 32-bit floats", npyBytes("<f4", [3, 2], Float32Array.from(ROWS))],
    ["a .npy file of 16-bit floats", npyBytes("<f2", [3, 2], halves)],
    ["safetensors of F32", tensorBytes("F32", [3, 2], Float32Array.from(ROWS))],
    ["safetensors of F16", tensorBytes("F16", [3, 2], halves)],
    ["safetensors of BF16", tensorBytes("BF16", [3, 2], brains)],
  ];
  for (const [what, bytes] of files) {
    it(`reads any rows of ${what}`, () => {
      writeFileSync(path, bytes);
      const file = openFeatures({ path });
      expect([file.rows, file.columns]).to.deep.equal([3, 2]);
      expect([...file.read(0, 3)]).to.deep.equal(ROWS);
      expect([...file.read(2, 1)]).to.deep.equal([1024, -0.25]);
    });
  }

  for (const name of ["features.npy", "features.safetensors"]) {
    it(`reads ${name} as NumPy wrote it`, () => {
      const rows = JSON.parse(readFileSync(join(FIXTURES, "features.json"), "utf8")) as number[][];
      const file = openFeatures({ path: join(FIXTURES, name) });
      expect(rows.map((_, row) => [...file.read(row, 1)])).to.deep.equal(rows);
    });
  }

  it("reads the smallest, largest and not finite halves", () => {
    writeFileSync(path, npyBytes("<f2", [1, 4], Uint16Array.of(1, 0x03ff, 0x7bff, 0x8000)));
    expect([...openFeatures({ path }).read(0, 1)]).to.deep.equal([2 ** -24, 1023 * 2 ** -24, 65504, -0]);
    writeFileSync(path, npyBytes("<f2", [1, 1], Uint16Array.of(0xfc00)));
    expect(() => openFeatures({ path }).read(0, 1)).to.throw("-Infinity in column 0");
  });

  it("takes the tensor that is asked for, and asks where there are several", () => {
    const tensor = (value: number) => ({ shape: [1, 1], data: Float32Array.of(value) });
    const tensors = new Map([["a", tensor(1)], ["b", tensor(2)]]); // prettier-ignore
    writeFileSync(path, encodeTensors({ tensors, metadata: {} }));
    expect([...openFeatures({ path, tensor: "b" }).read(0, 1)]).to.deep.equal([2]);
    expect(() => openFeatures({ path })).to.throw(`${path}: say which tensor of a, b`);
    expect(() => openFeatures({ path, tensor: "c" })).to.throw(`${path}: no tensor c of a, b`);
  });

  const values = Float32Array.from(ROWS);
  const refused: [string, Buffer, string][] = [
    ["a file cut in a row", npyBytes("<f4", [3, 2], values).subarray(0, -5), " row 2: the file ends here, of 3 rows"],
    ["a file cut in its header", npyBytes("<f4", [3, 2], values).subarray(0, 40), ": ends within its header"],
    ["a file cut in its magic", npyBytes("<f4", [3, 2], values).subarray(0, 4), ": 4 bytes are no safetensors file"],
    ["columns first", npyBytes("<f4", [3, 2], values, true), ": stored by columns"],
    ["integers", npyBytes("<i8", [3, 2], new BigInt64Array(6)), ": elements are <i8; only <f2, <f4, <f8 are read"],
    ["big-endian floats", npyBytes(">f4", [3, 2], values), ": elements are >f4"],
    ["one dimension", npyBytes("<f4", [6], values), ": shape is [6]; features are [examples, dimensions]"],
    ["no rows", npyBytes("<f4", [0, 2], new Float32Array(0)), ": no rows; its shape is [0,2]"],
    ["a tensor of integers", tensorBytes("I64", [3, 2], new BigInt64Array(6)), ": tensor features is I64"],
    [
      "a tensor cut short",
      tensorBytes("F32", [3, 2], values).subarray(0, -1),
      ": tensor features ends at byte 24 of 23",
    ],
  ];
  for (const [what, bytes, message] of refused) {
    it(`refuses ${what} by name`, () => {
      writeFileSync(path, bytes);
      expect(() => openFeatures({ path })).to.throw(path + message);
    });
  }

  it("tells a 64-bit value that 32-bit floats cannot hold from one that is infinite", () => {
    writeFileSync(path, npyBytes("<f8", [2, 2], Float64Array.of(1, 2, 3, 1e300)));
    expect(() => openFeatures({ path }).read(1, 1)).to.throw(
      `${path} row 1: 1e+300 in column 1; more than a 32-bit float holds`,
    );
    writeFileSync(path, npyBytes("<f8", [2, 2], Float64Array.of(1, -Infinity, 3, 4)));
    expect(() => openFeatures({ path }).read(0, 2)).to.throw(`${path} row 0: -Infinity in column 1; features must be`);
  });

  for (const value of [NaN, Infinity]) {
    it(`names file, row and column of ${value}`, () => {
      writeFileSync(path, npyBytes("<f4", [3, 2], Float32Array.of(1, 2, 3, value, 5, 6)));
      expect(() => openFeatures({ path }).read(0, 3)).to.throw(`${path} row 1: ${value} in column 1`);
    });
  }
});
