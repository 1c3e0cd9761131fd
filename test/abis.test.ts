// The typed ABIs in protocol/ are those of the contracts as they are built now.
import { readFileSync } from "node:fs";
import { expect } from "chai";
import { ABI_SOURCES, abiFileOf, renderAbi } from "../scripts/abis.ts";

describe("protocol/src/abi", () => {
  for (const source of ABI_SOURCES) {
    it(`${source} is current (npm run abis)`, async () => {
      expect(readFileSync(abiFileOf(source), "utf8")).to.equal(await renderAbi(source));
    });
  }
});
