// Keys rotate where none of them is in the gateway's process: earlier signers by address and URL.
import { expect } from "chai";
import { getAddress, parseTransaction, recoverTransactionAddress, toHex, zeroAddress } from "viem";
import { privateKeyToAddress } from "viem/accounts";
import { recoverReceiptSigner } from "@tributary/protocol/typed-data/receipt";
import { readSecrets } from "../config/secrets.ts";
import { signersOf } from "../place.ts";
import { channelNumber, chargeOf } from "../testing/charges.ts";
import { type SimulatedSigner, startSimulatedSigner } from "../testing/simulated-signer.ts";
import { sendingAccount } from "./sending-account.ts";

const CHAIN_ID = 31337;
const [PRESENT, LOCAL, REMOTE] = [1, 2, 3].map((number) => toHex(number, { size: 32 })) as [
  `0x${string}`,
  ...`0x${string}`[],
];
const operator = { TRIBUTARY_OPERATOR_KEY: toHex(9, { size: 32 }) };

describe("earlier signers", () => {
  const signers: SimulatedSigner[] = [];
  const start = async (key: `0x${string}`): Promise<string> => {
    const signer = await startSimulatedSigner(key);
    signers.push(signer);
    return signer.url;
  };
  after(async () => {
    for (const signer of signers) await signer.close();
  });

  it("sign receipts and transactions of the tills that name them, whose keys are elsewhere", async () => {
    const secrets = readSecrets({
      ...operator,
      TRIBUTARY_GATEWAY_SIGNER_URL: await start(PRESENT),
      TRIBUTARY_GATEWAY_ADDRESS: privateKeyToAddress(PRESENT),
      TRIBUTARY_GATEWAY_EARLIER_KEYS: LOCAL!,
      TRIBUTARY_GATEWAY_EARLIER_SIGNERS: `${privateKeyToAddress(REMOTE!).toLowerCase()}=${await start(REMOTE!)}`,
    });
    const found = await signersOf(secrets, CHAIN_ID);
    expect(found.map(({ address }) => address)).to.deep.equal(
      [PRESENT, LOCAL, REMOTE].map((key) => privateKeyToAddress(key!)),
    );
    const earlier = found[2]!;
    const { salt: _salt, exchange: _exchange, ...fields } = chargeOf(channelNumber(0), 5n);
    const receipt = { ...fields, sequence: 1n, cumulative: 5n };
    expect(await recoverReceiptSigner(receipt, await earlier.signReceipt(receipt), CHAIN_ID)).to.equal(earlier.address);
    const account = sendingAccount(secrets.earlier[1]!, earlier);
    const transaction = {
      type: "eip1559",
      chainId: CHAIN_ID,
      nonce: 3,
      to: zeroAddress,
      data: "0x12",
      gas: 21_000n,
    } as const;
    const raw = await account.signTransaction({ ...transaction, maxFeePerGas: 2n, maxPriorityFeePerGas: 1n });
    expect(await recoverTransactionAddress({ serializedTransaction: raw as `0x02${string}` })).to.equal(
      getAddress(earlier.address),
    );
    expect(parseTransaction(raw)).to.include({ nonce: 3, data: "0x12" });
  });

  it("must hold the keys that are said of them, and be said so that they can be asked", async () => {
    const key = { ...operator, TRIBUTARY_GATEWAY_KEY: PRESENT };
    const another = `${privateKeyToAddress(LOCAL!)}=${await start(REMOTE!)}`;
    const failure = await signersOf(readSecrets({ ...key, TRIBUTARY_GATEWAY_EARLIER_SIGNERS: another }), CHAIN_ID).then(
      () => "",
      (error: Error) => error.message,
    );
    expect(failure).to.contain(`does not hold the key of ${privateKeyToAddress(LOCAL!)}`);
    const address = privateKeyToAddress(REMOTE!);
    for (const wrong of [
      address,
      `=http://127.0.0.1:1/`,
      `${address}=`,
      `${address}=ftp://a/`,
      `${address}=http://u:SECRET@a/`,
    ])
      expect(() => readSecrets({ ...key, TRIBUTARY_GATEWAY_EARLIER_SIGNERS: wrong }), wrong)
        .to.throw(/^TRIBUTARY_GATEWAY_EARLIER_SIGNERS/u)
        .with.property("message")
        .that.does.not.contain("SECRET");
  });
});
