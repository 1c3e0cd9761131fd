// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ICourtLedger} from "../../../contracts/interfaces/ICourtLedger.sol";
import {IRoyaltyLedger} from "../../../contracts/interfaces/IRoyaltyLedger.sol";
import {ISettlementProofs} from "../../../contracts/interfaces/ISettlementProofs.sol";
import {Receipts} from "../../../contracts/libraries/Receipts.sol";
import {SettlementId} from "../../../contracts/types/Ids.sol";
import {Link} from "../../../contracts/types/Link.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {SparseTree} from "../support/SparseTree.sol";
import {SettlementFixture} from "./SettlementFixture.sol";

/// @notice The proofs of sketch faults, branch by branch (SettlementProofs.sketches.tree).
contract SettlementProofsSketchesTest is SettlementFixture {
    using SparseTree for SparseTree.Tree;

    SettlementId private _settlement;

    function setUp() public override {
        super.setUp();
        _settlement = settle(receiptsTree(honest()));
    }

    function _expect(bytes4 selector) private {
        vm.expectRevert(selector);
    }

    function _expect(bytes4 selector, uint256 link) private {
        vm.expectRevert(abi.encodeWithSelector(selector, link));
    }

    function _expectNotAccusable(uint32 commit) private {
        bytes memory error_ = abi.encodeWithSelector(
            ISettlementProofs.NotAccusable.selector,
            sketchesName(_settlement, commit)
        );
        vm.expectRevert(error_);
    }

    function _assertEnded() private {
        assertStatus(_settlement, IRoyaltyLedger.SettlementStatus.Open);
    }

    // --- when sketches can be accused ---

    function test_RefusesSketchesThatAreNotPending() public {
        SparseTree.Tree memory tree = sketchesTree(honest());
        Link memory link = tree.link(9, 0);
        _expectNotAccusable(0);
        proofs.proveSketchForm(_settlement, 0, link);
        attest(_settlement, tree);
        _expectNotAccusable(1);
        proofs.proveSketchForm(_settlement, 1, link);
        skip(SKETCH_WINDOW_SECONDS);
        _expectNotAccusable(0);
        proofs.proveSketchForm(_settlement, 0, link);
    }

    function test_EndsThemUntilTheyAreReady() public {
        SparseTree.Tree memory tree = sketchesTree(honest());
        tree.leaves[1].payload = hex"04";
        Root memory root = tree.root();
        attest(_settlement, tree);
        skip(SKETCH_WINDOW_SECONDS - 1);
        vm.expectEmit(address(_p.ledger));
        emit ICourtLedger.SketchesEnded(_settlement, 0, root);
        proofs.proveSketchForm(_settlement, 0, tree.link(1, 0));
        _assertEnded();
        bytes[] memory none = new bytes[](0);
        vm.expectRevert(abi.encodeWithSelector(ICourtLedger.SketchesBarred.selector, _settlement, root.hash));
        _p.ledger.commitSketches(_settlement, root, 0, none);
        attest(_settlement, sketchesTree(honest()));
        _expectNotAccusable(0);
        proofs.proveSketchForm(_settlement, 0, tree.link(1, 0));
        _expect(ISettlementProofs.InvalidOpening.selector, 0);
        proofs.proveSketchForm(_settlement, 1, tree.link(1, 0));
    }

    // --- proveSketchForm ---

    function test_ProveSketchForm_RefusesHonestSketches() public {
        SparseTree.Tree memory tree = sketchesTree(honest());
        attest(_settlement, tree);
        for (uint64 i; i < COUNT + 3; ++i) {
            _expect(ISettlementProofs.NoFault.selector);
            proofs.proveSketchForm(_settlement, 0, tree.link(i, 0));
        }
        for (uint256 level; level < 24; ++level) {
            bytes memory preimage = tree.preimageAt(level, uint64(4 >> (24 - level)));
            _expect(ISettlementProofs.InvalidOpening.selector, 0);
            proofs.proveSketchForm(_settlement, 0, nodeLink(tree, level, 4, preimage));
        }
    }

    function _provesForm(SparseTree.Tree memory tree, Link memory link) private {
        attest(_settlement, tree);
        proofs.proveSketchForm(_settlement, _p.ledger.settlementOf(_settlement).commits - 1, link);
        _assertEnded();
    }

    function test_ProveSketchForm_ProvesAMalformedPayload() public {
        SparseTree.Tree memory tree = sketchesTree(honest());
        tree.leaves[3].payload[36] = 0xff;
        _provesForm(tree, tree.link(3, 0));
        tree.leaves[3].payload = bytes.concat(hex"04", new bytes(32), hex"00000000");
        _provesForm(tree, tree.link(3, 0));
    }

    /// @dev Of as many coordinates as some method has, but not this one's.
    function test_ProveSketchForm_ProvesASketchOfAnotherSize() public {
        SparseTree.Tree memory tree = sketchesTree(honest());
        bytes memory coordinates = new bytes(32);
        for (uint256 i; i < 32; ++i) coordinates[i] = 0x80;
        tree.leaves[0].payload = abi.encodePacked(uint8(4), bytes32("hash"), uint32(32 * 128), coordinates);
        _provesForm(tree, tree.link(0, 0));
    }

    /// @dev The sum of the root is the count all the same, or the ledger would refuse it.
    function test_ProveSketchForm_ProvesAMissingOneAndOneTooMany() public {
        SparseTree.Tree memory tree = sketchesTree(honest());
        tree.leaves[4].key = 7;
        _provesForm(tree, tree.link(4, 0));
        tree.leaves[4].key = 6;
        _provesForm(tree, tree.link(6, 0));
    }

    function test_ProveSketchForm_ProvesAMalformedNode() public {
        SparseTree.Tree memory tree = sketchesTree(honest());
        tree.lie(22, 0, Root(keccak256("nothing"), 4));
        _provesForm(tree, nodeLink(tree, 22, 0, "nothing"));
    }

    // --- proveSketchReceipt ---

    function test_ProveSketchReceipt_RefusesHonestSketches() public {
        SparseTree.Tree memory tree = sketchesTree(honest());
        SparseTree.Tree memory receipts = receiptsTree(honest());
        attest(_settlement, tree);
        for (uint64 i; i < COUNT + 1; ++i) {
            _expect(ISettlementProofs.NoFault.selector);
            proofs.proveSketchReceipt(_settlement, 0, tree.link(i, 0), receipts.link(i, 0));
        }
    }

    function test_ProveSketchReceipt_ProvesASketchOfAnotherReceipt() public {
        SparseTree.Tree memory tree = sketchesTree(honest());
        tree.leaves[2].payload = sketchPayload(Receipts.structHash(honest()[3]), 100);
        attest(_settlement, tree);
        proofs.proveSketchReceipt(_settlement, 0, tree.link(2, 0), receiptsTree(honest()).link(2, 0));
        _assertEnded();
    }

    function test_ProveSketchReceipt_ProvesAMalformedSketch() public {
        SparseTree.Tree memory tree = sketchesTree(honest());
        tree.leaves[2].payload = hex"04";
        attest(_settlement, tree);
        proofs.proveSketchReceipt(_settlement, 0, tree.link(2, 0), receiptsTree(honest()).link(3, 0));
        _assertEnded();
    }

    function test_ProveSketchReceipt_RefusesOtherPlacesAndTrees() public {
        SparseTree.Tree memory tree = sketchesTree(honest());
        SparseTree.Tree memory receipts = receiptsTree(honest());
        attest(_settlement, tree);
        _expect(ISettlementProofs.WrongPlace.selector, 1);
        proofs.proveSketchReceipt(_settlement, 0, tree.link(2, 0), receipts.link(3, 0));
        _expect(ISettlementProofs.InvalidOpening.selector, 0);
        proofs.proveSketchReceipt(_settlement, 0, receipts.link(2, 0), receipts.link(2, 0));
        _expect(ISettlementProofs.InvalidOpening.selector, 1);
        proofs.proveSketchReceipt(_settlement, 0, tree.link(2, 0), tree.link(2, 0));
    }

    /// @dev The gateway's breach must not cost the attributors: what they signed beside no receipt is nobody's sketch.
    function test_ProveSketchReceipt_RefusesWhereTheReceiptCountsAsAbsent() public {
        SparseTree.Tree memory receipts = receiptsTree(honest());
        receipts.leaves[2].payload = hex"03";
        _settlement = settle(receipts);
        SparseTree.Tree memory tree = sketchesTree(honest());
        attest(_settlement, tree);
        _expect(ISettlementProofs.NoFault.selector);
        proofs.proveSketchReceipt(_settlement, 0, tree.link(2, 0), receipts.link(2, 0));
    }

    // --- soundness ---

    /// @dev No place or node of honest sketches is a fault, whatever bytes are shown with it.
    function testFuzz_HonestSketchesAreNeverHit(
        uint64 key,
        uint8 level,
        bytes memory preimage,
        bytes memory payload
    ) public {
        SparseTree.Tree memory tree = sketchesTree(honest());
        attest(_settlement, tree);
        Link memory link = nodeLink(tree, bound(level, 0, 24), uint64(bound(key, 0, 8)), preimage);
        link.payload = payload;
        // solhint-disable-next-line avoid-low-level-calls
        (bool isProven, bytes memory error_) = address(proofs).call(
            abi.encodeCall(ISettlementProofs.proveSketchForm, (_settlement, 0, link))
        );
        assertFalse(isProven);
        bool isKnown =
            bytes4(error_) == ISettlementProofs.NoFault.selector ||
                bytes4(error_) == ISettlementProofs.InvalidOpening.selector;
        assertTrue(isKnown);
    }
}
