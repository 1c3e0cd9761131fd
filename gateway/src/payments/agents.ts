// Which agent a call is for, as its headers say and the registry on chain confirms (ERC-8004).
import { type Address, getAddress, isAddress, isAddressEqual, type PublicClient, zeroAddress } from "viem";
import { agentRegistryAbi } from "@tributary/protocol/abi/agent-registry";
import { MAX_U256 } from "@tributary/protocol/bytes";

export const AGENT_REGISTRY_HEADER = "x-agent-registry";
export const AGENT_ID_HEADER = "x-agent-id";

export interface Agent {
  readonly registry: Address;
  readonly id: bigint;
}

/** As receipts name no agent. */
export const NO_AGENT: Agent = { registry: zeroAddress, id: 0n };

/** What the headers say is not so. */
export class AgentRefused extends Error {}

const KEPT_MILLISECONDS = 5 * 60_000;
const MOST_KEPT = 10_000;

/** @param registries that are believed: anybody can deploy one that says what they like */
export class Agents {
  readonly #client: PublicClient;
  readonly #registries: readonly Address[];
  readonly #known = new Map<string, { readonly until: number; readonly isPayers: Promise<boolean> }>();

  constructor(client: PublicClient, registries: readonly Address[]) {
    this.#client = client;
    this.#registries = registries;
  }

  /**
   * The agent that a request names.
   * @param payer of the request: the agent's owner or its wallet
   * @throws AgentRefused if it is neither, or the headers can't be read
   */
  async of(headers: Headers, payer: Address): Promise<Agent> {
    const registry = headers.get(AGENT_REGISTRY_HEADER);
    const number = headers.get(AGENT_ID_HEADER);
    if (registry === null && number === null) return NO_AGENT;
    if (registry === null || number === null)
      throw new AgentRefused(`${AGENT_REGISTRY_HEADER} and ${AGENT_ID_HEADER} go together`);
    if (!isAddress(registry, { strict: false })) throw new AgentRefused(`${AGENT_REGISTRY_HEADER} is not an address`);
    if (!/^[0-9]{1,78}$/.test(number) || BigInt(number) > MAX_U256)
      throw new AgentRefused(`${AGENT_ID_HEADER} is not a whole number`);
    const agent = { registry: getAddress(registry), id: BigInt(number) };
    if (!this.#registries.some((each) => isAddressEqual(each, agent.registry)))
      throw new AgentRefused(
        `this gateway reads agents from ${this.#registries.join(", ") || "no registry"}, not from ${agent.registry}`,
      );
    if (!(await this.#isPayers(agent, payer)))
      throw new AgentRefused(
        `agent ${agent.id} of ${agent.registry} is not ${payer}'s: it is neither its owner nor its wallet`,
      );
    return agent;
  }

  #isPayers(agent: Agent, payer: Address): Promise<boolean> {
    const key = `${agent.registry} ${agent.id} ${payer.toLowerCase()}`;
    const known = this.#known.get(key);
    if (known !== undefined && known.until > Date.now()) return known.isPayers;
    const isPayers = this.#ask(agent, payer);
    if (this.#known.size >= MOST_KEPT) this.#known.clear();
    this.#known.set(key, { until: Date.now() + KEPT_MILLISECONDS, isPayers });
    // A node that does not answer says nothing about the agent.
    isPayers.catch(() => this.#known.delete(key));
    return isPayers;
  }

  async #ask({ registry: address, id }: Agent, payer: Address): Promise<boolean> {
    const read = { address, abi: agentRegistryAbi, args: [id] } as const;
    const code = await this.#client.getCode({ address });
    if (code === undefined) throw new Error(`no agent registry at ${address}`);
    const wallet = await this.#client.readContract({ ...read, functionName: "getAgentWallet" });
    if (isAddressEqual(wallet, payer)) return true;
    try {
      return isAddressEqual(await this.#client.readContract({ ...read, functionName: "ownerOf" }), payer);
    } catch (error) {
      if (isRevert(error)) return false;
      throw error;
    }
  }
}

/** ERC-721 reverts for a token that is not. */
function isRevert(error: unknown): boolean {
  return (
    error instanceof Error &&
    "cause" in error &&
    error.cause instanceof Error &&
    error.cause.name === "ContractFunctionRevertedError"
  );
}
