// Only whole numbers that the chain can hold are ids.
import { expect } from "chai";
import { isId } from "./id.ts";

describe("ids in addresses", () => {
  it("are whole numbers up to 2^256 - 1", () => {
    for (const id of ["0", "1", "42", String(2n ** 256n - 1n)]) expect(isId(id), id).to.equal(true);
    for (const id of ["", "-1", "01", "1.5", "0x1", "abc", "1e3", " 1", String(2n ** 256n), "9".repeat(200)])
      expect(isId(id), id).to.equal(false);
  });
});
