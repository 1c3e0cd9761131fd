// Signers that do not answer, refuse or hold other keys: what is said of them, and no credentials of their URL.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { askSigner, checkSignerAnswers, checkSignerHolds, SignerError } from "./signer-rpc.ts";

const KEY = "0x00000000000000000000000000000000000000aA";
const OTHER = "0x00000000000000000000000000000000000000bB";

describe("a signer behind JSON-RPC", () => {
  const servers: Server[] = [];
  after(() => {
    for (const server of servers) server.close();
  });

  /** A SIMULATED signer. @returns its URL, with something secret in its path */
  async function start(answer: (method: string) => object | string | undefined): Promise<string> {
    const server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", () => {
        const { method } = JSON.parse(Buffer.concat(parts).toString()) as { method: string };
        const found = answer(method);
        if (found !== undefined) response.end(typeof found === "string" ? found : JSON.stringify(found));
      });
    }).listen(0, "127.0.0.1");
    servers.push(server);
    await new Promise((resolve) => server.once("listening", resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/SECRET`;
  }

  const failureOf = (asked: Promise<unknown>): Promise<Error> =>
    asked.then(
      () => expect.fail("it was to fail"),
      (error: Error) => error,
    );

  it("is named by its origin alone where it does not answer", async () => {
    const withPassword = await failureOf(checkSignerHolds("http://user:SECRET@127.0.0.1:1/SECRET", KEY));
    expect(withPassword.message).to.match(/^no signer answers at http:\/\/127\.0\.0\.1:1: /u);
    const refused = await failureOf(checkSignerHolds("http://127.0.0.1:1/SECRET", KEY));
    expect(refused.message).to.match(/^no signer answers at http:\/\/127\.0\.0\.1:1: .*(?:ECONNREFUSED|bad port)/u);
    const noJson = await failureOf(askSigner(await start(() => "<html>"), "eth_accounts", []));
    const silent = await failureOf(checkSignerAnswers(await start(() => undefined), KEY, 100));
    expect(silent.message).to.contain("timeout");
    for (const { message, stack, cause } of [withPassword, refused, noJson, silent])
      expect(`${message} ${stack} ${String(cause)}`).not.to.contain("SECRET");
  });

  it("says why it refuses, and which keys it holds", async () => {
    const error = { code: 4001, message: "no, says https://clef/SECRET" };
    const refused = await failureOf(askSigner(await start(() => ({ error })), "eth_sign", []));
    expect(refused).to.be.instanceOf(SignerError).and.include({ code: 4001, message: "no, says https://clef" });
    const other = await failureOf(checkSignerHolds(await start(() => ({ result: [OTHER] })), KEY));
    expect(other.message).to.contain(`does not hold the key of ${KEY}; it holds ${OTHER}`).and.not.contain("SECRET");
  });

  it("answers if it names the key, or tells nobody its accounts", async () => {
    await checkSignerAnswers(await start(() => ({ result: [KEY.toLowerCase()] })), KEY, 1_000);
    await checkSignerAnswers(await start(() => ({ error: { code: -32601, message: "no such method" } })), KEY, 1_000);
    const other = await failureOf(checkSignerAnswers(await start(() => ({ result: [OTHER] })), KEY, 1_000));
    expect(other.message).to.contain("does not hold");
  });
});
