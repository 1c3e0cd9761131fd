// Which addresses out of metadata may be links: anyone can write metadata.
/** What a link may lead to: http, https or ipfs, and nothing that runs. Undefined: show it as text. */
export function safeLink(uri: string): string | undefined {
  const url = URL.parse(uri);
  return url !== null && ["http:", "https:", "ipfs:"].includes(url.protocol) ? url.href : undefined;
}
