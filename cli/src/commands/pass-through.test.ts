// Commands of other parts under this one's name, as processes on a real chain: they do what those do, end as those end, and end those with themselves.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseDeployment } from "@tributary/protocol/deployment";
import { localAddress, localPrivateKey } from "@tributary/protocol/local-keys";
import { expect } from "chai";
import { type Chain, startAnvil } from "../../../deploy/testing/anvil.ts";
import { runTributary, startTributary } from "../testing/tributary-process.ts";
import { isListening, until } from "../testing/waiting.ts";

const PATIENCE_MILLISECONDS = 30_000;
/** Where nothing answers; what stands behind the port is the key that providers put there. */
const SILENT_NODE = { TRIBUTARY_RPC_URL: "http://127.0.0.1:1/node-key" };

describe("a command of another part", function () {
  this.timeout(120_000);
  let folder: string;
  let chain: Chain;
  let environment: Record<string, string>;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "tributary-pass-through-"));
    chain = await startAnvil();
    environment = {
      TRIBUTARY_RPC_URL: chain.rpcUrl,
      TRIBUTARY_DEPLOYMENT: join(folder, "deployments", "31337.json"),
      TRIBUTARY_PRIVATE_KEY: localPrivateKey(0),
    };
  });
  after(async () => {
    await chain.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("deploys the protocol, with the parameters that it is given, and sends nothing when it is run again", async () => {
    const deploy = ["deploy", "--network", "local", "--state-dir", folder, "--set", "epochSeconds=77", "--json"];
    const { code, output, errors } = await runTributary(deploy, environment);
    expect(code, errors).to.equal(0);
    const { deployment, statements } = JSON.parse(output) as { deployment: unknown; statements: { holds: boolean }[] };
    const { addresses, parameters } = parseDeployment(deployment, "the answer");
    expect(parameters).to.include({ epochSeconds: 77 });
    expect(await chain.client.getCode({ address: addresses.RoyaltyLedger })).to.match(/^0x../);
    expect(statements.filter(({ holds }) => !holds)).to.deep.equal([]);
    const nonce = await chain.client.getTransactionCount({ address: localAddress(0) });
    expect((await runTributary(deploy, environment)).code).to.equal(0);
    expect(await chain.client.getTransactionCount({ address: localAddress(0) })).to.equal(nonce);
  });

  it("ends with its code and one JSON object where it fails, and shows no key of a node's address", async () => {
    const silent = /no chain answers at http:\/\/127\.0\.0\.1:1 /;
    const failing: [args: string[], code: number, says: RegExp][] = [
      [["deploy", "--network", "local"], 1, silent],
      [["deploy", "--network", "local", "--set", "epochSeconds"], 2, /--set epochSeconds: expected name=value/],
      [["attribute", "--work", folder, "--epoch", "1"], 1, silent],
      [["propose", "--work", folder, "--epoch", "x"], 2, /--epoch is x; must be a number from 0/],
      [["watch", "--bundles", folder, "--work-dir", folder], 1, silent],
    ];
    await Promise.all(
      failing.map(async ([args, code, says]) => {
        const ended = await runTributary([...args, "--json"], { ...environment, ...SILENT_NODE });
        expect([ended.code, ended.output], ended.errors).to.deep.equal([code, ""]);
        const { error, exitCode } = JSON.parse(ended.errors) as { error: string; exitCode: number };
        expect(error).to.match(says).and.not.to.contain("node-key");
        expect(exitCode).to.equal(code);
      }),
    );
  });

  it("watches until this process is told to end, and ends in its own time", async () => {
    const watch = [
      "watch",
      "--bundles",
      folder,
      "--work-dir",
      join(folder, "watcher"),
      "--metrics-port",
      "0",
      "--json",
    ];
    const { child, ended } = startTributary(watch, environment);
    let said = "";
    child.stdout!.on("data", (chunk: string) => (said += chunk));
    const port = (): string | undefined => /^metrics at http:\/\/127\.0\.0\.1:(\d+)/m.exec(said)?.[1];
    await until(
      () => port() !== undefined || child.exitCode !== null,
      PATIENCE_MILLISECONDS,
      () => `it serves metrics: ${said}`,
    );
    child.kill("SIGINT");
    const { code, output, errors } = await ended;
    expect(code, errors).to.equal(0);
    expect(JSON.parse(output.trimEnd().split("\n").at(-1)!)).to.be.an("object");
    expect(await isListening(Number(port()))).to.equal(false);
  });
});
