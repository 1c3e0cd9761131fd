// JSON-RPC with a signer outside this process, such as Frame with a hardware wallet, Clef or Web3Signer. Errors name its origin alone: a URL may hold credentials.
import { originOf, reasonOf, withOriginsOnly } from "./reason.ts";

const ANSWER_MILLISECONDS = 10 * 60_000;
export const METHOD_NOT_FOUND = -32601;

/** The signer's answer to a request that it refused. */
export class SignerError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

interface Answer {
  readonly error?: { readonly code: number; readonly message: string };
  readonly result?: unknown;
}

/**
 * Asks a signer.
 * @param mostMilliseconds that it is waited for: minutes, for a person may have to confirm on a device
 * @throws SignerError if it refuses; Error if it does not answer
 */
export async function askSigner(
  url: string,
  method: string,
  params: unknown[],
  mostMilliseconds = ANSWER_MILLISECONDS,
): Promise<unknown> {
  const answer = await post(url, { jsonrpc: "2.0", id: 1, method, params }, mostMilliseconds).catch((error: Error) => {
    // Without the error itself, which may quote the URL.
    throw new Error(`no signer answers at ${originOf(url)}: ${reasonOf(error.cause ?? error)}`);
  });
  if (answer.error !== undefined) throw new SignerError(answer.error.code, withOriginsOnly(answer.error.message));
  return answer.result;
}

async function post(url: string, question: object, mostMilliseconds: number): Promise<Answer> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(question),
    signal: AbortSignal.timeout(mostMilliseconds),
  });
  return (await response.json()) as Answer;
}

/**
 * Asks a signer something that it may not know.
 * @returns undefined if it refuses
 * @throws Error if it does not answer
 */
export async function askSignerIfKnown(url: string, method: string): Promise<unknown> {
  try {
    return await askSigner(url, method, []);
  } catch (error) {
    if (error instanceof SignerError) return undefined;
    throw error;
  }
}

/**
 * Whether a signer is there and holds a key.
 * @param from the key's address
 * @throws Error if not
 */
export async function checkSignerHolds(url: string, from: string): Promise<void> {
  const accounts = (await askSignerIfKnown(url, "eth_accounts")) ?? (await askSignerIfKnown(url, "account_list"));
  checkHolds(url, from, accounts);
}

/**
 * Whether a signer answers, asking nothing that a person would have to confirm: one that does not tell its accounts is believed.
 * @param from a key's address, which it must name if it names any
 * @throws Error if it does not answer in time, or holds other keys only
 */
export async function checkSignerAnswers(url: string, from: string, mostMilliseconds: number): Promise<void> {
  try {
    checkHolds(url, from, await askSigner(url, "eth_accounts", [], mostMilliseconds));
  } catch (error) {
    if (!(error instanceof SignerError)) throw error;
  }
}

function checkHolds(url: string, from: string, accounts: unknown): void {
  const origin = originOf(url);
  if (!Array.isArray(accounts)) throw new Error(`the signer at ${origin} does not name its accounts`);
  if (!accounts.some((account) => String(account).toLowerCase() === from.toLowerCase()))
    throw new Error(
      `the signer at ${origin} does not hold the key of ${from}; it holds ${accounts.join(", ") || "none"}`,
    );
}
