// SIMULATED payers: a load generator whose people are made up and whose clients are real, the unmodified `openai` and `@x402/fetch` packages. Each has a key and a
// channel of its own, asks one question after another, and checks every receipt.
import { encodeFunctionData, type Hex, parseEventLogs } from "viem";
import { agentRegistryAbi } from "@tributary/protocol/abi/agent-registry";
import { openTokenAbi } from "@tributary/protocol/abi/open-token";
import { DEPOSIT_CALLS, openChannel, type Channel } from "@tributary/gateway/load/channel";
import { Payer, type PaidCall as Call, type Seller } from "@tributary/gateway/load/payer";
import { UserError } from "../errors.ts";
import { payerAccount, PAYER_COUNT, roleAccount } from "./accounts.ts";
import type { Deployment } from "./deployment.ts";
import type { LocalChain } from "./local-chain.ts";
import type { RegisteredModel } from "./model.ts";
import { MODEL_NAME, type AskedQuestion } from "./questions.ts";
import { transact } from "./transact.ts";

const OPEN = 10n ** 18n;
/** A payer's limit of what one call may cost. */
const MOST_PER_CALL = 5n * OPEN;
/** What each payer has: two deposits, the second of which its channel needs when the first is used up. */
const PURSE = 2n * DEPOSIT_CALLS * MOST_PER_CALL;
/** The payer who has its answers streamed, the one who takes back what is left of its channel at the end, and the one that is an agent of ERC-8004. */
const STREAMING_PAYER = 0;
const LEAVING_PAYER = 1;
const AGENT_PAYER = 2;

/** A call that one of the payers made. */
export interface PaidCall extends Call {
  readonly heldOut: number;
}

export function isStreamed(call: number): boolean {
  return call % PAYER_COUNT === STREAMING_PAYER;
}

export class SimulatedPayers {
  readonly #chain: LocalChain;
  readonly #deployment: Deployment;
  readonly #gatewayUrl: string;
  readonly #channels: readonly Channel[];
  readonly #seller: Seller;
  #payers: readonly Payer[] = [];

  /** @param gatewayUrl base address of the gateway */
  constructor(chain: LocalChain, deployment: Deployment, model: RegisteredModel, gatewayUrl: string) {
    this.#chain = chain;
    this.#deployment = deployment;
    this.#gatewayUrl = gatewayUrl;
    const { chainId, addresses } = deployment;
    this.#seller = {
      ...{ url: `${gatewayUrl}/v1`, chainId, till: model.till, version: model.version },
      gateway: roleAccount("gateway").address,
    };
    this.#channels = Array.from({ length: PAYER_COUNT }, (_, payer) =>
      openChannel({
        ...{ account: payerAccount(payer), reader: chain.client, chainId, token: addresses.OpenToken },
        mostPerCall: MOST_PER_CALL,
      }),
    );
  }

  /** What all payers were given together. */
  static readonly purses = PURSE * BigInt(PAYER_COUNT);

  /** Gives every payer its purse, and one of them its number as an agent, which its receipts then name. */
  async fund(): Promise<void> {
    for (let payer = 0; payer < PAYER_COUNT; payer++) {
      await transact(this.#chain, roleAccount("deployer"), {
        what: `fund SIMULATED payer ${payer}`,
        to: this.#deployment.addresses.OpenToken,
        data: encodeFunctionData({
          abi: openTokenAbi,
          functionName: "transfer",
          args: [payerAccount(payer).address, PURSE],
        }),
      });
    }
    const agent = { registry: this.#deployment.addresses.AgentRegistry, id: await this.#registerAgent() };
    this.#payers = this.#channels.map((channel, payer) =>
      payer === AGENT_PAYER ? new Payer(this.#seller, channel, agent) : new Payer(this.#seller, channel),
    );
  }

  async #registerAgent(): Promise<bigint> {
    const { logs } = await transact(this.#chain, payerAccount(AGENT_PAYER), {
      what: `register SIMULATED payer ${AGENT_PAYER} as an agent`,
      to: this.#deployment.addresses.AgentRegistry,
      data: encodeFunctionData({ abi: agentRegistryAbi, functionName: "register" }),
    });
    const [registered] = parseEventLogs({ abi: agentRegistryAbi, logs, eventName: "Registered" });
    if (registered === undefined) throw new UserError("the registry of agents registered nobody", 1);
    return registered.args.agentId;
  }

  /**
   * Asks `questions`, each payer those that are its own, one after another.
   * @param first number of the first question among those of all settlements
   * @returns the calls in the order of the receipts tree
   */
  async ask(
    questions: readonly AskedQuestion[],
    first: number,
    onProgress: (done: number, total: number) => void,
  ): Promise<PaidCall[]> {
    const paid: PaidCall[] = [];
    await Promise.all(
      this.#payers.map(async (payer, number) => {
        for (const [index, question] of questions.entries()) {
          if ((first + index) % PAYER_COUNT !== number) continue;
          try {
            paid.push({ ...(await payer.ask(question)), heldOut: question.heldOut });
          } catch (error) {
            throw new UserError(`SIMULATED payer ${number}, call ${first + index}: ${(error as Error).message}`, 1);
          }
          onProgress(paid.length, questions.length);
        }
      }),
    );
    return paid.sort(
      (a, b) => compare(a.receipt.channelId, b.receipt.channelId) || Number(a.receipt.sequence - b.receipt.sequence),
    );
  }

  /** One payer takes back what is left of its channel. @returns how much that is */
  async leave(): Promise<bigint> {
    return (await this.#channels[LEAVING_PAYER]!.refund(`${this.#gatewayUrl}/v1/refunds/${MODEL_NAME}`)).amount;
  }
}

function compare(a: Hex, b: Hex): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
