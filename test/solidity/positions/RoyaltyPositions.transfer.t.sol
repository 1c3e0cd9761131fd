// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {ERC721} from "solady/src/tokens/ERC721.sol";
import {IRoyaltyPositions} from "../../../contracts/interfaces/IRoyaltyPositions.sol";
import {PositionId} from "../../../contracts/types/Ids.sol";
import {PositionsFixture} from "./PositionsFixture.sol";

/// @notice What a transfer and an approval do, and refuse (RoyaltyPositions.transfer.tree).
contract RoyaltyPositionsTransferTest is PositionsFixture {
    // --- transferFrom ---

    function test_TransferFrom_CountsTheTransfers() public {
        _bind();
        PositionId position = _mint(alice);
        vm.prank(alice);
        positions.transferFrom(alice, bob, 2);
        assertEq(positions.transferCount(position), 1);
        vm.prank(bob);
        positions.safeTransferFrom(bob, bob, 2);
        assertEq(positions.transferCount(position), 2);
        assertEq(positions.ownerOf(2), bob);
        assertEq(positions.transferCount(PositionId.wrap(1)), 0);
    }

    function test_TransferFrom_RevertsForAStranger() public {
        _bind();
        _mint(alice);
        vm.prank(bob);
        vm.expectRevert(ERC721.NotOwnerNorApproved.selector);
        positions.transferFrom(alice, bob, 2);
    }

    function test_TransferFrom_RevertsForAnotherOwner() public {
        _bind();
        _mint(alice);
        vm.expectRevert(ERC721.TransferFromIncorrectOwner.selector);
        vm.prank(alice);
        positions.transferFrom(bob, alice, 2);
    }

    function test_TransferFrom_RevertsWithoutPosition() public {
        vm.expectRevert(ERC721.TokenDoesNotExist.selector);
        positions.transferFrom(address(0), alice, 2);
    }

    function test_TransferFrom_RevertsToNobody() public {
        _bind();
        _mint(alice);
        vm.expectRevert(ERC721.TransferToZeroAddress.selector);
        vm.prank(alice);
        positions.transferFrom(alice, address(0), 2);
    }

    function test_TransferFrom_RevertsWithEther() public {
        _bind();
        _mint(alice);
        vm.deal(alice, 3);
        vm.startPrank(alice);
        vm.expectRevert(IRoyaltyPositions.EtherNotAccepted.selector);
        positions.transferFrom{value: 1}(alice, bob, 2);
        vm.expectRevert(IRoyaltyPositions.EtherNotAccepted.selector);
        positions.safeTransferFrom{value: 1}(alice, bob, 2);
        vm.expectRevert(IRoyaltyPositions.EtherNotAccepted.selector);
        positions.safeTransferFrom{value: 1}(alice, bob, 2, "");
        vm.stopPrank();
    }

    function test_TransferFrom_EndsTheApproval() public {
        _bind();
        _mint(alice);
        vm.prank(alice);
        positions.approve(bob, 2);
        assertEq(positions.getApproved(2), bob);
        vm.prank(bob);
        positions.transferFrom(alice, models, 2);
        assertEq(positions.getApproved(2), address(0));
        assertEq(positions.balanceOf(alice), 0);
        assertEq(positions.balanceOf(models), 1);
        vm.prank(bob);
        vm.expectRevert(ERC721.NotOwnerNorApproved.selector);
        positions.transferFrom(models, bob, 2);
    }

    function test_TransferFrom_ServesOperators() public {
        _bind();
        _mint(alice);
        vm.prank(alice);
        positions.setApprovalForAll(bob, true);
        vm.prank(bob);
        positions.transferFrom(alice, bob, 2);
        assertEq(positions.ownerOf(2), bob);
    }

    function test_TransferFrom_KeepsWhatThePrimaryVaultNoted() public {
        _bind();
        PositionId position = _mint(alice);
        vm.startPrank(positions.vault());
        positions.markDirect(position);
        positions.raiseTo(position, 77);
        vm.stopPrank();
        vm.prank(alice);
        positions.transferFrom(alice, bob, 2);
        _assertWord(position, bob, 77, true);
        assertEq(positions.ownerOf(2), bob);
    }

    function test_TransferFrom_AsksTheReceiverWhereSafe() public {
        _bind();
        _mint(alice);
        vm.startPrank(alice);
        vm.expectRevert(ERC721.TransferToNonERC721ReceiverImplementer.selector);
        positions.safeTransferFrom(alice, address(positions), 2);
        vm.mockCall(models, abi.encodeWithSelector(0x150b7a02), abi.encode(bytes4(0x150b7a02)));
        positions.safeTransferFrom(alice, models, 2, "data");
        vm.stopPrank();
        assertEq(positions.ownerOf(2), models);
    }

    // --- approve ---

    function test_Approve_RevertsForOthers() public {
        _bind();
        _mint(alice);
        vm.prank(alice);
        positions.approve(bob, 2);
        // Who was approved cannot approve others.
        vm.expectRevert(ERC721.NotOwnerNorApproved.selector);
        vm.prank(bob);
        positions.approve(models, 2);
    }

    function test_Approve_RevertsWithEther() public {
        _bind();
        _mint(alice);
        vm.deal(alice, 1);
        vm.expectRevert(IRoyaltyPositions.EtherNotAccepted.selector);
        vm.prank(alice);
        positions.approve{value: 1}(bob, 2);
    }

    function test_Approve_Approves() public {
        _bind();
        _mint(alice);
        vm.expectEmit(address(positions));
        emit IERC721.Approval(alice, bob, 2);
        vm.prank(alice);
        positions.approve(bob, 2);
        assertEq(positions.getApproved(2), bob);
    }
}
