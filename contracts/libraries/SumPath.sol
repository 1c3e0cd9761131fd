// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice Opens leaves of one sum tree one after another, each from where its path leaves that of the one before (docs/formats.md §4).
/// @dev Claims live on this, so it is one loop over calldata, and a root is one word. It decides as `SumTree.verifyNode` does where an opening
/// begins at the root, but lets pass a sibling that is listed although it is absent: it folds to the same nodes, and nothing hangs on there being
/// only one opening of a leaf.
library SumPath {
    /// @param root Commitment of the tree's root. @param depth Of the tree. @param key The leaf that was opened last.
    /// @param hash Of the node that is being opened. @param sum Of that node.
    /// @param end Behind the preimages of the nodes above that leaf, one every `stride` bytes, the root's first: they hold what is proven.
    /// @param stride 0 where only one leaf is opened, and one place serves all its preimages.
    struct Path {
        bytes32 root;
        uint256 depth;
        uint256 key;
        bytes32 hash;
        uint256 sum;
        uint256 end;
        uint256 stride;
    }

    /// @dev `level u8 ‖ present u32`.
    uint256 private constant HEADER_BYTES = 5;
    uint256 private constant PREIMAGE_BYTES = 128;
    /// @dev Where the halves of a preimage begin, as bytes of a word.
    uint256 private constant HALVES = 0x0131 << 240;
    uint256 private constant LAST_FLAG = 1 << 255;
    /// @dev In no tree: nothing but the root is proven.
    uint256 private constant NO_KEY = type(uint256).max;

    /// @notice One word for a root: `keccak256(hash b32 ‖ sum u128)`.
    function commitment(bytes32 hash, uint256 sum) internal pure returns (bytes32 root) {
        assembly ("memory-safe") {
            mstore(0x00, hash)
            mstore(0x20, shl(128, sum))
            root := keccak256(0x00, 48)
        }
    }

    /// @notice Begins a path on which only the root of the tree is proven.
    /// @param root The root's commitment. @param leaves How many will be opened.
    function begin(Path memory path, bytes32 root, uint256 depth, uint256 leaves) internal pure {
        path.root = root;
        path.depth = depth;
        path.key = NO_KEY;
        uint256 stride = leaves > 1 ? PREIMAGE_BYTES : 0;
        path.stride = stride;
        uint256 end;
        assembly ("memory-safe") {
            // So that the halves of a preimage begin at addresses that differ by 48 in these bits and in no other (see `_fold`).
            let preimage := or(mload(0x40), 63)
            end := add(preimage, mul(stride, depth))
            mstore(0x40, add(end, add(PREIMAGE_BYTES, 1)))
            mstore8(preimage, 1)
            for {} lt(preimage, end) {} {
                preimage := add(preimage, PREIMAGE_BYTES)
                mstore8(preimage, 1)
            }
        }
        path.end = end;
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
        uint256 depth = path.depth;
        // Its key must be a place of the tree, and no flag beyond the level.
        if (level > depth || (uint256(uint32(head)) >> level) | (uint256(key) >> depth) != 0) return false;
        path.hash = hash;
        path.sum = sum;
        if (level == depth) {
            if (path.stride != 0) path.key = key;
            return _fold(path, key, head, opening) && commitment(path.hash, path.sum) == path.root;
        }
        // The node from which it descends must be above both leaves.
        if ((key ^ path.key) >> level != 0) return false;
        (bytes32 topHash, uint256 topSum) = _nodeAt(path, level);
        path.key = key;
        return _fold(path, key, head, opening) && path.hash == topHash && path.sum == topSum;
    }

    /// @dev Folds the path's node up by the level in the opening's head, and leaves the preimages on the way. The head's flags say which siblings are
    /// present; they are listed from the top down. `ok` is false where a sum overflows, or where they are not as many as the flags say.
    function _fold(
        Path memory path,
        uint256 place,
        uint256 head,
        bytes calldata opening
    ) private pure returns (bool ok) {
        bytes32 hash = path.hash;
        uint256 sum = path.sum;
        uint256 preimage = path.end;
        uint256 stride = path.stride;
        assembly ("memory-safe") {
            let cursor := add(opening.offset, opening.length)
            // The flag of the lowest sibling becomes the sign; behind that of the highest comes a bit to stop at.
            let flags := shr(32, head)
            flags := or(shl(sub(256, flags), head), shr(flags, LAST_FLAG))
            stride := sub(0, stride)
            for {} 1 {} {
                for {} gt(flags, LAST_FLAG) {} {
                    flags := shl(1, flags)
                    preimage := add(stride, preimage)
                    let own := add(byte(and(1, place), HALVES), preimage)
                    mstore(own, hash)
                    // A whole word: the sibling is written after it.
                    mstore(add(32, own), shl(128, sum))
                    cursor := add(not(47), cursor)
                    calldatacopy(xor(48, own), cursor, 48)
                    sum := add(shr(128, calldataload(add(32, cursor))), sum)
                    place := shr(1, place)
                    hash := keccak256(preimage, 97)
                }
                if eq(flags, LAST_FLAG) {
                    break
                }
                for {} lt(flags, LAST_FLAG) {} {
                    flags := shl(1, flags)
                    preimage := add(stride, preimage)
                    let own := add(byte(and(1, place), HALVES), preimage)
                    // An absent sibling is 48 zero bytes, which is what lies behind the calldata.
                    calldatacopy(add(1, preimage), calldatasize(), 96)
                    mstore(own, hash)
                    mstore(add(32, own), shl(128, sum))
                    place := shr(1, place)
                    hash := keccak256(preimage, 97)
                }
            }
            // Sums only grow on the way up, so one that overflowed shows in the last.
            ok := and(iszero(shr(128, sum)), eq(cursor, add(opening.offset, HEADER_BYTES)))
        }
        path.hash = hash;
        path.sum = sum;
    }

    /// @dev The proven node `level` levels above the path's leaf: half of its parent's preimage.
    function _nodeAt(Path memory path, uint256 level) private pure returns (bytes32 hash, uint256 sum) {
        uint256 half = 1 + 48 * ((path.key >> level) & 1);
        uint256 start = path.end - path.stride * (level + 1) + half;
        assembly ("memory-safe") {
            hash := mload(start)
            sum := shr(128, mload(add(start, 32)))
        }
    }
}
