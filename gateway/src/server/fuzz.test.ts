// A short fuzz of the whole gateway on a chain, and that the fuzz finds a gateway that answers unpaid.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { anvilBinary } from "../../../test/deployment/support/chain.ts";
import { fuzzGateway } from "../../fuzz/fuzz.ts";
import { fuzzPayments } from "../../fuzz/paid.ts";
import { startTriedGateway, type TriedGateway } from "../../fuzz/tried.ts";

describe("the gateway under a fuzz", function () {
  this.timeout(60_000);
  let tried: TriedGateway;

  before(async function () {
    if (anvilBinary() === undefined) return this.skip();
    tried = await startTriedGateway();
  });
  after(() => tried?.stop());

  it("neither crashes nor answers unpaid, whatever it is sent", async () => {
    const tally = await fuzzGateway(tried, { runs: 300 });
    expect(Object.keys(tally)).to.include.members(["400", "402", "404", "405"]);
    expect(await tried.books.audit()).to.deep.equal([]);
  });

  it("gives a new receipt for each paid answer, whose voucher the chain takes, among payments changed, repeated and raced", async () => {
    const { requests, reasons } = await fuzzPayments(tried, { runs: 200, seed: 7 });
    expect(requests).to.be.within(190, 203);
    expect(reasons["answered"]).to.be.above(20);
    expect(reasons["answered by ERC-1271"]).to.be.above(0);
    expect(reasons["answered by any signature"]).to.be.above(0);
    const refusals = Object.keys(reasons).filter((reason) => reason.includes(": 4"));
    expect(refusals.length).to.be.above(8);
    expect(refusals.join()).to.contain("voucher_signature").and.not.contain("state_unavailable");
    expect(await tried.claimAll()).to.deep.equal([]);
  });

  /** SIMULATED: passes all on to the gateway but what is paid, which it answers by itself. */
  async function faulty(
    answer: (paid: Response) => Promise<[string, Record<string, string>]>,
  ): Promise<[Server, string]> {
    const server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", () => {
        void (async () => {
          const { method = "GET", headers, url = "" } = request;
          const payment = headers["payment-signature"];
          const passed = await fetch(tried.url + url, {
            method,
            headers: payment === undefined ? {} : { "payment-signature": String(payment) },
            ...(method === "POST" && { body: Buffer.concat(parts) }),
          });
          const [text, more] = payment === undefined ? [await passed.text(), {}] : await answer(passed);
          const asked = passed.headers.get("PAYMENT-REQUIRED");
          response.writeHead(payment === undefined ? passed.status : 200, {
            ...(asked !== null && { "PAYMENT-REQUIRED": asked }),
            ...more,
          });
          response.end(text);
        })();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return [server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`];
  }

  it("is found out where it answers without a receipt, gives one twice, or charges another amount by a unit", async () => {
    const failureOf = async (answer: Parameters<typeof faulty>[0]): Promise<string> => {
      const [server, url] = await faulty(answer);
      try {
        return await fuzzPayments({ ...tried, url }, { runs: 60, seed: 3 }).then(
          () => "none",
          (error: Error) => error.message,
        );
      } finally {
        server.closeAllConnections();
        server.close();
      }
    };
    expect(await failureOf(async () => ['{"choices":[]}', {}])).to.match(/^it answered without a receipt/u);
    const dearer = async (paid: Response): Promise<[string, Record<string, string>]> => {
      const receipt = paid.headers.get("x-tributary-receipt");
      if (receipt === null) return ["{}", { "payment-response": "SIMULATED" }];
      const proof = JSON.parse(Buffer.from(receipt, "base64url").toString()) as { receipt: { amount: string } };
      proof.receipt.amount = String(BigInt(proof.receipt.amount) + 1n);
      return ["{}", { "x-tributary-receipt": Buffer.from(JSON.stringify(proof)).toString("base64url") }];
    };
    expect(await failureOf(dearer)).to.match(/^receipt 0x[0-9a-f]{64} is of \d+ for a call that costs \d+/u);
    let kept: Record<string, string> | undefined;
    const repeating = async (paid: Response): Promise<[string, Record<string, string>]> => {
      const receipt = paid.headers.get("x-tributary-receipt");
      if (receipt !== null) kept ??= { "x-tributary-receipt": receipt };
      return ["{}", kept ?? { "payment-response": "SIMULATED" }];
    };
    expect(await failureOf(repeating)).to.match(/^it gave receipt 0x[0-9a-f]{64} twice/u);
  });
});
