// An amount of any token: of OPEN as such, of another in its base units, as its decimals are not known here.
import { useConfig } from "../data/config.ts";
import { count } from "../format/amount.ts";
import { Amount } from "./Amount.tsx";
import { Hash } from "./Hex.tsx";

export function TokenAmount({ token, amount }: { token: string; amount: bigint | string }) {
  const { deployment } = useConfig();
  if (token.toLowerCase() === deployment.addresses.OpenToken.toLowerCase()) return <Amount of={amount} />;
  return (
    <>
      {count(amount)} base units of <Hash hex={token} what="address of the token" />
    </>
  );
}
