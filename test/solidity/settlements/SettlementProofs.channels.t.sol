// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IBatchSettlement} from "../../../contracts/interfaces/IBatchSettlement.sol";
import {IInclusions} from "../../../contracts/interfaces/IInclusions.sol";
import {IPenalties} from "../../../contracts/interfaces/IPenalties.sol";
import {IReservations} from "../../../contracts/interfaces/IReservations.sol";
import {IRoyaltyLedger} from "../../../contracts/interfaces/IRoyaltyLedger.sol";
import {ISettlementProofs} from "../../../contracts/interfaces/ISettlementProofs.sol";
import {LedgerData} from "../../../contracts/libraries/LedgerData.sol";
import {Receipts} from "../../../contracts/libraries/Receipts.sol";
import {SettlementChecker} from "../../../contracts/royalties/faults/SettlementChecker.sol";
import {SettlementProofs} from "../../../contracts/royalties/SettlementProofs.sol";
import {ChannelConfig} from "../../../contracts/types/Channel.sol";
import {SettlementId} from "../../../contracts/types/Ids.sol";
import {Link} from "../../../contracts/types/Link.sol";
import {Receipt as SignedReceipt} from "../../../contracts/types/Receipt.sol";
import {SparseTree} from "../support/SparseTree.sol";
import {ChannelledFixture} from "./ChannelledFixture.sol";

