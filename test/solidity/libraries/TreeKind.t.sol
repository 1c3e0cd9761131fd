// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Test} from "forge-std/Test.sol";
import {TreeKind} from "../../../contracts/libraries/TreeKind.sol";

/// @notice Tags and depths of the kinds of trees (docs/formats.md §3).
contract TreeKindTest is Test {
    function test_DepthOf_IsThatOfTheTable() public pure {
        uint8[12] memory depths = [0, 24, 32, 24, 24, 8, 28, 28, 32, 16, 32, 28];
        for (uint8 tag; tag < depths.length; ++tag) assertEq(TreeKind.depthOf(tag), depths[tag]);
    }

    function test_DepthOf_AgreesWithTheConstants() public pure {
        assertEq(TreeKind.depthOf(TreeKind.CONTENT), TreeKind.CONTENT_DEPTH);
        assertEq(TreeKind.depthOf(TreeKind.INDEX), TreeKind.INDEX_DEPTH);
        assertEq(TreeKind.depthOf(TreeKind.RECEIPT), TreeKind.RECEIPT_DEPTH);
        assertEq(TreeKind.depthOf(TreeKind.SKETCH), TreeKind.SKETCH_DEPTH);
        assertEq(TreeKind.depthOf(TreeKind.ENTRY), TreeKind.ENTRY_DEPTH);
        assertEq(TreeKind.depthOf(TreeKind.TRACE), TreeKind.TRACE_DEPTH);
        assertEq(TreeKind.depthOf(TreeKind.TALLY), TreeKind.TALLY_DEPTH);
        assertEq(TreeKind.depthOf(TreeKind.POINTS), TreeKind.POINTS_DEPTH);
        assertEq(TreeKind.depthOf(TreeKind.GROUP), TreeKind.GROUP_DEPTH);
        assertEq(TreeKind.depthOf(TreeKind.EARNING), TreeKind.EARNING_DEPTH);
        assertEq(TreeKind.depthOf(TreeKind.PAYOUT), TreeKind.PAYOUT_DEPTH);
    }

    function testFuzz_DepthOf_IsZeroForOtherTags(uint8 tag) public pure {
        vm.assume(tag == 0 || tag > TreeKind.PAYOUT);
        assertEq(TreeKind.depthOf(tag), 0);
    }
}
