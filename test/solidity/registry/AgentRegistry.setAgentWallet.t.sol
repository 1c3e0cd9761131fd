// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IAgentRegistry} from "../../../contracts/interfaces/IAgentRegistry.sol";
import {AgentRegistry} from "../../../contracts/registry/AgentRegistry.sol";
import {SmartAccount} from "../../../contracts/test/SmartAccount.sol";
import {AgentRegistryFixture} from "./AgentRegistryFixture.sol";

/// @notice The wallet of an agent: set with its consent, which cannot be used for anything else.
contract AgentRegistrySetAgentWalletTest is AgentRegistryFixture {
    function _set(address caller, address newWallet, uint256 deadline, bytes memory signature) private {
        vm.prank(caller);
        registry.setAgentWallet(agentId, newWallet, deadline, signature);
    }

    function _expectInvalid(bytes memory signature) private {
        vm.expectRevert(abi.encodeWithSelector(IAgentRegistry.InvalidWalletSignature.selector, wallet));
        _set(owner, wallet, NOW, signature);
    }

    function test_SetAgentWallet_ByTheOwner() public {
        vm.expectEmit(address(registry));
        emit IAgentRegistry.MetadataSet(agentId, "agentWallet", "agentWallet", abi.encodePacked(wallet));
        _set(owner, wallet, NOW, consent(wallet, NOW));
        assertEq(registry.getAgentWallet(agentId), wallet);
        assertEq(registry.getMetadata(agentId, "agentWallet"), abi.encodePacked(wallet));
    }

    function test_SetAgentWallet_ByThoseApproved() public {
        _set(approved, wallet, NOW, consent(wallet, NOW));
        assertEq(registry.getAgentWallet(agentId), wallet);
        vm.prank(operator);
        registry.unsetAgentWallet(agentId);
        _set(operator, wallet, NOW, consent(wallet, NOW));
        assertEq(registry.getAgentWallet(agentId), wallet);
    }

    function test_SetAgentWallet_ToASmartAccount() public {
        SmartAccount account = new SmartAccount(wallet);
        _set(owner, address(account), NOW, consent(address(account), NOW));
        assertEq(registry.getAgentWallet(agentId), address(account));
    }

    function test_SetAgentWallet_ToAnAccountWithDelegatedCode() public {
        // EIP-7702: the account's code does not answer ERC-1271, its key still signs.
        vm.etch(wallet, abi.encodePacked(hex"ef0100", address(registry)));
        _set(owner, wallet, NOW, consent(wallet, NOW));
        assertEq(registry.getAgentWallet(agentId), wallet);
    }

    function test_SetAgentWallet_TakesTheLatestDeadline() public {
        _set(owner, wallet, NOW + 5 minutes, consent(wallet, NOW + 5 minutes));
        assertEq(registry.getAgentWallet(agentId), wallet);
    }

    function test_SetAgentWallet_RevertsForANonexistentAgent() public {
        bytes memory signature = consent(wallet, NOW);
        vm.expectRevert(nonexistent(7));
        registry.setAgentWallet(7, wallet, NOW, signature);
    }

    function test_SetAgentWallet_RevertsForAStranger() public {
        bytes memory signature = consent(wallet, NOW);
        vm.expectRevert(notAuthorized(stranger));
        _set(stranger, wallet, NOW, signature);
        vm.expectRevert(notAuthorized(wallet));
        _set(wallet, wallet, NOW, signature);
    }

    function test_SetAgentWallet_RevertsForTheZeroWallet() public {
        vm.expectRevert(IAgentRegistry.ZeroWallet.selector);
        _set(owner, address(0), NOW, hex"");
    }

    function test_SetAgentWallet_RevertsAfterTheDeadline() public {
        bytes memory signature = consent(wallet, NOW - 1);
        vm.expectRevert(abi.encodeWithSelector(IAgentRegistry.DeadlinePassed.selector, NOW - 1));
        _set(owner, wallet, NOW - 1, signature);
    }

    function test_SetAgentWallet_RevertsForALateDeadline() public {
        uint256 latest = NOW + 5 minutes;
        bytes memory signature = consent(wallet, latest + 1);
        vm.expectRevert(abi.encodeWithSelector(IAgentRegistry.DeadlineTooFar.selector, latest + 1, latest));
        _set(owner, wallet, latest + 1, signature);
    }

    function test_SetAgentWallet_RevertsForNoSignature() public {
        _expectInvalid("");
    }

    function test_SetAgentWallet_RevertsForAnotherSigner() public {
        (, uint256 otherKey) = makeAddrAndKey("other");
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(
            otherKey,
            digestOf(address(registry), block.chainid, agentId, wallet, owner, NOW)
        );
        _expectInvalid(abi.encodePacked(r, s, v));
    }

    function test_SetAgentWallet_RevertsIfTheSmartAccountRefuses() public {
        SmartAccount account = new SmartAccount(stranger);
        bytes memory signature = consent(address(account), NOW);
        vm.expectRevert(abi.encodeWithSelector(IAgentRegistry.InvalidWalletSignature.selector, address(account)));
        _set(owner, address(account), NOW, signature);
    }

    function test_SetAgentWallet_RevertsForAContractThatSignsNothing() public {
        bytes memory signature = consent(address(registry), NOW);
        vm.expectRevert(abi.encodeWithSelector(IAgentRegistry.InvalidWalletSignature.selector, address(registry)));
        _set(owner, address(registry), NOW, signature);
    }

    function test_SetAgentWallet_RevertsForAnotherChain() public {
        _expectInvalid(sign(digestOf(address(registry), block.chainid + 1, agentId, wallet, owner, NOW)));
    }

    function test_SetAgentWallet_RevertsAfterTheChainSplits() public {
        bytes memory signature = consent(wallet, NOW);
        vm.chainId(block.chainid + 1);
        _expectInvalid(signature);
    }

    function test_SetAgentWallet_RevertsForAnotherRegistry() public {
        AgentRegistry other = new AgentRegistry();
        _expectInvalid(sign(digestOf(address(other), block.chainid, agentId, wallet, owner, NOW)));
    }

    function test_SetAgentWallet_RevertsForAnotherAgent() public {
        vm.startPrank(owner);
        uint256 second = registry.register();
        bytes memory signature = consent(wallet, NOW);
        vm.expectRevert(abi.encodeWithSelector(IAgentRegistry.InvalidWalletSignature.selector, wallet));
        registry.setAgentWallet(second, wallet, NOW, signature);
    }

    function test_SetAgentWallet_RevertsForAnotherOwner() public {
        bytes memory signature = consent(wallet, NOW);
        vm.prank(owner);
        registry.transferFrom(owner, stranger, agentId);
        vm.expectRevert(abi.encodeWithSelector(IAgentRegistry.InvalidWalletSignature.selector, wallet));
        _set(stranger, wallet, NOW, signature);
    }

    function testFuzz_SetAgentWallet_RevertsForAnotherDeadline(uint256 deadline) public {
        deadline = bound(deadline, NOW + 1, NOW + 5 minutes);
        bytes memory signature = consent(wallet, NOW);
        vm.expectRevert(abi.encodeWithSelector(IAgentRegistry.InvalidWalletSignature.selector, wallet));
        _set(owner, wallet, deadline, signature);
    }

    function test_UnsetAgentWallet_LeavesNone() public {
        vm.expectEmit(address(registry));
        emit IAgentRegistry.MetadataSet(agentId, "agentWallet", "agentWallet", "");
        vm.prank(owner);
        registry.unsetAgentWallet(agentId);
        assertEq(registry.getAgentWallet(agentId), address(0));
        assertEq(registry.getMetadata(agentId, "agentWallet"), "");
    }

    function test_UnsetAgentWallet_RevertsForAStranger() public {
        vm.prank(stranger);
        vm.expectRevert(notAuthorized(stranger));
        registry.unsetAgentWallet(agentId);
    }

    function test_UnsetAgentWallet_RevertsForANonexistentAgent() public {
        vm.expectRevert(nonexistent(7));
        registry.unsetAgentWallet(7);
    }

    function test_GetAgentWallet_IsZeroForANonexistentAgent() public view {
        assertEq(registry.getAgentWallet(7), address(0));
    }

    function test_TransferFrom_ClearsTheWallet() public {
        _set(owner, wallet, NOW, consent(wallet, NOW));
        vm.expectEmit(address(registry));
        emit IAgentRegistry.MetadataSet(agentId, "agentWallet", "agentWallet", "");
        vm.prank(owner);
        registry.transferFrom(owner, stranger, agentId);
        assertEq(registry.getAgentWallet(agentId), address(0));
        assertEq(registry.tokenURI(agentId), URI);
    }
}
