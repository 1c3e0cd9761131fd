// The lineage holds everything that a version derives from or that derives from it.
import { expect } from "chai";
import { type Line, lineageOf } from "./lineage.ts";

const LINES: Line[] = [
  { versionId: "2", parentId: "1", ordinal: 0 },
  { versionId: "3", parentId: "2", ordinal: 0 },
  { versionId: "3", parentId: "7", ordinal: 1 },
  { versionId: "4", parentId: "3", ordinal: 0 },
  { versionId: "9", parentId: "8", ordinal: 0 },
];

async function linesOf(ids: string[]): Promise<Line[]> {
  return LINES.filter(({ versionId, parentId }) => ids.includes(versionId) || ids.includes(parentId));
}

describe("lineage of versions", () => {
  it("follows parents and children to the end, and nothing else", async () => {
    const { ids, lines, isCut } = await lineageOf(["3"], linesOf);
    expect(ids.toSorted()).to.deep.equal(["1", "2", "3", "4", "7"]);
    expect(lines).to.have.lengthOf(4);
    expect(isCut).to.equal(false);
  });

  it("ends where versions derive from each other in a ring, which no chain can hold but an indexer could say", async () => {
    const ring = [
      { versionId: "1", parentId: "2", ordinal: 0 },
      { versionId: "2", parentId: "1", ordinal: 0 },
    ];
    expect((await lineageOf(["1"], async () => ring)).ids).to.deep.equal(["1", "2"]);
  });

  it("is cut where it would be too large to draw", async () => {
    const { ids, isCut } = await lineageOf(["0"], async (of) =>
      of.map((id) => ({ versionId: String(Number(id) + 1), parentId: id, ordinal: 0 })),
    );
    expect(isCut).to.equal(true);
    expect(ids.length).to.equal(60);
  });
});
