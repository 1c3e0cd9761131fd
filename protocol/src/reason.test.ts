// What is said of errors: their reason, and no secret that a URL holds.
import { expect } from "chai";
import {
  ContractFunctionExecutionError,
  ContractFunctionRevertedError,
  createPublicClient,
  encodeErrorResult,
  http,
  parseAbi,
} from "viem";
import { reasonOf, withOriginsOnly } from "./reason.ts";

describe("what is said of an error", () => {
  it("is its message, with origins of URLs only", () => {
    for (const [text, said] of [
      ["Pay 5 into it", "Pay 5 into it"],
      [
        "no signer answers at http://u:SECRET@127.0.0.1:1/SECRET: refused",
        "no signer answers at http://127.0.0.1:1: refused",
      ],
      ["(https://rpc.example/v3/SECRET?key=SECRET)", "(https://rpc.example)"],
      ["postgres://u:SE,CRET@db:5432/books", "postgres://db:5432"],
      ["http://u:SECRET@:x/", "[a URL]"],
      ["at file:///srv/gateway/src/main.ts:3:1", "at file:///srv/gateway/src/main.ts:3:1"],
    ] as const) {
      expect(withOriginsOnly(text)).to.equal(said);
      expect(reasonOf(new Error(text))).to.equal(said);
    }
  });

  it("is viem's short message, which quotes no request", async () => {
    const client = createPublicClient({ transport: http("http://127.0.0.1:1/v3/SECRET", { retryCount: 0 }) });
    const error = await client.getBlockNumber().catch((thrown: unknown) => thrown as Error);
    expect((error as Error).message).to.contain("SECRET");
    expect(reasonOf(error)).to.equal("HTTP request failed.");
  });

  it("names the contract's own error, which viem's short message does not", () => {
    const abi = parseAbi(["function demand() view", "error NotDemandableNow(uint48 from, uint48 until)"]);
    const data = encodeErrorResult({ abi, errorName: "NotDemandableNow", args: [1, 2] });
    const reverted = new ContractFunctionRevertedError({ abi, data, functionName: "demand" });
    const error = new ContractFunctionExecutionError(reverted, { abi, functionName: "demand", args: [] });
    expect(reasonOf(error)).to.equal('The contract function "demand" reverted: NotDemandableNow(1, 2)');
    const wrapped = new Error("the inclusion cannot be demanded", { cause: error });
    expect(reasonOf(wrapped)).to.equal("the inclusion cannot be demanded: NotDemandableNow(1, 2)");
  });

  it("is a code where there is no message, and what was thrown where it is no error", () => {
    expect(reasonOf(Object.assign(new AggregateError([]), { code: "ECONNREFUSED" }))).to.equal("ECONNREFUSED");
    expect(reasonOf("no")).to.equal("no");
  });
});
