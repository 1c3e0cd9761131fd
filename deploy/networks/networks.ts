// The networks that can be named on the command line.
import type { Network } from "../network.ts";
import { base } from "./base.ts";
import { baseSepolia } from "./base-sepolia.ts";
import { local } from "./local.ts";
import { optimism } from "./optimism.ts";
import { sepolia } from "./sepolia.ts";

export const NETWORKS: readonly Network[] = [local, sepolia, baseSepolia, base, optimism];
