// JSON-RPC with a signer outside this process, such as Frame with a hardware wallet, Clef or Web3Signer.

/** A signer may ask a person to confirm on a device: minutes, not seconds. */
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

/**
 * Asks a signer.
 * @throws SignerError if it refuses; Error if it does not answer
 */
export async function askSigner(url: string, method: string, params: unknown[]): Promise<unknown> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    signal: AbortSignal.timeout(ANSWER_MILLISECONDS),
  });
  const { error, result } = (await response.json()) as { error?: { code: number; message: string }; result?: unknown };
  if (error !== undefined) throw new SignerError(error.code, error.message);
  return result;
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
    throw new Error(`no signer answers at ${url}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

/**
 * Whether a signer is there and holds a key.
 * @param from the key's address
 * @throws Error if not
 */
export async function checkSignerHolds(url: string, from: string): Promise<void> {
  const accounts = (await askSignerIfKnown(url, "eth_accounts")) ?? (await askSignerIfKnown(url, "account_list"));
  if (!Array.isArray(accounts)) throw new Error(`the signer at ${url} does not name its accounts`);
  if (!accounts.some((account) => String(account).toLowerCase() === from.toLowerCase()))
    throw new Error(`the signer at ${url} does not hold the key of ${from}; it holds ${accounts.join(", ") || "none"}`);
}
