// Names of licences: the chain holds the hash of the SPDX identifier only.
import { keccak256, stringToBytes } from "viem";

const KNOWN = [
  "CC0-1.0",
  "CC-BY-4.0",
  "CC-BY-SA-4.0",
  "CC-BY-NC-4.0",
  "CC-BY-NC-SA-4.0",
  "CC-BY-ND-4.0",
  "MIT",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "MPL-2.0",
  "GPL-2.0-only",
  "GPL-3.0-only",
  "GPL-3.0-or-later",
  "LGPL-3.0-only",
  "AGPL-3.0-only",
  "ODbL-1.0",
  "ODC-By-1.0",
  "PDDL-1.0",
  "CDLA-Permissive-2.0",
  "CDLA-Sharing-1.0",
  "Unlicense",
  "0BSD",
  "ISC",
] as const;

const BY_HASH = new Map<string, string>(KNOWN.map((name) => [keccak256(stringToBytes(name)), name]));

/** Undefined where the hash is of none of the well-known identifiers. */
export function licenceName(hash: string): string | undefined {
  return BY_HASH.get(hash.toLowerCase());
}
