// All that happens after the calls: settlements of every till this gateway has the key of, withdrawals, demands, attributions, and texts that are forgotten.
import { join } from "node:path";
import { type Address, type Hex, isAddressEqual, type LocalAccount } from "viem";
import { modelTillAbi } from "@tributary/protocol/abi/model-till";
import { Attributions } from "../attribution/attributions.ts";
import { standingOf } from "@tributary/protocol/settlement-standing";
import type { Books, Settlement } from "../books/books.ts";
import { Inclusions } from "../inclusion/answer-demands.ts";
import { reasonOf } from "@tributary/protocol/reason";
import type { SettlementChain, Tell } from "./chain.ts";
import { ClaimPauses } from "./claim-pauses.ts";
import { HandOver } from "./hand-over.ts";
import { Retention } from "./retention.ts";
import { Schedule } from "./schedule.ts";
import { StandingRefunds } from "./refunds.ts";
import { Settler } from "./settler.ts";
import { Withdrawals } from "./withdrawals.ts";

export interface SettlingParts {
  readonly books: Books;
  readonly chain: SettlementChain;
  readonly modelRegistry: Address;
  readonly datanetRegistry: Address;
  /** The gateway's accounts, the present one first: each closes the tills that name it. */
  readonly accounts: readonly [LocalAccount, ...LocalAccount[]];
  readonly settings: SettlingSettings;
  /** For the engine's command. */
  readonly rpc: string;
  readonly deploymentFile: string;
  /** Whether the first transaction of a channel's refund is still waited for. */
  readonly isRefunding: (channelId: Hex) => boolean;
  readonly tell: Tell;
}

/** Folders are absolute. */
export interface SettlingSettings {
  readonly everySeconds: number;
  readonly aboveAmount?: bigint | undefined;
  readonly lookSeconds: number;
  readonly folder: string;
  /** Work folder of the attribution engine. */
  readonly work: string;
  /** Writes the texts of what is closed into the work folder. */
  readonly handOver: boolean;
  /** Texts of attributed calls are kept so long; for ever if left out. */
  readonly keepTextsSeconds?: number | undefined;
}

export interface SettlingStanding {
  /** Demands for receipts, the overdue ones included. */
  readonly demandsOpen: number;
  readonly demandsOverdue: number;
  /** Channels whose claims the chain keeps refusing through no payer's doing. */
  readonly claimsRefused: number;
  /** Channels that wait because the chain reverted their claims. */
  readonly claimsPaused: number;
  /** Since the start. */
  readonly claimsReverted: number;
  /** Parts of settling that keep failing, by their names in the log. */
  readonly failing: readonly string[];
}

/** Times in a row that a failure is no passing one. */
const KEEPS_FAILING = 3;

export class Settling {
  readonly #parts: SettlingParts;
  readonly #settlers: ReadonlyMap<string, Settler>;
  readonly #gateways = new Map<Address, Address>();
  readonly #pauses: ClaimPauses;
  readonly #inclusions: readonly Inclusions[];
  readonly #handOver: HandOver;
  readonly #schedule: Schedule;
  readonly #stopping = new AbortController();
  /** What `settleAll` has under way. */
  #byHand: Promise<unknown> = Promise.resolve();
  readonly attributions: Attributions;

