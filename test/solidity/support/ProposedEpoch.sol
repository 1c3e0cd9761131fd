// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {TreeKind} from "../../../contracts/libraries/TreeKind.sol";
import {Link} from "../../../contracts/types/Link.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {SparseTree} from "./SparseTree.sol";

/// @notice A proposal, leaf by leaf, whose trees follow from whatever its leaves say; tests change leaves and open chains.
library ProposedEpoch {
    using SparseTree for SparseTree.Tree;

    /// @param lists The helpful and the harmful one.
    struct Call {
        uint64 place;
        uint128 amount;
        SparseTree.Tree[2] lists;
    }

    /// @param tallies Credits and debits.
    struct Points {
        uint64 place;
        uint128 net;
        uint64 position;
        uint32 earning;
        SparseTree.Tree[2] tallies;
    }

    struct Group {
        uint64 place;
        uint128 pool;
        uint64 version;
        uint32 fallbackEarning;
        Call[] calls;
        Points[] points;
    }

    struct Payout {
        uint64 place;
        uint128 cumulative;
        SparseTree.Tree earnings;
    }

    struct Proposal {
        Group[] groups;
        Payout[] payouts;
    }

    // --- trees ---

    function groupsTree(Proposal memory p) internal pure returns (SparseTree.Tree memory tree) {
        tree = SparseTree.create(TreeKind.GROUP, p.groups.length);
        for (uint256 i; i < p.groups.length; ++i) {
            Group memory g = p.groups[i];
            bytes memory roots = abi.encodePacked(_nested(callsTree(g), 28), _nested(pointsTree(g), 32));
            tree.set(i, g.place, g.pool, abi.encodePacked(TreeKind.GROUP, g.version, roots, g.fallbackEarning));
        }
    }

    function callsTree(Group memory group) internal pure returns (SparseTree.Tree memory tree) {
        tree = SparseTree.create(TreeKind.TRACE, group.calls.length);
        for (uint256 i; i < group.calls.length; ++i) {
            Call memory c = group.calls[i];
            bytes memory roots = abi.encodePacked(_nested(c.lists[0], 8), _nested(c.lists[1], 8));
            tree.set(
                i,
                c.place,
                c.amount,
                abi.encodePacked(TreeKind.TRACE, bytes32("receipt"), bytes32("sketch"), roots)
            );
        }
    }

    function pointsTree(Group memory group) internal pure returns (SparseTree.Tree memory tree) {
        tree = SparseTree.create(TreeKind.POINTS, group.points.length);
        for (uint256 i; i < group.points.length; ++i) {
            Points memory r = group.points[i];
            bytes memory roots = abi.encodePacked(_nested(r.tallies[0], 28), _nested(r.tallies[1], 28));
            tree.set(i, r.place, r.net, abi.encodePacked(TreeKind.POINTS, roots, r.position, r.earning));
        }
    }

    function payoutsTree(Proposal memory p) internal pure returns (SparseTree.Tree memory tree) {
        tree = SparseTree.create(TreeKind.PAYOUT, p.payouts.length);
        for (uint256 i; i < p.payouts.length; ++i) {
            Payout memory paid = p.payouts[i];
            tree.set(i, paid.place, paid.cumulative, abi.encodePacked(TreeKind.PAYOUT, _nested(paid.earnings, 32)));
        }
    }

    // --- chains; each ends where something is absent ---

    function toGroup(Proposal memory p, uint64 g, uint8 which) internal pure returns (Link memory) {
        return groupsTree(p).link(g, which);
    }

    function toCall(Proposal memory p, uint64 g, uint64 c, uint8 which) internal pure returns (Link[] memory chain) {
        chain = new Link[](2);
        chain[0] = toGroup(p, g, 0);
        if (chain[0].payload.length == 0) return cut(chain, 1);
        chain[1] = callsTree(groupAt(p, g)).link(c, which);
    }

    function toEntry(
        Proposal memory p,
        uint64 g,
        uint64 c,
        uint8 list,
        uint64 e
    ) internal pure returns (Link[] memory chain) {
        chain = toCall(p, g, c, list);
        if (chain[chain.length - 1].payload.length == 0) return chain;
        chain = _longer(chain);
        chain[2] = callAt(groupAt(p, g), c).lists[list].link(e, 0);
    }

    function toPoints(Proposal memory p, uint64 g, uint64 r, uint8 which) internal pure returns (Link[] memory chain) {
        chain = new Link[](2);
        chain[0] = toGroup(p, g, 1);
        if (chain[0].payload.length == 0) return cut(chain, 1);
        chain[1] = pointsTree(groupAt(p, g)).link(r, which);
    }

    function toTally(
        Proposal memory p,
        uint64 g,
        uint64 r,
        uint8 side,
        uint64 t
    ) internal pure returns (Link[] memory chain) {
        chain = toPoints(p, g, r, side);
        if (chain[chain.length - 1].payload.length == 0) return chain;
        chain = _longer(chain);
        chain[2] = pointsAt(groupAt(p, g), r).tallies[side].link(t, 0);
    }

    function toPayout(Proposal memory p, uint64 position) internal pure returns (Link memory) {
        return payoutsTree(p).link(position, 0);
    }

    function toEarning(Proposal memory p, uint64 position, uint64 place) internal pure returns (Link[] memory chain) {
        chain = new Link[](2);
        chain[0] = toPayout(p, position);
        if (chain[0].payload.length == 0) return cut(chain, 1);
        chain[1] = payoutAt(p, position).earnings.link(place, 0);
    }

    /// @notice The first links of a chain.
    function cut(Link[] memory chain, uint256 length) internal pure returns (Link[] memory shorter) {
        shorter = new Link[](length);
        for (uint256 i; i < length; ++i) shorter[i] = chain[i];
    }

    // --- leaves by place ---

    function groupAt(Proposal memory p, uint64 place) internal pure returns (Group memory) {
        uint256 i;
        while (p.groups[i].place != place) ++i;
        return p.groups[i];
    }

    function callAt(Group memory group, uint64 place) internal pure returns (Call memory) {
        uint256 i;
        while (group.calls[i].place != place) ++i;
        return group.calls[i];
    }

    function pointsAt(Group memory group, uint64 place) internal pure returns (Points memory) {
        uint256 i;
        while (group.points[i].place != place) ++i;
        return group.points[i];
    }

    function payoutAt(Proposal memory p, uint64 place) internal pure returns (Payout memory) {
        uint256 i;
        while (p.payouts[i].place != place) ++i;
        return p.payouts[i];
    }

    function _longer(Link[] memory chain) private pure returns (Link[] memory longer) {
        longer = new Link[](chain.length + 1);
        for (uint256 i; i < chain.length; ++i) longer[i] = chain[i];
    }

    function _nested(SparseTree.Tree memory tree, uint8 depth) private pure returns (bytes memory) {
        Root memory root = tree.root();
        return abi.encodePacked(root.hash, root.sum, depth);
    }
}
