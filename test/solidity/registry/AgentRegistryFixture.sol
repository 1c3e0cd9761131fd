// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC721Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {Test} from "forge-std/Test.sol";
import {IAgentRegistry} from "../../../contracts/interfaces/IAgentRegistry.sol";
import {AgentRegistry} from "../../../contracts/registry/AgentRegistry.sol";

/// @notice A registry with one agent, and wallets' signatures over digests that are computed here, apart from the registry's code.
abstract contract AgentRegistryFixture is Test {
    bytes32 internal constant DOMAIN_TYPEHASH = keccak256(
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    );
    bytes32 internal constant WALLET_TYPEHASH = keccak256(
        "AgentWalletSet(uint256 agentId,address newWallet,address owner,uint256 deadline)"
    );
    uint256 internal constant NOW = 1_700_000_000;
    string internal constant URI = "ipfs://agent";

    AgentRegistry internal registry;
    address internal owner = makeAddr("owner");
    address internal approved = makeAddr("approved");
    address internal operator = makeAddr("operator");
    address internal stranger = makeAddr("stranger");
    address internal wallet;
    uint256 internal walletKey;
    /// @dev Owned by `owner`; the second, so that its id is not 0.
    uint256 internal agentId;

    function setUp() public virtual {
        vm.warp(NOW);
        (wallet, walletKey) = makeAddrAndKey("wallet");
        registry = new AgentRegistry();
        vm.prank(stranger);
        registry.register();
        vm.startPrank(owner);
        agentId = registry.register(URI);
        registry.approve(approved, agentId);
        registry.setApprovalForAll(operator, true);
        vm.stopPrank();
    }

    function digestOf(
        address verifier,
        uint256 chainId,
        uint256 id,
        address newWallet,
        address agentOwner,
        uint256 deadline
    ) internal pure returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(DOMAIN_TYPEHASH, keccak256("ERC8004IdentityRegistry"), keccak256("1"), chainId, verifier)
        );
        bytes32 structHash = keccak256(abi.encode(WALLET_TYPEHASH, id, newWallet, agentOwner, deadline));
        return keccak256(abi.encodePacked(hex"1901", domain, structHash));
    }

    /// @dev What the wallet signs to serve the agent on this chain.
    function consent(address newWallet, uint256 deadline) internal view returns (bytes memory) {
        return sign(digestOf(address(registry), block.chainid, agentId, newWallet, owner, deadline));
    }

    function sign(bytes32 digest) internal view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(walletKey, digest);
        return abi.encodePacked(r, s, v);
    }

    function notAuthorized(address caller) internal view returns (bytes memory) {
        return abi.encodeWithSelector(IERC721Errors.ERC721InsufficientApproval.selector, caller, agentId);
    }

    function nonexistent(uint256 id) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IERC721Errors.ERC721NonexistentToken.selector, id);
    }

    function reservedKey() internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IAgentRegistry.ReservedKey.selector, "agentWallet");
    }
}
