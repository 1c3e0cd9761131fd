// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IFaultProofs} from "../../../contracts/interfaces/IFaultProofs.sol";
import {Link} from "../../../contracts/types/Link.sol";
import {SparseTree} from "../support/SparseTree.sol";
import {CallFixture} from "./CallFixture.sol";

contract CallCheckerPointsTest is CallFixture {
    using SparseTree for SparseTree.Tree;

    function _arePointsWrong(Proposed memory proposed, uint64 c, uint8 which, uint64 e) private view returns (bool) {
        SparseTree.Tree memory list = which == 0 ? proposed.helpful[c] : proposed.harmful[c];
        return _checker.provePoints(_accused(), _callLinks(proposed, c, which), list.link(e, 0));
    }

    function testFuzz_ProvesPointsOffByOne(uint256 seed, uint256 e, bool isMore) public {
        World memory world = _full(seed % 1e6);
        e %= TOP_K;
        Item memory item = world.calls[0].helpful[e];
        vm.assume(isMore || item.points != 0);
        item.points = isMore ? item.points + 1 : item.points - 1;
        assertTrue(_arePointsWrong(_present(world), 0, 0, uint64(e)));
    }

    function testFuzz_ProvesHarmfulPointsOffByOne(uint256 seed, bool isMore) public {
        World memory world = _honest(seed);
        uint64 c = uint64(seed % CALLS);
        if (world.calls[c].harmful.length == 0) return;
        Item memory item = world.calls[c].harmful[world.calls[c].harmful.length - 1];
        vm.assume(isMore || item.points != 0);
        item.points = isMore ? item.points + 1 : item.points - 1;
        assertTrue(_arePointsWrong(_present(world), c, 1, uint64(world.calls[c].harmful.length - 1)));
    }

    /// @dev Lists whose parts are known: 1,000,000 over 3 and 1, and 750,000 over 2 against the larger of the two totals.
    function test_DividesOverTheLargerTotal() public {
        World memory world = _honest(1);
        Traced memory call = world.calls[0];
        call.amount = 1_000_000;
        (call.helpful, call.harmful) = (new Item[](2), new Item[](1));
        call.helpful[0] = Item(0, 1, 3, 750_000);
        call.helpful[1] = Item(1, 1, 1, 250_000);
        call.harmful[0] = Item(2, -1, 2, 375_000);
        Proposed memory proposed = _present(world);
        assertFalse(_arePointsWrong(proposed, 0, 0, 0));
        assertFalse(_arePointsWrong(proposed, 0, 0, 1));
        assertFalse(_arePointsWrong(proposed, 0, 1, 0));
        // More harm than help: all of it is debited.
        call.harmful[0] = Item(2, -1, 5, 750_000);
        assertFalse(_arePointsWrong(_present(world), 0, 1, 0));
        call.harmful[0].points = 375_000;
        assertTrue(_arePointsWrong(_present(world), 0, 1, 0));
    }

    function test_NothingIsDebitedWithoutCredits() public {
        World memory world = _honest(1);
        Traced memory call = world.calls[0];
        (call.helpful, call.harmful) = (new Item[](0), new Item[](1));
        call.harmful[0] = Item(2, -1, 2, 0);
        assertFalse(_arePointsWrong(_present(world), 0, 1, 0));
        call.harmful[0].points = 1;
        assertTrue(_arePointsWrong(_present(world), 0, 1, 0));
    }

    function test_HoldsTheLargestNumbers() public {
        World memory world = _honest(1);
        Traced memory call = world.calls[0];
        call.amount = type(uint128).max - POOL;
        (call.helpful, call.harmful) = (new Item[](1), new Item[](1));
        call.helpful[0] = Item(0, 1, type(uint128).max, call.amount);
        call.harmful[0] = Item(1, -1, type(uint128).max, uint128((uint256(call.amount) * DEBIT_FACTOR) / 256));
        Proposed memory proposed = _present(world);
        assertFalse(_arePointsWrong(proposed, 0, 0, 0));
        assertFalse(_arePointsWrong(proposed, 0, 1, 0));
    }

    function test_NeedsAnEntry() public {
        World memory world = _full(1);
        Proposed memory proposed = _present(world);
        assertFalse(_arePointsWrong(proposed, 0, 0, TOP_K));
        proposed.trace.leaves[2].key += 1;
        _restate(world, proposed);
        assertFalse(_arePointsWrong(proposed, 2, 0, 0));
    }

    function test_RefusesOtherPlaces() public {
        World memory world = _full(1);
        Proposed memory proposed = _present(world);
        Link memory entry = proposed.helpful[0].link(0, 0);
        vm.expectRevert(abi.encodeWithSelector(IFaultProofs.WrongPlace.selector, 1));
        _checker.provePoints(_accused(), _callLinks(proposed, 0, 2), entry);
        Link[] memory call = new Link[](0);
        vm.expectRevert(abi.encodeWithSelector(IFaultProofs.WrongChain.selector, 0));
        _checker.provePoints(_accused(), call, entry);
    }

    function test_RefusesOpeningsThatDoNotHold() public {
        World memory world = _full(1);
        Proposed memory proposed = _present(world);
        Link memory entry = proposed.helpful[0].link(0, 0);
        entry.sum += 1;
        vm.expectRevert(abi.encodeWithSelector(IFaultProofs.InvalidOpening.selector, 2));
        _checker.provePoints(_accused(), _callLinks(proposed, 0, 0), entry);
        // An entry of the other list.
        entry = proposed.helpful[0].link(0, 0);
        vm.expectRevert(abi.encodeWithSelector(IFaultProofs.InvalidOpening.selector, 2));
        _checker.provePoints(_accused(), _callLinks(proposed, 0, 1), entry);
    }

    function testFuzz_NothingIsWrongWithHonestPoints(uint256 seed) public {
        World memory world = _honest(seed);
        Proposed memory proposed = _present(world);
        for (uint64 c; c < CALLS; ++c) {
            for (uint64 e; e < TOP_K; ++e) {
                assertFalse(_arePointsWrong(proposed, c, 0, e), "helpful");
                assertFalse(_arePointsWrong(proposed, c, 1, e), "harmful");
            }
        }
    }

    function testFuzz_NothingIsShownByForgedLinks(uint256 seed, uint256 forgery) public {
        World memory world = _full(seed % 1e6);
        Proposed memory proposed = _present(world);
        Link[] memory links = new Link[](3);
        Link[] memory call = _callLinks(proposed, 0, uint8(forgery % 2));
        (links[0], links[1]) = (call[0], call[1]);
        links[2] = (forgery % 2 == 0 ? proposed.helpful[0] : proposed.harmful[0]).link(uint64(seed % TOP_K), 0);
        _forge(links, forgery >> 1);
        (call[0], call[1]) = (links[0], links[1]);
        try _checker.provePoints(_accused(), call, links[2]) returns (bool isProven) {
            assertFalse(isProven);
        } catch {}
    }
}
