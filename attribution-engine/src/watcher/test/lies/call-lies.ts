// Lies about calls: receipts, influence, omission.
import { rederive } from "../rederive.ts";
import { withFirst, entriesOf, callsOf, flip, type Lie } from "./lie.ts";

export const RECEIPT_LIES: readonly Lie[] = [
  {
    statement: "receipt a",
    name: "the last call is left out",
    expected: ["proveReceipt"],
    tell: (plain) => withFirst(callsOf(plain), ({ group }) => (group.calls[group.calls.length - 1] = undefined)),
  },
  {
    statement: "receipt b",
    name: "a call has another receipt hash",
    expected: ["proveReceipt"],
    tell: (plain) => withFirst(callsOf(plain), ({ call }) => (call.receiptHash = flip(call.receiptHash))),
  },
  {
    statement: "receipt c",
    name: "a call has another sketch hash",
    expected: ["proveSketchHash"],
    tell: (plain) => withFirst(callsOf(plain), ({ call }) => (call.sketchHash = flip(call.sketchHash))),
  },
  {
    statement: "receipt d",
    name: "a call pays one unit more, and all follows from it",
    expected: ["proveReceipt"],
    tell: (plain, honest) =>
      withFirst(callsOf(plain), ({ call }) => {
        call.amount += 1n;
        rederive(plain, honest);
      }),
  },
];

export const LIST_LIES: readonly Lie[] = [
  {
    statement: "influence",
    name: "an entry has another s and w, and all follows from it",
    expected: ["proveInfluence"],
    tell: (plain, honest) =>
      withFirst(
        entriesOf(plain).filter(({ e, entry }) => e === 0 && entry.points > 0n),
        ({ entry }) => {
          entry.w *= 2n;
          entry.s *= 2n;
          rederive(plain, honest);
        },
      ),
  },
  {
    statement: "influence",
    name: "an entry is another record's, and all follows from it",
    expected: ["proveInfluence", "proveUnordered"],
    tell: (plain, honest) =>
      withFirst(
        entriesOf(plain).filter(({ g, entry }) => entry.recordIndex + 1 < honest.inputs.groups[g]!.index.count),
        ({ entry }) => {
          entry.recordIndex += 1;
          rederive(plain, honest);
        },
      ),
  },
  {
    statement: "omission",
    name: "the best record of a call is left out, and all follows from it",
    expected: ["proveOmission"],
    tell: (plain, honest) =>
      withFirst(entriesOf(plain), ({ list }) => {
        list.shift();
        rederive(plain, honest);
      }),
  },
  {
    statement: "omission",
    name: "a record in the middle is left out, and all follows from it",
    expected: ["proveOmission"],
    tell: (plain, honest) =>
      withFirst(
        entriesOf(plain).filter(({ list, e }) => e > 0 && e + 1 < list.length),
        ({ list, e }) => {
          list.splice(e, 1);
          rederive(plain, honest);
        },
      ),
  },
  {
    statement: "omission",
    name: "the last record is left out, and all follows from it",
    expected: ["proveOmission"],
    tell: (plain, honest) =>
      withFirst(
        entriesOf(plain).filter(({ list }) => list.length > 1),
        ({ list }) => {
          list.pop();
          rederive(plain, honest);
        },
      ),
  },
];
