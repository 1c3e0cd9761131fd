// A GraphQL text is read and validated once, and refused however often it is asked.
import { expect } from "chai";
import { buildSchema, GraphQLError } from "graphql";
import { Documents } from "../src/api/graphql/documents.ts";

const schema = buildSchema("type Query { a: Query id: Int }");
const documents = (): Documents => new Documents(schema, { maxTokens: 100, maxDepth: 5, maxAliases: 3, mostKept: 2 });
const messageOf = (read: ReturnType<Documents["read"]>): string => {
  if ("kind" in read) throw new Error("was not refused");
  return read.map(({ message }) => message).join();
};

describe("documents of GraphQL", () => {
  it("are kept while they are among those asked last", () => {
    const kept = documents();
    const first = kept.read("{ id }");
    expect(first).to.have.property("kind", "Document");
    expect(kept.read("{ id }")).to.equal(first);
    for (const text of ["{ a { id } }", "{ a { a { id } } }"]) kept.read(text);
    expect(kept.read("{ id }") === first).to.equal(false);
  });

  it("are refused each time where they are no GraphQL, not of the schema, too long, too deep or have too many aliases", () => {
    const kept = documents();
    for (let time = 0; time < 2; time++) {
      expect(messageOf(kept.read("{ id"))).to.match(/Syntax Error/);
      expect(messageOf(kept.read("{ nothing }"))).to.match(/Cannot query field "nothing"/);
      expect(messageOf(kept.read(`{ ${"id ".repeat(100)} }`))).to.match(/token/i);
      expect(messageOf(kept.read("{ a { a { a { a { a { id } } } } } }"))).to.match(/depth limit of 5/i);
      expect(messageOf(kept.read("{ ...A } fragment A on Query { a { a { a { a { a { id } } } } } }"))).to.match(
        /depth/i,
      );
      expect(messageOf(kept.read("{ w: id x: id y: id z: id }"))).to.match(/aliases limit of 3/i);
    }
    const [error] = kept.read("{ id") as readonly GraphQLError[];
    expect(error).to.be.instanceOf(GraphQLError);
  });
});
