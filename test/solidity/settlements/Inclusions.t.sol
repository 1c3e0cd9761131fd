// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IBatchSettlement} from "../../../contracts/interfaces/IBatchSettlement.sol";
import {IInclusions} from "../../../contracts/interfaces/IInclusions.sol";
import {IPenalties} from "../../../contracts/interfaces/IPenalties.sol";
import {IReservations} from "../../../contracts/interfaces/IReservations.sol";
import {IRoyaltyLedger} from "../../../contracts/interfaces/IRoyaltyLedger.sol";
import {ISettlementProofs} from "../../../contracts/interfaces/ISettlementProofs.sol";
import {Receipts} from "../../../contracts/libraries/Receipts.sol";
import {ModelTill} from "../../../contracts/payments/ModelTill.sol";
import {SettlementChecker} from "../../../contracts/royalties/faults/SettlementChecker.sol";
import {SettlementProofs} from "../../../contracts/royalties/SettlementProofs.sol";
import {ModelId, ModelVersion, SettlementId} from "../../../contracts/types/Ids.sol";
import {Link} from "../../../contracts/types/Link.sol";
import {Receipt as SignedReceipt} from "../../../contracts/types/Receipt.sol";
import {SparseTree} from "../support/SparseTree.sol";
import {SettlementFixture} from "./SettlementFixture.sol";

