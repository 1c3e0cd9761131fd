// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {IERC721Receiver} from "@openzeppelin/contracts/token/ERC721/IERC721Receiver.sol";
import {IERC721Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IAgentRegistry} from "../../../contracts/interfaces/IAgentRegistry.sol";
import {AgentRegistry} from "../../../contracts/registry/AgentRegistry.sol";
import {AgentRegistryFixture} from "./AgentRegistryFixture.sol";

/// @notice An owner that passes every agent on while it receives it.
contract PassingOwner is IERC721Receiver {
    address private immutable _next;
    address public walletSeen;

    constructor(address next) {
        _next = next;
    }

    function register(AgentRegistry registry) external returns (uint256) {
        return registry.register("ipfs://passed");
    }

    function onERC721Received(address, address, uint256 id, bytes calldata) external returns (bytes4) {
        walletSeen = AgentRegistry(msg.sender).getAgentWallet(id);
        AgentRegistry(msg.sender).transferFrom(address(this), _next, id);
        return this.onERC721Received.selector;
    }
}

/// @notice An owner that can't hold ERC-721 tokens.
contract DeafOwner {
    function register(AgentRegistry registry) external returns (uint256) {
        return registry.register();
    }
}

/// @notice Registration, in its three forms.
contract AgentRegistryRegisterTest is AgentRegistryFixture {
    bytes private _packedOwner = abi.encodePacked(owner);

    function _entries(string memory key) private pure returns (IAgentRegistry.MetadataEntry[] memory entries) {
        entries = new IAgentRegistry.MetadataEntry[](2);
        entries[0] = IAgentRegistry.MetadataEntry("agentName", "tributary");
        entries[1] = IAgentRegistry.MetadataEntry(key, hex"01");
    }

    function _expectRegistration(string memory uri) private {
        vm.expectEmit(address(registry));
        emit IERC721.Transfer(address(0), owner, 2);
        vm.expectEmit(address(registry));
        emit IAgentRegistry.Registered(2, uri, owner);
        vm.expectEmit(address(registry));
        emit IAgentRegistry.MetadataSet(2, "agentWallet", "agentWallet", _packedOwner);
    }

    function test_Register_NumbersFromZero() public {
        AgentRegistry fresh = new AgentRegistry();
        vm.startPrank(owner);
        assertEq(fresh.register(), 0);
        assertEq(fresh.register(URI), 1);
        assertEq(fresh.register(URI, _entries("x")), 2);
    }

    function test_Register_MakesTheCallerOwnerAndWallet() public {
        _expectRegistration("");
        vm.prank(owner);
        assertEq(registry.register(), 2);
        assertEq(registry.ownerOf(2), owner);
        assertEq(registry.getAgentWallet(2), owner);
        assertEq(registry.getMetadata(2, "agentWallet"), _packedOwner);
        assertEq(registry.tokenURI(2), "");
    }

    function test_Register_SetsTheURI() public {
        _expectRegistration(URI);
        vm.prank(owner);
        registry.register(URI);
        assertEq(registry.tokenURI(2), URI);
    }

    function test_Register_SetsTheMetadata() public {
        _expectRegistration(URI);
        vm.expectEmit(address(registry));
        emit IAgentRegistry.MetadataSet(2, "agentName", "agentName", "tributary");
        vm.prank(owner);
        registry.register(URI, _entries("x"));
        assertEq(registry.getMetadata(2, "agentName"), "tributary");
        assertEq(registry.getMetadata(2, "x"), hex"01");
        assertEq(registry.getAgentWallet(2), owner);
    }

    function test_Register_RevertsForTheReservedKey() public {
        vm.prank(owner);
        vm.expectRevert(reservedKey());
        registry.register(URI, _entries("agentWallet"));
    }

    function test_Register_RevertsForACallerThatHoldsNoTokens() public {
        DeafOwner deaf = new DeafOwner();
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721InvalidReceiver.selector, address(deaf)));
        deaf.register(registry);
    }

    function test_Register_LeavesNoWalletToAReceiverWhoPassesItOn() public {
        PassingOwner passing = new PassingOwner(stranger);
        uint256 id = passing.register(registry);
        assertEq(passing.walletSeen(), address(passing));
        assertEq(registry.ownerOf(id), stranger);
        assertEq(registry.getAgentWallet(id), address(0));
        assertEq(registry.tokenURI(id), "ipfs://passed");
    }
}
