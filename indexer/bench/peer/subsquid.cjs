// Runs in the folder of the peers: Subsquid folds the same events into the same six tables, a batch of blocks at a time, as its documentation shows.
const process = require("node:process");
const { EvmBatchProcessor } = require("@subsquid/evm-processor");
const { TypeormDatabase } = require("@subsquid/typeorm-store");
const { In, DataSource } = require("typeorm");
const { createOrmConfig } = require("@subsquid/typeorm-config");
const { holderRow, hourRow, moveRow, paymentRow, tokenRow, voteRow } = require("./lib/model");

const { BENCH_RPC_URL, BENCH_CONTRACT, BENCH_TOPICS } = process.env;
const [MINTED, MOVED, PAID, VOTED] = BENCH_TOPICS.split(",");
const HOUR_SECONDS = 3_600;

const processor = new EvmBatchProcessor()
  .setRpcEndpoint({ url: BENCH_RPC_URL, capacity: 10, maxBatchCallSize: 100 })
  .setFinalityConfirmation(30)
  .setBlockRange({ from: 0 })
  .addLog({ address: [BENCH_CONTRACT], topic0: [MINTED, MOVED, PAID, VOTED] })
  .setFields({ log: { topics: true, data: true, transactionHash: true } });

const addressOf = (topic) => `0x${topic.slice(26)}`;

/** What one batch has read and changed. */
class Rows {
  #store;
  #Row;
  #known = new Map();
  constructor(store, Row) {
    this.#store = store;
    this.#Row = Row;
  }
  async load(ids) {
    const missing = [...ids];
    for (let first = 0; first < missing.length; first += 10_000) {
      const part = missing.slice(first, first + 10_000);
      for (const row of await this.#store.findBy(this.#Row, { id: In(part) })) this.#known.set(row.id, row);
    }
  }
  get(id, fresh) {
    let row = this.#known.get(id);
    if (row === undefined) this.#known.set(id, (row = new this.#Row({ id, ...fresh })));
    return row;
  }
  async save() {
    await this.#store.upsert([...this.#known.values()]);
  }
}

async function fold({ blocks, store }) {
  const tokens = new Rows(store, tokenRow);
  const holders = new Rows(store, holderRow);
  const hours = new Rows(store, hourRow);
  const events = [];
  const tokenIds = new Set();
  const holderIds = new Set();
  const hourIds = new Set();
  for (const { header, logs } of blocks) {
    const at = BigInt(Math.floor(header.timestamp / 1_000));
    const hour = String(at / BigInt(HOUR_SECONDS));
    for (const log of logs) {
      const [kind, token, account, other] = log.topics;
      const event = { log, at, hour, kind, tokenId: BigInt(token), account: addressOf(account) };
      if (kind === MOVED) event.to = addressOf(other);
      events.push(event);
      tokenIds.add(String(event.tokenId));
      holderIds.add(event.account);
      if (kind === MOVED) holderIds.add(event.to);
      if (kind === PAID) hourIds.add(hour);
    }
  }
  await Promise.all([tokens.load(tokenIds), holders.load(holderIds), hours.load(hourIds)]);
  const moves = [];
  const payments = [];
  const votes = [];
  for (const { log, at, hour, kind, tokenId, account, to } of events) {
    const common = { id: `${log.transactionHash}-${log.logIndex}`, tokenId, at, transactionHash: log.transactionHash };
    const token = tokens.get(String(tokenId), {
      owner: account,
      price: 0n,
      income: 0n,
      moves: 0,
      inFavour: 0,
      against: 0,
    });
    if (kind === MINTED) {
      token.price = BigInt(log.data);
      holders.get(account, { tokens: 0, paid: 0n }).tokens++;
    } else if (kind === MOVED) {
      moves.push(new moveRow({ ...common, from: account, to }));
      token.owner = to;
      token.moves++;
      holders.get(account, { tokens: 0, paid: 0n }).tokens--;
      holders.get(to, { tokens: 0, paid: 0n }).tokens++;
    } else if (kind === PAID) {
      const amount = BigInt(log.data);
      payments.push(new paymentRow({ ...common, payer: account, amount }));
      token.income += amount;
      holders.get(account, { tokens: 0, paid: 0n }).paid += amount;
      const total = hours.get(hour, { payments: 0, income: 0n });
      total.payments++;
      total.income += amount;
    } else {
      const inFavour = BigInt(log.data) === 1n;
      votes.push(new voteRow({ ...common, voter: account, inFavour }));
      if (inFavour) token.inFavour++;
      else token.against++;
    }
  }
  for (const rows of [tokens, holders, hours]) await rows.save();
  for (const rows of [moves, payments, votes]) await store.insert(rows);
}

async function main() {
  // Its own tool makes the tables by migrations; here they are new every time.
  const source = new DataSource(createOrmConfig({ projectDir: process.cwd() }));
  await source.initialize();
  await source.synchronize();
  await source.destroy();
  processor.run(new TypeormDatabase({ projectDir: process.cwd(), supportHotBlocks: true }), fold);
}

void main();
