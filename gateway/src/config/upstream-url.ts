// Which addresses an upstream may have: a request can never choose one, and a mistake in the settings must not reach a machine's metadata service.
import { BlockList, isIP } from "node:net";

/** Link-local (cloud metadata among them), unspecified, multicast, broadcast, translated and tunnelled addresses: no model is served there. */
const FORBIDDEN = new BlockList();
FORBIDDEN.addSubnet("169.254.0.0", 16);
FORBIDDEN.addSubnet("0.0.0.0", 8);
FORBIDDEN.addSubnet("224.0.0.0", 3);
// Metadata outside the link-local range: of Alibaba, Azure and Oracle.
FORBIDDEN.addAddress("100.100.100.200");
FORBIDDEN.addAddress("168.63.129.16");
FORBIDDEN.addAddress("192.0.0.192");
// By IPv6: AWS's block (metadata, credentials of EKS pods), Google Cloud, Oracle, Scaleway, Akamai, Alibaba.
FORBIDDEN.addSubnet("fd00:ec2::", 32, "ipv6");
FORBIDDEN.addAddress("fd20:ce::254", "ipv6");
FORBIDDEN.addAddress("fd00:c1::a9fe:a9fe", "ipv6");
FORBIDDEN.addAddress("fd00:42::42", "ipv6");
FORBIDDEN.addAddress("fd00:a9fe:a9fe::1", "ipv6");
FORBIDDEN.addAddress("fd00:100::100:200", "ipv6");
// IPv4 addresses behind a translator or a tunnel (NAT64, 6to4, Teredo, SIIT).
FORBIDDEN.addSubnet("2001::", 32, "ipv6");
FORBIDDEN.addSubnet("::ffff:0:0:0", 96, "ipv6");
FORBIDDEN.addSubnet("64:ff9b::", 96, "ipv6");
FORBIDDEN.addSubnet("64:ff9b:1::", 48, "ipv6");
FORBIDDEN.addSubnet("2002::", 16, "ipv6");
FORBIDDEN.addSubnet("fe80::", 10, "ipv6");
// Retired forms: IPv4-compatible ones, among which ::1 is this machine, and site-local ones.
FORBIDDEN.addAddress("::", "ipv6");
FORBIDDEN.addRange("::2", "::ffff:ffff", "ipv6");
FORBIDDEN.addSubnet("fec0::", 10, "ipv6");
FORBIDDEN.addSubnet("ff00::", 8, "ipv6");

/** Addresses that only this machine or its network reaches. */
const PRIVATE = new BlockList();
PRIVATE.addSubnet("127.0.0.0", 8);
PRIVATE.addSubnet("10.0.0.0", 8);
PRIVATE.addSubnet("172.16.0.0", 12);
PRIVATE.addSubnet("192.168.0.0", 16);
PRIVATE.addSubnet("100.64.0.0", 10);
PRIVATE.addAddress("::1", "ipv6");
PRIVATE.addSubnet("fc00::", 7, "ipv6");

const METADATA_HOSTS = new Set(["metadata", "metadata.google.internal", "metadata.goog", "instance-data"]);

/** Whether no connection may be made to an address. IPv4 addresses inside IPv6 ones count as themselves. */
export function isForbiddenAddress(address: string): boolean {
  return isIn(FORBIDDEN, address);
}

/**
 * What is wrong with an upstream's base URL.
 * @param mayBeLinkLocal the owner said so for this upstream
 */
export function urlFault(text: string, mayBeLinkLocal: boolean): string | undefined {
  if (!URL.canParse(text)) return "is not a URL";
  const url = new URL(text);
  if (url.protocol !== "http:" && url.protocol !== "https:") return "must begin with http:// or https://";
  if (url.username !== "" || url.password !== "")
    return "must hold no password: name the key's variable in keyVariable";
  if (url.search !== "" || url.hash !== "") return "must have no query and no fragment";
  if (mayBeLinkLocal) return undefined;
  const host = hostOf(url);
  if (isForbiddenAddress(host) || METADATA_HOSTS.has(host)) {
    return `points to ${host}, a link-local, metadata or multicast address; set allowLinkLocal if that is meant`;
  }
  return undefined;
}

/** Whether a valid base URL is on this machine or its own network, as far as its text says. */
export function isPrivateUrl(text: string): boolean {
  const host = hostOf(new URL(text));
  return host === "localhost" || host.endsWith(".localhost") || isIn(PRIVATE, host);
}

function hostOf(url: URL): string {
  return url.hostname
    .replace(/^\[|\]$/gu, "")
    .replace(/\.$/u, "")
    .toLowerCase();
}

function isIn(list: BlockList, address: string): boolean {
  const family = isIP(address);
  if (family === 0) return false;
  return list.check(address, family === 6 ? "ipv6" : "ipv4");
}
