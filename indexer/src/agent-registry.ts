// Folds the events of the ERC-8004 registry of agents: who they are, where they are paid, and what they say of themselves.
import { ponder } from "ponder:registry";
import { agent, agentMetadata, agentTransfer } from "ponder:schema";
import { type Hex, isAddress, keccak256, stringToBytes, zeroAddress } from "viem";
import { addToProtocol } from "./add-to-totals.ts";
import { plain } from "./plain-text.ts";
import { created, eventId, occurred } from "./provenance.ts";

/** Of the key under which the registry tells an agent's wallet: as texts, other bytes may be the same. */
const WALLET_KEY_HASH = keccak256(stringToBytes("agentWallet"));

// A registry that a chain had before the deployment knows agents whose registration is not read here: what is told of those alone is left out.

ponder.on("AgentRegistry:Registered", async ({ event, context }) => {
  const { agentId: id, agentURI: uri, owner } = event.args;
  await context.db
    .insert(agent)
    .values({ id, owner, uri: plain(uri), registeredAt: event.block.timestamp, ...created(event) });
  await addToProtocol(context, { agents: 1 });
});

ponder.on("AgentRegistry:URIUpdated", async ({ event, context }) => {
  const { agentId: id, newURI } = event.args;
  if ((await context.db.find(agent, { id })) === null) return;
  await context.db.update(agent, { id }).set({ uri: plain(newURI) });
});

ponder.on("AgentRegistry:MetadataSet", async ({ event, context }) => {
  const { agentId, metadataKey, metadataValue: value } = event.args;
  // An indexed text is its hash.
  const keyHash = event.args.indexedMetadataKey as Hex;
  const { db } = context;
  if ((await db.find(agent, { id: agentId })) === null) return;
  if (keyHash === WALLET_KEY_HASH) await db.update(agent, { id: agentId }).set({ wallet: walletOf(value) });
  const { at, block, transactionHash } = occurred(event);
  const now = { value, setAt: at, block, transactionHash };
  await db
    .insert(agentMetadata)
    .values({ agentId, keyHash, key: plain(metadataKey), ...now })
    .onConflictDoUpdate(now);
});

ponder.on("AgentRegistry:Transfer", async ({ event, context }) => {
  const { from, to, tokenId: id } = event.args;
  // Registered tells the first owner.
  if (from === zeroAddress || (await context.db.find(agent, { id })) === null) return;
  await context.db.update(agent, { id }).set({ owner: to });
  await context.db.insert(agentTransfer).values({ id: eventId(event), agentId: id, from, to, ...occurred(event) });
});

function walletOf(value: Hex): Hex | null {
  return isAddress(value, { strict: false }) ? value : null;
}
