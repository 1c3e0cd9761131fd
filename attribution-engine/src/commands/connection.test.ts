// Where a stage finds its node.
import { expect } from "chai";
import { rpcUrl } from "./connection.ts";
import { UsageError } from "./usage-error.ts";

describe("a stage's node", () => {
  const before = process.env["TRIBUTARY_RPC_URL"];
  afterEach(() => {
    if (before === undefined) delete process.env["TRIBUTARY_RPC_URL"];
    else process.env["TRIBUTARY_RPC_URL"] = before;
  });

  it("is the one of --rpc, else the environment's, where other users cannot read it", () => {
    process.env["TRIBUTARY_RPC_URL"] = "http://environment.example";
    expect(rpcUrl("http://option.example")).to.equal("http://option.example");
    expect(rpcUrl(undefined)).to.equal("http://environment.example");
    delete process.env["TRIBUTARY_RPC_URL"];
    expect(() => rpcUrl(undefined)).to.throw(UsageError);
  });
});