/// @notice Demands that a receipt be settled, branch by branch (Inclusions.tree).
contract InclusionsTest is SettlementFixture {
    using SparseTree for SparseTree.Tree;

    SignedReceipt private _receipt;
    bytes32 private _hash;
    bytes private _signature;

    function setUp() public override {
        super.setUp();
        _receipt = honest()[2];
        _hash = Receipts.structHash(_receipt);
        _signature = signed(GATEWAY_KEY, _receipt);
        vm.warp(_receipt.issuedAt + GRACE);
    }

    function _demand() private {
        vm.prank(alice);
        proofs.demandInclusion(_receipt, _signature);
    }

    function _unanswered() private {
        _demand();
        skip(ANSWER + 1);
        proofs.endInclusion(_hash);
    }

    // --- construction ---

    function _refuses(string memory name, IInclusions.InclusionTerms memory t) private {
        SettlementChecker checker = new SettlementChecker();
        vm.expectRevert(abi.encodeWithSelector(IInclusions.InvalidTerm.selector, name));
        new SettlementProofs(
            _p.ledger,
            _p.models,
            _p.tills,
            IBatchSettlement(address(0)),
            _p.staking,
            checker,
            IReservations.Parameters(1),
            IPenalties.Penalties(3, 4, 1, 1, ANSWERABLE),
            t
        );
    }

    function test_InclusionTerms_RefusesThoseOutOfRange() public {
        _refuses("demandSeconds", IInclusions.InclusionTerms(5, 5, 1, 1));
        _refuses("answerSeconds", IInclusions.InclusionTerms(5, 6, 0, 1));
        _refuses("answerSeconds", IInclusions.InclusionTerms(5, 6, ANSWERABLE - 6, 1));
        _refuses("deposit", IInclusions.InclusionTerms(5, 6, ANSWERABLE - 7, 0));
    }

    function test_InclusionTerms_AreAsDeployed() public view {
        IInclusions.InclusionTerms memory terms = proofs.inclusionTerms();
        assertEq(abi.encode(terms), abi.encode(GRACE, DEMANDABLE, ANSWER, INCLUSION_DEPOSIT));
    }

    // --- demandInclusion ---

    function test_DemandInclusion_TakesTheDeposit() public {
        uint256 before = _token.balanceOf(alice);
        uint48 deadline = uint48(block.timestamp) + ANSWER;
        vm.expectEmit(address(proofs));
        emit IInclusions.InclusionDemanded(_hash, gateway, alice, _receipt, deadline);
        _demand();
        assertEq(before - _token.balanceOf(alice), INCLUSION_DEPOSIT);
        assertEq(proofs.inclusionDeposits(), INCLUSION_DEPOSIT);
        IInclusions.Inclusion memory made = proofs.inclusionOf(_hash);
        assertEq(made.demander, alice);
        assertEq(made.deadline, deadline);
        assertEq(made.gateway, gateway);
        assertCovered();
    }

    function test_DemandInclusion_RefusesOtherTimes() public {
        uint48[3] memory times = [_receipt.issuedAt + GRACE - 1, _receipt.issuedAt + DEMANDABLE + 1, 0];
        for (uint256 i; i < 3; ++i) {
            vm.warp(times[i]);
            bytes memory error_ = abi.encodeWithSelector(
                IInclusions.NotDemandableNow.selector,
                _receipt.issuedAt + GRACE,
                _receipt.issuedAt + DEMANDABLE
            );
            vm.expectRevert(error_);
            _demand();
        }
        vm.warp(_receipt.issuedAt + DEMANDABLE);
        _demand();
    }

    function test_DemandInclusion_RefusesASecondOne() public {
        _demand();
        vm.expectRevert(abi.encodeWithSelector(IInclusions.InclusionExists.selector, _hash));
        _demand();
    }

    function test_DemandInclusion_RefusesWhatTheGatewayDidNotSign() public {
        _signature = signed(ATTRIBUTOR_KEY, _receipt);
        vm.expectRevert(abi.encodeWithSelector(IInclusions.NotSigned.selector, 0));
        _demand();
    }

    /// @dev Signed as any other: but a gateway without a fee cannot close, and so could not answer.
    function test_DemandInclusion_RefusesAReceiptOfNothing() public {
        _receipt.amount = 0;
        _hash = Receipts.structHash(_receipt);
        _signature = signed(GATEWAY_KEY, _receipt);
        vm.expectRevert(abi.encodeWithSelector(IInclusions.ReceiptOfNothing.selector, _hash));
        _demand();
        _receipt.amount = 1;
        _hash = Receipts.structHash(_receipt);
        _signature = signed(GATEWAY_KEY, _receipt);
        _demand();
    }

    function test_DemandInclusion_RefusesOtherTills() public {
        _receipt.till = alice;
        vm.expectRevert(abi.encodeWithSelector(IInclusions.UnknownTill.selector, alice));
        _demand();
    }

    function test_DemandInclusion_RefusesATokenThatTakesAFee() public {
        token.setFee(1_000);
        bytes memory error_ = abi.encodeWithSelector(
            IReservations.AmountMismatch.selector,
            INCLUSION_DEPOSIT,
            INCLUSION_DEPOSIT - 1
        );
        vm.expectRevert(error_);
        _demand();
    }

    // --- answerInclusion ---

    function test_AnswerInclusion_PaysTheAnswerer() public {
        _demand();
        SparseTree.Tree memory tree = receiptsTree(honest());
        SettlementId settlement = settle(tree);
        uint256 before = _token.balanceOf(bob);
        skip(ANSWER);
        vm.expectEmit(address(proofs));
        emit IInclusions.InclusionAnswered(_hash, settlement, bob);
        vm.prank(bob);
        proofs.answerInclusion(_hash, settlement, tree.link(2, 0));
        assertEq(_token.balanceOf(bob) - before, INCLUSION_DEPOSIT);
        assertEq(proofs.inclusionDeposits(), 0);
        assertCovered();
        vm.expectRevert(abi.encodeWithSelector(IPenalties.NothingToPenalize.selector, uint256(_hash)));
        proofs.penalizeGateway(uint256(_hash));
        vm.expectRevert(abi.encodeWithSelector(IInclusions.InclusionExists.selector, _hash));
        _demand();
    }

    /// @dev What was settled long ago, and attributed, is an answer too.
    function test_AnswerInclusion_TakesASettlementThatIsReady() public {
        SparseTree.Tree memory tree = receiptsTree(honest());
        SettlementId settlement = settle(tree);
        ready(settlement);
        _demand();
        proofs.answerInclusion(_hash, settlement, tree.link(2, 0));
        assertCovered();
    }

    function test_AnswerInclusion_RefusesUnknownSettlements() public {
        SparseTree.Tree memory tree = receiptsTree(honest());
        settle(tree);
        _demand();
        Link memory link = tree.link(2, 0);
        SettlementId unknown = SettlementId.wrap(77);
        vm.expectRevert(abi.encodeWithSelector(ISettlementProofs.WrongSettlement.selector, unknown));
        proofs.answerInclusion(_hash, unknown, link);
    }

    /// @dev The receipts that a gateway settled beside one that is wrong.
    function _withABreach() private view returns (SparseTree.Tree memory) {
        SignedReceipt[] memory receipts = honest();
        receipts[1].cumulative += 1;
        return receiptsTree(receipts);
    }

    /// @dev One breach, one slash: the receipts of a void settlement were paid for, and cannot be asked for as if they had been kept back.
    function test_AnswerInclusion_TakesAVoidSettlementWithoutASecondSlash() public {
        SparseTree.Tree memory tree = _withABreach();
        SettlementId settlement = settle(tree);
        vm.prank(alice);
        proofs.proveReceiptOrder(settlement, tree.link(0, 0), tree.link(1, 0));
        assertStatus(settlement, IRoyaltyLedger.SettlementStatus.Voided);
        proofs.penalizeGateway(caseOf(receiptsName(settlement)));
        assertEq(stakeOf(gatewayPool), STAKE - STAKE / 5);
        _demand();
        Link memory link = tree.link(2, 0);
        proofs.answerInclusion(_hash, settlement, link);
        assertCovered();
        vm.expectRevert(abi.encodeWithSelector(IPenalties.NothingToPenalize.selector, uint256(_hash)));
        proofs.penalizeGateway(uint256(_hash));
        assertEq(stakeOf(gatewayPool), STAKE - STAKE / 5);
    }

    /// @dev So does one that the demands voided, since its receipts were not revealed.
    function test_AnswerInclusion_TakesASettlementThatWasWithheld() public {
        SparseTree.Tree memory tree = receiptsTree(honest());
        SettlementId settlement = settle(tree);
        vm.prank(address(_p.demands));
        _p.ledger.voidSettlement(settlement);
        _demand();
        proofs.answerInclusion(_hash, settlement, tree.link(2, 0));
        assertCovered();
    }

    /// @dev A gateway that has a friend void its settlement has paid the whole fee, and loses stake of which at least half burns: it is rid of nothing that it owed.
    function test_AnswerInclusion_IsNoWayToGetRidOfReceipts() public {
        SparseTree.Tree memory tree = _withABreach();
        uint256 held = _token.balanceOf(address(_till));
        SettlementId settlement = settle(tree);
        assertEq(_token.balanceOf(address(_till)), held, "the till paid the fee");
        (uint256 stake, uint256 supply) = (stakeOf(gatewayPool), _p.open.totalSupply());
        vm.prank(gateway);
        proofs.proveReceiptOrder(settlement, tree.link(0, 0), tree.link(1, 0));
        uint256 before = _p.open.balanceOf(gateway);
        proofs.penalizeGateway(caseOf(receiptsName(settlement)));
        uint256 lost = stake - stakeOf(gatewayPool);
        assertEq(lost, STAKE / 5);
        assertEq(_p.open.balanceOf(gateway) - before, lost / 2);
        assertEq(supply - _p.open.totalSupply(), lost / 2);
        // What stands in no settlement is still owed.
        _receipt = receiptOf(SECOND_CHANNEL, 10, 1, 9_006);
        _hash = Receipts.structHash(_receipt);
        _signature = signed(GATEWAY_KEY, _receipt);
        _demand();
        Link memory link = tree.link(2, 0);
        vm.expectRevert(abi.encodeWithSelector(ISettlementProofs.InvalidOpening.selector, 0));
        proofs.answerInclusion(_hash, settlement, link);
        skip(ANSWER + 1);
        proofs.endInclusion(_hash);
        proofs.penalizeGateway(uint256(_hash));
        assertLt(stakeOf(gatewayPool), STAKE - STAKE / 5);
    }

    function test_AnswerInclusion_RefusesOtherReceipts() public {
        _demand();
        SparseTree.Tree memory tree = receiptsTree(honest());
        SettlementId settlement = settle(tree);
        SettlementId short = settleAt(_till, gateway, tree.root(), 2);
        vm.expectRevert(abi.encodeWithSelector(ISettlementProofs.InvalidOpening.selector, 0));
        proofs.answerInclusion(_hash, settlement, tree.link(3, 0));
        Link memory link = receiptsTree(honestNext()).link(2, 0);
        vm.expectRevert(abi.encodeWithSelector(ISettlementProofs.InvalidOpening.selector, 0));
        proofs.answerInclusion(_hash, settlement, link);
        vm.expectRevert(abi.encodeWithSelector(ISettlementProofs.WrongPlace.selector, 0));
        proofs.answerInclusion(_hash, short, tree.link(2, 0));
    }

    /// @dev The receipt in a settlement of another gateway's till pays nobody that it should.
    function test_AnswerInclusion_RefusesSettlementsOfOtherTills() public {
        _demand();
        SparseTree.Tree memory tree = receiptsTree(honest());
        ModelTill other = ModelTill(_p.tills.createTill(ModelId.wrap(1), alice));
        SettlementId settlement = settleAt(other, alice, tree.root(), COUNT);
        vm.expectRevert(abi.encodeWithSelector(ISettlementProofs.InvalidOpening.selector, 0));
        proofs.answerInclusion(_hash, settlement, tree.link(2, 0));
    }

    function test_AnswerInclusion_RefusesOtherVersions() public {
        _receipt.modelVersion = ModelVersion.wrap(2);
        _hash = Receipts.structHash(_receipt);
        _signature = signed(GATEWAY_KEY, _receipt);
        _demand();
        SignedReceipt[] memory receipts = honest();
        receipts[2] = _receipt;
        SparseTree.Tree memory tree = receiptsTree(receipts);
        SettlementId settlement = settle(tree);
        vm.expectRevert(abi.encodeWithSelector(ISettlementProofs.InvalidOpening.selector, 0));
        proofs.answerInclusion(_hash, settlement, tree.link(2, 0));
    }

    function test_AnswerInclusion_RevertsAfterTheDeadline() public {
        _demand();
        SparseTree.Tree memory tree = receiptsTree(honest());
        SettlementId settlement = settle(tree);
        uint48 deadline = uint48(block.timestamp) + ANSWER;
        vm.warp(deadline + 1);
        vm.expectRevert(abi.encodeWithSelector(IInclusions.InclusionOverdue.selector, _hash, deadline));
        proofs.answerInclusion(_hash, settlement, tree.link(2, 0));
    }

    function test_AnswerInclusion_RevertsForUnknown() public {
        SparseTree.Tree memory tree = receiptsTree(honest());
        SettlementId settlement = settle(tree);
        vm.expectRevert(abi.encodeWithSelector(IInclusions.InclusionNotOpen.selector, _hash));
        proofs.answerInclusion(_hash, settlement, tree.link(2, 0));
    }

    // --- endInclusion ---

    function test_EndInclusion_ReturnsTheDepositAndMakesACase() public {
        uint256 before = _token.balanceOf(alice);
        _demand();
        skip(ANSWER + 1);
        vm.expectEmit(address(proofs));
        emit IInclusions.InclusionUnanswered(_hash, alice, INCLUSION_DEPOSIT);
        proofs.endInclusion(_hash);
        assertEq(_token.balanceOf(alice), before);
        assertCovered();
        before = _p.open.balanceOf(alice);
        vm.prank(bob);
        proofs.penalizeGateway(uint256(_hash));
        assertEq(stakeOf(gatewayPool), STAKE - STAKE / 5);
        assertEq(_p.open.balanceOf(alice) - before, STAKE / 10);
        vm.expectRevert(abi.encodeWithSelector(IInclusions.InclusionNotOpen.selector, _hash));
        proofs.endInclusion(_hash);
    }

    /// @dev That the demander cannot receive saves nobody.
    function test_EndInclusion_BurnsWhatCannotBeReceived() public {
        _demand();
        skip(ANSWER + 1);
        token.refuse(alice, true);
        uint256 supply = token.totalSupply();
        vm.expectEmit(address(proofs));
        emit IInclusions.InclusionUnanswered(_hash, alice, 0);
        proofs.endInclusion(_hash);
        assertEq(supply - token.totalSupply(), INCLUSION_DEPOSIT);
        assertCovered();
        proofs.penalizeGateway(uint256(_hash));
    }

    function test_EndInclusion_RefusesReentry() public {
        _demand();
        skip(ANSWER + 1);
        token.arm(address(proofs), abi.encodeCall(IInclusions.endInclusion, (_hash)));
        proofs.endInclusion(_hash);
        assertEq(token.refusal(), ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        assertCovered();
    }

    function test_EndInclusion_RevertsInTime() public {
        _demand();
        uint48 deadline = uint48(block.timestamp) + ANSWER;
        vm.warp(deadline);
        vm.expectRevert(abi.encodeWithSelector(IInclusions.InclusionNotOverdue.selector, _hash, deadline));
        proofs.endInclusion(_hash);
    }

    function test_EndInclusion_SlashesWhileTheStakeIsAnswerable() public {
        _unanswered();
        uint256 id = uint256(_hash);
        uint48 until = _receipt.issuedAt + ANSWERABLE;
        vm.warp(until + 1);
        vm.expectRevert(abi.encodeWithSelector(IPenalties.PenaltyTooLate.selector, id, until));
        proofs.penalizeGateway(id);
        vm.warp(until);
        proofs.penalizeGateway(id);
    }
}
