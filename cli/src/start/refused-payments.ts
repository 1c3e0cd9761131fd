// What the gateway must refuse: a call that nobody paid for, and one that is paid from somebody else's channel.
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { openChannel } from "@tributary/gateway/load/channel";
import { payerAccount } from "./accounts.ts";
import type { Checks } from "./checks.ts";
import type { Deployment } from "./deployment.ts";
import type { LocalChain } from "./local-chain.ts";
import type { AskedQuestion } from "./questions.ts";

const PAYMENT_REQUIRED = 402;
const LIMIT = 10n ** 30n;

/** @param question one that was answered to who paid */
export async function checkRefusals(
  checks: Checks,
  chain: LocalChain,
  { chainId, addresses }: Deployment,
  gatewayUrl: string,
  question: AskedQuestion,
): Promise<void> {
  const { model, prompt, mostTokens, temperature } = question;
  const ask = (paidFetch: typeof globalThis.fetch): Promise<Response> =>
    paidFetch(`${gatewayUrl}/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model, prompt, max_tokens: mostTokens, temperature }),
    });
  const unpaid = await ask(globalThis.fetch);
  checks.add(
    "a call that nobody pays for is refused with its terms",
    unpaid.status === PAYMENT_REQUIRED && unpaid.headers.has("payment-required") && !(await hasAnswer(unpaid)),
    `status ${unpaid.status}`,
  );
  const thief = openChannel({
    ...{ account: payerAccount(0), signer: privateKeyToAccount(generatePrivateKey()) },
    ...{ reader: chain.client, chainId, token: addresses.OpenToken, mostPerCall: LIMIT },
  });
  const stolen = await ask(thief.fetch);
  checks.add(
    "a voucher that the channel's payer did not sign is refused",
    stolen.status === PAYMENT_REQUIRED && !(await hasAnswer(stolen)),
    `status ${stolen.status}`,
  );
}

async function hasAnswer(response: Response): Promise<boolean> {
  return (await response.text()).includes("choices");
}
