// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IFaultProofs} from "../../../contracts/interfaces/IFaultProofs.sol";
import {IRoyaltyLedger} from "../../../contracts/interfaces/IRoyaltyLedger.sol";
import {TreeKind} from "../../../contracts/libraries/TreeKind.sol";
import {Epoch} from "../../../contracts/types/Ids.sol";
import {Link} from "../../../contracts/types/Link.sol";
import {SparseTree} from "../support/SparseTree.sol";
import {CallFixture} from "./CallFixture.sol";

contract CallCheckerReceiptTest is CallFixture {
    using SparseTree for SparseTree.Tree;

    function _isReceiptWrong(World memory world, Proposed memory proposed, uint64 c) private view returns (bool) {
        Link memory receipt = _inputLink(world, TreeKind.RECEIPT, c);
        return _checker.proveReceipt(_accused(), SETTLEMENT, _callLinks(proposed, c, 0), receipt);
    }

    function _isSketchHashWrong(World memory world, Proposed memory proposed, uint64 c) private view returns (bool) {
        Link memory sketch = _inputLink(world, TreeKind.SKETCH, c);
        return _checker.proveSketchHash(_accused(), SETTLEMENT, _callLinks(proposed, c, 0), sketch);
    }

    function _refuse(bytes memory refusal, Link[] memory call, Link memory receipt) private {
        vm.expectRevert(refusal);
        _checker.proveReceipt(_accused(), SETTLEMENT, call, receipt);
        vm.expectRevert(refusal);
        _checker.proveSketchHash(_accused(), SETTLEMENT, call, receipt);
    }

    // --- the chain and the settlement ---

    function test_RefusesChainsOfAnotherLength() public {
        World memory world = _honest(1);
        Proposed memory proposed = _present(world);
        Link[] memory call = new Link[](1);
        call[0] = proposed.groups.link(GROUP, 0);
        _refuse(abi.encodeWithSelector(IFaultProofs.WrongChain.selector, 1), call, world.receipts.link(0, 0));
        call = new Link[](3);
        call[0] = proposed.groups.link(GROUP, 0);
        call[1] = proposed.trace.link(OFFSET, 0);
        call[2] = proposed.helpful[0].link(0, 0);
        _refuse(abi.encodeWithSelector(IFaultProofs.WrongChain.selector, 3), call, world.receipts.link(0, 0));
    }

    function test_RefusesAGroupThatIsAbsent() public {
        World memory world = _honest(1);
        Proposed memory proposed = _present(world);
        Link[] memory call = _callLinks(proposed, 0, 0);
        call[0] = proposed.groups.link(GROUP + 1, 0);
        _refuse(abi.encodeWithSelector(IFaultProofs.WrongChain.selector, 2), call, world.receipts.link(0, 0));
    }

    function test_RefusesTheOtherTreeOfTheGroup() public {
        World memory world = _honest(1);
        Link[] memory call = _callLinks(_present(world), 0, 0);
        call[0].which = 1;
        _refuse(abi.encodeWithSelector(IFaultProofs.WrongPlace.selector, 0), call, world.receipts.link(0, 0));
        call[0].which = 2;
        _refuse(abi.encodeWithSelector(IFaultProofs.WrongPlace.selector, 0), call, world.receipts.link(0, 0));
    }

    function test_RefusesSettlementsThatTheCallIsNotIn() public {
        World memory world = _honest(1);
        Proposed memory proposed = _present(world);
        Link memory receipt = world.receipts.link(0, 0);
        bytes memory refusal = abi.encodeWithSelector(IFaultProofs.WrongSettlement.selector, SETTLEMENT);
        IRoyaltyLedger.Settlement memory settled = _settlement(world);
        settled.status = IRoyaltyLedger.SettlementStatus.Committed;
        _chain.setSettlement(SETTLEMENT, settled);
        _refuse(refusal, _callLinks(proposed, 0, 0), receipt);
        settled = _settlement(world);
        settled.epoch = Epoch.wrap(Epoch.unwrap(EPOCH) + 1);
        _chain.setSettlement(SETTLEMENT, settled);
        _refuse(refusal, _callLinks(proposed, 0, 0), receipt);
        settled = _settlement(world);
        settled.group += 1;
        _chain.setSettlement(SETTLEMENT, settled);
        _refuse(refusal, _callLinks(proposed, 0, 0), receipt);
        settled = _settlement(world);
        settled.offset += 1;
        _chain.setSettlement(SETTLEMENT, settled);
        _refuse(refusal, _callLinks(proposed, 0, 0), receipt);
        settled = _settlement(world);
        settled.count -= 1;
        _chain.setSettlement(SETTLEMENT, settled);
        _refuse(refusal, _callLinks(proposed, 2, 0), receipt);
    }

    function test_RefusesTheLeafOfAnotherCall() public {
        World memory world = _honest(1);
        Proposed memory proposed = _present(world);
        bytes memory refusal = abi.encodeWithSelector(IFaultProofs.WrongPlace.selector, 2);
        _refuse(refusal, _callLinks(proposed, 0, 0), world.receipts.link(1, 0));
    }

    function test_RefusesOpeningsThatDoNotHold() public {
        World memory world = _honest(1);
        Proposed memory proposed = _present(world);
        Link[] memory call = _callLinks(proposed, 0, 0);
        call[1].sum += 1;
        bytes4 refusal = IFaultProofs.InvalidOpening.selector;
        _refuse(abi.encodeWithSelector(refusal, 1), call, world.receipts.link(0, 0));
        call = _callLinks(proposed, 0, 0);
        // The other input's leaf.
        vm.expectRevert(abi.encodeWithSelector(refusal, 2));
        _checker.proveReceipt(_accused(), SETTLEMENT, call, world.sketches.link(0, 0));
        vm.expectRevert(abi.encodeWithSelector(refusal, 2));
        _checker.proveSketchHash(_accused(), SETTLEMENT, call, world.receipts.link(0, 0));
        // A proposal with these groups, but of another epoch.
        IFaultProofs.Accused memory other = IFaultProofs.Accused(Epoch.wrap(8), PROPOSAL);
        vm.expectRevert(abi.encodeWithSelector(refusal, 0));
        _checker.proveReceipt(other, SETTLEMENT, call, world.receipts.link(0, 0));
    }

    // --- the statements ---

    function test_ProvesACallThatIsAbsent() public {
        World memory world = _honest(1);
        Proposed memory proposed = _present(world);
        proposed.trace.leaves[2].key += 1;
        _restate(world, proposed);
        assertTrue(_isReceiptWrong(world, proposed, 2));
        assertTrue(_isSketchHashWrong(world, proposed, 2));
    }

    function test_ProvesATraceThatIsAbsent() public {
        World memory world = _honest(1);
        Proposed memory proposed = _present(world);
        proposed.trace = SparseTree.create(TreeKind.TRACE, 0);
        _restate(world, proposed);
        Link[] memory call = _callLinks(proposed, 1, 0);
        call[1].opening = abi.encodePacked(uint8(0), uint32(0));
        assertTrue(_checker.proveReceipt(_accused(), SETTLEMENT, call, world.receipts.link(1, 0)));
    }

    function testFuzz_ProvesAnotherReceiptHash(uint256 seed, bytes32 hash) public {
        World memory world = _honest(seed);
        uint64 c = uint64(seed % CALLS);
        vm.assume(hash != world.calls[c].receiptHash);
        world.calls[c].receiptHash = hash;
        assertTrue(_isReceiptWrong(world, _present(world), c));
    }

    function testFuzz_ProvesAnotherSketchHash(uint256 seed, bytes32 hash) public {
        World memory world = _honest(seed);
        uint64 c = uint64(seed % CALLS);
        vm.assume(hash != world.calls[c].sketchHash);
        world.calls[c].sketchHash = hash;
        assertTrue(_isSketchHashWrong(world, _present(world), c));
    }

    function testFuzz_ProvesAnAmountOffByOne(uint256 seed, bool isMore) public {
        World memory world = _honest(seed);
        uint64 c = uint64(seed % CALLS);
        vm.assume(isMore || world.calls[c].amount != 0);
        if (isMore) world.calls[c].amount += 1;
        else world.calls[c].amount -= 1;
        assertTrue(_isReceiptWrong(world, _present(world), c));
    }

    function test_AnAmountIsNothingWhereNothingWasPaid() public {
        World memory world = _honest(1);
        for (uint256 c; c < CALLS; ++c) {
            world.receipts.leaves[c].sum = 0;
            world.calls[c].receiptHash = _receiptHash(world.receipts.leaves[c]);
            world.calls[c].amount = 0;
        }
        assertFalse(_isReceiptWrong(world, _present(world), 1));
        world.calls[1].amount = 1;
        assertTrue(_isReceiptWrong(world, _present(world), 1));
    }

    // --- inputs that count as absent ---

    function testFuzz_HashesOfWhatCountsAsAbsentAreZero(uint256 seed, uint8 how, bool isSketch) public {
        World memory world = _honest(seed);
        Breakage breakage = Breakage(1 + (how % 6));
        bytes32 before = isSketch ? world.calls[2].sketchHash : world.calls[2].receiptHash;
        _break(world, isSketch ? TreeKind.SKETCH : TreeKind.RECEIPT, breakage);
        Proposed memory proposed = _present(world);
        for (uint64 c; c < CALLS; ++c) {
            assertFalse(_isReceiptWrong(world, proposed, c), "receipt");
            assertFalse(_isSketchHashWrong(world, proposed, c), "sketch");
        }
        if (isSketch) world.calls[2].sketchHash = before;
        else world.calls[2].receiptHash = before;
        proposed = _present(world);
        assertTrue(isSketch ? _isSketchHashWrong(world, proposed, 2) : _isReceiptWrong(world, proposed, 2), "lie");
    }

    function testFuzz_AmountsOfWhatCountsAsAbsent(uint256 seed, uint8 how) public {
        World memory world = _honest(seed);
        _break(world, TreeKind.RECEIPT, Breakage(1 + (how % 6)));
        world.calls[2].amount += 1;
        assertTrue(_isReceiptWrong(world, _present(world), 2));
    }

    // --- soundness ---

    function testFuzz_NothingIsWrongWithHonestCalls(uint256 seed) public {
        World memory world = _honest(seed);
        Proposed memory proposed = _present(world);
        for (uint64 c; c < CALLS; ++c) {
            assertFalse(_isReceiptWrong(world, proposed, c));
            assertFalse(_isSketchHashWrong(world, proposed, c));
        }
    }

    function testFuzz_NothingIsShownByForgedLinks(uint256 seed, uint256 forgery) public {
        World memory world = _honest(seed);
        Link[] memory links = new Link[](3);
        uint64 c = uint64(seed % CALLS);
        Link[] memory call = _callLinks(_present(world), c, 0);
        (links[0], links[1]) = (call[0], call[1]);
        links[2] = _inputLink(world, TreeKind.RECEIPT, c);
        _forge(links, forgery);
        (call[0], call[1]) = (links[0], links[1]);
        try _checker.proveReceipt(_accused(), SETTLEMENT, call, links[2]) returns (bool isProven) {
            assertFalse(isProven);
        } catch {}
    }
}
