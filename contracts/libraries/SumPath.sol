// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Root} from "../types/Root.sol";

/// @notice Opens leaves of one sum tree one after another, each from where its path leaves that of the one before (docs/formats.md §4).
/// @dev Claims live on this, so it is one loop over calldata, and a root is one word. It decides as `SumTree.verifyNode` does where an opening
/// begins at the root.
library SumPath {
    /// @param root Commitment of the tree's root. @param depth Of the tree. @param key The leaf that was opened last.
    /// @param first Where the preimages lie of the nodes above that leaf, one every `stride` bytes, the root's first: they hold what is proven.
    /// @param stride 0 where only one leaf is opened, and one place serves all its preimages.
    struct Path {
        bytes32 root;
        uint256 depth;
        uint256 key;
        uint256 first;
        uint256 stride;
    }

    /// @dev `level u8 ‖ present u32`.
    uint256 private constant HEADER_BYTES = 5;
    uint256 private constant PREIMAGE_BYTES = 128;
    /// @dev In no tree, and apart from all of a tree's keys at every level below the root.
    uint256 private constant NO_KEY = type(uint256).max;

    /// @notice One word for a root: `keccak256(hash b32 ‖ sum u128)`.
    function commitment(bytes32 hash, uint128 sum) internal pure returns (bytes32 root) {
        assembly ("memory-safe") {
            mstore(0x00, hash)
            mstore(0x20, shl(128, sum))
            root := keccak256(0x00, 48)
        }
    }

    /// @notice A path on which only the root of the tree is proven.
    /// @param leaves How many will be opened.
    function begin(bytes32 root, uint256 depth, uint256 leaves) internal pure returns (Path memory path) {
        path.root = root;
        path.depth = depth;
        path.key = NO_KEY;
        uint256 stride = leaves > 1 ? PREIMAGE_BYTES : 0;
        path.stride = stride;
        uint256 first;
        assembly ("memory-safe") {
            first := mload(0x40)
            mstore(0x40, add(first, add(PREIMAGE_BYTES, mul(stride, depth))))
        }
        path.first = first;
    }

    /// @notice Whether the leaf `key` is the node `(hash, sum)`. The opening descends from the node that many levels above it, which the path must have
    /// passed. If it does not hold, the path proves nothing any more.
    function open(
        Path memory path,
        uint64 key,
        bytes32 hash,
        uint128 sum,
        bytes calldata opening
    ) internal pure returns (bool) {
        if (opening.length < HEADER_BYTES) return false;
        uint256 head = uint40(bytes5(opening));
        uint256 level = head >> 32;
        // Its key must be a place of the tree, and no flag beyond the level.
        if (level > path.depth || uint32(head) >> level != 0 || key >> path.depth != 0) return false;
        Root memory node = Root(hash, sum);
        if (level == path.depth) {
            path.key = path.stride == 0 ? NO_KEY : key;
            if (!_fold(path, node, key, head, opening[HEADER_BYTES:])) return false;
            return commitment(node.hash, node.sum) == path.root;
        }
        // The node from which it descends must be above both leaves.
        if ((key ^ path.key) >> level != 0) return false;
        Root memory top = _nodeAt(path, level);
        path.key = key;
        return _fold(path, node, key, head, opening[HEADER_BYTES:]) && node.hash == top.hash && node.sum == top.sum;
    }

    /// @dev Folds a node up along a path, by the level in the opening's head, and leaves the preimages on the way. The head's flags say which siblings are
    /// present; `siblings` lists them from the top down. `ok` is false where a sum overflows, where an absent sibling is listed, or where not all are
    /// used.
    function _fold(
        Path memory path,
        Root memory node,
        uint256 place,
        uint256 head,
        bytes calldata siblings
    ) private pure returns (bool ok) {
        uint256 stride = path.stride;
        uint256 preimage = path.first + stride * path.depth;
        assembly ("memory-safe") {
            let hash := mload(node)
            let sum := mload(add(node, 32))
            let cursor := add(siblings.offset, siblings.length)
            // A bit above those of the place, to stop at.
            let marker := shl(shr(32, head), 1)
            place := or(and(place, sub(marker, 1)), marker)
            // The flag of the lowest sibling becomes the sign.
            let flags := shl(sub(256, shr(32, head)), head)
            for {} gt(place, 1) {
                place := shr(1, place)
                flags := shl(1, flags)
            } {
                preimage := sub(preimage, stride)
                mstore8(preimage, 1)
                // The halves of a preimage begin at its bytes 1 and 49.
                let half := mul(48, and(place, 1))
                // A whole word: the sibling is written after it.
                mstore(add(preimage, add(half, 33)), shl(128, sum))
                mstore(add(preimage, add(half, 1)), hash)
                half := add(preimage, sub(49, half))
                switch slt(flags, 0)
                case 0 {
                    // An absent sibling is 48 zero bytes, which is what lies behind the calldata.
                    calldatacopy(half, calldatasize(), 48)
                }
                default {
                    cursor := sub(cursor, 48)
                    calldatacopy(half, cursor, 48)
                    half := shr(128, calldataload(add(cursor, 32)))
                    // A listed sibling that is absent makes the sum too large for any tree.
                    sum := add(add(sum, half), shl(160, iszero(or(half, calldataload(cursor)))))
                }
                hash := keccak256(preimage, 97)
            }
            mstore(node, hash)
            mstore(add(node, 32), sum)
            // Sums only grow on the way up, so one that overflowed shows in the last.
            ok := and(iszero(shr(128, sum)), eq(cursor, siblings.offset))
        }
    }

    /// @dev The proven node `level` levels above the path's leaf: half of its parent's preimage.
    function _nodeAt(Path memory path, uint256 level) private pure returns (Root memory) {
        uint256 half = (path.key >> level) & 1;
        uint256 parent = path.first + path.stride * (path.depth - level - 1);
        bytes32 hash;
        uint128 sum;
        assembly ("memory-safe") {
            let start := add(parent, add(mul(48, half), 1))
            hash := mload(start)
            sum := shr(128, mload(add(start, 32)))
        }
        return Root(hash, sum);
    }
}
