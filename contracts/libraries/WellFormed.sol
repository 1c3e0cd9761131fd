// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Root} from "../types/Root.sol";
import {Sketch} from "./Sketch.sol";
import {TreeKind} from "./TreeKind.sol";

/// @notice Whether what a node commits to is malformed: rules 1 to 4 of docs/formats.md §5. A malformed node is a fault, so nothing here reverts.
library WellFormed {
    /// @notice Where a node stands.
    /// @param kind Tag of the tree's kind.
    /// @param k Coordinates of the method's sketches, where the kind has one; 0 allows any size.
    /// @param isHarmful Of the two lists of a call the harmful one (entries only).
    struct Place {
        uint8 kind;
        uint8 level;
        uint64 index;
        uint16 k;
        bool isHarmful;
    }

    uint256 private constant NONE = type(uint32).max;
    uint256 private constant LEAF_BYTES = 57;
    uint256 private constant INNER_BYTES = 97;
    uint256 private constant ROOT_BYTES = 49;
    uint256 private constant SCALE_LIMIT = 1 << 24;
    uint256 private constant FULL_NOVELTY = 255;
    uint256 private constant INDEX_HEAD = 94;
    uint256 private constant SKETCH_HEAD = 37;

    /// @notice Whether the bytes show that the node is malformed. Bytes that the node does not commit to show nothing.
    /// @param node As its parent (or the root) states it, reached by a valid opening.
    /// @param preimage Of the node's hash; not needed for rule 1.
    /// @param payload Preimage of the leaf's payload hash; needed for the payload's rules only.
    function isMalformed(
        Place memory place,
        Root memory node,
        bytes calldata preimage,
        bytes calldata payload
    ) internal pure returns (bool) {
        if (node.hash == 0) return node.sum != 0;
        if (keccak256(preimage) != node.hash) return false;
        if (place.level < TreeKind.depthOf(place.kind)) return isMalformedInner(node.sum, preimage);
        if (preimage.length != LEAF_BYTES || preimage[0] != 0x00) return true;
        if (_uint(preimage, 1, 8) != place.index || _uint(preimage, 9, 16) != node.sum) return true;
        if (_breaksSum(place.kind, node.sum)) return true;
        if (keccak256(payload) != bytes32(_uint(preimage, 25, 32))) return false;
        return isMalformedPayload(place, payload);
    }

    /// @notice As `isMalformed`, for a leaf that was hashed from its place, sum and payload: what is left of the rules is sum and payload.
    function isMalformedLeaf(Place memory place, uint128 sum, bytes calldata payload) internal pure returns (bool) {
        return _breaksSum(place.kind, sum) || isMalformedPayload(place, payload);
    }

    /// @notice Rule 2, for the preimage of an inner node with this sum.
    function isMalformedInner(uint128 sum, bytes calldata preimage) internal pure returns (bool) {
        if (preimage.length != INNER_BYTES || preimage[0] != 0x01) return true;
        uint256 leftHash = _uint(preimage, 1, 32);
        uint256 leftSum = _uint(preimage, 33, 16);
        uint256 rightHash = _uint(preimage, 49, 32);
        uint256 rightSum = _uint(preimage, 81, 16);
        if (leftSum + rightSum != sum) return true;
        if (leftHash == 0 && leftSum != 0) return true;
        if (rightHash == 0 && rightSum != 0) return true;
        return leftHash == 0 && rightHash == 0;
    }

    /// @notice Rule 4, for a payload at its place.
    function isMalformedPayload(Place memory place, bytes calldata payload) internal pure returns (bool) {
        uint8 kind = place.kind;
        if (payload.length == 0 || uint8(payload[0]) != kind) return true;
        if (kind == TreeKind.INDEX) return _index(place, payload);
        if (kind == TreeKind.SKETCH) return _sketch(place, payload);
        if (payload.length != TreeKind.payloadBytes(kind)) return true;
        if (kind == TreeKind.ENTRY) return _entry(place, payload);
        if (kind == TreeKind.CONTENT) return false;
        if (kind == TreeKind.RECEIPT) return _uint(payload, 207, 4) != 0;
        if (kind == TreeKind.TALLY) {
            return
                !_isPlace(_uint(payload, 1, 4), TreeKind.TRACE_DEPTH) ||
                !_isPlace(_uint(payload, 5, 2), TreeKind.ENTRY_DEPTH);
        }
        if (kind == TreeKind.EARNING) return !_isPlace(_uint(payload, 1, 4), TreeKind.GROUP_DEPTH);
        if (kind == TreeKind.TRACE) {
            return _root(payload, 65, TreeKind.ENTRY_DEPTH) || _root(payload, 65 + ROOT_BYTES, TreeKind.ENTRY_DEPTH);
        }
        if (kind == TreeKind.POINTS) return _points(payload);
        if (kind == TreeKind.GROUP) {
            return _root(payload, 9, TreeKind.TRACE_DEPTH) || _root(payload, 9 + ROOT_BYTES, TreeKind.POINTS_DEPTH);
        }
        if (kind == TreeKind.PAYOUT) return _root(payload, 1, TreeKind.EARNING_DEPTH);
        return true;
    }

    function _index(Place memory place, bytes calldata payload) private pure returns (bool) {
        if (!_hasSketchSize(payload.length, INDEX_HEAD, place.k)) return true;
        uint256 scale = _uint(payload, 77, 4);
        uint256 novelty = _uint(payload, 81, 1);
        uint256 witness = _uint(payload, 82, 4);
        (bool whole, uint256 sumU, uint256 sumSq) = Sketch.sums(payload[INDEX_HEAD:]);
        if (!whole || _uint(payload, 86, 4) != sumU || _uint(payload, 90, 4) != sumSq) return true;
        if (scale >= SCALE_LIMIT || (scale == 0 && sumSq != 0)) return true;
        // Withdrawn form: no signature, and no scale, so no coordinate either.
        if (novelty == 0 && witness == NONE) return scale != 0 || _uint(payload, 33, 32) != 0;
        if ((novelty == FULL_NOVELTY) != (witness == NONE)) return true;
        return witness != NONE && witness >= place.index;
    }

    function _sketch(Place memory place, bytes calldata payload) private pure returns (bool) {
        if (!_hasSketchSize(payload.length, SKETCH_HEAD, place.k)) return true;
        (bool whole, uint256 sumU) = Sketch.sumOf(payload[SKETCH_HEAD:]);
        return !whole || _uint(payload, 33, 4) != sumU;
    }

    function _entry(Place memory place, bytes calldata payload) private pure returns (bool) {
        int64 s = int64(uint64(_uint(payload, 5, 8)));
        if (s == 0 || (s < 0) != place.isHarmful) return true;
        uint256 tallyIndex = _uint(payload, 29, 4);
        if (_uint(payload, 1, 4) == NONE || (_uint(payload, 13, 16) == 0) != (tallyIndex == NONE)) return true;
        return tallyIndex != NONE && !_isPlace(tallyIndex, TreeKind.TALLY_DEPTH);
    }

    function _points(bytes calldata payload) private pure returns (bool) {
        if (_root(payload, 1, TreeKind.TALLY_DEPTH) || _root(payload, 1 + ROOT_BYTES, TreeKind.TALLY_DEPTH))
            return true;
        if (_uint(payload, 1, 32) == 0 && _uint(payload, 1 + ROOT_BYTES, 32) == 0) return true;
        uint256 positionId = _uint(payload, 99, 8);
        return positionId == 0 || !_isPlace(positionId, TreeKind.PAYOUT_DEPTH);
    }

    function _isPlace(uint256 pointer, uint256 depth) private pure returns (bool) {
        return pointer >> depth == 0;
    }

    /// @dev Whether the nested root at `offset` is not one: another depth than its kind's, or a sum without a hash.
    function _root(bytes calldata payload, uint256 offset, uint256 depth) private pure returns (bool) {
        if (_uint(payload, offset + 48, 1) != depth) return true;
        return _uint(payload, offset, 32) == 0 && _uint(payload, offset + 32, 16) != 0;
    }

    function _breaksSum(uint8 kind, uint128 sum) private pure returns (bool) {
        return (_countsLeaves(kind) && sum != 1) || (_needsSum(kind) && sum == 0);
    }

    function _countsLeaves(uint8 kind) private pure returns (bool) {
        return kind == TreeKind.CONTENT || kind == TreeKind.INDEX || kind == TreeKind.SKETCH;
    }

    /// @dev Kinds that have a leaf only where there is an amount.
    function _needsSum(uint8 kind) private pure returns (bool) {
        return kind == TreeKind.ENTRY || kind == TreeKind.TALLY || kind == TreeKind.EARNING || kind == TreeKind.PAYOUT;
    }

    /// @dev A multiple of 32 from 32 to 4096 coordinates behind the head, and `k` of them if it is given.
    function _hasSketchSize(uint256 length, uint256 head, uint256 k) private pure returns (bool) {
        if (length < head) return false;
        uint256 size = length - head;
        if (size % 32 != 0 || size == 0 || size > 4096) return false;
        return k == 0 || size == k;
    }

    /// @dev The big-endian integer of `width` bytes at `offset`; the bytes must be there.
    function _uint(bytes calldata data, uint256 offset, uint256 width) private pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := shr(sub(256, shl(3, width)), calldataload(add(data.offset, offset)))
        }
    }
}
