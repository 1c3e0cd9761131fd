// Tests of writing a contract's interface and storage down.
import { expect } from "chai";
import { changedLines, snapshotOf } from "./render.ts";

const CONTRACT = {
  abi: [
    {
      type: "function",
      name: "b",
      stateMutability: "view",
      inputs: [{ name: "id", type: "uint64" }],
      outputs: [{ name: "", type: "address" }],
    },
    { type: "error", name: "A", inputs: [] },
  ],
  layout: {
    storage: [
      { label: "_owner", offset: 0, slot: "0", type: "t_address" },
      { label: "_count", offset: 20, slot: "0", type: "t_uint48" },
      { label: "_items", offset: 0, slot: "1", type: "t_mapping" },
    ],
    types: {
      t_address: { label: "address" },
      t_uint48: { label: "uint48" },
      t_mapping: { label: "mapping(uint64 => struct C.Item)" },
      t_struct: { label: "struct C.Item", members: [{ label: "at", offset: 0, slot: "0", type: "t_uint48" }] },
    },
  },
};

describe("snapshotOf", () => {
  it("writes interface, variables and stored structs, one per line", () => {
    expect(snapshotOf(CONTRACT)).to.deep.equal({
      abi: ["error A()", "function b(uint64 id) view returns (address)"],
      storage: ["0:0 address _owner", "0:20 uint48 _count", "1:0 mapping(uint64 => struct C.Item) _items"],
      structs: { "struct C.Item": ["0:0 uint48 at"] },
    });
  });

  it("takes a contract without storage", () => {
    expect(snapshotOf({ abi: [], layout: { storage: [], types: null } })).to.deep.equal({
      abi: [],
      storage: [],
      structs: {},
    });
  });
});

describe("changedLines", () => {
  it("shows what went and what came", () => {
    expect(changedLines("a\nb\n", "b\n  c\n")).to.deep.equal(["- a", "+ c"]);
  });
});
