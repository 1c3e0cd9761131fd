// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Test, stdError} from "forge-std/Test.sol";
import {PrefixSplit} from "../../../contracts/libraries/PrefixSplit.sol";

/// @notice Splits leave no dust: the parts add up to the amount, and each is within one unit of its share (docs/formats.md §6.1).
contract PrefixSplitTest is Test {
    function split(uint128 amount, uint256[] memory weights) external pure returns (uint128[] memory) {
        return PrefixSplit.split(amount, weights);
    }

    function part(uint128 amount, uint128 prefix, uint128 weight, uint128 total) external pure returns (uint128) {
        return PrefixSplit.part(amount, prefix, weight, total);
    }

    function testFuzz_Split_PartsAddUp(uint128 amount, uint120[] memory drawn) public pure {
        vm.assume(drawn.length != 0 && drawn.length < 64);
        uint256[] memory weights = new uint256[](drawn.length);
        uint256 total;
        for (uint256 i; i < drawn.length; ++i) {
            weights[i] = drawn[i];
            total += drawn[i];
        }
        vm.assume(total != 0);
        uint128[] memory parts = PrefixSplit.split(amount, weights);
        uint256 sum;
        uint256 prefix;
        for (uint256 i; i < parts.length; ++i) {
            sum += parts[i];
            uint256 share = (uint256(amount) * weights[i]) / total;
            assertApproxEqAbs(parts[i], share, 1);
            assertEq(parts[i], PrefixSplit.part(amount, uint128(prefix), uint128(weights[i]), uint128(total)));
            prefix += weights[i];
        }
        assertEq(sum, amount);
    }

    function test_Split_GivesNothingForNoWeight() public pure {
        uint256[] memory weights = new uint256[](3);
        weights[1] = 5;
        uint128[] memory parts = PrefixSplit.split(7, weights);
        assertEq(parts[0], 0);
        assertEq(parts[1], 7);
        assertEq(parts[2], 0);
    }

    function test_Split_OfNothingIsNothing() public pure {
        uint256[] memory weights = new uint256[](2);
        (weights[0], weights[1]) = (1, 2);
        uint128[] memory parts = PrefixSplit.split(0, weights);
        assertEq(uint256(parts[0]) + parts[1], 0);
    }

    function test_Split_WithoutItemsIsEmpty() public pure {
        assertEq(PrefixSplit.split(7, new uint256[](0)).length, 0);
    }

    function test_Split_RevertsWithoutWeight() public {
        vm.expectRevert(stdError.divisionError);
        this.split(7, new uint256[](2));
    }

    function test_Part_RevertsWithoutTotal() public {
        vm.expectRevert(stdError.divisionError);
        this.part(7, 0, 0, 0);
    }

    function test_Part_HoldsTheLargestNumbers() public pure {
        uint128 most = type(uint128).max;
        assertEq(PrefixSplit.part(most, 0, most, most), most);
        assertEq(PrefixSplit.part(most, most - 1, 1, most), 1);
    }
}
