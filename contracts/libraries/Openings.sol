// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IFaultProofs} from "../interfaces/IFaultProofs.sol";
import {Link} from "../types/Link.sol";
import {Root} from "../types/Root.sol";
import {Payloads} from "./Payloads.sol";
import {SumTree} from "./SumTree.sol";
import {TreeKind} from "./TreeKind.sol";
import {WellFormed} from "./WellFormed.sol";

/// @notice What links and chains of links show of committed trees (docs/formats.md §4, contracts/types/Link.sol).
/// @dev A link that does not hold reverts with `InvalidOpening`. Trees of an accused proposal are read as they are: an honest one has no malformed node, so
/// whatever a chain through one would show is true of dishonest proposals only; a leaf is merely read if its payload has its kind's tag and length. In
/// an input, what is malformed counts as absent, and each link of an input is judged for that.
library Openings {
    /// @dev The ways into a proposal: the kinds of the trees that a chain passes, one byte each, the outermost first.
    uint256 internal constant TO_GROUP = 0x09;
    uint256 internal constant TO_TRACE = 0x0906;
    uint256 internal constant TO_ENTRY = 0x090605;
    uint256 internal constant TO_POINTS = 0x0908;
    uint256 internal constant TO_TALLY = 0x090807;
    uint256 internal constant TO_PAYOUT = 0x0b;
    uint256 internal constant TO_EARNING = 0x0b0a;

    bytes32 private constant HASH_OF_NOTHING = keccak256("");

    /// @param present Whether a leaf stands there, and neither it nor a node above it is malformed.
    /// @param sum As the tree states it for the place: a malformed leaf keeps its sum; 0 if the leaf is absent or a node above it is malformed.
    /// @param prefix Sum of all leaves left of the place; of no use where a node above it is malformed.
    struct Input {
        bool present;
        uint128 sum;
        uint128 prefix;
    }

    /// @dev The node in which a link ends.
    struct Terminal {
        bytes32 hash;
        uint256 level;
        uint128 prefix;
    }

    /// @notice Opens a chain of an accused proposal. It ends in the last tree of the way, or earlier in a leaf that is absent.
    /// @param root Of the outermost tree. @param way One of the constants above. @param first The number of the chain's first link among those of the call.
    /// @return present Whether the last leaf of the way is there. @return prefix Of the leaf in which the chain ends.
    function openChain(
        Root memory root,
        uint256 way,
        Link[] calldata links,
        uint256 first
    ) internal pure returns (bool present, uint128 prefix) {
        uint256 count = links.length;
        uint256 steps =
            way >> 16 != 0
                ? 3
                : way >> 8 != 0
                    ? 2
                    : 1;
        for (uint256 i; i < count && i < steps; ++i) {
            uint8 kind = uint8(way >> (8 * (steps - 1 - i)));
            if (i != 0) root = descendTo(kind, links[i - 1], first + i - 1);
            (present, prefix) = openLeaf(root, kind, links[i], first + i);
            if (!present || i == steps - 1) {
                if (count != i + 1) revert IFaultProofs.WrongChain(count);
                return (present, prefix);
            }
        }
        revert IFaultProofs.WrongChain(count);
    }

    /// @notice Opens all links of a chain but the last, on whatever way their `which` name.
    /// @return tree The tree of the last link, of this `kind`.
    function openParents(
        Root memory root,
        uint8 kind,
        Link[] calldata links,
        uint256 first
    ) internal pure returns (Root memory tree, uint8) {
        uint256 count = links.length;
        if (count == 0) revert IFaultProofs.WrongChain(count);
        tree = root;
        for (uint256 i; i + 1 < count; ++i) {
            (bool present, ) = openLeaf(tree, kind, links[i], first + i);
            uint8 next = kindUnder(kind, links[i].which);
            if (!present || next == 0) revert IFaultProofs.WrongChain(count);
            tree = descendTo(next, links[i], first + i);
            kind = next;
        }
        return (tree, kind);
    }

    /// @notice Opens one link of an accused proposal: a leaf of its kind's tag and length, or absence.
    function openLeaf(
        Root memory root,
        uint8 kind,
        Link calldata link,
        uint256 number
    ) internal pure returns (bool present, uint128 prefix) {
        Terminal memory terminal = _terminal(root, TreeKind.depthOf(kind), link, number);
        bytes calldata payload = link.payload;
        present = payload.length != 0;
        bool isReadable = present ? Payloads.isShaped(kind, payload) : terminal.hash == 0 && link.sum == 0;
        if (!isReadable || link.preimage.length != 0) revert IFaultProofs.InvalidOpening(number);
        return (present, terminal.prefix);
    }

    /// @notice Whether a link shows a malformed node or payload. The link holds either way, or this reverts.
    function showsMalformed(
        Root memory root,
        WellFormed.Place memory place,
        Link calldata link,
        uint256 number
    ) internal pure returns (bool) {
        uint256 depth = TreeKind.depthOf(place.kind);
        Terminal memory terminal = _terminal(root, depth, link, number);
        (bool isMalformed, ) = _isMalformed(terminal, place, depth, link);
        return isMalformed;
    }

    /// @notice Opens one link of an input. A link that gives a preimage must show with it that the node is malformed.
    /// @param k Coordinates of the method's sketches, for the kinds that have one.
    function openInput(
        Root memory root,
        uint8 kind,
        uint16 k,
        Link calldata link,
        uint256 number
    ) internal pure returns (Input memory input) {
        uint256 depth = TreeKind.depthOf(kind);
        Terminal memory terminal = _terminal(root, depth, link, number);
        input.prefix = terminal.prefix;
        if (terminal.hash == 0 && link.sum == 0) return input;
        (bool isMalformed, bool isLeaf) = _isMalformed(terminal, WellFormed.Place(kind, 0, 0, k, false), depth, link);
        if (!isMalformed && !isLeaf) revert IFaultProofs.InvalidOpening(number);
        // A node without a hash makes the one over it malformed (docs/formats.md §5, 2).
        if (terminal.hash == 0 || terminal.level != depth || SumTree.listsSumWithoutHash(link.opening)) return input;
        input.sum = link.sum;
        input.present = !isMalformed;
    }

    /// @notice The root under a leaf that its `which` names, which must be that of a tree of this kind.
    function descendTo(uint8 kind, Link calldata leaf, uint256 number) internal pure returns (Root memory) {
        if (kindUnder(uint8(leaf.payload[0]), leaf.which) != kind) revert IFaultProofs.WrongPlace(number);
        return Payloads.root(leaf.payload, offsetOf(kind, leaf.which));
    }

    /// @notice Kind of the nested tree number `which` of a leaf of this kind; 0 if it has none.
    function kindUnder(uint8 kind, uint8 which) internal pure returns (uint8) {
        if (kind == TreeKind.GROUP)
            return
                which == 0
                    ? TreeKind.TRACE
                    : which == 1
                        ? TreeKind.POINTS
                        : 0;
        if (kind == TreeKind.PAYOUT) return which == 0 ? TreeKind.EARNING : 0;
        if (which > 1) return 0;
        return
            kind == TreeKind.TRACE
                ? TreeKind.ENTRY
                : kind == TreeKind.POINTS
                    ? TreeKind.TALLY
                    : 0;
    }

    /// @notice Where the root number `which` of a tree of this kind stands in the payload of the leaf above it.
    function offsetOf(uint8 kind, uint8 which) internal pure returns (uint256) {
        uint256 first =
            kind == TreeKind.ENTRY
                ? 65
                : kind == TreeKind.TRACE || kind == TreeKind.POINTS
                    ? 9
                    : 1;
        return first + 49 * uint256(which);
    }

    function _isMalformed(
        Terminal memory terminal,
        WellFormed.Place memory place,
        uint256 depth,
        Link calldata link
    ) private pure returns (bool isMalformed, bool isLeaf) {
        place.level = uint8(terminal.level);
        place.index = link.key >> (depth - terminal.level);
        bytes calldata preimage = link.preimage;
        bytes calldata payload = link.payload;
        isLeaf = preimage.length == 0 && payload.length != 0;
        isMalformed =
            isLeaf
                ? WellFormed.isMalformedLeaf(place, link.sum, payload)
                : WellFormed.isMalformed(place, Root(terminal.hash, link.sum), preimage, payload);
    }

    /// @dev The node that the link says it ends in, if the opening leads to it.
    function _terminal(
        Root memory root,
        uint256 depth,
        Link calldata link,
        uint256 number
    ) private pure returns (Terminal memory terminal) {
        bytes calldata opening = link.opening;
        uint256 level = SumTree.levelOf(opening);
        (bool ok, bytes32 hash) = level > depth ? (false, bytes32(0)) : _terminalHash(link, level == depth);
        if (!ok) revert IFaultProofs.InvalidOpening(number);
        terminal.level = level;
        terminal.hash = hash;
        uint64 index = link.key >> uint64(depth - level);
        uint128 sum = link.sum;
        (ok, terminal.prefix) = SumTree.verifyNode(root, depth, index, hash, sum, opening);
        if (!ok && hash == 0) {
            // A preimage of no bytes is as good as any other.
            terminal.hash = HASH_OF_NOTHING;
            (ok, terminal.prefix) = SumTree.verifyNode(root, depth, index, HASH_OF_NOTHING, sum, opening);
        }
        if (!ok) revert IFaultProofs.InvalidOpening(number);
    }

    /// @dev By the preimage or the leaf that the link gives, 0 by neither. A leaf stands at the leaves' level, or it is none.
    function _terminalHash(Link calldata link, bool isAtLeaves) private pure returns (bool ok, bytes32 hash) {
        bytes calldata preimage = link.preimage;
        if (preimage.length != 0) return (true, keccak256(preimage));
        bytes calldata payload = link.payload;
        if (payload.length == 0) return (true, 0);
        return (isAtLeaves, SumTree.leafHash(link.key, link.sum, keccak256(payload)));
    }
}
