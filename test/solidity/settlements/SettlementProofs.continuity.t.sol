// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IRoyaltyLedger} from "../../../contracts/interfaces/IRoyaltyLedger.sol";
import {ISettlementProofs} from "../../../contracts/interfaces/ISettlementProofs.sol";
import {ModelTill} from "../../../contracts/payments/ModelTill.sol";
import {ModelId, SettlementId} from "../../../contracts/types/Ids.sol";
import {Link} from "../../../contracts/types/Link.sol";
import {Receipt as SignedReceipt} from "../../../contracts/types/Receipt.sol";
import {SparseTree} from "../support/SparseTree.sol";
import {SettlementFixture} from "./SettlementFixture.sol";

/// @notice The proof that two settlements contradict each other, branch by branch, and histories that do not (SettlementProofs.continuity.tree).
contract SettlementProofsContinuityTest is SettlementFixture {
    using SparseTree for SparseTree.Tree;

    IRoyaltyLedger.SettlementStatus private constant VOIDED = IRoyaltyLedger.SettlementStatus.Voided;

    function _expect(bytes4 selector) private {
        vm.expectRevert(selector);
    }

    function _expect(bytes4 selector, uint256 link) private {
        vm.expectRevert(abi.encodeWithSelector(selector, link));
    }

    // --- proveContinuity ---

    function test_ProveContinuity_RefusesHonestHistory() public {
        SparseTree.Tree memory first = receiptsTree(honest());
        SparseTree.Tree memory second = receiptsTree(honestNext());
        SettlementId earlier = settle(first);
        SettlementId later = settle(second);
        for (uint64 i; i < COUNT; ++i) {
            for (uint64 j; j < COUNT; ++j) {
                _expect(ISettlementProofs.NoFault.selector);
                proofs.proveContinuity(later, second.link(j, 0), earlier, first.link(i, 0));
                _expect(ISettlementProofs.NoFault.selector);
                proofs.proveContinuity(earlier, first.link(i, 0), later, second.link(j, 0));
            }
        }
    }

    function test_ProveContinuity_RefusesOtherSettlements() public {
        SparseTree.Tree memory tree = receiptsTree(honest());
        SettlementId settlement = settle(tree);
        ModelTill strange = ModelTill(_p.tills.createTill(ModelId.wrap(1), alice));
        SettlementId foreign = settleAt(strange, alice, tree.root(), COUNT);
        SettlementId voided = settle(tree);
        vm.prank(address(_p.demands));
        _p.ledger.voidSettlement(voided);
        SettlementId[4] memory others = [settlement, foreign, voided, SettlementId.wrap(99)];
        for (uint256 i; i < 4; ++i) {
            vm.expectRevert(abi.encodeWithSelector(ISettlementProofs.WrongSettlement.selector, others[i]));
            proofs.proveContinuity(settlement, tree.link(0, 0), others[i], tree.link(0, 0));
        }
    }

    /// @dev In the other tree nothing counts but receipts, so its own breaches are not this settlement's.
    function test_ProveContinuity_RefusesWhatDoesNotCountInTheOther() public {
        SparseTree.Tree memory first = receiptsTree(honest());
        first.leaves[2].payload = hex"03";
        SettlementId earlier = settleAt(_till, gateway, first.root(), COUNT - 1);
        SparseTree.Tree memory second = receiptsTree(honest());
        SettlementId later = settle(second);
        _expect(ISettlementProofs.InvalidOpening.selector, 1);
        proofs.proveContinuity(later, second.link(2, 0), earlier, first.link(2, 0));
        _expect(ISettlementProofs.WrongPlace.selector, 1);
        proofs.proveContinuity(later, second.link(4, 0), earlier, first.link(4, 0));
        _expect(ISettlementProofs.InvalidOpening.selector, 0);
        proofs.proveContinuity(later, first.link(0, 0), earlier, first.link(0, 0));
        _expect(ISettlementProofs.NoFault.selector);
        proofs.proveContinuity(later, second.link(5, 0), earlier, first.link(0, 0));
    }

    /// @dev The next settlement with another receipt at this place, against the honest one's receipt at `against`.
    function _provesContinuity(uint256 place, SignedReceipt memory r, uint64 against) private {
        SparseTree.Tree memory first = receiptsTree(honest());
        SettlementId earlier = settle(first);
        SignedReceipt[] memory receipts = honestNext();
        receipts[place] = r;
        SparseTree.Tree memory second = receiptsTree(receipts);
        SettlementId later = settle(second);
        uint256 before = vm.snapshotState();
        proofs.proveContinuity(later, second.link(uint64(place), 0), earlier, first.link(against, 0));
        assertStatus(later, VOIDED);
        vm.revertToState(before);
        proofs.proveContinuity(earlier, first.link(against, 0), later, second.link(uint64(place), 0));
        assertStatus(earlier, VOIDED);
        vm.revertToState(before);
    }

    function test_ProveContinuity_ProvesARepeatedOrUndercutSequence() public {
        _provesContinuity(3, receiptOf(SECOND_CHANNEL, 9, 5, 9_010), 4);
        _provesContinuity(3, receiptOf(SECOND_CHANNEL, 8, 5, 9_010), 4);
    }

    function test_ProveContinuity_ProvesAnotherCumulativeNext() public {
        _provesContinuity(3, receiptOf(SECOND_CHANNEL, 10, 95, 9_101), 4);
    }

    function test_ProveContinuity_ProvesWhatIsChargedAgain() public {
        _provesContinuity(3, receiptOf(SECOND_CHANNEL, 12, 96, 9_100), 4);
        _provesContinuity(3, receiptOf(SECOND_CHANNEL, 12, 96, 90), 4);
    }

    // --- soundness ---

    /// @dev No receipt of an honest history is a breach, whatever history it is.
    function testFuzz_HonestHistoriesAreNeverHit(uint256 seed) public {
        (SignedReceipt[] memory first, SignedReceipt[] memory second) = _history(seed);
        SparseTree.Tree memory firstTree = receiptsTree(first);
        SparseTree.Tree memory secondTree = receiptsTree(second);
        SettlementId earlier = settleAt(_till, gateway, firstTree.root(), COUNT);
        SettlementId later = settleAt(_till, gateway, secondTree.root(), COUNT);
        uint64 i = uint64(seed % COUNT);
        uint64 j = uint64((seed >> 8) % COUNT);
        _expect(ISettlementProofs.NoFault.selector);
        proofs.proveReceiptForm(earlier, firstTree.link(uint64((seed >> 16) % 9), 0));
        _expect(ISettlementProofs.NoFault.selector);
        proofs.proveReceiptAlone(earlier, firstTree.link(i, 0));
        _expect(ISettlementProofs.NoFault.selector);
        proofs.proveReceiptOrder(earlier, firstTree.link(i, 0), firstTree.link(i + 1, 0));
        _expect(ISettlementProofs.NoFault.selector);
        proofs.proveContinuity(later, secondTree.link(j, 0), earlier, firstTree.link(i, 0));
        // Its opening in the other's tree is nothing.
        _expect(ISettlementProofs.InvalidOpening.selector, 0);
        proofs.proveReceiptAlone(later, firstTree.link(i, 0));
    }

    /// @dev Nor is a sketch of one, and openings of other trees, other settlements, or of another length are nothing.
    function testFuzz_HonestSketchesAreNeverHit(uint256 seed) public {
        (SignedReceipt[] memory first, SignedReceipt[] memory second) = _history(seed);
        SparseTree.Tree memory receipts = receiptsTree(first);
        SparseTree.Tree memory strange = receiptsTree(second);
        SparseTree.Tree memory sketches = sketchesTree(first);
        SettlementId settlement = settle(receipts);
        attest(settlement, sketches);
        uint64 i = uint64(seed % COUNT);
        _expect(ISettlementProofs.NoFault.selector);
        proofs.proveSketchForm(settlement, 0, sketches.link(uint64((seed >> 8) % 9), 0));
        _expect(ISettlementProofs.NoFault.selector);
        proofs.proveSketchReceipt(settlement, 0, sketches.link(i, 0), receipts.link(i, 0));
        _expect(ISettlementProofs.InvalidOpening.selector, 0);
        proofs.proveSketchForm(settlement, 0, receipts.link(i, 0));
        _expect(ISettlementProofs.InvalidOpening.selector, 1);
        proofs.proveSketchReceipt(settlement, 0, sketches.link(i, 0), strange.link(i, 0));
        _expect(ISettlementProofs.InvalidOpening.selector, 1);
        proofs.proveSketchReceipt(settlement, 0, sketches.link(i, 0), sketches.link(i, 0));
        uint64 other = (i + 1 + uint64((seed >> 16) % (COUNT - 1))) % uint64(COUNT);
        _expect(ISettlementProofs.WrongPlace.selector, 1);
        proofs.proveSketchReceipt(settlement, 0, sketches.link(i, 0), receipts.link(other, 0));
        Link memory bent = sketches.link(i, 0);
        bent.opening = _resized(bent.opening, (seed >> 24) % (bent.opening.length + 49));
        _expect(ISettlementProofs.InvalidOpening.selector, 0);
        proofs.proveSketchReceipt(settlement, 0, bent, receipts.link(i, 0));
    }

    /// @dev The first bytes, and zeros behind them; the same length becomes one more.
    function _resized(bytes memory path, uint256 length) private pure returns (bytes memory resized) {
        if (length == path.length) ++length;
        resized = new bytes(length);
        for (uint256 i; i < length && i < path.length; ++i) resized[i] = path[i];
    }

    /// @dev Two settlements of one history: three channels, of which some go on in the second.
    function _history(uint256 seed) private view returns (SignedReceipt[] memory first, SignedReceipt[] memory second) {
        uint64[3] memory sequence;
        uint128[3] memory cumulative;
        for (uint256 c; c < 3; ++c) {
            sequence[c] = uint64(bytes8(keccak256(abi.encode(seed, c)))) >> uint64((seed >> c) % 2 == 0 ? 8 : 64);
            cumulative[c] = sequence[c] == 0 ? 0 : uint128(bytes16(keccak256(abi.encode(seed, c)))) >> 8;
        }
        first = _drawn(uint256(keccak256(abi.encode(seed, 1))), sequence, cumulative);
        second = _drawn(uint256(keccak256(abi.encode(seed, 2))), sequence, cumulative);
    }

    function _drawn(
        uint256 seed,
        uint64[3] memory sequence,
        uint128[3] memory cumulative
    ) private view returns (SignedReceipt[] memory receipts) {
        receipts = new SignedReceipt[](COUNT);
        uint256 channel;
        for (uint256 i; i < COUNT; ++i) {
            if ((seed >> (8 * i)) % 3 == 0 && channel < 2) ++channel;
            uint128 amount = 1 + uint128(uint64(seed >> (16 * i)) % 1e15);
            cumulative[channel] += amount;
            receipts[i] = receiptOf(bytes32(channel + 1), ++sequence[channel], amount, cumulative[channel]);
        }
    }
}
