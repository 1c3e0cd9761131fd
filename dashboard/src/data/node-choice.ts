// Which node the viewer has the chain read from; kept in this browser.
export type NodeChoice =
  /** The one of the dashboard's configuration. */
  | { readonly kind: "configured" }
  | { readonly kind: "address"; readonly url: string }
  /** Whatever node the connected wallet asks. */
  | { readonly kind: "wallet"; readonly name: string };

export const CONFIGURED: NodeChoice = { kind: "configured" };
const KEY = "node";
/** Who this machine is to itself; what it sends there nobody else can change. A content policy cannot name `[::1]`. */
const LOOPBACK_NAMES: ReadonlySet<string> = new Set(["127.0.0.1", "localhost"]);

/**
 * The address of a node, as a viewer may type it: https, or http on this machine.
 * @throws Error that says what is wrong with it
 */
export function nodeAddress(typed: string): string {
  const url = URL.parse(typed.trim());
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new Error(`${JSON.stringify(typed)} is not the address of a node: it begins with https:// or http://`);
  if (url.username !== "" || url.password !== "")
    throw new Error("a browser sends no name and password in an address; take a node's address that needs none");
  if (url.protocol === "http:" && !LOOPBACK_NAMES.has(url.hostname))
    throw new Error(
      `${url.origin} is read without encryption, so anybody between could change what it answers: use https, or a node at 127.0.0.1 or localhost`,
    );
  url.hash = "";
  return url.href;
}

const listeners = new Set<() => void>();

export function chooseNode(choice: NodeChoice): void {
  if (choice.kind === "configured") localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, JSON.stringify(choice));
  for (const listener of listeners) listener();
}

/** Also told what is chosen in another window. */
export function onNodeChoice(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener("storage", listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("storage", listener);
  };
}

/** As it is kept: the same text for the same choice. */
export function keptChoice(): string {
  return localStorage.getItem(KEY) ?? "";
}

/** What is kept and is no choice was not made here. */
export function readChoice(kept: string): NodeChoice {
  let read: unknown;
  try {
    read = JSON.parse(kept);
  } catch {
    return CONFIGURED;
  }
  const { kind, url, name } = (read ?? {}) as Record<string, unknown>;
  if (kind === "address" && typeof url === "string") return { kind, url };
  if (kind === "wallet" && typeof name === "string") return { kind, name };
  return CONFIGURED;
}
