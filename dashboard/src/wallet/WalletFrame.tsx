// What every page that a wallet can act on is in: the connection, and where it stands.
import type { ReactNode } from "react";
import type { Address } from "viem";
import { useConnect, useConnection, useConnectors, useDisconnect, useSwitchChain, WagmiContext } from "wagmi";
import { useConfig } from "../data/config.ts";
import { Account } from "../parts/Hex.tsx";
import "../styles/wallet.css";
import { failureOf } from "./failure-of.ts";
import { useKeptFocus } from "./use-kept-focus.ts";
import { walletConfig } from "./wagmi.ts";

/** A wallet as it stands: `account` is connected, and `isReady` if it can also sign for this chain. */
export interface Wallet {
  readonly account: Address | undefined;
  readonly isReady: boolean;
}

export function WalletFrame({ children }: { children: (wallet: Wallet) => ReactNode }) {
  const config = useConfig();
  return (
    <WagmiContext value={walletConfig(config)}>
      <Connected>{children}</Connected>
    </WagmiContext>
  );
}

function Connected({ children }: { children: (wallet: Wallet) => ReactNode }) {
  const { chainId } = useConfig();
  const connection = useConnection();
  const isConnected = connection.status === "connected";
  const isRightChain = isConnected && connection.chainId === chainId;
  const around = useKeptFocus();
  return (
    <div ref={around} tabIndex={-1} role="group" aria-label="With the wallet">
      <section className="wallet" aria-label="Wallet" data-status={connection.status}>
        {!isConnected ? (
          <Offer isBusy={connection.isConnecting || connection.isReconnecting} />
        ) : (
          <>
            <p role="status">
              Connected: <Account address={connection.address} /> by {connection.connector.name}
            </p>
            {!isRightChain && <WrongNetwork found={connection.chainId} wanted={chainId} />}
            <Disconnect />
          </>
        )}
      </section>
      {children({ account: isConnected ? connection.address : undefined, isReady: isRightChain })}
    </div>
  );
}

function Offer({ isBusy }: { isBusy: boolean }) {
  const { mutate: connect, error, isPending } = useConnect();
  const connectors = useOffered();
  const failure = error === null ? undefined : failureOf(error);
  if (connectors.length === 0)
    return (
      <p role="status">
        No wallet was found in this browser. Everything can be read without one; to sign, open this page in a browser
        with a wallet, such as one that comes as an extension.
      </p>
    );
  return (
    <>
      <p className="actions">
        {connectors.map((connector) => (
          <button
            key={connector.uid}
            type="button"
            className="primary"
            disabled={isBusy || isPending}
            onClick={() => connect({ connector })}
          >
            Connect {connector.name === "Injected" ? "the browser’s wallet" : connector.name}
          </button>
        ))}
      </p>
      <p role="status">
        {isPending
          ? "Waiting for the wallet: confirm there."
          : failure === undefined
            ? "Not connected. Pages only ever see the account’s address; each transaction is signed in the wallet."
            : failure.kind === "refused"
              ? "You declined in the wallet. Nothing was shared."
              : `The wallet could not be connected: ${failure.reason}.`}
      </p>
    </>
  );
}

/** Wallets that announce themselves; the one at `window.ethereum` only where none does. */
function useOffered() {
  const connectors = useConnectors();
  const announced = connectors.filter(({ id }) => id !== "injected");
  if (announced.length > 0) return announced;
  return "ethereum" in window ? connectors : [];
}

function WrongNetwork({ found, wanted }: { found: number; wanted: number }) {
  const { mutate: switchChain, isPending, error } = useSwitchChain();
  const failure = error === null ? undefined : failureOf(error);
  return (
    <div className="failed" role="alert">
      <p>
        The wallet is on chain {found}; these contracts are on chain {wanted}. Nothing can be sent until it is switched.
      </p>
      <button type="button" disabled={isPending} onClick={() => switchChain({ chainId: wanted as never })}>
        Switch the wallet to chain {wanted}
      </button>
      {failure !== undefined && (
        <p>{failure.kind === "refused" ? "You declined in the wallet." : `It was not switched: ${failure.reason}.`}</p>
      )}
    </div>
  );
}

function Disconnect() {
  const { mutate: disconnect } = useDisconnect();
  return (
    <button type="button" onClick={() => disconnect()}>
      Disconnect
    </button>
  );
}
