// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {SumTree} from "../../../contracts/libraries/SumTree.sol";
import {TreeKind} from "../../../contracts/libraries/TreeKind.sol";
import {Root} from "../../../contracts/types/Root.sol";

/// @notice Builds content trees over a few records and opens their leaves.
library ContentTree {
    function rootOf(bytes32[] memory records) internal pure returns (Root memory root) {
        Root[] memory nodes = _leaves(records);
        for (uint256 level; level < TreeKind.CONTENT_DEPTH; ++level) nodes = _parents(nodes);
        return nodes[0];
    }

    function open(bytes32[] memory records, uint64 place) internal pure returns (bytes memory opening) {
        Root[] memory nodes = _leaves(records);
        uint256 index = place;
        uint32 present;
        bytes memory siblings;
        for (uint256 level = TreeKind.CONTENT_DEPTH; level != 0; --level) {
            uint256 sibling = index ^ 1;
            if (sibling < nodes.length) {
                present |= uint32(1 << (level - 1));
                siblings = abi.encodePacked(nodes[sibling].hash, nodes[sibling].sum, siblings);
            }
            nodes = _parents(nodes);
            index >>= 1;
        }
        return abi.encodePacked(uint8(TreeKind.CONTENT_DEPTH), present, siblings);
    }

    function _leaves(bytes32[] memory records) private pure returns (Root[] memory leaves) {
        leaves = new Root[](records.length);
        for (uint256 i; i < records.length; ++i) {
            bytes32 payload = keccak256(abi.encodePacked(TreeKind.CONTENT, records[i]));
            leaves[i] = Root(SumTree.leafHash(uint64(i), 1, payload), 1);
        }
    }

    function _parents(Root[] memory nodes) private pure returns (Root[] memory parents) {
        parents = new Root[]((nodes.length + 1) / 2);
        for (uint256 i; i < parents.length; ++i) {
            Root memory left = nodes[2 * i];
            Root memory right = 2 * i + 1 < nodes.length ? nodes[2 * i + 1] : Root(0, 0);
            parents[i] = Root(SumTree.innerHash(left.hash, left.sum, right.hash, right.sum), left.sum + right.sum);
        }
    }
}
