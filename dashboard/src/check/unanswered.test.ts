// Nodes that give no answer are named, with what to do.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { erc20Abi, zeroAddress } from "viem";
import { failureOf } from "../wallet/failure-of.ts";
import { chainAt } from "./chain.ts";

describe("a node that gives no answer", function () {
  // It is asked four times before it counts as away.
  this.timeout(20_000);

  let server: Server;
  let origin: string;

  before(async () => {
    server = createServer((_, response) => {
      response.writeHead(403).end("no");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => server.close());

  const said = async (): Promise<[check: string, transaction: string]> => {
    const { reader } = chainAt({
      ...{ chainId: 31_337, rpcUrl: `${origin}/a-key-in-its-path` },
      deployment: { block: 0, addresses: {} as never },
    });
    const error = await reader.readContract({ address: zeroAddress, abi: erc20Abi, functionName: "totalSupply" }).then(
      () => expect.fail(),
      (reason: unknown) => reason as Error,
    );
    const failure = failureOf(error.cause);
    return [error.message, failure.kind === "failed" ? failure.reason : failure.kind];
  };

  it("is named by its origin, with what to do, in checks and of transactions", async () => {
    const refused = `the node at ${origin} answered 403; try again, or choose another node`;
    expect(await said()).to.deep.equal([`the chain could not be read: ${refused}`, refused]);
    await new Promise((resolve) => server.close(resolve));
    const away = `the node at ${origin} cannot be reached; see that it runs and lets this page ask it (CORS), try again, or choose another node`;
    expect(await said()).to.deep.equal([`the chain could not be read: ${away}`, away]);
  });
});
