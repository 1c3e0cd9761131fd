// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {IERC721Metadata} from "@openzeppelin/contracts/token/ERC721/extensions/IERC721Metadata.sol";
import {ERC721} from "solady/src/tokens/ERC721.sol";
import {IRoyaltyLedger} from "../../../contracts/interfaces/IRoyaltyLedger.sol";
import {IRoyaltyPositions} from "../../../contracts/interfaces/IRoyaltyPositions.sol";
import {TreeKind} from "../../../contracts/libraries/TreeKind.sol";
import {RoyaltyPositions} from "../../../contracts/royalties/RoyaltyPositions.sol";
import {RoyaltyVault} from "../../../contracts/royalties/RoyaltyVault.sol";
import {PositionId} from "../../../contracts/types/Ids.sol";
import {PositionsFixture} from "./PositionsFixture.sol";

/// @notice Who creates positions, and how they are numbered (RoyaltyPositions.tree).
contract RoyaltyPositionsTest is PositionsFixture {
    // --- constructor ---

    function test_Constructor_MakesTheTreasurysPosition() public view {
        assertEq(positions.positionCount(), 1);
        assertEq(positions.ownerOf(1), treasury);
        IRoyaltyPositions.Position memory position = positions.positionOf(PositionId.wrap(1));
        assertTrue(position.kind == IRoyaltyPositions.PositionKind.Treasury);
        assertEq(position.subject, 0);
        assertEq(positions.name(), "Tributary Position");
        assertEq(positions.symbol(), "POSITION");
    }

    function test_Constructor_RevertsWithoutTreasury() public {
        vm.expectRevert(ERC721.TransferToZeroAddress.selector);
        new RoyaltyPositions(address(0), token);
    }

    function test_Constructor_MakesThePrimaryVault() public {
        RoyaltyVault vault = RoyaltyVault(positions.vault());
        assertTrue(vault.isPrimary());
        assertEq(vault.token(), address(token));
        assertEq(vault.positions(), address(positions));
        // Whoever deployed the positions binds its ledger.
        vm.mockCall(bob, abi.encodeWithSignature("vault()"), abi.encode(vault));
        vault.bind(IRoyaltyLedger(bob));
        assertEq(vault.ledger(), bob);
    }

    // --- bindMinters ---

    function test_BindMinters_RevertsForAnybodyButTheDeployer() public {
        vm.prank(alice);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyPositions.NotDeployer.selector, alice));
        positions.bindMinters(alice, alice);
    }

    function test_BindMinters_RevertsTwice() public {
        _bind();
        vm.expectRevert(IRoyaltyPositions.AlreadyBound.selector);
        positions.bindMinters(alice, bob);
    }

    function test_BindMinters_RevertsWithoutDatanets() public {
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyPositions.NotMinter.selector, address(0)));
        positions.bindMinters(address(0), models);
    }

    function test_BindMinters_RevertsWithoutModels() public {
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyPositions.NotMinter.selector, address(0)));
        positions.bindMinters(datanets, address(0));
    }

    function test_BindMinters_LetsBothMint() public {
        vm.expectEmit(address(positions));
        emit IRoyaltyPositions.MintersBound(datanets, models);
        _bind();
        _mint(alice);
        vm.prank(models);
        positions.mint(alice, IRoyaltyPositions.PositionKind.Developer, 1);
        assertEq(positions.balanceOf(alice), 2);
    }

    // --- mint ---

    function test_Mint_RevertsBeforeTheBinding() public {
        vm.prank(datanets);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyPositions.NotMinter.selector, datanets));
        positions.mint(alice, IRoyaltyPositions.PositionKind.Curator, 1);
    }

    function test_Mint_RevertsForTheDeployer() public {
        _bind();
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyPositions.NotMinter.selector, address(this)));
        positions.mint(address(this), IRoyaltyPositions.PositionKind.Treasury, 0);
    }

    function test_Mint_NumbersThePositions() public {
        _bind();
        vm.expectEmit(address(positions));
        emit IERC721.Transfer(address(0), alice, 2);
        vm.expectEmit(address(positions));
        emit IRoyaltyPositions.PositionCreated(
            PositionId.wrap(2),
            IRoyaltyPositions.PositionKind.Contributor,
            7,
            alice
        );
        assertEq(PositionId.unwrap(_mint(alice)), 2);
        assertEq(PositionId.unwrap(_mint(alice)), 3);
        IRoyaltyPositions.Position memory position = positions.positionOf(PositionId.wrap(2));
        assertTrue(position.kind == IRoyaltyPositions.PositionKind.Contributor);
        assertEq(position.subject, 7);
        assertEq(positions.positionCount(), 3);
        assertEq(positions.transferCount(PositionId.wrap(2)), 0);
    }

    function test_Mint_DoesNotCallTheReceiver() public {
        _bind();
        // This contract accepts no ERC-721 token that is sent safely.
        assertEq(PositionId.unwrap(_mint(address(this))), 2);
        assertEq(positions.ownerOf(2), address(this));
    }

    function test_Mint_RevertsWhenTheNumbersAreUsedUp() public {
        _bind();
        (bytes32 slot, uint256 shift) = _countSlot();
        uint256 word = uint256(vm.load(address(positions), slot));
        uint256 last = (1 << TreeKind.PAYOUT_DEPTH) - 1;
        uint256 others = word & ~(uint256(type(uint64).max) << shift);
        vm.store(address(positions), slot, bytes32(others | ((last - 1) << shift)));
        assertEq(PositionId.unwrap(_mint(alice)), last);
        vm.prank(datanets);
        vm.expectRevert(IRoyaltyPositions.PositionIdsExhausted.selector);
        positions.mint(alice, IRoyaltyPositions.PositionKind.Contributor, 7);
    }

    // --- ownerOf ---

    function test_OwnerOf_RevertsWithoutPosition() public {
        assertEq(positions.ownerOf(1), treasury);
        vm.expectRevert(ERC721.TokenDoesNotExist.selector);
        positions.ownerOf(2);
    }

    // --- positionOf ---

    function test_PositionOf_IsNoneForAPositionThatDoesNotExist() public view {
        IRoyaltyPositions.Position memory position = positions.positionOf(PositionId.wrap(9));
        assertTrue(position.kind == IRoyaltyPositions.PositionKind.None);
        assertEq(position.subject, 0);
    }

    // --- supportsInterface ---

    function test_SupportsInterface_OfERC721() public view {
        assertTrue(positions.supportsInterface(type(IERC721).interfaceId));
        assertTrue(positions.supportsInterface(type(IERC721Metadata).interfaceId));
        assertFalse(positions.supportsInterface(0xffffffff));
    }

    /// @dev Where the count is stored: the slot that its getter reads, and the place in it that holds its value.
    function _countSlot() private returns (bytes32 slot, uint256 shift) {
        vm.record();
        positions.positionCount();
        (bytes32[] memory reads, ) = vm.accesses(address(positions));
        slot = reads[0];
        uint256 word = uint256(vm.load(address(positions), slot));
        while (uint64(word >> shift) != positions.positionCount()) shift += 8;
    }
}
