// The paid part of the main job: the trained model behind its server, the gateway in front of it, and SIMULATED payers who ask it.
import { UserError } from "../errors.ts";
import { claimPort } from "../ports.ts";
import { checkChannels } from "./channel-checks.ts";
import type { Checks } from "./checks.ts";
import type { Corpus } from "./corpus-file.ts";
import type { Deployment } from "./deployment.ts";
import { startGateway, type Gateway } from "./gateway.ts";
import type { LocalChain } from "./local-chain.ts";
import { returnIndexBond, waitForIndex, type RegisteredModel } from "./model.ts";
import { startModelServer } from "./model-server.ts";
import { isStreamed, SimulatedPayers, type PaidCall } from "./paid-calls.ts";
import { questionsOf } from "./questions.ts";
import { checkRefusals } from "./refused-payments.ts";
import type { Servers } from "./servers.ts";
import { closedSettlement, type ClosedSettlement } from "./settlement.ts";
import type { Steps } from "./steps.ts";
import type { WorkFolder } from "./work-folder.ts";

const SETTLEMENTS = 2;

export interface CallsOptions {
  readonly steps: Steps;
  readonly checks: Checks;
  readonly chain: LocalChain;
  readonly deployment: Deployment;
  readonly deploymentFile: string;
  readonly model: RegisteredModel;
  readonly folder: WorkFolder;
  readonly corpus: Corpus;
  /** How many calls are paid for. */
  readonly calls: number;
  readonly gatewayPort: number;
  /** Gets the servers that are started, which go on serving. */
  readonly servers: Servers;
}

export interface ServedCalls {
  readonly calls: readonly PaidCall[];
  readonly settlements: readonly ClosedSettlement[];
  /** Base address of the gateway. */
  readonly gatewayUrl: string;
}

/** Has the model serve and payers ask, until the gateway has settled all of it. */
export async function serveCalls(options: CallsOptions): Promise<ServedCalls> {
  const { steps, checks, chain, deployment, model, corpus } = options;
  const questions = questionsOf(corpus.heldOut, options.calls, isStreamed);
  const [gateway] = await Promise.all([startServers(options), openModel(options)]);
  await gateway.untilReady();
  const payers = new SimulatedPayers(chain, deployment, model, gateway.url);
  await payers.fund();
  const calls: PaidCall[] = [];
  const settlements: ClosedSettlement[] = [];
  const size = Math.ceil(questions.length / SETTLEMENTS);
  let takenBack = 0n;
  for (let from = 0; from < questions.length; from += size) {
    const isLast = from + size >= questions.length;
    const number = settlements.length + 1;
    calls.push(
      ...(await steps.stage(`SIMULATED payers ask and pay, settlement ${number}`, (stage) =>
        payers.ask(questions.slice(from, from + size), from, (done, total) => stage.update(done, total)),
      )),
    );
    if (isLast) {
      await checkRefusals(checks, chain, deployment, `${gateway.url}/v1`, questions[0]!);
      takenBack = await payers.leave();
    }
    await steps.stage(`the gateway claims, sweeps, closes settlement ${number}`, () => gateway.settle(BigInt(number)));
    settlements.push(await closedSettlement(chain, model, BigInt(number)));
  }
  if (calls.length !== questions.length) throw new UserError(`${calls.length} of ${questions.length} calls were paid`);
  checks.equal(
    "every call was paid through the official client, and its receipt verified by its payer",
    ["receipts", BigInt(calls.length)],
    ["calls", BigInt(options.calls)],
  );
  await checkChannels(checks, chain, deployment, model, calls, takenBack);
  return { calls, settlements, gatewayUrl: gateway.url };
}

async function startServers({ steps, servers, ...options }: CallsOptions): Promise<Gateway> {
  const modelPort = await claimPort(0, "the model's server", "--gateway-port");
  return steps.stage(
    "start the model's server and the gateway",
    async () => {
      const server = await startModelServer(options.folder, modelPort);
      servers.watch("the model's server", server.process);
      const gateway = await startGateway({ ...options, upstream: `${server.url}/v1`, port: options.gatewayPort });
      servers.watch("the gateway", gateway.process);
      return gateway;
    },
    ({ url }) => url,
  );
}

/** The version's attribution index may be used, so that its calls may be settled. */
async function openModel({ steps, chain, deployment, model }: CallsOptions): Promise<void> {
  await steps.wait("index window", (tick) => waitForIndex(chain, deployment, model, tick));
  await returnIndexBond(chain, deployment, model);
}
