// The search box leads where somebody means.
import { expect } from "chai";
import { destinations } from "./destinations.ts";

const RECEIPT = `0x${"ab".repeat(32)}`;
const ADDRESS = `0x${"Cd".repeat(20)}`;

const to = (text: string): string[] => destinations(text).map((destination) => destination.to);

describe("search", () => {
  it("finds the answer of a receipt, and the positions of an address", () => {
    expect(to(` ${RECEIPT} `)).to.deep.equal([`/answers/${RECEIPT}`]);
    expect(to(ADDRESS)).to.deep.equal([`/positions?owner=${ADDRESS.toLowerCase()}`]);
  });

  it("finds what is named with its number, in words or as an address of a page", () => {
    expect(to("Position 12")).to.deep.equal(["/positions/12"]);
    expect(to("contributions/3")).to.deep.equal(["/contributions/3"]);
    expect(to("epoch #4")).to.deep.equal(["/epochs/4"]);
  });

  it("offers everything that may have a bare number", () => {
    expect(to("7")).to.deep.equal(["/positions/7", "/contributions/7", "/datanets/7", "/models/7", "/epochs/7"]);
  });

  it("finds nothing in what is no id", () => {
    for (const text of ["", "hello", "0x12", "constructor 1", "../../etc", "-1", `${RECEIPT}0`])
      expect(to(text), text).to.deep.equal([]);
  });
});
