// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ERC721} from "solady/src/tokens/ERC721.sol";
import {IRoyaltyPositions} from "../../../contracts/interfaces/IRoyaltyPositions.sol";
import {PositionId} from "../../../contracts/types/Ids.sol";
import {PositionsFixture} from "./PositionsFixture.sol";

/// @notice What the primary vault notes in the positions (RoyaltyPositions.raiseTo.tree).
contract RoyaltyPositionsRaiseToTest is PositionsFixture {
    // --- raiseTo ---

    function test_RaiseTo_RevertsForOthers() public {
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyPositions.NotVault.selector, address(this)));
        positions.raiseTo(PositionId.wrap(1), 1);
    }

    function test_RaiseTo_RevertsForTooMuch() public {
        PositionId first = PositionId.wrap(1);
        vm.startPrank(positions.vault());
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyPositions.CumulativeTooLarge.selector, first, 1 << 95));
        positions.raiseTo(first, 1 << 95);
    }

    function test_RaiseTo_RevertsWithoutPosition() public {
        vm.startPrank(positions.vault());
        vm.expectRevert(ERC721.TokenDoesNotExist.selector);
        positions.raiseTo(PositionId.wrap(2), 1);
    }

    /// @dev Whatever stood in the word: the owner and the mark stay, and the amount never falls.
    function testFuzz_RaiseTo_OnlyRaises(uint128[8] calldata amounts, uint256 marks) public {
        _bind();
        PositionId position = _mint(alice);
        _mint(bob);
        uint128 most;
        bool isMarked;
        for (uint256 i; i < amounts.length; ++i) {
            if ((marks >> i) & 1 == 1) {
                isMarked = true;
                vm.prank(positions.vault());
                positions.markDirect(position);
            }
            uint128 amount = amounts[i] >> 33;
            vm.prank(positions.vault());
            (address owner, uint128 claimed, bool hasDirect) = positions.raiseTo(position, amount);
            assertEq(owner, alice);
            assertEq(claimed, most);
            assertEq(hasDirect, isMarked);
            if (amount > most) most = amount;
            assertEq(positions.claimedOf(position), most);
            assertEq(positions.ownerOf(2), alice);
        }
        _assertWord(PositionId.wrap(3), bob, 0, false);
    }

    // --- markDirect ---

    function test_MarkDirect_RevertsForOthers() public {
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyPositions.NotVault.selector, address(this)));
        positions.markDirect(PositionId.wrap(1));
    }

    function test_MarkDirect_Marks() public {
        _bind();
        PositionId position = _mint(alice);
        _assertWord(position, alice, 0, false);
        vm.prank(positions.vault());
        positions.markDirect(position);
        _assertWord(position, alice, 0, true);
        _assertWord(PositionId.wrap(1), treasury, 0, false);
    }

    // --- claimedOf ---

    function test_ClaimedOf_IsWhatWasRaisedTo() public {
        assertEq(positions.claimedOf(PositionId.wrap(1)), 0);
        vm.prank(positions.vault());
        positions.raiseTo(PositionId.wrap(1), (1 << 95) - 1);
        assertEq(positions.claimedOf(PositionId.wrap(1)), (1 << 95) - 1);
        assertEq(positions.claimedOf(PositionId.wrap(2)), 0);
    }
}
