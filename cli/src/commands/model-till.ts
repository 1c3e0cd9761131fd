// tributary model till: the contract that a gateway is paid through for a model, which has to be there before the gateway can sell it.
import { type Command } from "commander";
import { type Address, encodeFunctionData, zeroAddress } from "viem";
import { modelRegistryAbi } from "@tributary/protocol/abi/model-registry";
import { tillFactoryAbi } from "@tributary/protocol/abi/till-factory";
import { address, id } from "../amounts.ts";
import { type KeyFlags, withKeys } from "../chain/keys.ts";
import { inToken, type TokenFlag, withToken } from "../chain/payment-token.ts";
import { openWallet } from "../chain/wallet.ts";
import { type ChainFlags, connect, withChain } from "../connection.ts";
import { UserError } from "../errors.ts";
import { answering, type Answer, type JsonFlag, withJson } from "../output.ts";

interface TillFlags extends ChainFlags, KeyFlags, JsonFlag, TokenFlag {
  gateway: Address;
}

export function tillCommand(model: Command): void {
  const till = model
    .command("till")
    .argument("<model>", "number of the model", id)
    .description("make the till through which a gateway is paid for a model; anybody may, and it is made once")
    .requiredOption("--gateway <address>", "the gateway's account, which signs its receipts", address);
  withJson(withKeys(withChain(withToken(till)))).action(answering(makeTill));
}

async function makeTill(model: bigint, flags: TillFlags): Promise<Answer> {
  if (flags.gateway === zeroAddress) throw new UserError("--gateway is the zero address: nobody signs for it");
  const { chain } = await inToken(await connect(flags), flags);
  const { client, deployment } = chain;
  const { ModelRegistry, TillFactory: to } = deployment.addresses;
  const count = await client.readContract({
    address: ModelRegistry,
    abi: modelRegistryAbi,
    functionName: "modelCount",
  });
  if (model > count)
    throw new UserError(
      `there is no model ${model} on this chain: ${count === 0n ? "none is registered" : `they are numbered from 1 to ${count}`}`,
    );
  const wallet = await openWallet(chain, flags);
  // What an earlier run sent may have made it.
  await wallet.settle();
  const args = [model, flags.gateway] as const;
  const [till, exists] = await client.readContract({ address: to, abi: tillFactoryAbi, functionName: "tillOf", args });
  const answer = { model, gateway: flags.gateway, till };
  if (exists)
    return {
      json: { ...answer, transaction: null },
      text: `the till of model ${model} at the gateway ${flags.gateway} is ${till} already: nothing was sent`,
    };
  const { transactionHash } = await wallet.transact({
    what: `make the till of model ${model}`,
    to,
    data: encodeFunctionData({ abi: tillFactoryAbi, functionName: "createTill", args }),
  });
  return {
    json: { ...answer, transaction: transactionHash },
    text: `the till of model ${model} at the gateway ${flags.gateway} is ${till}`,
  };
}
