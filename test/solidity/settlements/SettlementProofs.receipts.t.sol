// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IRoyaltyLedger} from "../../../contracts/interfaces/IRoyaltyLedger.sol";
import {ISettlementProofs} from "../../../contracts/interfaces/ISettlementProofs.sol";
import {ModelVersion, SettlementId} from "../../../contracts/types/Ids.sol";
import {Link} from "../../../contracts/types/Link.sol";
import {Receipt as SignedReceipt} from "../../../contracts/types/Receipt.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {SparseTree} from "../support/SparseTree.sol";
import {SettlementFixture} from "./SettlementFixture.sol";

/// @notice The proofs of receipt breaches, branch by branch (SettlementProofs.receipts.tree).
contract SettlementProofsReceiptsTest is SettlementFixture {
    using SparseTree for SparseTree.Tree;

    IRoyaltyLedger.SettlementStatus private constant VOIDED = IRoyaltyLedger.SettlementStatus.Voided;

    function _expect(bytes4 selector) private {
        vm.expectRevert(selector);
    }

    function _expect(bytes4 selector, uint256 link) private {
        vm.expectRevert(abi.encodeWithSelector(selector, link));
    }

    function _expectNotAccusable(SettlementId settlement) private {
        vm.expectRevert(abi.encodeWithSelector(ISettlementProofs.NotAccusable.selector, receiptsName(settlement)));
    }

    /// @dev Settles receipts of which one is replaced.
    function _with(uint256 place, SignedReceipt memory r) private returns (SettlementId, SparseTree.Tree memory tree) {
        SignedReceipt[] memory receipts = honest();
        receipts[place] = r;
        tree = receiptsTree(receipts);
        return (settle(tree), tree);
    }

    // --- when receipts can be accused ---

    function test_RefusesReceiptsThatAreNotPending() public {
        SparseTree.Tree memory tree = receiptsTree(honest());
        SettlementId unknown = SettlementId.wrap(9);
        _expectNotAccusable(unknown);
        proofs.proveReceiptForm(unknown, tree.link(0, 0));
        SettlementId settlement = settle(tree);
        ready(settlement);
        _expectNotAccusable(settlement);
        proofs.proveReceiptForm(settlement, tree.link(0, 0));
    }

    function test_VoidsUntilTheSettlementIsReady() public {
        SignedReceipt memory wrong = receiptOf(SECOND_CHANNEL, 0, 5, 9_005);
        (SettlementId settlement, SparseTree.Tree memory tree) = _with(4, wrong);
        attest(settlement, sketchesTree(honest()));
        skip(SKETCH_WINDOW_SECONDS - 1);
        vm.expectEmit(address(proofs));
        emit ISettlementProofs.BreachProven(
            receiptsName(settlement),
            caseOf(receiptsName(settlement)),
            ISettlementProofs.Breach.ReceiptAlone,
            address(this)
        );
        proofs.proveReceiptAlone(settlement, tree.link(4, 0));
        assertStatus(settlement, VOIDED);
        assertTrue(proofs.isProven(receiptsName(settlement)));
        (settlement, tree) = _with(4, wrong);
        attest(settlement, sketchesTree(honest()));
        skip(SKETCH_WINDOW_SECONDS);
        _expectNotAccusable(settlement);
        proofs.proveReceiptAlone(settlement, tree.link(4, 0));
        _requireSolvent();
    }

    /// @dev What another court voided is not ended again, and slashes nobody here.
    function test_RefusesReceiptsThatAnotherCourtVoided() public {
        (SettlementId settlement, SparseTree.Tree memory tree) = _with(4, receiptOf(SECOND_CHANNEL, 0, 5, 9_005));
        vm.prank(address(_p.demands));
        _p.ledger.voidSettlement(settlement);
        _expectNotAccusable(settlement);
        proofs.proveReceiptAlone(settlement, tree.link(4, 0));
    }

    // --- proveReceiptForm ---

    function test_ProveReceiptForm_RefusesHonestReceipts() public {
        SparseTree.Tree memory tree = receiptsTree(honest());
        SettlementId settlement = settle(tree);
        for (uint64 i; i < COUNT + 3; ++i) {
            _expect(ISettlementProofs.NoFault.selector);
            proofs.proveReceiptForm(settlement, tree.link(i, 0));
        }
        for (uint256 level; level < 24; ++level) {
            _expect(ISettlementProofs.InvalidOpening.selector, 0);
            proofs.proveReceiptForm(
                settlement,
                nodeLink(tree, level, 4, tree.preimageAt(level, uint64(4 >> (24 - level))))
            );
        }
    }

    function test_ProveReceiptForm_RefusesOpeningsOfOtherTrees() public {
        SparseTree.Tree memory others = receiptsTree(honestNext());
        SettlementId settlement = settle(receiptsTree(honest()));
        _expect(ISettlementProofs.InvalidOpening.selector, 0);
        proofs.proveReceiptForm(settlement, others.link(0, 0));
        Link memory link = receiptsTree(honest()).link(0, 0);
        link.key = 1;
        _expect(ISettlementProofs.InvalidOpening.selector, 0);
        proofs.proveReceiptForm(settlement, link);
    }

    function test_ProveReceiptForm_ProvesAMissingReceipt() public {
        SparseTree.Tree memory tree = receiptsTree(honest());
        _token.transfer(address(_till), tree.root().sum);
        vm.prank(gateway);
        SettlementId settlement = _till.close(VERSION, tree.root(), uint32(COUNT + 1), 0);
        proofs.proveReceiptForm(settlement, tree.link(uint64(COUNT), 0));
        assertStatus(settlement, VOIDED);
    }

    function test_ProveReceiptForm_ProvesOneTooMany() public {
        SparseTree.Tree memory tree = receiptsTree(honest());
        SettlementId settlement = settleAt(_till, gateway, tree.root(), COUNT - 1);
        proofs.proveReceiptForm(settlement, tree.link(uint64(COUNT - 1), 0));
        assertStatus(settlement, VOIDED);
    }

    function test_ProveReceiptForm_ProvesAMalformedPayload() public {
        SparseTree.Tree memory tree = receiptsTree(honest());
        tree.leaves[2].payload = bytes.concat(tree.leaves[2].payload, hex"00");
        SettlementId settlement = settle(tree);
        proofs.proveReceiptForm(settlement, tree.link(2, 0));
        assertStatus(settlement, VOIDED);
    }

    function test_ProveReceiptForm_ProvesAMalformedNode() public {
        SparseTree.Tree memory tree = receiptsTree(honest());
        Root memory node = tree.nodeAt(20, 0);
        tree.lie(20, 0, Root(node.hash, node.sum + 1));
        SettlementId settlement = settle(tree);
        bytes memory preimage = receiptsTree(honest()).preimageAt(20, 0);
        proofs.proveReceiptForm(settlement, nodeLink(tree, 20, 0, preimage));
        assertStatus(settlement, VOIDED);
    }

    /// @dev Every proof of receipts takes a link that shows misformed receipts.
    function test_AnyProofTakesAMalformedReceipt() public {
        SparseTree.Tree memory tree = receiptsTree(honest());
        SettlementId other = settle(tree);
        SparseTree.Tree memory broken = receiptsTree(honestNext());
        broken.leaves[3].payload = hex"03";
        SettlementId settlement = settle(broken);
        uint256 before = vm.snapshotState();
        proofs.proveReceiptAlone(settlement, broken.link(3, 0));
        vm.revertToState(before);
        proofs.proveReceiptOrder(settlement, broken.link(2, 0), broken.link(3, 0));
        vm.revertToState(before);
        proofs.proveReceiptOrder(settlement, broken.link(3, 0), broken.link(4, 0));
        vm.revertToState(before);
        proofs.proveContinuity(settlement, broken.link(3, 0), other, tree.link(0, 0));
        assertStatus(settlement, VOIDED);
    }

    // --- proveReceiptAlone ---

    function test_ProveReceiptAlone_RefusesHonestReceipts() public {
        SparseTree.Tree memory tree = receiptsTree(honest());
        SettlementId settlement = settle(tree);
        for (uint64 i; i < COUNT + 1; ++i) {
            _expect(ISettlementProofs.NoFault.selector);
            proofs.proveReceiptAlone(settlement, tree.link(i, 0));
        }
    }

    function _provesAlone(uint256 place, SignedReceipt memory r) private {
        (SettlementId settlement, SparseTree.Tree memory tree) = _with(place, r);
        proofs.proveReceiptAlone(settlement, tree.link(uint64(place), 0));
        assertStatus(settlement, VOIDED);
    }

    function test_ProveReceiptAlone_ProvesAForeignTillOrVersion() public {
        SignedReceipt memory r = honest()[2];
        r.till = alice;
        _provesAlone(2, r);
        r = honest()[2];
        r.modelVersion = ModelVersion.wrap(2);
        _provesAlone(2, r);
    }

    function test_ProveReceiptAlone_ProvesNoSequence() public {
        _provesAlone(0, receiptOf(FIRST_CHANNEL, 0, 40, 40));
    }

    function test_ProveReceiptAlone_ProvesACumulativeThatCannotBe() public {
        _provesAlone(2, receiptOf(SECOND_CHANNEL, 7, 1_000, 999));
        _provesAlone(0, receiptOf(FIRST_CHANNEL, 1, 40, 41));
    }

    // --- proveReceiptOrder ---

    function test_ProveReceiptOrder_RefusesHonestReceipts() public {
        SparseTree.Tree memory tree = receiptsTree(honest());
        SettlementId settlement = settle(tree);
        for (uint64 i; i < COUNT; ++i) {
            _expect(ISettlementProofs.NoFault.selector);
            proofs.proveReceiptOrder(settlement, tree.link(i, 0), tree.link(i + 1, 0));
        }
    }

    function test_ProveReceiptOrder_RefusesPlacesThatAreNotNeighbours() public {
        SparseTree.Tree memory tree = receiptsTree(honest());
        SettlementId settlement = settle(tree);
        uint64[3] memory places = [uint64(0), 1, 3];
        for (uint256 i; i < 3; ++i) {
            _expect(ISettlementProofs.WrongPlace.selector, 1);
            proofs.proveReceiptOrder(settlement, tree.link(1, 0), tree.link(places[i], 0));
        }
        Link memory last = tree.link(0, 0);
        last.key = type(uint64).max;
        _expect(ISettlementProofs.WrongPlace.selector, 1);
        proofs.proveReceiptOrder(settlement, last, tree.link(0, 0));
    }

    function test_ProveReceiptOrder_SaysWhichOpeningFails() public {
        SparseTree.Tree memory tree = receiptsTree(honest());
        SparseTree.Tree memory others = receiptsTree(honestNext());
        SettlementId settlement = settle(tree);
        _expect(ISettlementProofs.InvalidOpening.selector, 0);
        proofs.proveReceiptOrder(settlement, others.link(0, 0), tree.link(1, 0));
        _expect(ISettlementProofs.InvalidOpening.selector, 1);
        proofs.proveReceiptOrder(settlement, tree.link(0, 0), others.link(1, 0));
    }

    function _provesOrder(uint256 place, SignedReceipt memory r) private {
        (SettlementId settlement, SparseTree.Tree memory tree) = _with(place, r);
        proofs.proveReceiptOrder(settlement, tree.link(uint64(place - 1), 0), tree.link(uint64(place), 0));
        assertStatus(settlement, VOIDED);
    }

    function test_ProveReceiptOrder_ProvesADescent() public {
        _provesOrder(2, receiptOf(bytes32(uint256(1)), 7, 1_000, 9_000));
        _provesOrder(4, receiptOf(SECOND_CHANNEL, 8, 5, 9_005));
    }

    function test_ProveReceiptOrder_ProvesASkippedSequence() public {
        _provesOrder(4, receiptOf(SECOND_CHANNEL, 10, 5, 9_005));
    }

    function test_ProveReceiptOrder_ProvesACumulativeThatDoesNotRun() public {
        _provesOrder(4, receiptOf(SECOND_CHANNEL, 9, 5, 9_006));
        _provesOrder(4, receiptOf(SECOND_CHANNEL, 9, 5, 4));
    }
}
