// CSV: cells are quoted where they have to be, and none is a formula.
import { expect } from "chai";
import { csv } from "./csv.ts";

describe("CSV", () => {
  it("quotes commas, quotes and line ends, and ends each row but the last with a line feed", () => {
    expect(
      csv([
        ["a", 'b,"c'],
        ["d\ne", ""],
      ]),
    ).to.equal('a,"b,""c"\r\n"d\ne",\r');
  });

  it("shows what begins like a formula as text, and leaves numbers as they are", () => {
    const formulas = ['=HYPERLINK("x")', "+1", "-2+3", "-1.", "@SUM(1)", "\t=1", "-"];
    for (const formula of formulas)
      expect(
        csv([[formula]])
          .replace(/^"/, "")
          .startsWith("'"),
        formula,
      ).to.equal(true);
    expect(csv([["\r=1"]])).to.equal('"\'\r=1"\r');
    expect(csv([["-1", "-0.5", "12.000000000000000001", "0xab", ""]])).to.equal(
      "-1,-0.5,12.000000000000000001,0xab,\r",
    );
  });
});
