// What a watcher shows to Prometheus.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { erc20Abi, formatEther, isAddressEqual, zeroAddress } from "viem";
import { Counter, Gauge, Registry } from "prom-client";
import type { Reader } from "../chain/chain-access.ts";
import type { DutyKind } from "./duty.ts";
import type { Head } from "./head.ts";
import type { Outcome } from "./outbox.ts";
import { type Report, tokens } from "./report.ts";
import type { Inspection, Watch } from "./watch.ts";

const PREFIX = "tributary_watcher_";

/** Numbers about the watcher, in a registry of their own. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #proposals = this.#gauge("proposals", "Proposals by what was found: agrees, differs, unknown", "verdict");
  readonly #ended = this.#gauge("proposals_ended", "Faulty proposals that were ended, by whomever");
  readonly #inputs = this.#gauge(
    "inputs",
    "Indexes, receipts and sketches by what was found: sound, wrong, unproven, unshown",
    "verdict",
  );
  readonly #inputsEnded = this.#gauge("inputs_ended", "Wrong inputs that were ended, by whomever");
  readonly #window = this.#gauge(
    "window_seconds",
    "Seconds until a pending proposal can be finalised",
    "ledger",
    "epoch",
    "proposal",
  );
  readonly #openDemands = this.#gauge("open_demands", "Demands that are neither answered nor over", "ledger");
  readonly #withheld = this.#gauge(
    "withheld_input_demands",
    "Demands of inputs that cannot be paid for without what is kept for a proposal",
    "ledger",
  );
  readonly #block = this.#gauge("block", "Number of the newest block seen");
  readonly #lag = this.#gauge("lag_seconds", "Age of the newest block when it was seen");
  readonly #lookedAt = this.#gauge("last_look_timestamp_seconds", "When everything was looked at last");
  readonly #balance = this.#gauge("balance_ether", "What the account has for gas");
  readonly #deposits = this.#gauge("deposit_balance", "What the account has for deposits, in tokens", "ledger");
  readonly #transactions = this.#counter(
    "transactions_total",
    "Transactions by what for, and what became of them: sent, mined, reverted, replaced, unmined, overtaken, refused, failed",
    "kind",
    "outcome",
  );
  readonly #rpcErrors = this.#counter("rpc_errors_total", "Requests that a node did not answer, or with an error");

  /** Counts requests that fail. */
  observe(reader: Reader): void {
    const { onResponse } = reader.transport as {
      onResponse?: (listen: (response: { status: string }) => void) => void;
    };
    onResponse?.(({ status }) => {
      if (status === "error") this.#rpcErrors.inc();
    });
  }

  transaction(kind: DutyKind, outcome: Outcome["what"] | "sent" | "refused" | "failed"): void {
    if (outcome !== "settled") this.#transactions.inc({ kind, outcome });
  }

  /** Notes a look at everything. */
  async looked(
    reader: Reader,
    head: Head,
    looks: readonly { watch: Watch; inspection: Inspection }[],
    report: Report,
  ): Promise<void> {
    const { agreeing, faulty, ended, unknown } = report.counts();
    this.#proposals.set({ verdict: "agrees" }, agreeing);
    this.#proposals.set({ verdict: "differs" }, faulty);
    this.#proposals.set({ verdict: "unknown" }, unknown);
    this.#ended.set(ended);
    const inputs = report.inputs.counts();
    this.#inputs.set({ verdict: "sound" }, inputs.sound);
    this.#inputs.set({ verdict: "wrong" }, inputs.wrong);
    this.#inputs.set({ verdict: "unproven" }, inputs.unproven);
    this.#inputs.set({ verdict: "unshown" }, inputs.unshown);
    this.#inputsEnded.set(inputs.ended);
    this.#block.set(Number(head.number));
    this.#lag.set(Math.max(0, Date.now() / 1_000 - head.timestamp));
    this.#window.reset();
    for (const { watch, inspection } of looks) {
      const { contracts } = watch.source;
      const ledger = contracts.symbol;
      for (const { epoch, proposal, finalizableAt } of inspection.pending)
        this.#window.set({ ledger, epoch: String(epoch), proposal }, Math.max(0, finalizableAt - head.timestamp));
      this.#openDemands.set({ ledger }, inspection.made.filter(({ status }) => status === "open").length);
      this.#withheld.set({ ledger }, report.inputs.withheldOf(contracts.ledger));
      if (isAddressEqual(watch.collector, zeroAddress)) continue;
      const held = await reader.readContract({
        address: contracts.token,
        abi: erc20Abi,
        functionName: "balanceOf",
        args: [watch.collector],
      });
      this.#deposits.set({ ledger }, Number(tokens(held)));
      this.#balance.set(Number(formatEther(await reader.getBalance({ address: watch.collector }))));
    }
    this.#lookedAt.set(Date.now() / 1_000);
  }

  /** Serves `/metrics`. @param port 0 for a free one */
  async serve(host: string, port: number): Promise<{ server: Server; url: string }> {
    const server = createServer((request, response) => {
      if (request.url !== "/metrics") {
        response.writeHead(404).end();
        return;
      }
      void this.#registry.metrics().then((text) => {
        response.writeHead(200, { "content-type": this.#registry.contentType }).end(text);
      });
    });
    await new Promise<void>((resolve, reject) => server.once("error", reject).listen(port, host, resolve));
    const { address, port: chosen, family } = server.address() as AddressInfo;
    return { server, url: `http://${family === "IPv6" ? `[${address}]` : address}:${chosen}/metrics` };
  }

  #gauge(name: string, help: string, ...labelNames: string[]): Gauge {
    return new Gauge({ name: PREFIX + name, help, labelNames, registers: [this.#registry] });
  }

  #counter(name: string, help: string, ...labelNames: string[]): Counter {
    return new Counter({ name: PREFIX + name, help, labelNames, registers: [this.#registry] });
  }
}