  constructor(parts: SettlingParts) {
    this.#parts = parts;
    const { books, accounts, settings, tell } = parts;
    const chain = { ...parts.chain, stopping: this.#stopping.signal };
    this.#pauses = new ClaimPauses(join(settings.folder, "claim-pauses.json"));
    const settlerOf = (gateway: LocalAccount): Settler =>
      new Settler({
        books,
        chain,
        keys: { gateway, authorizers: accounts },
        folder: settings.folder,
        publishFolder: settings.work,
        pauses: this.#pauses,
        tell,
      });
    this.#settlers = new Map(accounts.map((account) => [account.address.toLowerCase(), settlerOf(account)]));
    const present = this.#settlers.get(accounts[0].address.toLowerCase())!;
    const withdrawals = new Withdrawals(books, chain, present, tell);
    const refunds = new StandingRefunds({
      ...{ books, chain, keys: { gateway: accounts[0], authorizers: accounts }, settler: present, tell },
      isUnderWay: ({ channelId }) => parts.isRefunding(channelId),
    });
    this.#inclusions = accounts.map((gateway) => {
      const settler = this.#settlers.get(gateway.address.toLowerCase())!;
      return new Inclusions({ books, chain, keys: { gateway, authorizers: accounts }, settler, tell });
    });
    const retention = new Retention({
      books,
      keepSeconds: settings.keepTextsSeconds,
      standingOf: (settlement) =>
        standingOf(
          { reader: chain.reader, ledger: chain.contracts.ledger, modelRegistry: parts.modelRegistry },
          settlement,
        ),
      tell,
    });
    this.#handOver = new HandOver({ books, folder: settings.work, tell });
    this.#schedule = new Schedule({
      settle: (till, version) => this.#settle(till, version),
      finishOpen: (till) => this.#finishOpen(till),
      owed: async (till) => (await this.#settlerOf(till)).owed(till),
      unsettled: () => books.unsettled(),
      open: async () => (await books.settlements()).filter(({ state }) => state !== "closed").map(({ till }) => till),
      everySeconds: settings.everySeconds,
      aboveAmount: settings.aboveAmount,
      lookSeconds: settings.lookSeconds,
      urgent: { "look at withdrawals": () => withdrawals.look() },
      duties: {
        "look at refunds": () => refunds.look(),
        "look at demands": () => Promise.all(this.#inclusions.map((each) => each.look())),
        // Before they are forgotten.
        ...(settings.handOver && { "hand over texts": () => this.#handOver.look() }),
        "forget texts": () => retention.look(),
      },
      tell,
    });
    const { work } = settings;
    this.attributions = new Attributions({
      books,
      chain,
      modelRegistry: parts.modelRegistry,
      datanetRegistry: parts.datanetRegistry,
      engine: { work, rpc: parts.rpc, deployment: parts.deploymentFile },
    });
  }

  /** How settling goes, from memory. */
  get standing(): SettlingStanding {
    const sum = (numbers: readonly number[]): number => numbers.reduce((all, each) => all + each, 0);
    return {
      demandsOpen: sum(this.#inclusions.map(({ open }) => open)),
      demandsOverdue: sum(this.#inclusions.map(({ overdue }) => overdue)),
      claimsRefused: sum([...this.#settlers.values()].map((settler) => settler.refused(KEEPS_FAILING))),
      claimsPaused: this.#pauses.waiting,
      claimsReverted: this.#pauses.reverts,
      failing: this.#schedule.failing(KEEPS_FAILING),
    };
  }

  /** Settles on schedule, until `stop`. */
  start(): void {
    this.#schedule.start();
  }

  /** Ends before the next step of what is under way, and waits for no transaction any more: all of it goes on after the next start. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error("the gateway is stopping"));
    await Promise.all([this.#schedule.stop(), this.#byHand]);
  }

  /**
   * Settles everything that can be settled, now.
   * @returns what was closed
   * @throws the first Error of a till, after all were tried
   */
  settleAll(): Promise<Settlement[]> {
    const settled = this.#settleAll();
    this.#byHand = Promise.allSettled([this.#byHand, settled]);
    return settled;
  }

  async #settleAll(): Promise<Settlement[]> {
    this.#stopping.signal.throwIfAborted();
    const { books, tell } = this.#parts;
    const closed: Settlement[] = [];
    let failure: Error | undefined;
    const attempt = async (act: () => Promise<Settlement[]>, what = "settle"): Promise<number> => {
      try {
        const settled = await act();
        closed.push(...settled);
        return settled.length;
      } catch (error) {
        failure ??= error as Error;
        tell("failed", { what, reason: reasonOf(error) });
        return 0;
      }
    };
    for (const { till } of (await books.settlements()).filter(({ state }) => state !== "closed"))
      await attempt(() => this.#finishOpen(till));
    for (let progress = 1; progress > 0;) {
      progress = 0;
      for (const { till, version } of await books.unsettled())
        progress += await attempt(() => this.#settle(till, version));
    }
    // Also what was closed before this, and not handed over then.
    if (this.#parts.settings.handOver) await attempt(() => this.#handOver.look().then(() => []), "hand over texts");
    if (failure !== undefined) throw failure;
    return closed;
  }

  /** @throws UnknownClose if one of the tills was closed by other books */
  async checkCloses(tills: readonly Address[]): Promise<void> {
    for (const till of tills) await (await this.#settlerOf(till)).checkCloses(till);
  }

  /** Claims what all channels were charged, and closes nothing: an older copy of the books may do this. @returns how many are charged and not claimed */
  async claimAll(): Promise<number> {
    const { books, accounts } = this.#parts;
    const settler = this.#settlers.get(accounts[0].address.toLowerCase())!;
    let unclaimed = 0;
    for await (const page of books.channelPages())
      unclaimed += (await settler.claim(page.map(({ channelId }) => channelId.toLowerCase() as Hex))).length;
    return unclaimed;
  }

  async #settle(till: Address, version: bigint): Promise<Settlement[]> {
    return this.#handingOver(await (await this.#settlerOf(till)).settle(till, version));
  }

  async #finishOpen(till: Address): Promise<Settlement[]> {
    return this.#handingOver(await (await this.#settlerOf(till)).finishOpen(till));
  }

  /** Hands over what was closed at once; where that fails it is tried again at the next look. */
  async #handingOver(closed: Settlement[]): Promise<Settlement[]> {
    const { settings, tell } = this.#parts;
    if (settings.handOver && closed.length > 0)
      await this.#handOver.look().catch((error: unknown) => {
        tell("failed", { what: "hand over texts", reason: reasonOf(error) });
      });
    return closed;
  }

  async #settlerOf(till: Address): Promise<Settler> {
    let gateway = this.#gateways.get(till);
    if (gateway === undefined) {
      const { reader } = this.#parts.chain;
      gateway = await reader.readContract({ address: till, abi: modelTillAbi, functionName: "gateway" });
      this.#gateways.set(till, gateway);
    }
    const settler = this.#settlers.get(gateway.toLowerCase());
    if (settler === undefined)
      throw new Error(`the till ${till} is ${gateway}'s, whose key this gateway does not have`);
    return settler;
  }
}

/** The closed settlement of this number on chain. */
export async function settlementOnChain(books: Pick<Books, "settlements">, onChain: bigint, till?: Address) {
  const found = (await books.settlements()).find(
    (each) => each.onChain === onChain && (till === undefined || isAddressEqual(each.till, till)),
  );
  if (found === undefined) throw new Error(`these books have no closed settlement ${onChain}`);
  return found;
}
