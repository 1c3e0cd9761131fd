// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Test} from "forge-std/Test.sol";
import {PrefixSplit} from "../../contracts/libraries/PrefixSplit.sol";

/// @notice Splits leave no dust: the parts add up to the amount, and each is within one unit of its share (docs/formats.md §6.1).
contract PrefixSplitTest is Test {
    function testFuzz_PartsAddUp(uint128 amount, uint120[] memory drawn) public pure {
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
}
