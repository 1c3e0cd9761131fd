// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {SumTree} from "../../../contracts/libraries/SumTree.sol";
import {TreeKind} from "../../../contracts/libraries/TreeKind.sol";
import {Root} from "../../../contracts/types/Root.sol";

/// @notice Builds payouts trees over the first 32 positions and opens their leaves; also trees whose right half is not counted in the root.
library PayoutTree {
    uint256 internal constant LEAVES = 32;
    bytes32 internal constant PAYLOAD = keccak256("payload");
    /// @dev The level at which a tree of so many leaves becomes one path.
    uint256 private constant WIDE_LEVELS = 5;

    function rootOf(uint128[LEAVES] memory leaves, bool hidesRight) internal pure returns (Root memory) {
        Root[] memory nodes = _leaves(leaves);
        for (uint256 level = 1; level <= TreeKind.PAYOUT_DEPTH; ++level) {
            nodes = _parents(nodes, hidesRight && level == WIDE_LEVELS);
        }
        return nodes[0];
    }

    function open(
        uint128[LEAVES] memory leaves,
        bool hidesRight,
        uint256 place
    ) internal pure returns (bytes memory opening) {
        Root[] memory nodes = _leaves(leaves);
        uint32 present;
        bytes memory siblings;
        for (uint256 level = 1; level <= WIDE_LEVELS; ++level) {
            Root memory sibling = nodes[place ^ 1];
            if (sibling.hash != 0) {
                present |= uint32(1 << (TreeKind.PAYOUT_DEPTH - level));
                bool isHidden = hidesRight && level == WIDE_LEVELS && place == 0;
                siblings = abi.encodePacked(sibling.hash, isHidden ? 0 : sibling.sum, siblings);
            }
            nodes = _parents(nodes, false);
            place >>= 1;
        }
        return abi.encodePacked(uint8(TreeKind.PAYOUT_DEPTH), present, siblings);
    }

    function _leaves(uint128[LEAVES] memory leaves) private pure returns (Root[] memory nodes) {
        nodes = new Root[](LEAVES);
        for (uint256 i; i < LEAVES; ++i) {
            if (leaves[i] != 0) nodes[i] = Root(SumTree.leafHash(uint64(i), leaves[i], PAYLOAD), leaves[i]);
        }
    }

    function _parents(Root[] memory nodes, bool hidesRight) private pure returns (Root[] memory parents) {
        parents = new Root[]((nodes.length + 1) / 2);
        for (uint256 i; i < parents.length; ++i) {
            Root memory left = nodes[2 * i];
            Root memory right = 2 * i + 1 < nodes.length ? nodes[2 * i + 1] : Root(0, 0);
            if (left.hash == 0 && right.hash == 0) continue;
            uint128 rightSum = hidesRight ? 0 : right.sum;
            parents[i] = Root(SumTree.innerHash(left.hash, left.sum, right.hash, rightSum), left.sum + rightSum);
        }
    }
}
