// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC4906} from "@openzeppelin/contracts/interfaces/IERC4906.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {IERC721Metadata} from "@openzeppelin/contracts/token/ERC721/extensions/IERC721Metadata.sol";
import {Vm} from "forge-std/Vm.sol";
import {IAgentRegistry} from "../../../contracts/interfaces/IAgentRegistry.sol";
import {AgentRegistryFixture} from "./AgentRegistryFixture.sol";

/// @notice URI and metadata of agents, who may change them, and the ABI that clients of the canonical registry rely on.
contract AgentRegistryTest is AgentRegistryFixture {
    // --- setAgentURI ---

    function test_SetAgentURI_ReplacesTheURI() public {
        address[3] memory callers = [owner, approved, operator];
        for (uint256 i; i < callers.length; ++i) {
            string memory uri = string.concat("ipfs://", vm.toString(i));
            vm.expectEmit(address(registry));
            emit IERC4906.MetadataUpdate(agentId);
            vm.expectEmit(address(registry));
            emit IAgentRegistry.URIUpdated(agentId, uri, callers[i]);
            vm.prank(callers[i]);
            registry.setAgentURI(agentId, uri);
            assertEq(registry.tokenURI(agentId), uri);
        }
    }

    function test_SetAgentURI_RevertsForAStranger() public {
        vm.prank(stranger);
        vm.expectRevert(notAuthorized(stranger));
        registry.setAgentURI(agentId, "ipfs://other");
    }

    function test_SetAgentURI_RevertsForANonexistentAgent() public {
        vm.expectRevert(nonexistent(7));
        registry.setAgentURI(7, URI);
    }

    // --- setMetadata ---

    function test_SetMetadata_Sets() public {
        vm.expectEmit(address(registry));
        emit IAgentRegistry.MetadataSet(agentId, "agentName", "agentName", "tributary");
        vm.prank(approved);
        registry.setMetadata(agentId, "agentName", "tributary");
        assertEq(registry.getMetadata(agentId, "agentName"), "tributary");
        assertEq(registry.getMetadata(0, "agentName"), "");
    }

    function test_SetMetadata_SurvivesATransfer() public {
        vm.startPrank(owner);
        registry.setMetadata(agentId, "agentName", "tributary");
        registry.safeTransferFrom(owner, stranger, agentId);
        assertEq(registry.getMetadata(agentId, "agentName"), "tributary");
        vm.expectRevert(notAuthorized(owner));
        registry.setMetadata(agentId, "agentName", "mine");
    }

    function test_SetMetadata_RevertsForTheReservedKey() public {
        vm.prank(owner);
        vm.expectRevert(reservedKey());
        registry.setMetadata(agentId, "agentWallet", abi.encodePacked(stranger));
    }

    function test_SetMetadata_RevertsForAStranger() public {
        vm.prank(stranger);
        vm.expectRevert(notAuthorized(stranger));
        registry.setMetadata(agentId, "agentName", "mine");
    }

    function test_SetMetadata_RevertsForANonexistentAgent() public {
        vm.expectRevert(nonexistent(7));
        registry.setMetadata(7, "agentName", "tributary");
    }

    // --- isAuthorizedOrOwner ---

    function test_IsAuthorizedOrOwner_ForOwnerAndApproved() public view {
        assertTrue(registry.isAuthorizedOrOwner(owner, agentId));
        assertTrue(registry.isAuthorizedOrOwner(approved, agentId));
        assertTrue(registry.isAuthorizedOrOwner(operator, agentId));
        assertFalse(registry.isAuthorizedOrOwner(stranger, agentId));
        assertFalse(registry.isAuthorizedOrOwner(approved, 0));
        assertFalse(registry.isAuthorizedOrOwner(address(0), agentId));
    }

    function test_IsAuthorizedOrOwner_RevertsForANonexistentAgent() public {
        vm.expectRevert(nonexistent(7));
        registry.isAuthorizedOrOwner(owner, 7);
    }

    // --- the canonical ABI ---

    function test_Selectors_AreThoseOfTheCanonicalRegistry() public pure {
        // The canonical signatures, as text; the calls of the tests use the interface, so both must agree.
        string[11] memory signatures = [
            "register()",
            "register(string)",
            "register(string,(string,bytes)[])",
            "setAgentURI(uint256,string)",
            "setMetadata(uint256,string,bytes)",
            "getMetadata(uint256,string)",
            "setAgentWallet(uint256,address,uint256,bytes)",
            "unsetAgentWallet(uint256)",
            "getAgentWallet(uint256)",
            "isAuthorizedOrOwner(address,uint256)",
            "getVersion()"
        ];
        bytes4[11] memory selectors = [
            bytes4(keccak256("register()")),
            bytes4(keccak256("register(string)")),
            bytes4(keccak256("register(string,(string,bytes)[])")),
            IAgentRegistry.setAgentURI.selector,
            IAgentRegistry.setMetadata.selector,
            IAgentRegistry.getMetadata.selector,
            IAgentRegistry.setAgentWallet.selector,
            IAgentRegistry.unsetAgentWallet.selector,
            IAgentRegistry.getAgentWallet.selector,
            IAgentRegistry.isAuthorizedOrOwner.selector,
            IAgentRegistry.getVersion.selector
        ];
        bytes4 interfaceId;
        for (uint256 i; i < signatures.length; ++i) {
            assertEq(bytes32(bytes4(keccak256(bytes(signatures[i])))), bytes32(selectors[i]), signatures[i]);
            interfaceId ^= selectors[i];
        }
        assertEq(bytes32(type(IAgentRegistry).interfaceId), bytes32(interfaceId));
    }

    function test_Topics_AreThoseOfTheCanonicalRegistry() public pure {
        assertEq(IAgentRegistry.Registered.selector, keccak256("Registered(uint256,string,address)"));
        assertEq(IAgentRegistry.URIUpdated.selector, keccak256("URIUpdated(uint256,string,address)"));
        assertEq(IAgentRegistry.MetadataSet.selector, keccak256("MetadataSet(uint256,string,string,bytes)"));
    }

    function test_Topics_IndexWhatTheCanonicalRegistryIndexes() public {
        vm.recordLogs();
        vm.startPrank(owner);
        registry.setAgentURI(agentId, URI);
        registry.setMetadata(agentId, "agentName", "tributary");
        registry.register(URI);
        vm.stopPrank();
        Vm.Log[] memory logs = vm.getRecordedLogs();
        uint256 seen;
        for (uint256 i; i < logs.length; ++i) {
            bytes32 topic = logs[i].topics[0];
            bytes32 last = logs[i].topics[logs[i].topics.length - 1];
            if (topic == IAgentRegistry.URIUpdated.selector || topic == IAgentRegistry.Registered.selector) {
                assertEq(logs[i].topics.length, 3);
                assertEq(last, bytes32(uint256(uint160(owner))));
                assertEq(logs[i].data, abi.encode(URI));
                ++seen;
            } else if (topic == IAgentRegistry.MetadataSet.selector && logs[i].topics[2] == keccak256("agentName")) {
                assertEq(logs[i].topics.length, 3);
                assertEq(logs[i].data, abi.encode("agentName", bytes("tributary")));
                ++seen;
            }
        }
        assertEq(seen, 3);
    }

    function test_Domain_IsThatOfTheCanonicalRegistry() public view {
        (, string memory name, string memory version, uint256 chainId, address verifier, , ) = registry.eip712Domain();
        assertEq(name, "ERC8004IdentityRegistry");
        assertEq(version, "1");
        assertEq(chainId, block.chainid);
        assertEq(verifier, address(registry));
        assertEq(registry.name(), "AgentIdentity");
        assertEq(registry.symbol(), "AGENT");
        assertEq(registry.getVersion(), "2.0.0");
    }

    function test_SupportsInterface_OfERC721() public view {
        assertTrue(registry.supportsInterface(type(IERC165).interfaceId));
        assertTrue(registry.supportsInterface(type(IERC721).interfaceId));
        assertTrue(registry.supportsInterface(type(IERC721Metadata).interfaceId));
        assertTrue(registry.supportsInterface(0x49064906));
        assertFalse(registry.supportsInterface(0xffffffff));
    }
}
