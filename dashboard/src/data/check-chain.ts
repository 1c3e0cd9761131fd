// The chain as checks read it: once for the page, at the address of the configuration.
import { useMemo } from "react";
import { chainAt, type CheckChain } from "../check/chain.ts";
import { useConfig } from "./config.ts";

export function useCheckChain(): CheckChain {
  const config = useConfig();
  return useMemo(() => chainAt(config), [config]);
}
