// Deployments whose transactions are signed by a signer behind JSON-RPC, such as one with a hardware wallet.
import { expect } from "chai";
import { deployAll } from "../../deploy/deploy-all.ts";
import { localAddress, localPrivateKey } from "@tributary/protocol/local-keys";
import { freePort } from "./support/chain.ts";
import { failureOf, optionsOn, runDeploy, sandbox } from "./support/sandbox.ts";
import { type Kind, type SignerServer, startSigner } from "./support/signer-server.ts";

const TRANSACTIONS = 33;
/** The deployer of these tests: not the one that a local deployment takes by itself. */
const ACCOUNT = 3;

describe("remoteSigner", function () {
  this.timeout(180_000);
  const box = sandbox();

  async function signer(options: Omit<Parameters<typeof startSigner>[0], "privateKey">): Promise<SignerServer> {
    const server = await startSigner({ ...options, privateKey: localPrivateKey(ACCOUNT) });
    box.closing(server.close);
    return server;
  }

  for (const [kind, method] of [
    ["sends", "eth_sendTransaction"],
    ["signs", "eth_signTransaction"],
    ["clef", "account_signTransaction"],
  ] as const satisfies [Kind, string][]) {
    it(`deploys through one that knows ${method}`, async () => {
      const on = await box.chain();
      const { url, address: from, asked } = await signer({ kind, rpcUrl: on.rpcUrl });
      const { deployer } = await deployAll({ ...optionsOn(box, on), privateKey: undefined, signer: { url, from } });
      expect(deployer).to.equal(from);
      expect(await on.client.getTransactionCount({ address: from })).to.equal(TRANSACTIONS);
      expect(await on.client.getTransactionCount({ address: localAddress(0) })).to.equal(0);
      expect(asked.filter((name) => name === method)).to.have.length(TRANSACTIONS);
    });
  }

  it("as a command, with --signer and --from", async () => {
    const on = await box.chain();
    const { url, address } = await signer({ kind: "sends", rpcUrl: on.rpcUrl });
    const args = ["--network", "local", "--rpc", on.rpcUrl, "--state-dir", box.stateDir, "--signer", url];
    const without = await runDeploy(args).ended;
    expect(without.stderr).to.contain("--signer needs --from");
    const { code } = await runDeploy([...args, "--from", address]).ended;
    expect(code).to.equal(0);
    expect(await on.client.getTransactionCount({ address })).to.equal(TRANSACTIONS);
  });

  it("refuses what was signed if it is not what was asked for, and sends nothing", async () => {
    const on = await box.chain();
    const somewhere = localAddress(9);
    for (const [differs, tamper] of [
      ["receiver", (transaction) => ({ ...transaction, to: somewhere })],
      ["data", (transaction) => ({ ...transaction, data: "0x00" })],
      ["value", (transaction) => ({ ...transaction, value: 1n })],
      ["nonce", (transaction) => ({ ...transaction, nonce: 5 })],
      ["chain", (transaction) => ({ ...transaction, chainId: 1 })],
    ] as [string, Parameters<typeof startSigner>[0]["tamper"]][]) {
      const { url, address: from } = await signer({ kind: "signs", rpcUrl: on.rpcUrl, tamper });
      const options = { ...optionsOn(box, on), privateKey: undefined, signer: { url, from } };
      expect(await failureOf(deployAll(options))).to.contain(`another transaction: its ${differs}`);
    }
    expect(await on.client.getBlockNumber()).to.equal(0n);
  });

  it("when the person says no, stops, and can be run again", async () => {
    const on = await box.chain();
    const refusing = await signer({ kind: "sends", rpcUrl: on.rpcUrl, refuse: true });
    const options = { ...optionsOn(box, on), privateKey: undefined };
    const { url, address: from } = refusing;
    expect(await failureOf(deployAll({ ...options, signer: { url, from } }))).to.contain("the user said no");
    const willing = await signer({ kind: "sends", rpcUrl: on.rpcUrl });
    await deployAll({ ...options, signer: { url: willing.url, from } });
    expect(await on.client.getTransactionCount({ address: from })).to.equal(TRANSACTIONS);
  });

  it("says so when it does not answer, has another key, is on another chain, or cannot sign", async () => {
    const on = await box.chain();
    const options = { ...optionsOn(box, on), privateKey: undefined };
    const from = localAddress(ACCOUNT);
    const nowhere = `http://127.0.0.1:${await freePort()}`;
    expect(await failureOf(deployAll({ ...options, signer: { url: nowhere, from } }))).to.contain("no signer answers");
    const { url } = await signer({ kind: "sends", rpcUrl: on.rpcUrl });
    const other = { url, from: localAddress(4) };
    expect(await failureOf(deployAll({ ...options, signer: other }))).to.contain(
      `does not hold the key of ${other.from}`,
    );
    const elsewhere = await signer({ kind: "sends", rpcUrl: on.rpcUrl, chainId: 1 });
    expect(await failureOf(deployAll({ ...options, signer: { url: elsewhere.url, from } }))).to.contain(
      "is on chain 1",
    );
    const node = { url: on.rpcUrl, from: localAddress(20) };
    expect(await failureOf(deployAll({ ...options, signer: node }))).to.contain("does not hold the key");
  });
});
