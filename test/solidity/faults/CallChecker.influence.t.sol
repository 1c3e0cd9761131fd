// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IFaultProofs} from "../../../contracts/interfaces/IFaultProofs.sol";
import {TreeKind} from "../../../contracts/libraries/TreeKind.sol";
import {SettlementId} from "../../../contracts/types/Ids.sol";
import {SparseTree} from "../support/SparseTree.sol";
import {CallFixture} from "./CallFixture.sol";

contract CallCheckerInfluenceTest is CallFixture {
    using SparseTree for SparseTree.Tree;

    function _refuse(bytes4 refusal, uint256 argument, Shown memory shown) private {
        vm.expectRevert(abi.encodeWithSelector(refusal, argument));
        _influence(shown);
    }

    function _first(World memory world) private returns (Shown memory) {
        return _showEntry(world, _present(world), 0, 0, 0);
    }

    function testFuzz_ProvesAnotherS(uint256 seed, uint256 e, int64 s) public {
        World memory world = _full(seed % 1e6);
        e %= TOP_K;
        vm.assume(s != world.calls[0].helpful[e].s);
        world.calls[0].helpful[e].s = s;
        assertTrue(_influence(_showEntry(world, _present(world), 0, 0, uint64(e))));
    }

    function testFuzz_ProvesAnotherW(uint256 seed, uint256 e, bool isMore) public {
        World memory world = _full(seed % 1e6);
        Item memory item = world.calls[0].helpful[e % TOP_K];
        item.w = isMore ? item.w + 1 : item.w - 1;
        assertTrue(_influence(_showEntry(world, _present(world), 0, 0, uint64(e % TOP_K))));
    }

    function test_ProvesARecordBeyondTheIndex() public {
        World memory world = _full(1);
        uint32[2] memory beyond = [uint32(RECORDS), NONE];
        for (uint256 i; i < 2; ++i) {
            world.calls[0].helpful[0].record = beyond[i];
            Shown memory shown = _first(world);
            // Its opening is not looked at.
            shown.record.opening = "";
            assertTrue(_influence(shown));
        }
    }

    function testFuzz_ProvesAnEntryWhereInputsCountAsAbsent(uint256 seed, uint8 how, bool isSketch) public {
        World memory world = _full(seed % 1e6);
        Item[] memory lie = new Item[](1);
        lie[0] = world.calls[0].helpful[0];
        // The last of its tree is broken, so the lie is about that.
        uint64 c = isSketch ? uint64(CALLS - 1) : 0;
        if (!isSketch) lie[0].record = uint32(RECORDS - 1);
        _break(world, isSketch ? TreeKind.SKETCH : TreeKind.INDEX, Breakage(1 + (how % 6)));
        world.calls[c].helpful = lie;
        assertTrue(_influence(_showEntry(world, _present(world), c, 0, 0)));
    }

    function test_NeedsAnEntry() public {
        World memory world = _full(1);
        Proposed memory proposed = _present(world);
        assertFalse(_influence(_showEntry(world, proposed, 0, 0, TOP_K)));
        proposed.trace.leaves[2].key += 1;
        _restate(world, proposed);
        assertFalse(_influence(_showEntry(world, proposed, 2, 0, 0)));
    }

    function test_RefusesOtherPlaces() public {
        World memory world = _full(1);
        bytes4 refusal = IFaultProofs.WrongPlace.selector;
        Shown memory shown = _first(world);
        shown.sketch = world.sketches.link(1, 0);
        _refuse(refusal, 3, shown);
        shown = _first(world);
        shown.record = world.index.link(shown.record.key ^ 1, 0);
        _refuse(refusal, 4, shown);
        shown = _first(world);
        shown.call[1].which = 2;
        _refuse(refusal, 1, shown);
        shown = _first(world);
        shown.settlement = SettlementId.wrap(1);
        _refuse(IFaultProofs.WrongSettlement.selector, 1, shown);
    }

    function test_RefusesOpeningsThatDoNotHold() public {
        World memory world = _full(1);
        bytes4 refusal = IFaultProofs.InvalidOpening.selector;
        Shown memory shown = _first(world);
        shown.entry.opening = _cut(shown.entry.opening);
        _refuse(refusal, 2, shown);
        shown = _first(world);
        shown.sketch.sum = 2;
        _refuse(refusal, 3, shown);
        shown = _first(world);
        shown.record.opening = abi.encodePacked(shown.record.opening, bytes32(0), bytes16(0));
        _refuse(refusal, 4, shown);
    }

    function testFuzz_NothingIsWrongWithHonestEntries(uint256 seed, uint8 broken) public {
        World memory world = _honest(seed);
        if (broken % 3 == 1) _break(world, TreeKind.SKETCH, Breakage(1 + (seed % 6)));
        if (broken % 3 == 2) _break(world, TreeKind.INDEX, Breakage(1 + (seed % 6)));
        Proposed memory proposed = _present(world);
        for (uint64 c; c < CALLS; ++c) {
            for (uint64 e; e < TOP_K; ++e) {
                assertFalse(_influence(_showEntry(world, proposed, c, 0, e)), "helpful");
                assertFalse(_influence(_showEntry(world, proposed, c, 1, e)), "harmful");
            }
        }
    }
}
