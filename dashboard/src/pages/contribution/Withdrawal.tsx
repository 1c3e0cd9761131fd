// Takes a contribution back from future models by the wallet of its contributor.
import { datanetRegistryAbi } from "@tributary/protocol/abi/datanet-registry";
import { encodeFunctionData, isAddressEqual, type Address } from "viem";
import { useCheckChain } from "../../data/check-chain.ts";
import { Account } from "../../parts/Hex.tsx";
import { Provenance } from "../../parts/Provenance.tsx";
import { Section } from "../../parts/Section.tsx";
import { hindranceOf } from "../../wallet/hindrance.ts";
import { TransactionNote } from "../../wallet/TransactionNote.tsx";
import { useTransactions } from "../../wallet/use-transactions.ts";
import { type Wallet, WalletFrame } from "../../wallet/WalletFrame.tsx";
import type { Contribution } from "./types.ts";

export function Withdrawal({ contribution }: { contribution: Contribution }) {
  return (
    <Section title="Withdrawal from future models">
      <p>
        Its contributor can take the licence back for models that are registered later, once and for ever. Their index
        gives these records no weight <Provenance label="provable" because="until the index is usable" />, and licence
        fees that come in later are not shared with it <Provenance label="enforced" />. That such a model was really
        trained without them is its developer’s word <Provenance label="attested" />. Models that were registered before
        go on using the records and paying for them; hashes stay.
      </p>
      <WalletFrame>{(wallet) => <Own contribution={contribution} wallet={wallet} />}</WalletFrame>
    </Section>
  );
}

function Own({ contribution, wallet }: { contribution: Contribution; wallet: Wallet }) {
  const { id, contributor, withdrawnAt } = contribution;
  const { addresses } = useCheckChain();
  const transactions = useTransactions();
  const { account } = wallet;
  if (account !== undefined && !isAddressEqual(account, contributor as Address))
    return (
      <p>
        Only its contributor, <Account address={contributor} />, can withdraw it; another account is connected.
      </p>
    );
  const hindrance = hindranceOf(wallet, "To withdraw it");
  const withdraw = (by: Address): void =>
    void transactions.send(by, [
      {
        what: `withdraw contribution ${id} from future models`,
        to: addresses.DatanetRegistry,
        data: encodeFunctionData({ abi: datanetRegistryAbi, functionName: "withdraw", args: [BigInt(id)] }),
      },
    ]);
  return (
    <>
      {hindrance !== undefined && <p>{hindrance}</p>}
      <p className="actions">
        <button
          type="button"
          disabled={hindrance !== undefined || transactions.isBusy || withdrawnAt !== null}
          onClick={() => account !== undefined && withdraw(account)}
        >
          {withdrawnAt === null ? "Withdraw it from future models, for ever" : "It is withdrawn"}
        </button>
      </p>
      <TransactionNote state={transactions.state} />
    </>
  );
}
