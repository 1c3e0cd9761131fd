// What finding a list's rows costs: told from the schema's own indexes; what the dashboard asks is within the limits, what would search whole tables is not.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { expect } from "chai";
import { type DocumentNode, type GraphQLSchema, Kind, parse, type TypeNode, validate } from "graphql";
import * as tables from "../ponder.schema.ts";
import { costOf, type Lists, refusalOf } from "../src/api/graphql-cost.ts";
import { LIMITS } from "../src/api/limits.ts";
import { listsOf } from "../src/api/graphql/list-tables.ts";
import { buildPonderSchema } from "../src/api/graphql/ponder-schema.ts";
import { type Search, searchOf } from "../src/api/search-cost.ts";

const PAGES = fileURLToPath(new URL("../../dashboard/src/pages", import.meta.url));
/** As many of a list of ids as a page asks for at once. */
const IDS = Array.from({ length: 200 }, (_, i) => String(i));

describe("what finding a list's rows costs", () => {
  let schema: GraphQLSchema;
  let lists: Lists;

  before(async () => {
    schema = await buildPonderSchema(tables);
    lists = listsOf(schema, tables);
  });

  const search = (list: string, where?: object, orderBy?: string): Search => {
    const [type, field] = list.split(".") as [string, string];
    return searchOf(lists.tableOf(type, field)!, where, orderBy);
  };

  it("is nothing where an index has the rows in their order", () => {
    expect(search("Query.positions")).to.equal("walk");
    expect(search("Query.positions", {}, "claimedTotal")).to.equal("walk");
    expect(search("Query.positions", { id: "1" })).to.equal("walk");
    expect(search("Query.positions", { id_gt: "1" }, "id")).to.equal("walk");
    expect(search("Query.claims", { positionId: "1" }, "at")).to.equal("walk");
    expect(search("Query.claims", { AND: [{ positionId: "1" }, { at_lt: "5" }] }, "at")).to.equal("walk");
    expect(search("datanet.contributions", undefined, "id")).to.equal("walk");
    expect(search("Query.datanetPeriods", { datanetId: "1", period: "day" }, "start")).to.equal("walk");
  });

  it("is little where an index has those that a part of the filter leaves", () => {
    expect(search("Query.claims", { positionId: "1" }, "attributed")).to.equal("narrow");
    expect(search("Query.claims", { positionId_in: ["1", "2"] }, "at")).to.equal("narrow");
    expect(search("Query.contributions", { datanetId: "1", uri_contains: "x" }, "id")).to.equal("narrow");
    expect(search("position.transfers", undefined, "at")).to.equal("narrow");
  });

  it("is much where all of a table is looked through or sorted", () => {
    for (const where of [
      { owner_contains: "a" },
      { owner_not: "0x" },
      { owner_not_in: ["0x"] },
      { owner_starts_with: "0x" },
      { OR: [{ id: "1" }, { accrued: "2" }] },
      { claimedTotal_gt: "1", id_not: "3" },
    ])
      expect(search("Query.positions", where, "mintedAt"), JSON.stringify(where)).to.not.equal("walk");
    expect(search("Query.positions", { owner_contains: "a" })).to.equal("scan");
    // Bounds may be as wide as the table: beside them all of it is looked through.
    expect(search("Query.positions", { owner_contains: "a", id_gt: "" })).to.equal("scan");
    expect(search("Query.positions", { claimedTotal_gt: "1", id_gt: "" }, "mintedAt")).to.equal("scan");
    expect(search("Query.positions", { id_in: ["1", "2"], owner_contains: "a" })).to.equal("narrow");
    expect(search("Query.positions", { OR: [{ id: "1" }, { accrued: "2" }] })).to.equal("scan");
    expect(search("Query.claims", undefined, "attributed")).to.equal("scan");
    expect(search("Query.claims", { at_gt: "5" }, "at")).to.equal("scan");
    expect(search("Query.claims", undefined, "no such column")).to.equal("scan");
  });

  it("counts the values of a filter's lists, the rows that are passed over, and what a count finds", () => {
    const cost = (text: string, variables = {}): number => costOf(parse(text), variables, lists);
    const plain = cost("{ positions(limit: 5) { items { id } } }");
    expect(
      cost("query ($w: positionFilter) { positions(limit: 5, where: $w) { items { id } } }", { w: { id_in: IDS } }),
    ).to.equal(plain + IDS.length);
    expect(cost("{ positions(limit: 5, offset: 400000) { items { id } } }")).to.equal(plain + 40_000);
    expect(cost('{ positions(limit: 5, where: { owner: "0x" }) { totalCount } }')).to.equal(5 + 20 + 100 + 100);
    expect(cost('{ positions(limit: 5, where: { owner_contains: "x" }) { totalCount } }')).to.equal(5 + 20 + 20_000);
    // By a variable, also where only its default says it.
    for (const [type, argument, value, more] of [
      ["positionFilter", "where", '{ owner_contains: "a" }', 10_000],
      ["String", "orderBy", '"mintedAt"', 10_000],
      ["Int", "offset", "400000", 40_000],
      ["Int", "limit", "7", 2],
    ] as const) {
      const list = `positions(limit: 5, ${argument}: $v) { items { id } }`.replace(/limit: 5, (limit)/, "$1");
      expect(cost(`query ($v: ${type} = ${value}) { ${list} }`), argument).to.equal(plain + more);
    }
    expect(
      cost('query ($v: String = "id") { positions(limit: 5, orderBy: $v) { items { id } } }', { v: "mintedAt" }),
    ).to.equal(plain + 10_000);
    expect(cost("{ positions(limit: 5) { ...P } } fragment P on positionPage { items { id } }")).to.equal(plain);
  });

  it("keeps what searches tables again and again, or passes over most of one, from being asked", () => {
    const refusal = (text: string, variables = {}): string | undefined =>
      refusalOf(parse(text), variables, lists, LIMITS.mostCost);
    const scan = (i: number): string => `s${i}: positions(where: { owner_contains: "${i}" }) { items { id } }`;
    const many = (count: number): string => `{ ${Array.from({ length: count }, (_, i) => scan(i)).join(" ")} }`;
    expect(refusal(many(4))).to.equal(undefined);
    expect(refusal(many(5))).to.match(/can cost 50300, .*have an index/);
    const inEach =
      '{ ...F } fragment F on Query { datanets { items { positions(orderBy: "mintedAt", where: { owner_contains: "a" }) { items { id } } } } }';
    expect(refusal(inEach)).to.equal(undefined);
    expect(refusal("{ positions(offset: 1000000) { items { id } } }")).to.match(
      /"after" rather than by a large "offset"/,
    );
    const w = { id_in: Array.from({ length: 60_000 }, String) };
    expect(refusal("query ($w: positionFilter) { positions(where: $w) { items { id } } }", { w })).to.match(/can cost/);
  });

  it("leaves all that the dashboard asks within the limits, and without a search of a whole table but two", async () => {
    const dear: string[] = [];
    let queries = 0;
    for (const page of await readdir(PAGES)) {
      const file = join(PAGES, page, "queries.ts");
      const exported = (await import(pathToFileURL(file).href).catch(() => ({}))) as Record<string, unknown>;
      for (const [name, query] of Object.entries(exported)) {
        if (typeof query !== "string") continue;
        queries++;
        const document = parse(query);
        expect(validate(schema, document), `${page} ${name}`).to.deep.equal([]);
        for (const variables of variablesOf(document, page)) {
          expect(refusalOf(document, variables, lists, LIMITS.mostCost), `${page} ${name}`).to.equal(undefined);
          const plain = costOf(document, variables, { tableOf: () => undefined, typeOf: () => undefined });
          if (costOf(document, variables, lists) - plain >= 10_000) dear.push(`${page} ${name}`);
        }
      }
    }
    expect(queries).to.be.greaterThan(30);
    // The newest version before an instant: it is among the last ones by id, in whose order they are looked through. How many have votes, which an index counts.
    expect(dear).to.have.members(["contribution LAST_VERSION", "governance PROPOSALS"]);
  });
});

/** Orders that a page lets its reader choose. */
const ORDERS: Record<string, readonly string[]> = {
  datanets: ["acceptedRecords", "contributorCount", "licenceIncome", "id"],
  positions: ["claimedTotal", "unclaimedAccrued", "accrued", "id"],
};

/** As the dashboard fills them, each list with as many ids as it may have. */
function variablesOf(document: DocumentNode, page: string): Record<string, unknown>[] {
  const [operation] = document.definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error(`${page}: no operation`);
  const isList = (type: TypeNode): boolean =>
    type.kind === Kind.LIST_TYPE || (type.kind === Kind.NON_NULL_TYPE && isList(type.type));
  const known: Record<string, unknown> = { limit: 25, offset: 1_000, where: {} };
  return (ORDERS[page] ?? ["id"]).map((orderBy) =>
    Object.fromEntries(
      (operation.variableDefinitions ?? []).map(({ variable: { name }, type }) => [
        name.value,
        name.value === "orderBy" ? orderBy : (known[name.value] ?? (isList(type) ? IDS : "1")),
      ]),
    ),
  );
}
