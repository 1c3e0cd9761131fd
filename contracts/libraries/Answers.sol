// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @notice Whether bytes are an answer to a demand for a node (docs/formats.md §9). They are judged by hashing and by length alone, so an answer may show a malformed node.
library Answers {
    /// @notice Levels whose preimages the answer to a demand for an inner node reveals.
    uint256 internal constant LEVELS = 5;
    /// @notice Bytes of the longest payload of any kind (docs/formats.md §3): that of an index record, 94 bytes and a sketch of at most 4096. No answer has more: what is shown in one fits a proof.
    uint256 internal constant MOST_PAYLOAD = 94 + 4096;

    uint256 private constant INNER_BYTES = 97;
    uint256 private constant LEAF_BYTES = 57;

    /// @param hash Of the demanded node, not 0. @param level Where it stands. @param depth Of its tree.
    function isAnswer(bytes32 hash, uint256 level, uint256 depth, bytes calldata answer) internal pure returns (bool) {
        return level < depth ? _revealsInner(hash, level, depth, answer) : _revealsLeaf(hash, answer);
    }

    /// @dev `count u8 ‖ count × 97 bytes`, breadth first from the node down: each must be the preimage of the next node that has a hash.
    function _revealsInner(
        bytes32 hash,
        uint256 level,
        uint256 depth,
        bytes calldata answer
    ) private pure returns (bool) {
        bytes32[] memory hashes = new bytes32[](1);
        hashes[0] = hash;
        uint256 end = level + LEVELS < depth ? level + LEVELS : depth;
        uint256 count = 1;
        uint256 offset = 1;
        for (; level < end; ++level) {
            bytes32[] memory below = new bytes32[](2 * count);
            uint256 found;
            for (uint256 i; i < count; ++i) {
                if (answer.length < offset + INNER_BYTES) return false;
                bytes calldata preimage = answer[offset:offset + INNER_BYTES];
                if (keccak256(preimage) != hashes[i] || preimage[0] != 0x01) return false;
                offset += INNER_BYTES;
                bytes32 left = bytes32(preimage[1:33]);
                bytes32 right = bytes32(preimage[49:81]);
                if (left != 0) below[found++] = left;
                if (right != 0) below[found++] = right;
            }
            (hashes, count) = (below, found);
        }
        return answer.length == offset && uint8(answer[0]) == (offset - 1) / INNER_BYTES;
    }

    /// @dev `1 ‖ 57 bytes ‖ payload`, the payload of at most `MOST_PAYLOAD` bytes.
    function _revealsLeaf(bytes32 hash, bytes calldata answer) private pure returns (bool) {
        if (answer.length < 1 + LEAF_BYTES || answer.length > 1 + LEAF_BYTES + MOST_PAYLOAD) return false;
        if (answer[0] != 0x01) return false;
        bytes calldata preimage = answer[1:1 + LEAF_BYTES];
        return keccak256(preimage) == hash && keccak256(answer[1 + LEAF_BYTES:]) == bytes32(preimage[25:]);
    }
}
