// Commands of other parts under this one's name, as processes on a real chain: they do what those do, end as those end, and end those with themselves.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseDeployment } from "@tributary/protocol/deployment";
import { localAddress, localPrivateKey } from "@tributary/protocol/local-keys";
import { expect } from "chai";
import { zeroHash } from "viem";
import { type Chain, startAnvil } from "../../../deploy/testing/anvil.ts";
import { runTributary, startTributary } from "../testing/tributary-process.ts";
import { isListening, until } from "../../../deploy/testing/waiting.ts";

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

  it("ends with 2 where it is called wrongly or an input is unusable, with 1 where it failed on the way or what was asked for is not so", async () => {
    const file = environment["TRIBUTARY_DEPLOYMENT"]!;
    const told = JSON.parse(readFileSync(file, "utf8")) as { addresses: Record<string, string> };
    const changed = (name: string, change: object): Record<string, string> => {
      writeFileSync(join(folder, name), JSON.stringify({ ...told, ...change }));
      return { TRIBUTARY_DEPLOYMENT: join(folder, name) };
    };
    const otherChain = changed("other-chain.json", { chainId: 1 });
    const nobody = localAddress(7);
    const codeless = { ...told.addresses, DatanetRegistry: nobody, RoyaltyLedger: nobody };
    const noContract = changed("codeless.json", { addresses: codeless });
    const noFile = { TRIBUTARY_DEPLOYMENT: join(folder, "none.json") };
    const silent = /no chain answers at http:\/\/127\.0\.0\.1:1 /;
    const [watch, audit] = [
      ["watch", "--bundles", folder, "--work-dir", folder],
      ["audit", "1", "--bundles", folder],
    ];
    const attribute = ["attribute", "--work", folder, "--epoch", "1"];
    const terms = ["--licence-fee", "1", "--review-window", "3600", "--uri", "about"];
    const noFolder = join(folder, "nowhere");
    const table: [args: string[], changed: Record<string, string>, code: number, says: RegExp][] = [
      ...[["datanet", "list"], ["claim", "1"], ["statement", "1"], ["explain", zeroHash], watch, audit, attribute].map(
        (args): [string[], Record<string, string>, number, RegExp] => [args, SILENT_NODE, 2, silent],
      ),
      [["deploy", "--network", "local"], SILENT_NODE, 2, silent],
      [["datanet", "list"], otherChain, 2, /is for chain 1, and chain 31337 answers/],
      [watch, otherChain, 2, /is for chain 1, and chain 31337 answers/],
      [audit, otherChain, 2, /is for chain 1, and chain 31337 answers/],
      [attribute, otherChain, 2, /is for chain 1, and chain 31337 answers/],
      [["datanet", "list"], noContract, 2, /where there is no contract/],
      [watch, noContract, 2, /where there is no contract/],
      [audit, noContract, 2, /where there is no contract/],
      [["datanet", "list"], noFile, 2, /none\.json: there is no such file/],
      [watch, noFile, 2, /none\.json: there is no such file/],
      [["watch", "--bundles", noFolder], {}, 2, /--bundles \S+nowhere: there is no such folder/],
      [["audit", "1", "--bundles", noFolder], {}, 2, /--bundles \S+nowhere: there is no such folder/],
      [["statement", "1", "--bundles", noFolder], {}, 2, /--bundles \S+nowhere: there is no such folder/],
      [["statement", "1", "--indexer", "nowhere"], {}, 2, /--indexer .*is not a URL/],
      [["deploy", "--network", "local", "--set", "epochSeconds"], {}, 2, /--set epochSeconds: expected name=value/],
      [["propose", "--work", folder, "--epoch", "x"], {}, 2, /--epoch is x; must be a number from 0/],
      [
        ["datanet", "create", "--bond-per-record", "100000000000000", ...terms],
        ...([{}, 2, /create the datanet: InvalidTerms\(bondPerRecord\); nothing was sent/] as const),
      ],
      [["contribution", "show", "9"], {}, 2, /there is no contribution 9/],
      [audit, {}, 1, /epoch 1 cannot be judged: it has no proposal; none is final; none waits for a proposal/],
      [
        attribute,
        {},
        1,
        /epoch 1: the ledger 0x\w+ has taken no settlement into it, .*; there is none yet: name an epoch/,
      ],
      [
        ["attribute", "--work", noFolder, "--epoch", "1"],
        {},
        2,
        /nowhere\S*: there is no such file or folder; name one/,
      ],
      [["explain", zeroHash, "--bundles", folder], {}, 1, /no epoch that is final and kept there has a call/],
    ];
    const nonce = await chain.client.getTransactionCount({ address: localAddress(0) });
    const left = table.values();
    const work = async (): Promise<void> => {
      for (const [args, changed, code, says] of left) {
        const ended = await runTributary([...args, "--json"], { ...environment, ...changed });
        expect([ended.code, ended.output], `${args.join(" ")}: ${ended.errors}`).to.deep.equal([code, ""]);
        const { error, exitCode } = JSON.parse(ended.errors) as { error: string; exitCode: number };
        expect(error).to.match(says).and.not.to.contain("node-key");
        expect(exitCode).to.equal(code);
      }
    };
    await Promise.all(Array.from({ length: 4 }, work));
    expect(await chain.client.getTransactionCount({ address: localAddress(0) })).to.equal(nonce);
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
