// The payment token whose books a command reads: OPEN, or a further one that the deployment has a ledger and a vault for.
import { type Command, Option } from "commander";
import { type Address, erc20Abi, isAddressEqual, isAddress } from "viem";
import { TOKEN_CONTRACTS } from "@tributary/protocol/deployment";
import type { Chain } from "../connection.ts";
import { UserError } from "../errors.ts";

const OPEN = "OPEN";

export interface TokenFlag {
  token: string;
}

export interface PaymentToken {
  readonly symbol: string;
  readonly address: Address;
  readonly decimals: number;
}

/** Adds `--token`. */
export function withToken(command: Command): Command {
  return command.addOption(
    new Option("--token <symbol>", "the payment token whose ledger is meant, by symbol or address").default(OPEN),
  );
}

/**
 * The chain with the token's contracts in the place of OPEN's, where there is one for each payment token.
 * @throws UserError if the deployment has no such payment token
 */
export async function inToken(
  chain: Chain,
  { token: named }: TokenFlag,
): Promise<{ chain: Chain; token: PaymentToken }> {
  const { client, deployment, file } = chain;
  const { addresses, paymentTokens } = deployment;
  const all = [{ ...addresses, symbol: OPEN, token: addresses.OpenToken }, ...paymentTokens];
  const found = all.find(({ symbol, token }) =>
    isAddress(named, { strict: false }) ? isAddressEqual(token, named) : symbol === named,
  );
  if (found === undefined)
    throw new UserError(
      `--token: ${named} is not a payment token of ${file}, which has ${all.map(({ symbol, token }) => `${symbol} (${token})`).join(", ")}`,
    );
  const decimals = await client.readContract({ address: found.token, abi: erc20Abi, functionName: "decimals" });
  const contracts = Object.fromEntries(TOKEN_CONTRACTS.map((name) => [name, found[name]]));
  return {
    chain: { ...chain, deployment: { ...deployment, addresses: { ...addresses, ...contracts } } },
    token: { symbol: found.symbol, address: found.token, decimals },
  };
}
