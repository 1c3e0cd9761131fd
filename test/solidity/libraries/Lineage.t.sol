// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Test} from "forge-std/Test.sol";
import {Lineage} from "../../../contracts/libraries/Lineage.sol";
import {PositionId} from "../../../contracts/types/Ids.sol";
import {Ancestor} from "../../../contracts/types/Split.sol";

/// @notice Collecting ancestors: each position once, at its highest rate, and no more than there is room for.
contract LineageTest is Test {
    function _ancestor(uint64 position, uint16 bps) private pure returns (Ancestor memory) {
        return Ancestor(PositionId.wrap(position), bps);
    }

    function _full() private pure returns (Ancestor[] memory list, uint256 count) {
        list = Lineage.empty();
        for (uint64 i = 1; i <= Lineage.MOST; ++i) count = Lineage.add(list, count, _ancestor(i, 100));
    }

    function test_Empty_HasRoomForTheMost() public pure {
        assertEq(Lineage.empty().length, 16);
    }

    function test_Add_LeavesOutARateOfNothing() public pure {
        Ancestor[] memory list = Lineage.empty();
        assertEq(Lineage.add(list, 0, _ancestor(1, 0)), 0);
        assertEq(PositionId.unwrap(list[0].position), 0);
    }

    function test_Add_AppendsANewPosition() public pure {
        Ancestor[] memory list = Lineage.empty();
        assertEq(Lineage.add(list, 0, _ancestor(7, 100)), 1);
        assertEq(Lineage.add(list, 1, _ancestor(8, 50)), 2);
        assertEq(PositionId.unwrap(list[0].position), 7);
        assertEq(PositionId.unwrap(list[1].position), 8);
        assertEq(list[1].bps, 50);
    }

    function test_Add_RaisesTheRateOfAKnownPosition() public pure {
        (Ancestor[] memory list, uint256 count) = _full();
        assertEq(Lineage.add(list, count, _ancestor(3, 101)), count);
        assertEq(list[2].bps, 101);
    }

    function test_Add_KeepsTheHigherRateOfAKnownPosition() public pure {
        (Ancestor[] memory list, uint256 count) = _full();
        assertEq(Lineage.add(list, count, _ancestor(3, 99)), count);
        assertEq(Lineage.add(list, count, _ancestor(3, 100)), count);
        assertEq(list[2].bps, 100);
    }

    function test_Add_CountsWhatDoesNotFit() public pure {
        (Ancestor[] memory list, uint256 count) = _full();
        assertEq(count, 16);
        count = Lineage.add(list, count, _ancestor(17, 100));
        assertEq(count, 17);
        assertEq(Lineage.add(list, count, _ancestor(16, 200)), 17);
        assertEq(list[15].bps, 200);
        assertEq(list.length, 16);
    }

    function test_Cut_KeepsTheFirst() public pure {
        (Ancestor[] memory list, ) = _full();
        Ancestor[] memory first = Lineage.cut(list, 2);
        assertEq(first.length, 2);
        assertEq(PositionId.unwrap(first[1].position), 2);
        assertEq(Lineage.cut(list, 0).length, 0);
    }

    function testFuzz_Add_HoldsEachPositionOnceAtItsHighestRate(
        uint8[24] memory drawn,
        uint16[24] memory rates
    ) public pure {
        Ancestor[] memory list = Lineage.empty();
        uint256 count;
        uint16[8] memory highest;
        for (uint256 i; i < drawn.length; ++i) {
            uint256 position = drawn[i] % 8;
            count = Lineage.add(list, count, _ancestor(uint64(position + 1), rates[i]));
            if (rates[i] > highest[position]) highest[position] = rates[i];
        }
        list = Lineage.cut(list, count);
        uint256 expected;
        for (uint256 i; i < 8; ++i) if (highest[i] != 0) ++expected;
        assertEq(count, expected);
        for (uint256 i; i < count; ++i) {
            assertEq(list[i].bps, highest[PositionId.unwrap(list[i].position) - 1]);
            for (uint256 j; j < i; ++j) {
                assertNotEq(PositionId.unwrap(list[i].position), PositionId.unwrap(list[j].position));
            }
        }
    }
}
