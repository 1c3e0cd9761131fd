// An index is of a chain that is no more when the node has had another block in place of its newest one for a while.
import { expect } from "chai";
import { GRACE_MILLISECONDS, isAbandoned, suspect } from "./abandoned-block.ts";

const INDEXED = { number: 70, timestamp: 1_700 };

describe("an abandoned block", () => {
  it("is one that the node does not have, or has with another time, for longer than the grace", () => {
    for (const nodeTimestamp of [undefined, 1_699, 1_701]) {
      const first = suspect(undefined, INDEXED, nodeTimestamp, 1_000);
      expect(isAbandoned(first, 1_000)).to.equal(false);
      const later = suspect(first, INDEXED, nodeTimestamp, 1_000 + GRACE_MILLISECONDS);
      expect(isAbandoned(later, 999 + GRACE_MILLISECONDS)).to.equal(false);
      expect(isAbandoned(later, 1_000 + GRACE_MILLISECONDS)).to.equal(true);
    }
  });

  it("is none that the node has, and none of before the first block", () => {
    const suspicion = suspect(undefined, INDEXED, undefined, 0);
    expect(suspect(suspicion, INDEXED, INDEXED.timestamp, GRACE_MILLISECONDS)).to.equal(undefined);
    expect(suspect(undefined, { number: 0, timestamp: 0 }, 5, 0)).to.equal(undefined);
  });

  it("is none while the index takes blocks back and goes on", () => {
    const suspicion = suspect(undefined, INDEXED, undefined, 0);
    for (const other of [
      { number: 69, timestamp: 1_699 },
      { number: 70, timestamp: 1_702 },
    ]) {
      const next = suspect(suspicion, other, undefined, GRACE_MILLISECONDS);
      expect(isAbandoned(next, GRACE_MILLISECONDS)).to.equal(false);
    }
  });
});
