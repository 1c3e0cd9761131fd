// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";

/// @notice The ERC-8004 Identity Registry: agents as ERC-721 tokens, numbered 0, 1, 2 …; a token's URI is that of the agent's registration file.
/// @dev Functions, events, EIP-712 domain, type, deadline limit and first id are those of version 2.0.0 of the canonical registry
/// (https://github.com/erc-8004/erc-8004-contracts), so that its clients work with either; what it reverts with differs, and nobody can replace its
/// code. Where the canonical registry is deployed a deployment should point at it: 0x8004A169FB4a3325136EB29fA0ceB6D2e539a432 on mainnets
/// (among them 1, 10, 8453 and 42161), 0x8004A818BFB912233c491871b3d84c89A494BD9e on test networks (among them 11155111, 84532 and 11155420);
/// source: `scripts/addresses.ts` and `registry-addresses.json` there.
interface IAgentRegistry is IERC721 {
    struct MetadataEntry {
        string metadataKey;
        bytes metadataValue;
    }

    event Registered(uint256 indexed agentId, string agentURI, address indexed owner);
    event URIUpdated(uint256 indexed agentId, string newURI, address indexed updatedBy);
    event MetadataSet(
        uint256 indexed agentId,
        string indexed indexedMetadataKey,
        string metadataKey,
        bytes metadataValue
    );

    /// @dev The key `agentWallet` is written by registration, transfer, `setAgentWallet` and `unsetAgentWallet` alone.
    error ReservedKey(string metadataKey);
    error ZeroWallet();
    error DeadlinePassed(uint256 deadline);
    error DeadlineTooFar(uint256 deadline, uint256 latest);
    error InvalidWalletSignature(address wallet);

    /// @notice Registers the caller's next agent, whose wallet is the caller. A caller with code must accept ERC-721 tokens.
    function register() external returns (uint256 agentId);

    /// @notice As `register()`, with the URI of its registration file.
    function register(string calldata agentURI) external returns (uint256 agentId);

    /// @notice As `register(agentURI)`, with metadata under any keys but the reserved one.
    function register(string calldata agentURI, MetadataEntry[] calldata metadata) external returns (uint256 agentId);

    /// @notice Replaces the URI of the registration file; for the owner and those it approved, as all that follows.
    function setAgentURI(uint256 agentId, string calldata newURI) external;

    /// @notice Sets metadata under any key but `agentWallet`.
    function setMetadata(uint256 agentId, string calldata metadataKey, bytes calldata metadataValue) external;

    /// @notice Makes `newWallet` the address that the agent is paid at and acts from, with that wallet's consent: its EIP-712 signature of
    /// `AgentWalletSet(uint256 agentId,address newWallet,address owner,uint256 deadline)`, by key or by ERC-1271.
    /// @dev The consent is for this chain, registry, agent and owner, until the deadline; until then the same owner can use it again.
    /// @param deadline Not passed, and at most five minutes ahead.
    function setAgentWallet(uint256 agentId, address newWallet, uint256 deadline, bytes calldata signature) external;

    /// @notice Leaves the agent without a wallet.
    function unsetAgentWallet(uint256 agentId) external;

    /// @notice The agent's wallet; 0 if it was unset, after a transfer, and for an agent that does not exist.
    function getAgentWallet(uint256 agentId) external view returns (address);

    /// @notice Metadata under a key; empty if none was set. The wallet is under `agentWallet`, as 20 bytes.
    function getMetadata(uint256 agentId, string calldata metadataKey) external view returns (bytes memory);

    /// @notice Whether `spender` owns the agent or is approved for it. Reverts for an agent that does not exist.
    function isAuthorizedOrOwner(address spender, uint256 agentId) external view returns (bool);

    /// @notice Version of the canonical registry that this one is compatible with.
    function getVersion() external pure returns (string memory);
}
