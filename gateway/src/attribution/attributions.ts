// Who and what shaped an answer: opened by the engine's command, and verified here against the roots on chain before it is told.
import { type Address, getAddress, type Hex } from "viem";
import { datanetRegistryAbi } from "@tributary/protocol/abi/datanet-registry";
import { type AttributedCall, type OpenedCall, verifyOpenedCall } from "@tributary/protocol/attribution-opening";
import type { Books } from "../books/books.ts";
import type { SettlementChain } from "../settlement/chain.ts";
import { type Standing, standingOf } from "@tributary/protocol/settlement-standing";
import { OneAtATime } from "../settlement/one-at-a-time.ts";
import { runEngine } from "../settlement/publish.ts";

/** Results are final, so they are kept. */
const MOST_KEPT = 1_000;
/** Calls that wait for the engine, which opens one at a time. */
const MOST_WAITING = 8;
const OPENING_MILLISECONDS = 120_000;

export interface AttributionOptions {
  readonly books: Pick<Books, "receipt">;
  readonly chain: SettlementChain;
  readonly modelRegistry: Address;
  readonly datanetRegistry: Address;
  /** What the engine's command is given; left out where this gateway keeps no attribution data. */
  readonly engine?: { readonly work: string; readonly rpc: string; readonly deployment: string } | undefined;
}

/** Who contributed a record. */
export interface Contributor {
  readonly contributor: Address;
  readonly datanet: bigint;
}

export type Attribution =
  | { readonly what: "unknown" | "waiting" | "lost" | "elsewhere" | "busy"; readonly reason: string }
  | {
      readonly what: "attributed";
      readonly settlement: bigint;
      readonly standing: Extract<Standing, { what: "final" }>;
      readonly call: AttributedCall;
      readonly opened: OpenedCall;
      /** By contribution. */
      readonly contributors: ReadonlyMap<bigint, Contributor>;
    };

export class Attributions {
  readonly #options: AttributionOptions;
  readonly #kept = new Map<Hex, Attribution>();
  readonly #underWay = new Map<Hex, Promise<Attribution>>();
  readonly #engine = new OneAtATime();

  constructor(options: AttributionOptions) {
    this.#options = options;
  }

  /**
   * The attribution of a receipt, or why there is none.
   * @throws Error if what the engine opened does not verify
   */
  async of(id: Hex): Promise<Attribution> {
    const kept = this.#kept.get(id);
    if (kept !== undefined) return kept;
    const entry = await this.#options.books.receipt(id);
    if (entry === undefined) return { what: "unknown", reason: "this gateway wrote no such receipt" };
    const { settlement } = entry;
    if (settlement === undefined) return { what: "waiting", reason: "the receipt is in no closed settlement yet" };
    const standing = await this.#standingOf(settlement);
    if (standing.what !== "final") return standing;
    const underWay = this.#underWay.get(id);
    if (underWay !== undefined) return underWay;
    if (this.#underWay.size >= MOST_WAITING)
      return { what: "busy", reason: "other calls are being opened; ask again in a few seconds" };
    const opening = this.#open(id, settlement, standing).finally(() => this.#underWay.delete(id));
    this.#underWay.set(id, opening);
    const opened = await opening;
    if (opened.what === "attributed") this.#keep(id, opened);
    return opened;
  }

  #standingOf(settlement: bigint): Promise<Standing> {
    const { chain, modelRegistry } = this.#options;
    return standingOf({ reader: chain.reader, ledger: chain.contracts.ledger, modelRegistry }, settlement);
  }

  async #open(id: Hex, settlement: bigint, standing: Extract<Standing, { what: "final" }>): Promise<Attribution> {
    const { engine } = this.#options;
    if (engine === undefined)
      return { what: "elsewhere", reason: `this gateway keeps no attribution data; epoch ${standing.epoch} is final` };
    const { rpc, ...options } = engine;
    const { opened } = await this.#engine.run(() =>
      runEngine<{ opened: OpenedCall }>(
        "open-call",
        { ...options, epoch: String(standing.epoch), receipt: id },
        { signal: AbortSignal.timeout(OPENING_MILLISECONDS), environment: { TRIBUTARY_RPC_URL: rpc } },
      ),
    );
    const call = verifyOpenedCall(opened, id, standing.roots);
    const contributors = await this.#contributors(call);
    return { what: "attributed", settlement, standing, call, opened, contributors };
  }

  async #contributors({ records }: AttributedCall): Promise<Map<bigint, Contributor>> {
    const { chain, datanetRegistry } = this.#options;
    const ids = [...new Set(records.map(({ contributionId }) => contributionId))];
    const found = await Promise.all(
      ids.map(async (id) => {
        const { contributor, datanet } = await chain.reader.readContract({
          address: datanetRegistry,
          abi: datanetRegistryAbi,
          functionName: "contributionOf",
          args: [id],
        });
        return [id, { contributor: getAddress(contributor), datanet }] as const;
      }),
    );
    return new Map(found);
  }

  #keep(id: Hex, attribution: Attribution): void {
    const [oldest] = this.#kept.keys();
    if (this.#kept.size >= MOST_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    this.#kept.set(id, attribution);
  }
}