/// @notice The proofs that compare receipts with their channels, branch by branch (SettlementProofs.channels.tree).
contract SettlementProofsChannelsTest is ChannelledFixture {
    using SparseTree for SparseTree.Tree;

    uint48 private constant REVEAL_BLOCKS = 50;

    /// @dev Voids the settlement, and is for this breach.
    function _voids(SettlementId settlement, bytes memory proof, ISettlementProofs.Breach breach) private {
        vm.expectEmit(address(proofs));
        emit ISettlementProofs.BreachProven(
            receiptsName(settlement),
            caseOf(receiptsName(settlement)),
            breach,
            address(this)
        );
        _send(proof);
        assertStatus(settlement, IRoyaltyLedger.SettlementStatus.Voided);
        proofs.penalizeGateway(caseOf(receiptsName(settlement)));
        assertEq(stakeOf(gatewayPool), STAKE - STAKE / 5, "slashed");
        _requireSolvent();
    }

    function _send(bytes memory proof) private {
        // solhint-disable-next-line avoid-low-level-calls
        (bool isDone, bytes memory error_) = address(proofs).call(proof);
        if (isDone) return;
        assembly ("memory-safe") {
            revert(add(error_, 32), mload(error_))
        }
    }

    function _uncovered(SettlementId settlement, Link memory receipt) private pure returns (bytes memory) {
        return abi.encodeCall(ISettlementProofs.proveUncovered, (settlement, receipt));
    }

    function _foreign(
        SettlementId settlement,
        Link memory receipt,
        ChannelConfig memory config
    ) private pure returns (bytes memory) {
        return abi.encodeCall(ISettlementProofs.proveForeignChannel, (settlement, receipt, config));
    }

    function _refuses(bytes memory proof, bytes4 selector) private {
        vm.expectRevert(selector);
        _send(proof);
    }

    // --- both ---

    function test_RefusesReceiptsThatAreNotPending() public {
        SparseTree.Tree memory tree = receiptsTree(charged());
        SettlementId settlement = settle(tree);
        ready(settlement);
        bytes memory error_ = abi.encodeWithSelector(ISettlementProofs.NotAccusable.selector, receiptsName(settlement));
        vm.expectRevert(error_);
        proofs.proveUncovered(settlement, tree.link(1, 0));
        vm.expectRevert(error_);
        proofs.proveForeignChannel(settlement, tree.link(1, 0), configs[0]);
    }

    function test_RefusesOpeningsOfOtherTrees() public {
        SparseTree.Tree memory others = receiptsTree(honestNext());
        SettlementId settlement = settle(receiptsTree(charged()));
        bytes memory error_ = abi.encodeWithSelector(ISettlementProofs.InvalidOpening.selector, 0);
        vm.expectRevert(error_);
        proofs.proveUncovered(settlement, others.link(1, 0));
        vm.expectRevert(error_);
        proofs.proveForeignChannel(settlement, others.link(1, 0), configs[0]);
    }

    function test_TakesAMalformedReceipt() public {
        SparseTree.Tree memory tree = receiptsTree(charged());
        tree.leaves[3].payload = hex"03";
        claimBoth();
        SettlementId settlement = settle(tree);
        uint256 before = vm.snapshotState();
        _voids(settlement, _uncovered(settlement, tree.link(3, 0)), ISettlementProofs.Breach.Uncovered);
        vm.revertToState(before);
        bytes memory proof = _foreign(settlement, tree.link(3, 0), configs[0]);
        _voids(settlement, proof, ISettlementProofs.Breach.ForeignChannel);
    }

    /// @dev A deployment on a chain without channels: its court sees nothing wrong in what this one ends.
    function test_HoldNotWithoutAChannelContract() public {
        SettlementProofs blind = new SettlementProofs(
            _p.ledger,
            _p.models,
            _p.tills,
            IBatchSettlement(address(0)),
            _p.staking,
            new SettlementChecker(),
            IReservations.Parameters(RESERVATION_DEPOSIT),
            IPenalties.Penalties(3, 4, 1_000, 2_000, ANSWERABLE),
            IInclusions.InclusionTerms(GRACE, DEMANDABLE, ANSWER, INCLUSION_DEPOSIT)
        );
        assertEq(address(blind.channels()), address(0));
        assertEq(address(proofs.channels()), address(channels));
        SparseTree.Tree memory tree = receiptsTree(charged());
        SettlementId settlement = settle(tree);
        vm.expectRevert(ISettlementProofs.NoFault.selector);
        blind.proveUncovered(settlement, tree.link(1, 0));
        configs[0].receiver = alice;
        vm.expectRevert(ISettlementProofs.NoFault.selector);
        blind.proveForeignChannel(settlement, tree.link(1, 0), configs[0]);
        _voids(settlement, _uncovered(settlement, tree.link(1, 0)), ISettlementProofs.Breach.Uncovered);
    }

    // --- proveUncovered ---

    function test_ProveUncovered_RefusesWhatWasClaimed() public {
        claimBoth();
        SparseTree.Tree memory tree = receiptsTree(charged());
        SettlementId settlement = settle(tree);
        for (uint64 i; i < COUNT + 2; ++i)
            _refuses(_uncovered(settlement, tree.link(i, 0)), ISettlementProofs.NoFault.selector);
    }

    /// @dev What the payer takes back was free: what was claimed stays claimed.
    function test_ProveUncovered_RefusesWhatWasClaimedBeforeTheRestWasPaidBack() public {
        claimBoth();
        SparseTree.Tree memory tree = receiptsTree(charged());
        SettlementId settlement = settleClaimed(tree, COUNT);
        vm.prank(gateway);
        channels.refund(configs[0], DEPOSIT);
        vm.startPrank(payer);
        channels.initiateWithdraw(configs[1], DEPOSIT - 9_005);
        skip(1 hours);
        channels.finalizeWithdraw(configs[1]);
        vm.stopPrank();
        for (uint64 i; i < COUNT; ++i)
            _refuses(_uncovered(settlement, tree.link(i, 0)), ISettlementProofs.NoFault.selector);
    }

    function test_ProveUncovered_RefusesACallForNothingOfAnUnknownChannel() public {
        SignedReceipt[] memory receipts = new SignedReceipt[](1);
        receipts[0] = receiptOf(FIRST_CHANNEL, 1, 0, 0);
        claimBoth();
        SignedReceipt[] memory both = new SignedReceipt[](2);
        (both[0], both[1]) = (receipts[0], charged()[4]);
        SparseTree.Tree memory tree = receiptsTree(both);
        SettlementId settlement = settleAt(_till, gateway, tree.root(), 2);
        _refuses(_uncovered(settlement, tree.link(0, 0)), ISettlementProofs.NoFault.selector);
    }

    function test_ProveUncovered_ProvesOneUnitMoreThanWasClaimed() public {
        claim(configs[0], 100);
        claim(configs[1], 9_004);
        SparseTree.Tree memory tree = receiptsTree(charged());
        SettlementId settlement = settle(tree);
        for (uint64 i; i < 4; ++i)
            _refuses(_uncovered(settlement, tree.link(i, 0)), ISettlementProofs.NoFault.selector);
        _voids(settlement, _uncovered(settlement, tree.link(4, 0)), ISettlementProofs.Breach.Uncovered);
    }

    function test_ProveUncovered_ProvesAChannelThatIsNotThere() public {
        claimBoth();
        SparseTree.Tree memory tree = receiptsTree(honest());
        SettlementId settlement = settle(tree);
        _voids(settlement, _uncovered(settlement, tree.link(0, 0)), ISettlementProofs.Breach.Uncovered);
    }

    /// @dev The money is there then: nothing was invented, and the proof is late. What was put down for it burns.
    function test_ProveUncovered_IsTooLateOnceItIsClaimed() public {
        SparseTree.Tree memory tree = receiptsTree(charged());
        SettlementId settlement = settle(tree);
        bytes memory proof = _uncovered(settlement, tree.link(4, 0));
        bytes32 commitment = LedgerData.inputProofCommitment(
            block.chainid,
            address(proofs),
            receiptsName(settlement),
            keccak256(proof),
            alice
        );
        vm.prank(alice);
        proofs.commitProof(receiptsName(settlement), commitment);
        vm.roll(block.number + 1);
        claimBoth();
        vm.expectRevert(ISettlementProofs.NoFault.selector);
        vm.prank(alice);
        proofs.proveUncovered(settlement, tree.link(4, 0));
        assertStatus(settlement, IRoyaltyLedger.SettlementStatus.Open);
        vm.roll(block.number + REVEAL_BLOCKS + 1);
        uint256 supply = token.totalSupply();
        proofs.burnDeposit(alice, commitment);
        assertEq(supply - token.totalSupply(), RESERVATION_DEPOSIT);
        assertCovered();
    }

    function test_ProveUncovered_IsNotUndoneByAClaimAfterwards() public {
        SparseTree.Tree memory tree = receiptsTree(charged());
        SettlementId settlement = settle(tree);
        proofs.proveUncovered(settlement, tree.link(4, 0));
        claimBoth();
        assertStatus(settlement, IRoyaltyLedger.SettlementStatus.Voided);
        proofs.penalizeGateway(caseOf(receiptsName(settlement)));
        assertEq(stakeOf(gatewayPool), STAKE - STAKE / 5);
    }

    /// @dev Claims that grow, receipts that are settled once they are claimed, money paid back in between: at no moment is one of them uncovered, and one that was charged a unit more is.
    function testFuzz_ProveUncovered_HitsNoHonestHistory(uint128[6] memory amounts, uint8 paidBack) public {
        SparseTree.Tree[] memory trees = new SparseTree.Tree[](2);
        SettlementId[] memory settlements = new SettlementId[](2);
        uint128[2] memory totals;
        for (uint64 round; round < 2; ++round) {
            SignedReceipt[] memory receipts = new SignedReceipt[](3);
            for (uint64 i; i < 3; ++i) {
                uint256 channel = i == 2 ? 1 : 0;
                uint128 amount = 1 + (amounts[round * 3 + i] % 1e12);
                totals[channel] += amount;
                uint64 sequence = channel == 1 ? round + 1 : round * 2 + i + 1;
                receipts[i] = receiptOf(ids[channel], sequence, amount, totals[channel]);
            }
            trees[round] = receiptsTree(receipts);
            claim(configs[0], totals[0]);
            claim(configs[1], totals[1]);
            settlements[round] = settleClaimed(trees[round], 3);
            if ((paidBack >> round) & 1 == 1) {
                vm.prank(gateway);
                channels.refund(configs[round], DEPOSIT / 4);
            }
            for (uint256 earlier; earlier <= round; ++earlier) _refusesAll(settlements[earlier], trees[earlier]);
        }
        SignedReceipt[] memory more = new SignedReceipt[](1);
        more[0] = receiptOf(ids[1], 3, 1, totals[1] + 1);
        SparseTree.Tree memory last = receiptsTree(more);
        SettlementId wrong = settleAt(_till, gateway, last.root(), 1);
        _voids(wrong, _uncovered(wrong, last.link(0, 0)), ISettlementProofs.Breach.Uncovered);
    }

    function _refusesAll(SettlementId settlement, SparseTree.Tree memory tree) private {
        for (uint64 i; i < 3; ++i) {
            _refuses(_uncovered(settlement, tree.link(i, 0)), ISettlementProofs.NoFault.selector);
            bytes memory proof = _foreign(settlement, tree.link(i, 0), configs[i == 2 ? 1 : 0]);
            _refuses(proof, ISettlementProofs.NoFault.selector);
        }
    }

    // --- demandInclusion ---

    /// @dev What a payer took back, or a contract does not sign for any more, cannot be claimed: an honest gateway must not be asked to settle it.
    function test_DemandInclusion_RefusesWhatWasNotClaimed() public {
        SignedReceipt memory r = charged()[4];
        r.issuedAt = uint48(block.timestamp);
        skip(GRACE);
        claim(configs[1], 9_004);
        bytes memory signature = signed(GATEWAY_KEY, r);
        bytes32 hash = Receipts.structHash(r);
        vm.expectRevert(abi.encodeWithSelector(IInclusions.ReceiptUncovered.selector, hash, 9_004));
        vm.prank(alice);
        proofs.demandInclusion(r, signature);
        claim(configs[1], 9_005);
        vm.prank(alice);
        proofs.demandInclusion(r, signature);
        assertEq(uint8(proofs.inclusionOf(hash).status), uint8(IInclusions.InclusionStatus.Open));
    }

    // --- proveForeignChannel ---

    function test_ProveForeignChannel_RefusesTheTillsOwnChannels() public {
        SparseTree.Tree memory tree = receiptsTree(charged());
        SettlementId settlement = settle(tree);
        for (uint64 i; i < COUNT; ++i) {
            bytes memory proof = _foreign(settlement, tree.link(i, 0), configs[i < 2 ? 0 : 1]);
            _refuses(proof, ISettlementProofs.NoFault.selector);
        }
        vm.expectRevert(ISettlementProofs.NoFault.selector);
        proofs.proveForeignChannel(settlement, tree.link(uint64(COUNT), 0), configs[0]);
    }

    function test_ProveForeignChannel_RefusesAnotherChannelsConfiguration() public {
        SparseTree.Tree memory tree = receiptsTree(charged());
        SettlementId settlement = settle(tree);
        ChannelConfig memory other = configs[0];
        other.receiver = alice;
        bytes memory error_ = abi.encodeWithSelector(ISettlementProofs.WrongChannel.selector, ids[0]);
        vm.expectRevert(error_);
        proofs.proveForeignChannel(settlement, tree.link(0, 0), configs[1]);
        vm.expectRevert(error_);
        proofs.proveForeignChannel(settlement, tree.link(0, 0), other);
    }

    /// @dev A channel from which a lot was claimed, by somebody else: covered, as far as the total goes, and foreign.
    function test_ProveForeignChannel_ProvesAnotherReceiver() public {
        ChannelConfig memory config = configOf("theirs");
        (config.receiver, config.receiverAuthorizer) = (alice, gateway);
        channels.deposit(config, DEPOSIT, address(collector), "");
        claim(config, 1_000);
        _provesForeign(config);
    }

    function test_ProveForeignChannel_ProvesAnotherToken() public {
        ChannelConfig memory config = configOf("theirs");
        config.token = address(_p.open);
        _p.open.transfer(payer, 1_000);
        vm.prank(payer);
        _p.open.approve(address(collector), type(uint256).max);
        channels.deposit(config, 1_000, address(collector), "");
        claim(config, 1_000);
        _provesForeign(config);
    }

    function _provesForeign(ChannelConfig memory config) private {
        SignedReceipt[] memory receipts = new SignedReceipt[](1);
        receipts[0] = receiptOf(channels.getChannelId(config), 1, 1_000, 1_000);
        SparseTree.Tree memory tree = receiptsTree(receipts);
        SettlementId settlement = settleAt(_till, gateway, tree.root(), 1);
        _refuses(_uncovered(settlement, tree.link(0, 0)), ISettlementProofs.NoFault.selector);
        bytes memory proof = _foreign(settlement, tree.link(0, 0), config);
        _voids(settlement, proof, ISettlementProofs.Breach.ForeignChannel);
    }
}
