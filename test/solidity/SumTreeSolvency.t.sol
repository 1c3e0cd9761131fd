// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Test} from "forge-std/Test.sol";
import {SumTree} from "../../contracts/libraries/SumTree.sol";
import {Root} from "../../contracts/types/Root.sol";

/// @notice Two leaves that open at different places of one root never exceed its sum, whatever the root's author hashed (docs/formats.md §2).
contract SumTreeSolvencyTest is Test {
    uint256 private constant DEPTH = 3;
    bytes32 private constant PAYLOAD = keccak256("payload");

    struct Node {
        bytes32 hash;
        uint128 sum;
    }

    /// @dev A tree over eight leaves, built bottom-up by an author who states whatever sums they like: `lies` is added, modulo 2^128, to the sum
    /// of the left child where the parent is hashed, and to the parent's own.
    function _build(
        uint128[8] memory sums,
        uint128[14] memory lies
    ) private pure returns (Node memory root, Node[15] memory nodes, Node[15] memory stated) {
        for (uint256 i; i < 8; ++i) {
            nodes[7 + i] = Node(SumTree.leafHash(uint64(i), sums[i], PAYLOAD), sums[i]);
        }
        for (uint256 i = 7; i > 0; --i) {
            uint256 parent = i - 1;
            Node memory left = nodes[2 * parent + 1];
            Node memory right = nodes[2 * parent + 2];
            unchecked {
                stated[2 * parent + 1] = Node(left.hash, left.sum + lies[2 * parent]);
                stated[2 * parent + 2] = Node(right.hash, right.sum + lies[2 * parent + 1]);
                uint128 total = stated[2 * parent + 1].sum + stated[2 * parent + 2].sum;
                nodes[parent] = Node(
                    SumTree.innerHash(left.hash, stated[2 * parent + 1].sum, right.hash, stated[2 * parent + 2].sum),
                    total
                );
            }
        }
        root = nodes[0];
    }

    function _opening(uint256 key, Node[15] memory stated) private pure returns (bytes memory opening) {
        opening = abi.encodePacked(uint8(DEPTH), uint32(7));
        uint256 node;
        for (uint256 level = 1; level <= DEPTH; ++level) {
            uint256 goesRight = (key >> (DEPTH - level)) & 1;
            Node memory sibling = stated[2 * node + 2 - goesRight];
            opening = abi.encodePacked(opening, sibling.hash, sibling.sum);
            node = 2 * node + 1 + goesRight;
        }
    }

    function opens(Root memory root, uint64 key, uint128 sum, bytes calldata opening) external pure returns (bool ok) {
        (ok, ) = SumTree.verifyLeaf(root, DEPTH, key, sum, PAYLOAD, opening);
    }

    function testFuzz_LeavesNeverExceedTheRoot(
        uint128[8] memory sums,
        uint128[14] memory lies,
        uint128 rootSum,
        uint256 lieMask,
        bool isRootForged
    ) public view {
        for (uint256 i; i < 14; ++i) if ((lieMask >> i) & 3 != 0) lies[i] = 0;
        for (uint256 i; i < 8; ++i) if ((lieMask >> (32 + i)) & 1 != 0) sums[i] >>= 8;
        (Node memory top, , Node[15] memory stated) = _build(sums, lies);
        Root memory root = Root(top.hash, isRootForged ? rootSum : top.sum);
        uint256 total;
        for (uint64 key; key < 8; ++key) {
            if (this.opens(root, key, sums[key], _opening(key, stated))) total += sums[key];
        }
        assertLe(total, root.sum);
    }

    function testFuzz_HonestLeavesOpenAndAddUp(uint64[8] memory drawn) public view {
        uint128[8] memory sums;
        uint128[14] memory noLies;
        for (uint256 i; i < 8; ++i) sums[i] = drawn[i];
        (Node memory top, , Node[15] memory stated) = _build(sums, noLies);
        uint256 total;
        for (uint64 key; key < 8; ++key) {
            bytes memory opening = _opening(key, stated);
            assertTrue(this.opens(Root(top.hash, top.sum), key, sums[key], opening));
            total += sums[key];
        }
        assertEq(total, top.sum);
    }

    function testFuzz_NeverReverts(
        Root memory root,
        uint64 index,
        bytes32 hash,
        uint128 sum,
        uint8 depth,
        bytes calldata opening
    ) public pure {
        SumTree.verifyLeaf(root, depth, index, sum, hash, opening);
        SumTree.verifyNode(root, depth, index, hash, sum, opening);
        SumTree.verifyAbsence(root, depth, index, opening);
        SumTree.measure(opening);
    }
}
