// What is said where an indexer has no opening, refuses to serve one, or is not there.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { zeroHash } from "viem";
import type { Chain } from "../connection.ts";
import { UserError } from "../errors.ts";
import type { FinalEpoch } from "./final-epochs.ts";
import { indexerSource } from "./indexer-source.ts";
import { NotKept } from "./not-kept.ts";

const LEDGER = `0x${"ab".repeat(20)}`;
const chain = { deployment: { addresses: { RoyaltyLedger: LEDGER } } } as unknown as Chain;

describe("openings of an indexer", () => {
  let server: Server;
  let url: string;
  let asked: string[];
  let answer: { status: number; body: string };

  before(async () => {
    server = createServer((request, response) => {
      asked.push(request.url!);
      response.writeHead(answer.status, { "content-type": "application/json" }).end(answer.body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => (asked = []));
  after(() => void server.close());

  const refuse = (status: number, code: string): void => {
    answer = { status, body: JSON.stringify({ error: { code, message: "what is wrong", hint: "What to do." } }) };
  };

  async function refusal(work: Promise<unknown>): Promise<UserError> {
    const error: unknown = await work.catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(UserError);
    return error as UserError;
  }

  it("are asked of the deployment's ledger; a call that it does not have is none", async () => {
    refuse(404, "call_not_found");
    expect(await indexerSource(url, chain).call([], zeroHash)).to.equal(undefined);
    expect(asked).to.deep.equal([`/openings/call/${zeroHash}?ledger=${LEDGER}`]);
  });

  it("that it does not keep are told from those that it refuses", async () => {
    for (const code of ["bundle_not_kept", "openings_not_kept"]) {
      refuse(404, code);
      const error = await refusal(indexerSource(url, chain).payout({ epoch: 2n } as FinalEpoch, 7n));
      expect(error, code).to.be.instanceOf(NotKept).and.include({ exitCode: 1 });
      expect(error.message).to.include("what is wrong. What to do.");
    }
    for (const [status, code] of [
      [502, "bundle_damaged"],
      [404, "epoch_not_final"],
      [503, "busy"],
    ] as const) {
      refuse(status, code);
      expect(await refusal(indexerSource(url, chain).payout({ epoch: 2n } as FinalEpoch, 7n))).not.instanceOf(NotKept);
    }
  });

  it("that do not verify there are passed on as its words, with what to do", async () => {
    refuse(502, "opening_does_not_verify");
    const { message, exitCode } = await refusal(indexerSource(url, chain).call([], zeroHash));
    expect(message).to.equal(`the indexer at ${url} says of /openings/call/${zeroHash}: what is wrong. What to do.`);
    expect(exitCode).to.equal(1);
  });

  it("are told in its words without what a terminal obeys", async () => {
    const message = "\u001b]0;t\u0007\u009b2J\u202e wrong\nepoch 4 is right";
    answer = { status: 500, body: JSON.stringify({ error: { code: "x", message, hint: "\u061c\u2028\u001b[31m" } }) };
    const told = (await refusal(indexerSource(url, chain).call([], zeroHash))).message;
    expect(told.slice(told.indexOf(zeroHash))).to.equal(`${zeroHash}: �]0;t��2J� wrong�epoch 4 is right. ���[31m`);
  });

  it("of a claim are asked for without any call, and not believed to be none where an epoch is final", async () => {
    answer = { status: 200, body: JSON.stringify({ leaf: { key: 7 } }) };
    const source = indexerSource(url, chain);
    expect(await source.claim({ epoch: 2n } as FinalEpoch, 7n)).to.deep.equal({ key: 7 });
    expect(asked).to.deep.equal([`/openings/claim/7?ledger=${LEDGER}`]);
    answer = { status: 200, body: JSON.stringify({ leaf: null }) };
    expect(await refusal(source.claim({ epoch: 2n } as FinalEpoch, 7n))).to.include({ exitCode: 1 });
  });

  it("may be no JSON", async () => {
    answer = { status: 500, body: "<html>" };
    expect((await refusal(indexerSource(url, chain).call([], zeroHash))).message).to.match(/: status 500\.$/);
    answer = { status: 404, body: "<html>" };
    const other = await refusal(indexerSource(url, chain).call([], zeroHash));
    expect(other).to.include({ exitCode: 2 });
    expect(other.message).to.include("it is no indexer of Tributary");
  });

  it("are not believed where they have another form", async () => {
    for (const body of ["{}", "[]", "null", "7", '{"leaf":7,"after":null,"calls":{},"settlement":"x"}']) {
      answer = { status: 200, body };
      const source = indexerSource(url, chain);
      const epoch = { epoch: 2n } as FinalEpoch;
      for (const asked of [
        source.claim(epoch, 7n),
        source.payout(epoch, 7n),
        source.payers(epoch, 7n, 5),
        source.call([], zeroHash),
      ]) {
        const refused = await refusal(asked);
        expect(refused, body).to.include({ exitCode: 1 });
        expect(refused.message, body).to.include("something that is no opening");
      }
    }
  });

  it("name no call whose pay is no whole number", async () => {
    const calls = { total: 1, shown: [{ receipt: zeroHash, paid: "=1" }] };
    answer = { status: 200, body: JSON.stringify({ calls }) };
    const epoch = { epoch: 2n } as FinalEpoch;
    const { message, exitCode } = await refusal(indexerSource(url, chain).payers(epoch, 1n, 5));
    expect([message, exitCode]).to.deep.equal([
      `the indexer at ${url} names a call whose pay is no whole number: not believed`,
      1,
    ]);
  });

  it("need an indexer: the message shows nothing of the address but where it is", async () => {
    const gone = indexerSource("http://user:secret@127.0.0.1:1/key", chain);
    const { message, exitCode } = await refusal(gone.call([], zeroHash));
    expect(message)
      .to.match(/^no indexer answers at http:\/\/127\.0\.0\.1:1 .*--bundles$/)
      .and.not.to.match(/secret|key/);
    expect(exitCode).to.equal(2);
    expect(() => indexerSource("nowhere", chain)).to.throw(UserError, "is not a URL");
  });
});
