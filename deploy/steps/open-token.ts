// The OPEN token: a new one, or one that exists already.
import type { IgnitionModuleBuilder } from "@nomicfoundation/ignition-core";
import type { Parameters } from "../parameters.ts";

export function openToken(m: IgnitionModuleBuilder, p: Parameters) {
  return p.openToken === undefined
    ? m.contract("OpenToken", [p.tokenRecipient!])
    : m.contractAt("OpenToken", p.openToken);
}
