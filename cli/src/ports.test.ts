// A port that is in use must be reported with what to do about it.
import { createServer } from "node:net";
import { expect } from "chai";
import { UserError } from "./errors.ts";
import { claimPort } from "./ports.ts";

describe("claiming a port", () => {
  it("gives a free port for 0", async () => {
    expect(await claimPort(0, "a server", "--port")).to.be.greaterThan(0);
  });

  it("names the port, who needs it and the option when something listens there", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    if (typeof address !== "object" || address === null) throw new Error("no address");
    const error = await claimPort(address.port, "the local chain", "--rpc-port").catch((reason: unknown) => reason);
    server.close();
    expect(error).to.be.instanceOf(UserError);
    expect((error as UserError).message)
      .to.include(String(address.port))
      .and.to.include("the local chain")
      .and.to.include("--rpc-port");
  });
});
