// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Root} from "../types/Root.sol";

/// @notice Opens leaves of one sum tree one after another, each from where its path leaves that of the one before (docs/formats.md §4).
/// @dev Claims live on this, so it is one loop over calldata. It decides as `SumTree.verifyNode` does where an opening begins at the root.
library SumPath {
    /// @param hash Of the root. @param sum Of the root. @param key The leaf that was opened last.
    /// @param preimages Of the nodes above that leaf, one every 128 bytes, the root's first: they hold what is proven.
    struct Path {
        bytes32 hash;
        uint128 sum;
        uint64 key;
        bytes preimages;
    }

    /// @dev `level u8 ‖ present u32`.
    uint256 private constant HEADER_BYTES = 5;
    uint256 private constant STRIDE = 128;

    /// @notice A path on which only the root of the tree is proven.
    function begin(bytes32 hash, uint128 sum, uint256 depth) internal pure returns (Path memory) {
        return Path(hash, sum, 0, new bytes(STRIDE * depth));
    }

    /// @notice Whether the leaf `key` is the node `(hash, sum)`. The opening descends from the node that many levels above it, which the path must have
    /// passed. If it does not hold, the path proves nothing any more.
    function open(
        Path memory path,
        uint64 key,
        bytes32 hash,
        uint128 sum,
        bytes calldata opening
    ) internal pure returns (bool ok) {
        if (opening.length < HEADER_BYTES) return false;
        uint256 head = uint40(bytes5(opening));
        uint256 level = head >> 32;
        uint256 depth = path.preimages.length / STRIDE;
        // The node from which it descends must be above both leaves, their keys places of the tree, and no flag beyond the level.
        if (level > depth || ((key ^ path.key) | uint32(head)) >> level != 0 || key >> depth != 0) return false;
        Root memory top = level == depth ? Root(path.hash, path.sum) : _nodeAt(path, depth, level);
        path.key = key;
        Root memory node = Root(hash, sum);
        ok = _fold(_preimageAt(path, depth), node, key, level, head << (256 - level), opening[HEADER_BYTES:]);
        return ok && node.hash == top.hash && node.sum == top.sum;
    }

    /// @dev Folds a node up by `level` levels and leaves the preimages on the way. `flags` say which siblings are present, the lowest one first;
    /// `siblings` lists them from the top down. `ok` is false where a sum overflows, where an absent sibling is listed, or where not all are used.
    function _fold(
        uint256 preimage,
        Root memory node,
        uint256 place,
        uint256 level,
        uint256 flags,
        bytes calldata siblings
    ) private pure returns (bool ok) {
        assembly ("memory-safe") {
            let hash := mload(node)
            let sum := mload(add(node, 32))
            let cursor := add(siblings.offset, siblings.length)
            // A bit above those of the place, to stop at.
            level := shl(level, 1)
            place := or(and(place, sub(level, 1)), level)
            for {} gt(place, 1) {
                place := shr(1, place)
                flags := shl(1, flags)
            } {
                preimage := sub(preimage, STRIDE)
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
    function _nodeAt(Path memory path, uint256 depth, uint256 level) private pure returns (Root memory) {
        uint256 half = (path.key >> level) & 1;
        uint256 parent = _preimageAt(path, depth - level - 1);
        bytes32 hash;
        uint128 sum;
        assembly ("memory-safe") {
            let start := add(parent, add(mul(48, half), 1))
            hash := mload(start)
            sum := shr(128, mload(add(start, 32)))
        }
        return Root(hash, sum);
    }

    function _preimageAt(Path memory path, uint256 index) private pure returns (uint256 start) {
        bytes memory preimages = path.preimages;
        assembly ("memory-safe") {
            start := add(add(preimages, 32), mul(index, STRIDE))
        }
    }
}
