// x402's own client, server and facilitator, unmodified, with our payment channels at the addresses that they sign for.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { batchSettlementAbi } from "@tributary/protocol/abi/batch-settlement";
import { openTokenAbi } from "@tributary/protocol/abi/open-token";
import { localPrivateKey } from "@tributary/protocol/local-keys";
import { BATCH_SETTLEMENT_ADDRESS, PERMIT2_ADDRESS } from "@tributary/protocol/typed-data/x402-domain";
import { artifacts } from "hardhat";
import { type Address, createWalletClient, getAddress, http, type PrivateKeyAccount, zeroAddress } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { foundry } from "viem/chains";
import { deployAll } from "../../deploy/deploy-all.ts";
import { local } from "../../deploy/networks/local.ts";
import { anvilBinary, type Chain, startChain } from "../deployment/support/chain.ts";
import { buyer, CEILING, CHARGE, openShop, type Shop, WITHDRAW_DELAY } from "./support/official-x402.ts";

const OPEN = 10n ** 18n;
const TILL = getAddress("0x7111000000000000000000000000000000000001");

describe("x402's client, server and facilitator", function () {
  this.timeout(120_000);
  const deployer = privateKeyToAccount(localPrivateKey(0));
  const operator = privateKeyToAccount(localPrivateKey(1));
  const authorizer = privateKeyToAccount(generatePrivateKey());
  const stateDir = mkdtempSync(join(tmpdir(), "tributary-channels-"));
  const shops: Shop[] = [];
  let on: Chain;
  let token: Address;

  before(async function () {
    if (anvilBinary() === undefined) this.skip();
    on = await startChain();
    const parameters = local.parameters;
    const deployment = await deployAll({ rpcUrl: on.rpcUrl, privateKey: localPrivateKey(0), parameters, stateDir });
    token = deployment.addresses.OpenToken;
    expect(deployment.addresses.BatchSettlement).to.equal(BATCH_SETTLEMENT_ADDRESS);
  });
  after(() => {
    for (const { close } of shops) close();
    on?.process.kill();
    rmSync(stateDir, { recursive: true, force: true });
  });

  async function shop(method: "eip3009" | "permit2"): Promise<Shop> {
    const opened = await openShop({ rpcUrl: on.rpcUrl, operator, authorizer, payTo: TILL, token, method });
    shops.push(opened);
    return opened;
  }
  /** Anvil answers before it has mined. */
  async function mined(hash: Promise<`0x${string}`>): Promise<void> {
    await on.client.waitForTransactionReceipt({ hash: await hash });
  }
  function walletOf(account: PrivateKeyAccount) {
    return createWalletClient({ account, chain: foundry, transport: http(on.rpcUrl) });
  }
  async function payer(): Promise<PrivateKeyAccount> {
    const account = privateKeyToAccount(generatePrivateKey());
    await mined(
      walletOf(deployer).writeContract({
        address: token,
        abi: openTokenAbi,
        functionName: "transfer",
        args: [account.address, OPEN],
      }),
    );
    await on.controls.setBalance({ address: account.address, value: OPEN });
    return account;
  }
  const balanceOf = (owner: Address) =>
    on.client.readContract({ address: token, abi: openTokenAbi, functionName: "balanceOf", args: [owner] });
  const channelOf = (id: string) =>
    on.client.readContract({
      address: BATCH_SETTLEMENT_ADDRESS,
      abi: batchSettlementAbi,
      functionName: "channels",
      args: [id as `0x${string}`],
    });

  it("deposits by ERC-3009, pays by vouchers, claims, sweeps and refunds, to the unit", async () => {
    const { url, storage, manager } = await shop("eip3009");
    const account = await payer();
    const { pay, scheme } = buyer(on.rpcUrl, token, account);
    expect((await fetch(url)).status).to.equal(402);
    for (let calls = 0; calls < 3; calls++) {
      const answer = await pay(url);
      expect(await answer.text()).to.equal("forty-two");
    }
    const [channel] = await storage.list();
    const deposited = OPEN - (await balanceOf(account.address));
    expect(deposited > 2n * CEILING).to.equal(true);
    expect(await channelOf(channel!.channelId)).to.deep.equal([deposited, 0n]);

    const before = await balanceOf(TILL);
    await manager.claimAndSettle();
    expect(await channelOf(channel!.channelId)).to.deep.equal([deposited, 3n * CHARGE]);
    expect((await balanceOf(TILL)) - before).to.equal(3n * CHARGE);

    await scheme.refund(url);
    expect(await balanceOf(account.address)).to.equal(OPEN - 3n * CHARGE);
    expect(await balanceOf(BATCH_SETTLEMENT_ADDRESS)).to.equal(0n);
  });

  it("deposits by Permit2 (a stand-in for it: there is no copy of its code here)", async () => {
    const { deployedBytecode } = await artifacts.readArtifact("Permit2StandIn");
    await on.controls.setCode({ address: PERMIT2_ADDRESS, bytecode: deployedBytecode as `0x${string}` });
    const { url, storage } = await shop("permit2");
    const account = await payer();
    await mined(
      walletOf(account).writeContract({
        address: token,
        abi: openTokenAbi,
        functionName: "approve",
        args: [PERMIT2_ADDRESS, OPEN],
      }),
    );
    const { pay } = buyer(on.rpcUrl, token, account);
    expect((await pay(url)).status).to.equal(200);
    const [channel] = await storage.list();
    expect(await channelOf(channel!.channelId)).to.deep.equal([OPEN - (await balanceOf(account.address)), 0n]);
  });

  it("takes a voucher of a key that the payer names, and none of another key", async () => {
    const { url } = await shop("eip3009");
    const account = await payer();
    const key = privateKeyToAccount(generatePrivateKey());
    const signer = {
      address: key.address,
      signTypedData: (message: object) => key.signTypedData(message as never),
    };
    const named = buyer(on.rpcUrl, token, account, { payerAuthorizer: key.address, voucherSigner: signer });
    expect((await named.pay(url)).status).to.equal(200);
    const foreign = buyer(on.rpcUrl, token, await payer(), {
      payerAuthorizer: authorizer.address,
      voucherSigner: { ...signer, address: authorizer.address },
    });
    expect((await foreign.pay(url)).status).to.equal(402);
    const own = buyer(on.rpcUrl, token, await payer(), { payerAuthorizer: zeroAddress });
    expect((await own.pay(url)).status).to.equal(200);
  });

  it("lets a payer take back what is not claimed after the delay, and a claim go before (last: it moves the clock)", async () => {
    const { url, storage, manager } = await shop("eip3009");
    const account = await payer();
    const { pay } = buyer(on.rpcUrl, token, account);
    expect((await pay(url)).status).to.equal(200);
    const [channel] = await storage.list();
    const config = { ...channel!.channelConfig, withdrawDelay: WITHDRAW_DELAY };
    const [deposited] = await channelOf(channel!.channelId);
    const send = async (functionName: "initiateWithdraw" | "finalizeWithdraw", args: readonly unknown[]) => {
      const call = { address: BATCH_SETTLEMENT_ADDRESS, abi: batchSettlementAbi, functionName, args } as never;
      await mined(walletOf(account).writeContract(call));
    };
    await send("initiateWithdraw", [config, deposited]);
    await manager.claimAndSettle();
    await on.controls.increaseTime({ seconds: WITHDRAW_DELAY });
    await on.controls.mine({ blocks: 1 });
    await send("finalizeWithdraw", [config]);
    expect(await balanceOf(account.address)).to.equal(OPEN - CHARGE);
  });
});
