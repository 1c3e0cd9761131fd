// What is sold at which price, by the real contracts: tills, registered prices and the stake on a model.
import { expect } from "chai";
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import { openTokenAbi } from "@tributary/protocol/abi/open-token";
import { operatorStakingAbi } from "@tributary/protocol/abi/operator-staking";
import { curator, developer, gateway } from "../../../deploy/testing/accounts.ts";
import { send } from "../../../deploy/testing/send.ts";
import { configSchema } from "../config/schema.ts";
import { createLog } from "../server/log.ts";
import { failureOf } from "../testing/charges.ts";
import { type SoldModel, startSoldModel } from "../testing/sold-model.ts";
import { Catalogue } from "./catalogue.ts";
import { TermsReader } from "./chain-terms.ts";

/** Of the till's gateway, to whom pool 1 belongs. */
const MODEL_POOL = 2n;
const STAKE = 3n * 10n ** 18n;

describe("what the chain says of a model", function () {
  this.timeout(60_000);
  let sold: SoldModel;
  let reader: TermsReader;

  before(async () => {
    sold = await startSoldModel();
    const { ModelRegistry: modelRegistry, TillFactory: tillFactory, OperatorStaking } = sold.protocol.addresses;
    reader = new TermsReader(sold.chain.reader, { modelRegistry, tillFactory, operatorStaking: OperatorStaking });
  });
  after(() => sold?.stop());

  it("is its till at a gateway, or what is missing", async () => {
    expect(await reader.tillOf(sold.version, gateway.address)).to.deep.equal({ model: 1n, till: sold.till });
    expect(String(await failureOf(reader.tillOf(9n, gateway.address)))).to.contain("version 9 is not registered");
    const failure = await failureOf(reader.tillOf(sold.version, developer.address));
    expect(String(failure)).to.match(
      /has no till at the gateway 0x\w+: make it by `tributary model till \d+ --gateway 0x\w+`/u,
    );
  });

  it("makes a gateway unready only where none of its models can be sold", async () => {
    const { version, protocol, chain } = sold;
    const model = { version: Number(version), upstream: { url: "http://127.0.0.1:9/v1" } };
    const models = ["one", "other"].map((name) => ({ ...model, name }));
    const config = configSchema.parse({ chain: { deployment: protocol.file }, models });
    const log = createLog("error", { write: () => undefined });
    const catalogue = await Catalogue.read(config, {
      ...{ reader, gateway: gateway.address, token: chain.contracts.token, log },
    });
    expect([catalogue.unsold(), catalogue.obstacles()]).to.deep.equal([[], []]);
    const free = { registered: { input: 0n, output: 0n }, stake: 0n, isUsable: true };
    const [one, other] = catalogue.listings;
    other!.terms = free;
    expect(catalogue.unsold()).to.deep.equal(["other: its owner has set no price"]);
    expect(catalogue.obstacles()).to.deep.equal([]);
    one!.terms = { ...one!.terms, isUsable: false };
    expect(catalogue.obstacles()).to.deep.equal([
      "one: its attribution index is not final yet",
      "other: its owner has set no price",
    ]);
  });

  it("is the price that its owner registered and the stake on it, in what is sold too once it is read again", async () => {
    const { local, version, protocol, chain } = sold;
    const { ModelRegistry, OpenToken, OperatorStaking } = protocol.addresses;
    const models = [{ name: "m", version: Number(version), upstream: { url: "http://127.0.0.1:9/v1" } }];
    const config = configSchema.parse({ chain: { deployment: protocol.file }, models });
    const log = createLog("error", { write: () => undefined });
    const parts = { reader, gateway: gateway.address, token: chain.contracts.token, log };
    const catalogue = await Catalogue.read(config, parts);
    const [listing] = catalogue.listings;
    const registered = { input: 3n, output: 15n };
    expect(listing!.terms).to.deep.equal({ registered, stake: 0n, isUsable: true });

    await send(local, developer, ModelRegistry, modelRegistryAbi, "setPrice", [version, 7n, 1_000_003n]);
    await send(local, curator, OperatorStaking, operatorStakingAbi, "openModelPool", [1n]);
    await send(local, curator, OpenToken, openTokenAbi, "approve", [OperatorStaking, STAKE]);
    await send(local, curator, OperatorStaking, operatorStakingAbi, "stake", [MODEL_POOL, STAKE]);
    expect(listing!.terms.registered).to.deep.equal(registered);
    await catalogue.refresh();
    const changed = { input: 7n, output: 1_000_003n };
    expect(listing!.terms).to.deep.equal({ registered: changed, stake: STAKE, isUsable: true });
  });
});
