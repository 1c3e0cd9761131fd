// What a query can cost is told from its text, however it is written.
import { expect } from "chai";
import { parse } from "graphql";
import { costOf, type Lists, refusalOf } from "../src/api/graphql-cost.ts";

/** Lists whose rows need no finding. */
const FOUND: Lists = { tableOf: () => undefined, typeOf: () => undefined };
const costIn = (text: string, variables: Record<string, unknown> = {}) => costOf(parse(text), variables, FOUND);
const refusalIn = (text: string) => refusalOf(parse(text), {}, FOUND, 50_000);

describe("cost of a GraphQL query", () => {
  it("multiplies lists in lists, by their limits or the default one", () => {
    expect(costIn("{ positions(limit: 7) { items { id } } }")).to.equal(10 + 7);
    expect(costIn("{ positions { items { id } } }")).to.equal(10 + 50);
    expect(costIn("{ positions(limit: 7) { items { claims(limit: 3) { items { id } } } } }")).to.equal(
      10 + 7 * (1 + 10 + 3),
    );
    expect(costIn("{ positions(limit: 7) { totalCount items { datanet { id } } } }")).to.equal(2 * 10 + 7 * 2);
    expect(costIn('{ position(id: "1") { id } }')).to.equal(1);
  });

  it("charges a list of which only the count, the page or nothing is asked as one whose rows are", () => {
    expect(costIn("{ positions(limit: 7) { totalCount } }")).to.equal(2 * 10 + 7);
    expect(costIn("{ positions(limit: 7) { pageInfo { hasNextPage } } }")).to.equal(10 + 7);
    expect(costIn("{ positions(limit: 7) { __typename } }")).to.equal(10 + 7);
    expect(costIn("{ positions(limit: 7) { n: totalCount } }")).to.equal(2 * 10 + 7);
    expect(costIn("{ positions(limit: 7) { ...P } } fragment P on positionPage { totalCount }")).to.equal(2 * 10 + 7);
    expect(costIn("{ positions(limit: 7) { items { claims(limit: 3) { totalCount } } } }")).to.equal(10 + 7 * (1 + 23));
    const counts = Array.from({ length: 14 }, (_, i) => `c${i}: contributions(limit: 1000) { totalCount }`);
    const wide = `{ datanets(limit: 1000) { items { ${counts.join(" ")} } } }`;
    expect(refusalIn(wide)).to.match(/can cost 14\d{6}, /);
  });

  it("takes the limit from a variable, and the most where it is none", () => {
    const text = "query ($n: Int) { positions(limit: $n) { items { id } } }";
    expect(costIn(text, { n: 4 })).to.equal(10 + 4);
    for (const n of [undefined, "4", 1_001, NaN]) expect(costIn(text, { n }), String(n)).to.equal(10 + 1_000);
  });

  it("refuses a limit or an offset below 0, of which Ponder makes an empty list", () => {
    for (const args of ["limit: -5", "offset: -1", "limit: 1, offset: -1"])
      expect(refusalIn(`{ positions(${args}) { items { id } } }`), args).to.equal(
        '"limit" and "offset" are whole numbers from 0.',
      );
    const within = "query ($n: Int) { datanets(limit: 1) { items { contributions(limit: $n) { items { id } } } } }";
    expect(costIn(within, { n: -1 })).to.be.NaN;
  });

  it("is not lowered by aliases, fragments or several operations", () => {
    expect(costIn("{ a: positions(limit: 2) { items { id } } b: positions(limit: 3) { items { id } } }")).to.equal(25);
    const inFragment =
      "{ ...F } fragment F on Query { positions(limit: 5) { ...P } } fragment P on positionPage { items { id } }";
    expect(costIn(inFragment)).to.equal(15);
    expect(costIn("{ ... on Query { positions(limit: 5) { ... on positionPage { items { id } } } } }")).to.equal(15);
    expect(costIn("query A { position(id: 1) { id } } query B { positions(limit: 5) { items { id } } }")).to.equal(15);
  });

  it("prices introspection by the lists in lists that it asks for", () => {
    expect(costIn("{ __schema { queryType { name } } }")).to.equal(10 + 1);
    expect(costIn("{ __schema { types { name } } }")).to.equal(10 + 200);
    expect(refusalIn("{ __schema { types { name kind fields { name type { name kind } } } } }")).to.equal(undefined);
    expect(costIn('{ __type(name: "datanet") { fields { name } } }')).to.equal(10 + 20);
    const wide = "types { fields { args { type { inputFields { name type { name } } } } } }";
    expect(refusalIn(`{ __schema { a: ${wide} } }`)).to.match(/can cost \d{7,}/);
    expect(costIn(`{ __schema { ...S } } fragment S on __Schema { ${wide} }`)).to.equal(
      costIn(`{ __schema { ${wide} } }`),
    );
    const inline = "{ __schema { ... on __Schema { types { name } } } }";
    expect(costIn(inline)).to.be.at.least(costIn("{ __schema { types { name } } }"));
  });

  it("takes no longer for fragments that multiply, or contain themselves", () => {
    const doubling = Array.from({ length: 60 }, (_, i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`);
    const text = `{ ...F0 } ${doubling.join(" ")} fragment F60 on Query { positions(limit: 1) { items { id } } }`;
    expect(costIn(text)).to.equal(11 * 2 ** 60);
    expect(costIn("{ ...F } fragment F on Query { ...F positions(limit: 1) { items { id } } }")).to.equal(11);
  });

  it("refuses four lists of 1,000 in each other, and three of the default length, and says what to do", () => {
    const nested = (limit: string) =>
      ["positions", "contributions", "duplicateProofs", "copies"].reduceRight(
        (inner, list) => `${list}${limit} { items { ${inner} } }`,
        "id",
      );
    expect(refusalIn(`{ ${nested("(limit: 1000)")} }`)).to.match(/can cost 1\d{12}, .*limit/);
    expect(refusalIn(`{ ${nested("")} }`)).to.match(/limit/);
    expect(refusalIn(`{ ${nested("(limit: 5)")} }`)).to.equal(undefined);
  });
});
