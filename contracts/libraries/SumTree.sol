// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Root} from "../types/Root.sol";

/// @notice Merkle-sum trees: their hashes, and what an opening of one proves (docs/formats.md §2 and §4).
/// @dev The boolean functions never revert, whatever bytes they are given: fault proofs run on them.
library SumTree {
    /// @dev `level u8 ‖ present u32`.
    uint256 private constant HEADER_BYTES = 5;
    /// @dev `hash b32 ‖ sum u128`.
    uint256 private constant SIBLING_BYTES = 48;
    uint256 private constant MAX_DEPTH = 32;
    /// @dev Where the halves of a preimage begin, as bytes of a word.
    uint256 private constant HALVES = 0x0131 << 240;
    uint256 private constant LAST_FLAG = 1 << 255;

    /// @notice The opening does not lead from the root to the node.
    error InvalidOpening();

    /// @notice Hash of the leaf at place `key`.
    function leafHash(uint64 key, uint128 sum, bytes32 payloadHash) internal pure returns (bytes32 hash) {
        uint256 head = (uint256(key) << 184) | (uint256(sum) << 56);
        assembly ("memory-safe") {
            mstore(0x00, head)
            mstore(0x19, payloadHash)
            hash := keccak256(0x00, 57)
        }
    }

    /// @notice Hash of the node over two children of which at least one is present.
    function innerHash(
        bytes32 leftHash,
        uint128 leftSum,
        bytes32 rightHash,
        uint128 rightSum
    ) internal pure returns (bytes32 hash) {
        uint256 left = uint256(leftSum) << 128;
        uint256 right = uint256(rightSum) << 128;
        assembly ("memory-safe") {
            let p := mload(0x40)
            mstore8(p, 1)
            mstore(add(p, 1), leftHash)
            mstore(add(p, 33), left)
            mstore(add(p, 49), rightHash)
            mstore(add(p, 81), right)
            hash := keccak256(p, 97)
        }
    }

    /// @notice Whether `(sum, payloadHash)` stands at the leaf `key`, and the sum of all leaves left of it.
    function verifyLeaf(
        Root memory root,
        uint256 depth,
        uint64 key,
        uint128 sum,
        bytes32 payloadHash,
        bytes calldata opening
    ) internal pure returns (bool ok, uint128 prefix) {
        if (levelOf(opening) != depth) return (false, 0);
        return verifyNode(root, depth, key, leafHash(key, sum, payloadHash), sum, opening);
    }

    /// @notice Whether nothing stands at the node with this index, at the level the opening states, and the sum of all leaves left of it.
    function verifyAbsence(
        Root memory root,
        uint256 depth,
        uint64 index,
        bytes calldata opening
    ) internal pure returns (bool ok, uint128 prefix) {
        return verifyNode(root, depth, index, 0, 0, opening);
    }

    /// @notice Whether `(hash, sum)` is the node with this index, at the level the opening states, and the sum of all leaves left of it.
    function verifyNode(
        Root memory root,
        uint256 depth,
        uint64 index,
        bytes32 hash,
        uint128 sum,
        bytes calldata opening
    ) internal pure returns (bool ok, uint128 prefix) {
        uint256 size;
        (ok, size) = measure(opening);
        if (!ok || size != opening.length) return (false, 0);
        uint256 level = levelOf(opening);
        if (level > depth || index >> level != 0) return (false, 0);
        uint256 foldedSum;
        uint256 left;
        (ok, hash, foldedSum, left) = _fold(opening, index, hash, sum);
        if (!ok || hash != root.hash || foldedSum != root.sum) return (false, 0);
        prefix = uint128(left);
    }

    /// @notice As `verifyLeaf`, for callers that go on only if it holds.
    function requireLeaf(
        Root memory root,
        uint256 depth,
        uint64 key,
        uint128 sum,
        bytes32 payloadHash,
        bytes calldata opening
    ) internal pure returns (uint128 prefix) {
        bool ok;
        (ok, prefix) = verifyLeaf(root, depth, key, sum, payloadHash, opening);
        if (!ok) revert InvalidOpening();
    }

    /// @notice The level that an opening descends to; more than any depth if there is none.
    function levelOf(bytes calldata opening) internal pure returns (uint256) {
        return opening.length == 0 ? type(uint256).max : uint8(opening[0]);
    }

    /// @notice How many bytes the opening at the start of `data` takes: a chain of openings is their concatenation.
    function measure(bytes calldata data) internal pure returns (bool ok, uint256 size) {
        if (data.length < HEADER_BYTES) return (false, 0);
        uint256 level = uint8(data[0]);
        uint256 present = uint32(bytes4(data[1:5]));
        if (level > MAX_DEPTH || present >> level != 0) return (false, 0);
        size = HEADER_BYTES + SIBLING_BYTES * _countBits(present);
        ok = size <= data.length;
    }

    /// @notice Whether an opening that holds lists a sibling with a sum and no hash: the node over it is malformed (docs/formats.md §5, 2).
    function listsSumWithoutHash(bytes calldata opening) internal pure returns (bool found) {
        assembly ("memory-safe") {
            let end := add(opening.offset, opening.length)
            for {
                let cursor := add(opening.offset, HEADER_BYTES)
            } lt(cursor, end) {
                cursor := add(cursor, SIBLING_BYTES)
            } {
                found := or(iszero(calldataload(cursor)), found)
            }
        }
    }

    /// @dev Folds a measured opening from its terminal node up. `ok` is false where a sum overflows, or where a sibling is listed that is absent
    /// (so that no two openings prove the same).
    function _fold(
        bytes calldata opening,
        uint256 index,
        bytes32 terminalHash,
        uint256 terminalSum
    ) private pure returns (bool ok, bytes32 hash, uint256 sum, uint256 prefix) {
        hash = terminalHash;
        sum = terminalSum;
        assembly ("memory-safe") {
            let flags := calldataload(opening.offset)
            // The flag of the lowest sibling becomes the sign; behind that of the highest comes a bit to stop at.
            {
                let level := byte(0, flags)
                flags := or(shl(sub(256, level), shr(216, flags)), shr(level, LAST_FLAG))
            }
            let cursor := add(opening.offset, opening.length)
            // So that the halves of a preimage begin at addresses that differ by 48 in these bits and in no other.
            let preimage := or(mload(0x40), 63)
            mstore8(preimage, 1)
            let hasAbsent := 0
            for {} 1 {} {
                for {} gt(flags, LAST_FLAG) {} {
                    flags := shl(1, flags)
                    let own := add(byte(and(1, index), HALVES), preimage)
                    mstore(own, hash)
                    // A whole word: the sibling is written after it.
                    mstore(add(32, own), shl(128, sum))
                    cursor := add(not(47), cursor)
                    calldatacopy(xor(48, own), cursor, 48)
                    let siblingSum := shr(128, calldataload(add(32, cursor)))
                    hasAbsent := or(iszero(or(calldataload(cursor), siblingSum)), hasAbsent)
                    prefix := add(mul(and(1, index), siblingSum), prefix)
                    sum := add(siblingSum, sum)
                    index := shr(1, index)
                    hash := keccak256(preimage, 97)
                }
                if eq(flags, LAST_FLAG) {
                    break
                }
                for {} lt(flags, LAST_FLAG) {} {
                    flags := shl(1, flags)
                    // Nothing under two absent nodes, and nothing over them.
                    if or(hash, sum) {
                        let own := add(byte(and(1, index), HALVES), preimage)
                        // An absent sibling is 48 zero bytes, which is what lies behind the calldata.
                        calldatacopy(add(1, preimage), calldatasize(), 96)
                        mstore(own, hash)
                        mstore(add(32, own), shl(128, sum))
                        hash := keccak256(preimage, 97)
                    }
                    index := shr(1, index)
                }
            }
            // Sums only grow on the way up, so one that overflowed shows in the last.
            ok := iszero(or(shr(128, sum), hasAbsent))
        }
    }

    /// @dev Bits set in a 32-bit word.
    function _countBits(uint256 x) private pure returns (uint256) {
        unchecked {
            x -= (x >> 1) & 0x55555555;
            x = (x & 0x33333333) + ((x >> 2) & 0x33333333);
            x = (x + (x >> 4)) & 0x0f0f0f0f;
            return ((x * 0x01010101) & 0xffffffff) >> 24;
        }
    }
}
