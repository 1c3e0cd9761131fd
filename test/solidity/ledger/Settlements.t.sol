// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {IRoyaltyLedger} from "../../../contracts/interfaces/IRoyaltyLedger.sol";
import {ITillFactory} from "../../../contracts/interfaces/ITillFactory.sol";
import {RoyaltyLedger} from "../../../contracts/royalties/RoyaltyLedger.sol";
import {SmartAccount} from "../../../contracts/test/SmartAccount.sol";
import {Epoch, ModelVersion, SettlementId} from "../../../contracts/types/Ids.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {LedgerFixture} from "./LedgerFixture.sol";

/// @notice Income on its way into an epoch, branch by branch (Settlements.tree).
contract SettlementsTest is LedgerFixture {
    SettlementId private constant FIRST = SettlementId.wrap(1);
    Root private _sketches = Root(keccak256("sketches"), 1);

    // --- bind ---

    function test_Bind_RevertsForOthers() public {
        RoyaltyLedger fresh = deployLedger(parameters());
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.NotDeployer.selector, stranger));
        vm.prank(stranger);
        fresh.bind(ITillFactory(address(this)), IModelRegistry(address(this)), new address[](0));
    }

    function test_Bind_RevertsTwice() public {
        vm.expectRevert(IRoyaltyLedger.AlreadyBound.selector);
        ledger.bind(ITillFactory(address(this)), IModelRegistry(address(this)), new address[](0));
    }

    function test_Bind_RevertsWithoutTills() public {
        RoyaltyLedger fresh = deployLedger(parameters());
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.InvalidParameter.selector, "tills"));
        fresh.bind(ITillFactory(address(0)), IModelRegistry(address(this)), new address[](0));
    }

    function test_Bind_RevertsWithoutModels() public {
        RoyaltyLedger fresh = deployLedger(parameters());
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.InvalidParameter.selector, "models"));
        fresh.bind(ITillFactory(address(this)), IModelRegistry(address(0)), new address[](0));
    }

    function test_Bind_Names() public {
        RoyaltyLedger fresh = deployLedger(parameters());
        vm.expectEmit();
        emit IRoyaltyLedger.Bound(address(this), address(1));
        fresh.bind(ITillFactory(address(this)), IModelRegistry(address(1)), new address[](0));
    }

    // --- openSettlement ---

    function test_OpenSettlement_RevertsForOthers() public {
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.NotTill.selector, stranger));
        vm.prank(stranger);
        ledger.openSettlement(VERSION, _sketches, 1, 1);
    }

    function test_OpenSettlement_RevertsUnbound() public {
        RoyaltyLedger fresh = deployLedger(parameters());
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.NotTill.selector, address(this)));
        fresh.openSettlement(VERSION, _sketches, 1, 1);
    }

    function test_OpenSettlement_BooksPool() public {
        Root memory receipts = Root(keccak256("receipts"), POOL);
        vm.expectEmit();
        emit IRoyaltyLedger.SettlementOpened(FIRST, VERSION, address(this), receipts, 1, POOL);
        open(VERSION, POOL);
        IRoyaltyLedger.Settlement memory opened = ledger.settlementOf(FIRST);
        assertEq(uint8(opened.status), uint8(IRoyaltyLedger.SettlementStatus.Open));
        assertEq(opened.till, address(this));
        assertEq(opened.pool, POOL);
        assertEq(ledger.settlementCount(), 1);
        assertCovered();
    }

    // --- addPlainIncome ---

    function test_AddPlainIncome_RevertsForOthers() public {
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.NotTill.selector, stranger));
        vm.prank(stranger);
        ledger.addPlainIncome(VERSION, 1);
    }

    function test_AddPlainIncome_Waits() public {
        ledger.addPlainIncome(VERSION, 5);
        vm.warp(block.timestamp + 10);
        vm.expectEmit();
        emit IRoyaltyLedger.PlainIncome(VERSION, 6);
        ledger.addPlainIncome(VERSION, 6);
        (uint128 amount, uint48 since) = ledger.plainIncomeOf(VERSION);
        assertEq(amount, 11);
        assertEq(since, block.timestamp);
        assertCovered();
    }

    // --- commitSketches ---

    function test_CommitSketches_RevertsForUnknown() public {
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.UnknownSettlement.selector, FIRST));
        ledger.commitSketches(FIRST, _sketches, 0, new bytes[](0));
    }

    function test_CommitSketches_RevertsTwice() public {
        commit(open(VERSION, POOL));
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.SettlementNotOpen.selector, FIRST));
        ledger.commitSketches(FIRST, _sketches, 0, new bytes[](0));
    }

    function test_CommitSketches_RevertsForCount() public {
        open(VERSION, POOL);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.SketchCountMismatch.selector, 2, 1));
        ledger.commitSketches(FIRST, Root(keccak256("sketches"), 2), 0, new bytes[](0));
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.SketchCountMismatch.selector, 1, 1));
        ledger.commitSketches(FIRST, Root(0, 1), 0, new bytes[](0));
    }

    function test_CommitSketches_RevertsWithoutIndex() public {
        open(VERSION, POOL);
        setIndexStatus(IModelRegistry.IndexStatus.Pending);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.IndexNotUsable.selector, VERSION));
        ledger.commitSketches(FIRST, _sketches, 0, new bytes[](0));
    }

    function test_CommitSketches_RevertsBelowQuorum() public {
        open(VERSION, POOL);
        attributors.setQuorum(500);
        attributors.setWeight(vm.addr(ATTRIBUTOR_KEY), 499);
        bytes[] memory signatures = signaturesBy(ATTRIBUTOR_KEY, FIRST);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.QuorumNotReached.selector, 499, 500));
        ledger.commitSketches(FIRST, _sketches, 0, signatures);
    }

    function test_CommitSketches_RevertsWithoutWeight() public {
        open(VERSION, POOL);
        bytes[] memory signatures = signaturesBy(8, FIRST);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.NotAttributor.selector, vm.addr(8)));
        ledger.commitSketches(FIRST, _sketches, 0, signatures);
    }

    function test_CommitSketches_RevertsForTwoSignaturesOfOne() public {
        open(VERSION, POOL);
        bytes[] memory signatures = new bytes[](2);
        signatures[0] = signaturesBy(ATTRIBUTOR_KEY, FIRST)[0];
        signatures[1] = signatures[0];
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.SignersNotAscending.selector, vm.addr(ATTRIBUTOR_KEY)));
        ledger.commitSketches(FIRST, _sketches, 0, signatures);
    }

    function test_CommitSketches_RevertsForInvalidSignatures() public {
        open(VERSION, POOL);
        bytes[] memory signatures = new bytes[](1);
        bytes[3] memory invalid = [
            abi.encodePacked(bytes32(0), bytes32(0), uint8(27)),
            bytes("short"),
            abi.encodePacked(new SmartAccount(stranger), signaturesBy(ATTRIBUTOR_KEY, FIRST)[0])
        ];
        for (uint256 i; i < invalid.length; ++i) {
            signatures[0] = invalid[i];
            vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.SignersNotAscending.selector, address(0)));
            ledger.commitSketches(FIRST, _sketches, 0, signatures);
        }
    }

    function test_CommitSketches_SumsWeights() public {
        open(VERSION, POOL);
        attributors.setQuorum(500);
        (uint256 low, uint256 high) = vm.addr(ATTRIBUTOR_KEY) < vm.addr(8)
            ? (ATTRIBUTOR_KEY, uint256(8))
            : (uint256(8), ATTRIBUTOR_KEY);
        attributors.setWeight(vm.addr(low), 499);
        attributors.setWeight(vm.addr(high), 1);
        bytes[] memory signatures = new bytes[](2);
        signatures[0] = signaturesBy(low, FIRST)[0];
        signatures[1] = signaturesBy(high, FIRST)[0];
        ledger.commitSketches(FIRST, _sketches, 0, signatures);
        assertEq(ledger.queueLength(), 1);
    }

    function test_CommitSketches_AcceptsContract() public {
        open(VERSION, POOL);
        SmartAccount account = new SmartAccount(vm.addr(8));
        attributors.setWeight(address(account), 1);
        bytes[] memory signatures = new bytes[](1);
        signatures[0] = abi.encodePacked(account, signaturesBy(8, FIRST)[0]);
        ledger.commitSketches(FIRST, _sketches, 0, signatures);
    }

    function test_CommitSketches_StartsWindow() public {
        open(VERSION, POOL);
        uint48 readyAt = uint48(block.timestamp) + SKETCH_WINDOW;
        bytes[] memory signatures = signaturesBy(ATTRIBUTOR_KEY, FIRST);
        vm.expectEmit();
        emit IRoyaltyLedger.SketchesCommitted(
            FIRST,
            _sketches,
            address(this),
            readyAt,
            ledger.epochAt(readyAt),
            keccak256("bundle")
        );
        ledger.commitSketches(FIRST, _sketches, keccak256("bundle"), signatures);
        IRoyaltyLedger.Settlement memory committed = ledger.settlementOf(FIRST);
        assertEq(uint8(committed.status), uint8(IRoyaltyLedger.SettlementStatus.Committed));
        assertEq(committed.readyAt, readyAt);
    }

    // --- advance ---

    function test_Advance_LeavesOpenWindows() public {
        commit(open(VERSION, POOL));
        vm.warp(block.timestamp + SKETCH_WINDOW - 1);
        assertEq(ledger.advance(10), 0);
        assertEq(ledger.queueLength(), 1);
    }

    function test_Advance_MovesAtMost() public {
        for (uint256 i; i < 3; ++i) commit(open(VERSION, POOL));
        vm.warp(block.timestamp + SKETCH_WINDOW);
        assertEq(ledger.advance(2), 2);
        assertEq(ledger.advance(2), 1);
        assertEq(ledger.advance(2), 0);
    }

    function test_Advance_BeginsGroup() public {
        ledger.addPlainIncome(VERSION, 5);
        Epoch epoch = epochOver(POOL);
        IRoyaltyLedger.Group memory group = ledger.groupOf(epoch, 0);
        assertEq(group.pool, POOL + 5);
        assertEq(group.callCount, 1);
        (uint128 waiting, ) = ledger.plainIncomeOf(VERSION);
        assertEq(waiting, 0);
    }

    function test_Advance_JoinsGroup() public {
        commit(open(VERSION, 1));
        commit(open(VERSION, 2));
        vm.warp(block.timestamp + SKETCH_WINDOW);
        Epoch epoch = ledger.epochAt(uint48(block.timestamp));
        ledger.advance(1);
        vm.expectEmit();
        emit IRoyaltyLedger.SettlementReady(SettlementId.wrap(2), epoch, 0, 1, 2);
        ledger.advance(1);
        assertEq(ledger.groupCount(epoch), 1);
        assertEq(ledger.groupOf(epoch, 0).settlements.length, 2);
    }

    function test_Advance_BeginsAnotherGroupWhenFull() public {
        uint32 most = uint32(1) << 28;
        for (uint32 i; i < 2; ++i) {
            ledger.openSettlement(VERSION, Root(keccak256("r"), 1), i == 0 ? most : 1, 1);
            commit(SettlementId.wrap(i + 1));
        }
        vm.warp(block.timestamp + SKETCH_WINDOW);
        ledger.advance(2);
        Epoch epoch = ledger.epochAt(uint48(block.timestamp));
        assertEq(ledger.groupCount(epoch), 2);
        assertEq(ledger.settlementOf(SettlementId.wrap(2)).group, 1);
    }

    function test_Advance_ReleasesWithoutGroupNumber() public {
        commit(open(VERSION, POOL));
        vm.warp(block.timestamp + SKETCH_WINDOW);
        Epoch epoch = ledger.epochAt(uint48(block.timestamp));
        _fillGroups(epoch);
        vm.expectEmit();
        emit IRoyaltyLedger.SettlementReleased(FIRST, epoch);
        assertEq(ledger.advance(1), 1);
        assertEq(uint8(ledger.settlementOf(FIRST).status), uint8(IRoyaltyLedger.SettlementStatus.Open));
        assertEq(ledger.settlementOf(FIRST).sketches.hash, 0);
    }

    // --- expire ---

    function test_Expire_RevertsForUnknown() public {
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.UnknownSettlement.selector, FIRST));
        ledger.expire(FIRST);
    }

    function test_Expire_RevertsForCommitted() public {
        commit(open(VERSION, POOL));
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.SettlementNotOpen.selector, FIRST));
        ledger.expire(FIRST);
    }

    function test_Expire_RevertsInTime() public {
        open(VERSION, POOL);
        uint48 until = uint48(block.timestamp) + LIFETIME;
        vm.warp(until - 1);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.SettlementNotExpired.selector, FIRST, until));
        ledger.expire(FIRST);
    }

    function test_Expire_PaysTreasury() public {
        open(VERSION, POOL);
        vm.warp(block.timestamp + LIFETIME);
        vm.expectEmit();
        emit IRoyaltyLedger.SettlementExpired(FIRST, POOL);
        vm.expectEmit();
        emit IRoyaltyLedger.Accrued(TREASURY, address(ledger), POOL);
        ledger.expire(FIRST);
        assertAccount(TREASURY, 0, POOL);
        assertCovered();
    }

    // --- expirePlainIncome ---

    function test_ExpirePlainIncome_RevertsWithoutAny() public {
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.PlainIncomeNotExpired.selector, VERSION, LIFETIME));
        ledger.expirePlainIncome(VERSION);
    }

    function test_ExpirePlainIncome_RevertsInTime() public {
        ledger.addPlainIncome(VERSION, 5);
        uint48 until = uint48(block.timestamp) + LIFETIME;
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.PlainIncomeNotExpired.selector, VERSION, until));
        ledger.expirePlainIncome(VERSION);
    }

    function test_ExpirePlainIncome_PaysTreasury() public {
        ledger.addPlainIncome(VERSION, 5);
        vm.warp(block.timestamp + LIFETIME);
        vm.expectEmit();
        emit IRoyaltyLedger.PlainIncomeExpired(VERSION, 5);
        ledger.expirePlainIncome(VERSION);
        assertAccount(TREASURY, 0, 5);
        assertCovered();
    }

    // --- views ---

    function test_SettlementOf_ReturnsNothingForUnknown() public view {
        assertEq(uint8(ledger.settlementOf(FIRST).status), uint8(IRoyaltyLedger.SettlementStatus.None));
    }

    function test_PlainIncomeOf_IsByVersion() public {
        ledger.addPlainIncome(VERSION, 5);
        (uint128 other, ) = ledger.plainIncomeOf(ModelVersion.wrap(2));
        assertEq(other, 0);
    }

    function test_QueueLength_CountsCommitted() public {
        commit(open(VERSION, POOL));
        open(VERSION, POOL);
        assertEq(ledger.queueLength(), 1);
    }

    function test_AttestationDigest_RevertsForUnknown() public {
        vm.expectRevert(abi.encodeWithSelector(IRoyaltyLedger.UnknownSettlement.selector, FIRST));
        ledger.attestationDigest(FIRST, 0);
    }

    function test_AttestationDigest_DependsOnAll() public {
        open(VERSION, POOL);
        ledger.openSettlement(VERSION, Root(keccak256("receipts"), POOL), 2, POOL);
        bytes32 digest = ledger.attestationDigest(FIRST, keccak256("a"));
        assertNotEq(digest, ledger.attestationDigest(FIRST, keccak256("b")));
        assertNotEq(digest, ledger.attestationDigest(SettlementId.wrap(2), keccak256("a")));
    }

    /// @dev Writes the length of the epoch's list of groups: as many as there may be.
    function _fillGroups(Epoch epoch) private {
        vm.record();
        ledger.groupCount(epoch);
        (bytes32[] memory reads, ) = vm.accesses(address(ledger));
        vm.store(address(ledger), reads[0], bytes32(uint256(type(uint16).max)));
        assertEq(ledger.groupCount(epoch), type(uint16).max);
    }
}
