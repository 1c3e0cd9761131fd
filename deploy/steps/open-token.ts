// Step 1: the OPEN token, a new one or one that exists already.
import type { IgnitionModuleBuilder } from "@nomicfoundation/ignition-core";
import type { Parameters } from "../parameters.ts";
import type { Contract } from "./contract.ts";

export function openToken(m: IgnitionModuleBuilder, p: Parameters): Contract {
  if (p.openToken !== undefined) return m.contractAt("OpenToken", p.openToken);
  return m.contract("OpenToken", [p.tokenRecipient!]);
}
