// The deployment: repeatable, resumable, and careful about chains, keys and edited contracts.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { createPublicClient, http, type PublicClient } from "viem";
import { royaltyLedgerAbi } from "@tributary/protocol/abi/royalty-ledger";
import { royaltyPositionsAbi } from "@tributary/protocol/abi/royalty-positions";
import { deployAll, type DeployOptions } from "../../deploy/deploy-all.ts";
import { localAddress, localPrivateKey } from "../../deploy/local-keys.ts";
import { local } from "../../deploy/networks/local.ts";
import { checkParameters } from "../../deploy/parameters.ts";

type Chain = { rpcUrl: string; client: PublicClient; process: ChildProcess };

/** The simulator's node binary, where npm has one for this platform. */
function anvilBinary(): string | undefined {
  const name = `@foundry-rs/anvil-${process.platform}-${process.arch === "x64" ? "amd64" : process.arch}`;
  try {
    return createRequire(import.meta.url).resolve(`${name}/bin/anvil`);
  } catch {
    return undefined;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === "object" && address !== null ? address.port : 0);
      });
    });
  });
}

async function startChain(binary: string, chainId = 31337): Promise<Chain> {
  const port = await freePort();
  const args = ["--host", "127.0.0.1", "--port", String(port), "--chain-id", String(chainId), "--quiet"];
  const child = spawn(binary, args, { stdio: "ignore" });
  const rpcUrl = `http://127.0.0.1:${port}`;
  const client = createPublicClient({ transport: http(rpcUrl, { retryCount: 0 }) });
  for (let tries = 0; ; tries++) {
    try {
      await client.getChainId();
      return { rpcUrl, client, process: child };
    } catch (error) {
      if (tries > 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

describe("deploy", function () {
  this.timeout(30_000);
  const binary = anvilBinary();
  const chains: Chain[] = [];
  let stateDir: string;

  before(function () {
    if (binary === undefined) this.skip();
  });

  beforeEach(() => {
    stateDir = mkdtempSync(join(tmpdir(), "tributary-deploy-"));
  });

  afterEach(() => {
    for (const { process: child } of chains.splice(0)) child.kill();
    rmSync(stateDir, { recursive: true, force: true });
  });

  async function chain(chainId?: number): Promise<Chain> {
    const started = await startChain(binary!, chainId);
    chains.push(started);
    return started;
  }

  function optionsOn({ rpcUrl }: Chain, overrides: Partial<DeployOptions> = {}): DeployOptions {
    return { rpcUrl, privateKey: localPrivateKey(0), parameters: local.parameters, stateDir, ...overrides };
  }

  it("deploys everything, bound, with the given parameters, and leaves the deployer without a right", async () => {
    const on = await chain();
    const steps: string[] = [];
    const deployment = await deployAll(optionsOn(on, { onStep: (step) => steps.push(step) }));
    expect(steps).to.have.length(10);
    const written: unknown = JSON.parse(readFileSync(join(stateDir, "deployments/31337.json"), "utf8"));
    expect(written).to.deep.equal(deployment);
    const { RoyaltyLedger, RoyaltyPositions } = deployment.addresses;
    const parameters = await on.client.readContract({
      address: RoyaltyLedger,
      abi: royaltyLedgerAbi,
      functionName: "parameters",
    });
    expect(parameters.epochSeconds).to.equal(local.parameters.epochSeconds);
    const treasury = await on.client.readContract({
      address: RoyaltyPositions,
      abi: royaltyPositionsAbi,
      functionName: "ownerOf",
      args: [1n],
    });
    expect(treasury).to.equal(local.parameters.treasury);
    const rebinding = on.client.simulateContract({
      account: localAddress(0),
      address: RoyaltyPositions,
      abi: royaltyPositionsAbi,
      functionName: "bindMinters",
      args: [localAddress(0), localAddress(0)],
    });
    await rebinding.then(
      () => expect.fail("the deployer could bind again"),
      (error: unknown) => expect(String(error)).to.contain("AlreadyBound"),
    );
  });

  it("when run again, sends nothing", async () => {
    const on = await chain();
    const first = await deployAll(optionsOn(on));
    const before = await on.client.getTransactionCount({ address: localAddress(0) });
    const second = await deployAll(optionsOn(on));
    expect(second).to.deep.equal(first);
    expect(await on.client.getTransactionCount({ address: localAddress(0) })).to.equal(before);
  });

  it("when a run was stopped half-way, continues it without repeating a transaction", async () => {
    const on = await chain();
    let steps = 0;
    const stopped = deployAll(
      optionsOn(on, {
        onStep: () => {
          if (++steps === 4) throw new Error("killed");
        },
      }),
    );
    await stopped.then(
      () => expect.fail("the run was not stopped"),
      (error: unknown) => expect(String(error)).to.contain("killed"),
    );
    expect(existsSync(join(stateDir, "deployments/31337.json"))).to.equal(false);
    await deployAll(optionsOn(on));
    expect(await on.client.getTransactionCount({ address: localAddress(0) })).to.equal(10);
  });

  it("when the local chain was reset, starts anew", async () => {
    const first = await chain();
    await deployAll(optionsOn(first));
    const second = await chain();
    const steps: string[] = [];
    await deployAll(optionsOn(second, { onStep: (step) => steps.push(step) }));
    expect(steps[0]).to.contain("reset");
    expect(steps).to.have.length(11);
  });

  it("when a contract was edited after its deployment, refuses and names it", async () => {
    const on = await chain();
    await deployAll(optionsOn(on));
    const artifacts = join(stateDir, "deployments/chain-31337/artifacts");
    const file = readdirSync(artifacts).find((name) => name.startsWith("RoyaltyLedger"))!;
    const artifact = JSON.parse(readFileSync(join(artifacts, file), "utf8")) as { bytecode: string };
    const edited = artifact.bytecode.replace("60806040", "60816040");
    writeFileSync(join(artifacts, file), JSON.stringify({ ...artifact, bytecode: edited }));
    await deployAll(optionsOn(on)).then(
      () => expect.fail("the edit was not noticed"),
      (error: unknown) => expect(String(error)).to.match(/RoyaltyLedger: the code was edited after its deployment/),
    );
  });

  it("when a parameter was changed after the deployment, refuses", async () => {
    const on = await chain();
    await deployAll(optionsOn(on));
    const parameters = { ...local.parameters, treasury: localAddress(5) };
    await deployAll(optionsOn(on, { parameters })).then(
      () => expect.fail("the change was not noticed"),
      (error: unknown) => expect(String(error)).to.contain("differs from what was deployed"),
    );
  });

  it("when the chain is not a local one, refuses keys that everybody knows", async () => {
    const on = await chain(8453);
    await deployAll(optionsOn(on)).then(
      () => expect.fail("the key was accepted"),
      (error: unknown) => expect(String(error)).to.contain("public development mnemonic"),
    );
    const strange = `0x${"42".repeat(32)}` as const;
    await deployAll(optionsOn(on, { privateKey: strange })).then(
      () => expect.fail("the treasury was accepted"),
      (error: unknown) => expect(String(error)).to.contain("tokenRecipient"),
    );
  });

  it("when the network has another chain id, or nothing answers, says so", async () => {
    const on = await chain(1337);
    await deployAll(optionsOn(on, { chainIds: [31337] })).then(
      () => expect.fail("the chain was accepted"),
      (error: unknown) => expect(String(error)).to.contain("has chain id 1337"),
    );
    const port = await freePort();
    await deployAll({ ...optionsOn(on), rpcUrl: `http://127.0.0.1:${port}` }).then(
      () => expect.fail("somebody answered"),
      (error: unknown) => expect(String(error)).to.contain("no chain answers"),
    );
  });

  it("names every parameter that is out of range", () => {
    const wrong = { ...local.parameters, epochSeconds: 0, attributorQuorum: 3, treasuryMostBps: 2_001 };
    expect(() => {
      checkParameters(wrong);
    }).to.throw(RangeError, /attributorQuorum.*epochSeconds.*treasuryMostBps/);
  });
});
