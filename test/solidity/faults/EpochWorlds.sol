// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Test} from "forge-std/Test.sol";
import {TreeKind} from "../../../contracts/libraries/TreeKind.sol";
import {ProposedEpoch} from "../support/ProposedEpoch.sol";
import {SparseTree} from "../support/SparseTree.sol";

/// @notice Epochs of two groups: from entry lists that a seed draws to the payouts, by the plainest loops over docs/formats.md §6.3.
abstract contract EpochWorlds is Test {
    using SparseTree for SparseTree.Tree;

    uint64 internal constant GROUPS = 2;
    uint64 internal constant CALLS = 2;
    uint64 internal constant RECORDS = 3;
    uint16 internal constant TOP_K = 2;
    uint64 internal constant POSITIONS = 4;
    uint64 internal constant TREASURY = 1;
    uint32 internal constant NONE = type(uint32).max;

    /// @dev An entry before it is encoded.
    struct Item {
        uint32 record;
        uint128 w;
        uint128 points;
        uint32 tally;
    }

    /// @dev What an epoch follows from: `lists[g][c][side]`, and who earns for each record of a group.
    struct World {
        Item[][2][CALLS][GROUPS] lists;
        uint64[RECORDS][GROUPS] owners;
        uint128[GROUPS] pools;
        uint128[POSITIONS + 1] previous;
    }

    /// @dev An earning before it is encoded.
    struct Earned {
        uint64 position;
        uint32 group;
        uint32 record;
        uint128 amount;
    }

    // --- drawing ---

    /// @dev One epoch in four has a group whose helpful entries have no points; a pool may be 0.
    function _draw(uint256 seed) internal pure returns (World memory world) {
        for (uint256 g; g < GROUPS; ++g) {
            bool isVain = _random(seed, g, 0) % 4 == 0;
            world.pools[g] = uint128(_random(seed, g, 1) % 5 == 0 ? 0 : _random(seed, g, 2) % 10_000);
            for (uint256 r; r < RECORDS; ++r) world.owners[g][r] = uint64(1 + (_random(seed, g, 3 + r) % POSITIONS));
            for (uint256 c; c < CALLS; ++c) {
                for (uint256 side; side < 2; ++side) {
                    uint256 own = _random(seed, 100 + 10 * g + c, side);
                    world.lists[g][c][side] = _drawList(own, isVain && side == 0);
                }
            }
        }
        for (uint256 p = 1; p <= POSITIONS; ++p) {
            world.previous[p] = uint128(_random(seed, 50, p) % 2 == 0 ? 0 : _random(seed, 51, p) % 1_000);
        }
    }

    /// @dev Up to K of the records, with descending `w` and ascending records among equals.
    function _drawList(uint256 seed, bool isVain) private pure returns (Item[] memory list) {
        list = new Item[](seed % (TOP_K + 1));
        uint128 w = 1_000;
        uint32 first = uint32((seed >> 16) % (RECORDS + 1 - list.length));
        for (uint256 e; e < list.length; ++e) {
            w -= uint128(_random(seed, e, 1) % 2);
            uint128 points = uint128(_random(seed, e, 2) % 4 == 0 || isVain ? 0 : _random(seed, e, 3) % 500);
            list[e] = Item(first + uint32(e), w, points, NONE);
        }
    }

    function _random(uint256 seed, uint256 a, uint256 b) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed, a, b)));
    }

    /// @dev Group 0: record 0 has nets of 360, record 1 more debits than credits, record 2 nets of 30. Group 1: no points, so that the treasury gets its pool.
    function _plainWorld() internal pure returns (World memory world) {
        for (uint256 g; g < GROUPS; ++g) {
            for (uint256 c; c < CALLS; ++c) {
                (world.lists[g][c][0], world.lists[g][c][1]) = (new Item[](0), new Item[](0));
            }
        }
        world.lists[0][0][0] = _pair(Item(0, 1_000, 300, NONE), Item(1, 1_000, 100, NONE));
        world.lists[0][0][1] = _single(Item(2, 900, 10, NONE));
        world.lists[0][1][0] = _pair(Item(0, 800, 60, NONE), Item(2, 700, 40, NONE));
        world.lists[0][1][1] = _single(Item(1, 500, 130, NONE));
        world.lists[1][0][0] = _single(Item(0, 100, 0, NONE));
        (world.owners[0], world.owners[1]) = ([uint64(2), 3, 2], [uint64(2), 3, 4]);
        world.pools = [uint128(1_000), 500];
        world.previous = [uint128(0), 0, 10, 20, 0];
    }

    function _single(Item memory one) private pure returns (Item[] memory list) {
        list = new Item[](1);
        list[0] = one;
    }

    function _pair(Item memory one, Item memory two) private pure returns (Item[] memory list) {
        list = new Item[](2);
        (list[0], list[1]) = (one, two);
    }

    // --- computing ---

    function _honest(uint256 seed) internal pure returns (World memory world, ProposedEpoch.Proposal memory p) {
        world = _draw(seed);
        p = _compute(world);
    }

    function _compute(World memory world) internal pure returns (ProposedEpoch.Proposal memory p) {
        Earned[] memory earned = new Earned[](0);
        p.groups = new ProposedEpoch.Group[](GROUPS);
        for (uint64 g; g < GROUPS; ++g) {
            ProposedEpoch.Group memory group = p.groups[g];
            (group.place, group.version, group.pool) = (g, _version(g), world.pools[g]);
            _tallyUp(group, world.lists[g]);
            group.calls = _encodeCalls(world.lists[g]);
            earned = _divide(group, world.owners[g], earned);
        }
        p.payouts = _pay(earned, world.previous);
    }

    /// @dev Gives entries their tallies, and records that have one their leaf.
    function _tallyUp(ProposedEpoch.Group memory group, Item[][2][CALLS] memory lists) private pure {
        for (uint32 r; r < RECORDS; ++r) {
            ProposedEpoch.Points memory leaf;
            leaf.place = r;
            uint256 found;
            for (uint256 side; side < 2; ++side) {
                leaf.tallies[side] = SparseTree.create(TreeKind.TALLY, 0);
                for (uint32 c; c < CALLS; ++c) {
                    Item[] memory list = lists[c][side];
                    for (uint16 e; e < list.length; ++e) {
                        if (list[e].record != r || list[e].points == 0) continue;
                        list[e].tally = uint32(leaf.tallies[side].leaves.length);
                        _append(leaf.tallies[side], list[e].points, abi.encodePacked(TreeKind.TALLY, c, e));
                        ++found;
                    }
                }
            }
            if (found == 0) continue;
            uint128 credits = _sum(leaf.tallies[0]);
            uint128 debits = _sum(leaf.tallies[1]);
            leaf.net = credits > debits ? credits - debits : 0;
            ProposedEpoch.Points[] memory more = new ProposedEpoch.Points[](group.points.length + 1);
            for (uint256 i; i < group.points.length; ++i) more[i] = group.points[i];
            more[group.points.length] = leaf;
            group.points = more;
        }
    }

    function _encodeCalls(Item[][2][CALLS] memory lists) private pure returns (ProposedEpoch.Call[] memory calls) {
        calls = new ProposedEpoch.Call[](CALLS);
        for (uint64 c; c < CALLS; ++c) {
            (calls[c].place, calls[c].amount) = (c, 100);
            for (uint256 side; side < 2; ++side) {
                Item[] memory list = lists[c][side];
                calls[c].lists[side] = SparseTree.create(TreeKind.ENTRY, list.length);
                for (uint64 e; e < list.length; ++e) {
                    calls[c].lists[side].set(e, e, list[e].w, _entryPayload(list[e], side));
                }
            }
        }
    }

    function _entryPayload(Item memory item, uint256 side) internal pure returns (bytes memory) {
        int64 s = side == 0 ? int64(1) : int64(-1);
        return abi.encodePacked(TreeKind.ENTRY, item.record, s, item.points, item.tally);
    }

    /// @dev Divides the pool over the nets, or gives it to the treasury; more earnings, in their order.
    function _divide(
        ProposedEpoch.Group memory group,
        uint64[RECORDS] memory owners,
        Earned[] memory earned
    ) private pure returns (Earned[] memory) {
        uint256 total;
        for (uint256 i; i < group.points.length; ++i) total += group.points[i].net;
        uint256 before;
        for (uint256 i; i < group.points.length; ++i) {
            ProposedEpoch.Points memory leaf = group.points[i];
            leaf.position = owners[leaf.place];
            leaf.earning = NONE;
            if (total == 0) continue;
            uint256 upTo = before + leaf.net;
            uint128 part = uint128((group.pool * upTo) / total - (group.pool * before) / total);
            before = upTo;
            if (part == 0) continue;
            leaf.earning = _countOf(earned, leaf.position);
            earned = _more(earned, Earned(leaf.position, uint32(group.place), uint32(leaf.place), part));
        }
        group.fallbackEarning = NONE;
        if (total != 0 || group.pool == 0) return earned;
        group.fallbackEarning = _countOf(earned, TREASURY);
        return _more(earned, Earned(TREASURY, uint32(group.place), NONE, group.pool));
    }

    function _pay(
        Earned[] memory earned,
        uint128[POSITIONS + 1] memory previous
    ) private pure returns (ProposedEpoch.Payout[] memory payouts) {
        payouts = new ProposedEpoch.Payout[](POSITIONS);
        uint256 count;
        for (uint64 p = 1; p <= POSITIONS; ++p) {
            SparseTree.Tree memory earnings = SparseTree.create(TreeKind.EARNING, 0);
            for (uint256 i; i < earned.length; ++i) {
                if (earned[i].position != p) continue;
                _append(
                    earnings,
                    earned[i].amount,
                    abi.encodePacked(TreeKind.EARNING, earned[i].group, earned[i].record)
                );
            }
            uint128 cumulative = previous[p] + _sum(earnings);
            if (cumulative != 0) payouts[count++] = ProposedEpoch.Payout(p, cumulative, earnings);
        }
        assembly ("memory-safe") {
            mstore(payouts, count)
        }
    }

    function _append(SparseTree.Tree memory tree, uint128 sum, bytes memory payload) internal pure {
        SparseTree.Leaf[] memory more = new SparseTree.Leaf[](tree.leaves.length + 1);
        for (uint256 i; i < tree.leaves.length; ++i) more[i] = tree.leaves[i];
        more[tree.leaves.length] = SparseTree.Leaf(uint64(tree.leaves.length), sum, payload);
        tree.leaves = more;
    }

    function _sum(SparseTree.Tree memory tree) internal pure returns (uint128 sum) {
        for (uint256 i; i < tree.leaves.length; ++i) sum += tree.leaves[i].sum;
    }

    function _countOf(Earned[] memory earned, uint64 position) private pure returns (uint32 count) {
        for (uint256 i; i < earned.length; ++i) if (earned[i].position == position) ++count;
    }

    function _more(Earned[] memory earned, Earned memory one) private pure returns (Earned[] memory more) {
        more = new Earned[](earned.length + 1);
        for (uint256 i; i < earned.length; ++i) more[i] = earned[i];
        more[earned.length] = one;
    }

    function _version(uint64 g) internal pure returns (uint64) {
        return 4 + 5 * g;
    }
}
