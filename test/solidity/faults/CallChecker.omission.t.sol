// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IFaultProofs} from "../../../contracts/interfaces/IFaultProofs.sol";
import {TreeKind} from "../../../contracts/libraries/TreeKind.sol";
import {Link} from "../../../contracts/types/Link.sol";
import {SparseTree} from "../support/SparseTree.sol";
import {CallFixture} from "./CallFixture.sol";

contract CallCheckerOmissionTest is CallFixture {
    using SparseTree for SparseTree.Tree;

    function _refuse(bytes4 refusal, uint256 number, Shown memory shown) private {
        vm.expectRevert(abi.encodeWithSelector(refusal, number));
        _omission(shown);
    }

    /// @dev Whether the record is shown to be missing between the places `e - 1` and `e` of a list.
    function _isOmitted(World memory world, uint64 c, uint8 which, uint64 e, uint64 record) private returns (bool) {
        return _omission(_show(world, _present(world), c, which, e, record));
    }

    function testFuzz_ProvesADroppedEntry(uint256 seed, uint256 e) public {
        World memory world = _full(seed % 1e6);
        e %= TOP_K;
        Item[] memory list = world.calls[0].helpful;
        world.calls[0].helpful = _without(list, e);
        assertTrue(_isOmitted(world, 0, 0, uint64(e), list[e].record));
    }

    function testFuzz_ProvesADroppedHarmfulEntry(uint256 seed) public {
        World memory world = _honest(seed);
        uint64 c = uint64(seed % CALLS);
        Item[] memory list = world.calls[c].harmful;
        if (list.length == 0) return;
        uint256 e = (seed >> 8) % list.length;
        world.calls[c].harmful = _without(list, e);
        assertTrue(_isOmitted(world, c, 1, uint64(e), list[e].record));
    }

    function testFuzz_ProvesAnEmptiedList(uint256 seed) public {
        World memory world = _full(seed % 1e6);
        uint32 record = world.calls[0].helpful[1].record;
        world.calls[0].helpful = new Item[](0);
        assertTrue(_isOmitted(world, 0, 0, 0, record));
        // Nothing stands before the second place, so it is not where the list ends.
        assertFalse(_isOmitted(world, 0, 0, 1, record));
    }

    function testFuzz_ProvesALowerEntryInItsPlace(uint256 seed) public {
        World memory world = _full(seed % 1e6);
        Item[] memory list = world.calls[0].helpful;
        Item memory first = list[0];
        // The list is full, but of what comes after the first.
        vm.assume(list[1].w > 1);
        list[0] = list[1];
        list[1] = Item(list[0].record, 1, list[0].w - 1, 0);
        assertTrue(_isOmitted(world, 0, 0, 0, first.record));
        assertFalse(_isOmitted(world, 0, 0, 1, first.record));
        assertFalse(_isOmitted(world, 0, 0, 2, first.record));
    }

    /// @dev The lower record comes first among equals.
    function test_OrdersEqualsByRecord() public {
        World memory world = _full(1);
        bytes memory alike = _coordinates(3, 0);
        world.sketches.leaves[0].payload = _sketchPayload(alike);
        for (uint32 r; r < RECORDS; ++r) {
            world.hasRecord[r] = r == 1 || r == 4;
            world.index.leaves[r].payload = world.hasRecord[r] ? _indexPayload(r, 1, 170, alike) : bytes(hex"02");
        }
        _derive(world);
        Item[] memory list = world.calls[0].helpful;
        assertEq(list[0].w, list[1].w);
        assertEq(list[0].record, 1);
        for (uint64 e; e <= TOP_K; ++e) {
            assertFalse(_isOmitted(world, 0, 0, e, 1));
            assertFalse(_isOmitted(world, 0, 0, e, 4));
        }
        world.calls[0].helpful = _without(list, 0);
        assertTrue(_isOmitted(world, 0, 0, 0, 1));
        assertFalse(_isOmitted(world, 0, 0, 1, 1));
        world.calls[0].helpful = _without(list, 1);
        assertFalse(_isOmitted(world, 0, 0, 0, 4));
        assertTrue(_isOmitted(world, 0, 0, 1, 4));
    }

    function test_NeedsRoomAfterTheLastEntry() public {
        World memory world = _full(1);
        Proposed memory proposed = _present(world);
        for (uint64 r; r < RECORDS; ++r) assertFalse(_omission(_show(world, proposed, 0, 0, TOP_K, r)));
    }

    function testFuzz_NeedsTheListsSign(uint256 seed) public {
        World memory world = _full(seed % 1e6);
        Item[] memory list = world.calls[0].helpful;
        world.calls[0].helpful = new Item[](0);
        world.calls[0].harmful = new Item[](0);
        assertFalse(_isOmitted(world, 0, 1, 0, list[0].record));
        assertTrue(_isOmitted(world, 0, 0, 0, list[0].record));
    }

    function test_NeedsAWeight() public {
        World memory world = _full(1);
        uint32 record = world.calls[0].helpful[0].record;
        world.calls[0].helpful = new Item[](0);
        assertTrue(_isOmitted(world, 0, 0, 0, record));
        // The same record without novelty; its witness is before it.
        (bytes memory payload, uint256 scale) = (world.index.leaves[record].payload, 77);
        bytes memory sketch = new bytes(COORDINATES);
        for (uint256 j; j < COORDINATES; ++j) sketch[j] = payload[94 + j];
        world.index.leaves[5].payload = _indexPayload(5, uint32(_read(payload, scale, 4)), 0, sketch);
        assertFalse(_isOmitted(world, 0, 0, 0, 5));
        world.index.leaves[5].payload = _indexPayload(5, uint32(_read(payload, scale, 4)), 1, sketch);
        assertTrue(_isOmitted(world, 0, 0, 0, 5));
    }

    function testFuzz_NeedsInputsThatCount(uint256 seed, uint8 how, bool isSketch) public {
        World memory world = _honest(seed);
        _break(world, isSketch ? TreeKind.SKETCH : TreeKind.INDEX, Breakage(1 + (how % 6)));
        uint64 c = isSketch ? uint64(CALLS - 1) : uint64(seed % CALLS);
        world.calls[c].helpful = new Item[](0);
        world.calls[c].harmful = new Item[](0);
        uint64 record = isSketch ? uint64(seed % RECORDS) : uint64(RECORDS - 1);
        assertFalse(_isOmitted(world, c, 0, 0, record));
        assertFalse(_isOmitted(world, c, 1, 0, record));
    }

    function test_NeedsARecordOfTheIndex() public {
        World memory world = _full(1);
        uint32 record = world.calls[0].helpful[0].record;
        world.calls[0].helpful = new Item[](0);
        assertTrue(_isOmitted(world, 0, 0, 0, record));
        // The same leaf beyond the index's count.
        SparseTree.Leaf memory leaf = world.index.leaves[RECORDS - 1];
        (leaf.key, leaf.payload) = (40, world.index.leaves[record].payload);
        assertFalse(_isOmitted(world, 0, 0, 0, 40));
    }

    function test_NeedsALeafOfTheTrace() public {
        World memory world = _full(1);
        Proposed memory proposed = _present(world);
        proposed.trace.leaves[2].key += 1;
        _restate(world, proposed);
        assertFalse(_omission(_show(world, proposed, 2, 0, 0, 0)));
    }

    function test_RefusesOtherPlaces() public {
        World memory world = _full(1);
        Item memory item = world.calls[0].helpful[1];
        world.calls[0].helpful = _without(world.calls[0].helpful, 1);
        Proposed memory proposed = _present(world);
        bytes4 refusal = IFaultProofs.WrongPlace.selector;
        Shown memory shown = _show(world, proposed, 0, 0, 1, item.record);
        shown.sketch = world.sketches.link(1, 0);
        _refuse(refusal, 4, shown);
        // The places are not neighbours.
        shown = _show(world, proposed, 0, 0, 1, item.record);
        shown.entry = proposed.helpful[0].link(2, 0);
        _refuse(refusal, 2, shown);
        shown.entry = proposed.helpful[0].link(1, 0);
        shown.before = shown.entry;
        _refuse(refusal, 2, shown);
    }

    function test_RefusesOpeningsThatDoNotHold() public {
        World memory world = _full(1);
        Item memory item = world.calls[0].helpful[1];
        world.calls[0].helpful = _without(world.calls[0].helpful, 1);
        Proposed memory proposed = _present(world);
        bytes4 refusal = IFaultProofs.InvalidOpening.selector;
        Shown memory shown = _show(world, proposed, 0, 0, 1, item.record);
        shown.before.sum += 1;
        _refuse(refusal, 2, shown);
        shown = _show(world, proposed, 0, 0, 1, item.record);
        shown.entry.opening = abi.encodePacked(uint8(0), uint32(0));
        _refuse(refusal, 3, shown);
        shown = _show(world, proposed, 0, 0, 1, item.record);
        shown.sketch.payload = _cut(shown.sketch.payload);
        _refuse(refusal, 4, shown);
        shown = _show(world, proposed, 0, 0, 1, item.record);
        shown.record.sum = 0;
        _refuse(refusal, 5, shown);
        // A preimage in an input is there to show that a node is malformed.
        shown = _show(world, proposed, 0, 0, 1, item.record);
        shown.record = world.index.linkToNode(item.record, 31, world.index.preimageAt(31, item.record >> 1));
        _refuse(refusal, 5, shown);
    }

    function testFuzz_NothingIsMissingFromHonestLists(uint256 seed, uint8 broken) public {
        World memory world = _honest(seed);
        if (broken % 3 == 1) _break(world, TreeKind.SKETCH, Breakage(1 + (seed % 6)));
        if (broken % 3 == 2) _break(world, TreeKind.INDEX, Breakage(1 + (seed % 6)));
        uint64 c = uint64(_draw(seed, 0, "call") % CALLS);
        uint8 which = uint8(_draw(seed, 0, "which") % 2);
        Shown memory shown = _show(world, _present(world), c, which, 0, 0);
        SparseTree.Tree memory list = _entries(which == 0 ? world.calls[c].helpful : world.calls[c].harmful);
        Link[] memory entries = new Link[](TOP_K + 1);
        for (uint64 e; e <= TOP_K; ++e) entries[e] = list.link(e, 0);
        for (uint64 r; r < RECORDS; ++r) {
            shown.record = _inputLink(world, TreeKind.INDEX, r);
            for (uint64 e; e <= TOP_K; ++e) {
                if (e != 0) shown.before = entries[e - 1];
                shown.entry = entries[e];
                assertFalse(_omission(shown));
            }
        }
    }

    /// @dev Of the proofs about a list, influence too.
    function testFuzz_NothingIsShownByForgedLinks(uint256 seed, uint256 forgery) public {
        World memory world = _honest(seed);
        uint64 c = uint64(_draw(seed, 0, "call") % CALLS);
        uint8 which = uint8(_draw(seed, 0, "which") % 2);
        uint64 e = uint64(_draw(seed, 0, "place") % (TOP_K + 1));
        uint64 record = uint64(_draw(seed, 0, "record") % RECORDS);
        Proposed memory proposed = _present(world);
        Shown memory shown =
            forgery % 2 == 0 ? _showEntry(world, proposed, c, which, e) : _show(world, proposed, c, which, e, record);
        Link[] memory links = new Link[](6);
        (links[0], links[1], links[2]) = (shown.call[0], shown.call[1], shown.before);
        (links[3], links[4], links[5]) = (shown.entry, shown.sketch, shown.record);
        _forge(links, forgery >> 1);
        try this.influence(shown) returns (bool isProven) {
            assertFalse(isProven, "influence");
        } catch {}
        try this.omission(shown) returns (bool isProven) {
            assertFalse(isProven, "omission");
        } catch {}
    }

    function influence(Shown memory shown) external view returns (bool) {
        return _influence(shown);
    }

    function omission(Shown memory shown) external view returns (bool) {
        return _omission(shown);
    }
}
