// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {IModelTill} from "../../../contracts/interfaces/IModelTill.sol";
import {PrefixSplit} from "../../../contracts/libraries/PrefixSplit.sol";
import {ModelTill} from "../../../contracts/payments/ModelTill.sol";
import {HostileToken} from "../../../contracts/test/HostileToken.sol";
import {ModelId, ModelVersion, PositionId, SettlementId} from "../../../contracts/types/Ids.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {TillsFixture} from "../support/TillsFixture.sol";

/// @notice Closing a till, with receipts or without: what each part of a fee gets, to the unit.
contract ModelTillCloseTest is TillsFixture {
    uint128 private constant FEE = 10_000;

    function _closeReverts(ModelVersion version, Root memory receipts, uint32 count, bytes memory revertData) private {
        vm.expectRevert(revertData);
        vm.prank(_gateway);
        _till.close(version, receipts, count, 0);
    }

    function _close(uint128 fee) private {
        _token.transfer(address(_till), fee);
        vm.prank(_gateway);
        _till.close(_version, _receipts(fee), 3, keccak256("bundle"));
    }

    function _closePlain() private {
        vm.prank(_gateway);
        _till.closePlain(_version);
    }

    // --- refusals ---

    function test_Close_RevertsForOthers() public {
        vm.expectRevert(abi.encodeWithSelector(IModelTill.NotGateway.selector, _developer));
        vm.prank(_developer);
        _till.close(_version, _receipts(1), 1, 0);
    }

    function test_Close_RevertsForUnknownVersion() public {
        _closeReverts(
            ModelVersion.wrap(9),
            _receipts(1),
            1,
            abi.encodeWithSelector(IModelRegistry.UnknownVersion.selector, 9)
        );
    }

    function test_Close_RevertsForAnotherModelsVersion() public {
        ModelVersion other = _usable(_registration());
        _closeReverts(other, _receipts(1), 1, abi.encodeWithSelector(IModelTill.WrongModel.selector, other));
    }

    function test_Close_RevertsWithoutUsableIndex() public {
        vm.prank(_developer);
        ModelVersion next = _models.registerVersion(MODEL, _registration());
        bytes memory revertData = abi.encodeWithSelector(IModelTill.IndexNotUsable.selector, next);
        _closeReverts(next, _receipts(1), 1, revertData);
        _commitIndex(next);
        vm.warp(block.timestamp + INDEX_WINDOW - 1);
        _closeReverts(next, _receipts(1), 1, revertData);
    }

    function test_Close_RevertsWithoutReceipts() public {
        bytes memory revertData = abi.encodeWithSelector(IModelTill.NoReceipts.selector);
        _token.transfer(address(_till), 1);
        _closeReverts(_version, _receipts(0), 1, revertData);
        _closeReverts(_version, _receipts(1), 0, revertData);
        _closeReverts(_version, Root(0, 1), 1, revertData);
    }

    function test_Close_RevertsForTooManyReceipts() public {
        _token.transfer(address(_till), 1);
        uint32 most = 1 << 24;
        _closeReverts(
            _version,
            _receipts(1),
            most + 1,
            abi.encodeWithSelector(IModelTill.TooManyReceipts.selector, most + 1)
        );
        vm.prank(_gateway);
        _till.close(_version, _receipts(1), most, 0);
        assertEq(_ledger.lastCount(), most);
    }

    function test_Close_RevertsForFeeThatIsNotThere() public {
        _token.transfer(address(_till), FEE - 1);
        _closeReverts(
            _version,
            _receipts(FEE),
            1,
            abi.encodeWithSelector(IModelTill.NotCovered.selector, FEE - 1, FEE)
        );
    }

    function test_Close_RevertsWhileTheGatewayCannotBePaid() public {
        _token.transfer(address(_till), FEE);
        _token.refuse(_gateway, true);
        _closeReverts(_version, _receipts(FEE), 1, abi.encodeWithSelector(HostileToken.Refused.selector, _gateway));
        assertEq(_token.balanceOf(address(_till)), FEE);
    }

    function test_Close_RefusesReentry() public {
        _token.transfer(address(_till), FEE);
        _token.arm(address(_till), abi.encodeCall(_till.close, (_version, _receipts(1), 1, 0)));
        vm.prank(_gateway);
        _till.close(_version, _receipts(FEE), 1, 0);
        assertEq(_token.refusal(), ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
    }

    // --- routes ---

    function test_Close_OpensASettlementWithTheDataPart() public {
        _token.transfer(address(_till), FEE);
        vm.expectEmit(address(_till));
        emit IModelTill.FeeSplit(_version, 200, 500, 0, 300, 400, 1_600, 7_000);
        vm.expectEmit(address(_till));
        emit IModelTill.Closed(SettlementId.wrap(1), _version, _receipts(FEE), 3, FEE, 7_000, keccak256("bundle"));
        vm.prank(_gateway);
        SettlementId settlement = _till.close(_version, _receipts(FEE), 3, keccak256("bundle"));
        assertEq(SettlementId.unwrap(settlement), 1);
        assertEq(_ledger.lastPool(), 7_000);
        assertEq(_ledger.lastCount(), 3);
        assertEq(_ledger.lastVersion(), _version);
        (bytes32 hash, uint128 sum) = _ledger.lastReceipts();
        assertEq(hash, keccak256("receipts"));
        assertEq(sum, FEE);
    }

    function test_Close_PaysGatewayAtOnce() public {
        _close(FEE);
        assertEq(_token.balanceOf(_gateway), 500);
    }

    function test_Close_CreditsTreasuryAndDeveloper() public {
        _close(FEE);
        assertEq(_ledger.accruedTo(TREASURY_POSITION), 200);
        assertEq(_ledger.accruedTo(DEVELOPER_POSITION), 1_600);
    }

    function test_Close_DividesTheCuratorsPartByRecords() public {
        _close(FEE);
        uint256[] memory records = new uint256[](2);
        (records[0], records[1]) = (RECORDS, MORE_RECORDS);
        uint128[] memory cuts = PrefixSplit.split(300, records);
        assertEq(_ledger.accruedTo(CURATOR), cuts[0]);
        assertEq(_ledger.accruedTo(SECOND_CURATOR), cuts[1]);
        assertEq(uint256(cuts[0]) + cuts[1], 300);
    }

    function test_Close_CreditsEveryAncestor() public {
        ModelVersion child = _usable(_derivedFrom(_version, 300));
        ModelVersion grandchild = _usable(_derivedFrom(child, 500));
        ModelTill till = _tillOf(ModelId.wrap(3));
        _token.transfer(address(till), FEE);
        vm.expectEmit(address(till));
        emit IModelTill.FeeSplit(grandchild, 200, 500, 500, 300, 400, 1_100, 7_000);
        vm.prank(_gateway);
        till.close(grandchild, _receipts(FEE), 1, 0);
        assertEq(_ledger.accruedTo(DEVELOPER_POSITION), 300);
        assertEq(_ledger.accruedTo(PositionId.wrap(5)), 200);
        assertEq(_ledger.accruedTo(PositionId.wrap(6)), 1_100);
    }

    function test_Close_FundsTheModelsStakers() public {
        _close(FEE);
        assertEq(_staking.fundedOf(MODEL, address(_token)), 400);
        assertEq(_token.balanceOf(address(_staking)), 400);
        assertEq(_token.allowance(address(_till), address(_staking)), 0);
        assertEq(_token.allowance(address(_till), address(_ledger)), 0);
    }

    function test_Close_AddsTheStakersPartToTheDataWhileTheTokenIsNotListed() public {
        _staking.setRewardToken(address(_token), false);
        _token.transfer(address(_till), FEE);
        vm.expectEmit(address(_till));
        emit IModelTill.FeeSplit(_version, 200, 500, 0, 300, 0, 1_600, 7_400);
        vm.prank(_gateway);
        _till.close(_version, _receipts(FEE), 3, 0);
        assertEq(_ledger.lastPool(), 7_400);
        assertEq(_token.balanceOf(address(_staking)), 0);
        assertEq(_token.balanceOf(address(_till)), 0);
    }

    function test_Close_DoesNotCallStakingWithoutAStakersPart() public {
        vm.expectCall(address(_staking), bytes(""), 0);
        // The stakers' part of one unit is 0: the whole of it falls to the data.
        _close(1);
        assertEq(_ledger.lastPool(), 1);
    }

    function test_Close_NeedNotPayTheGateway() public {
        IModelRegistry.Registration memory r = _registration();
        r.split.data += r.split.gateway;
        r.split.gateway = 0;
        ModelVersion version = _usable(r);
        ModelTill till = _tillOf(ModelId.wrap(2));
        _token.transfer(address(till), FEE);
        _token.refuse(_gateway, true);
        vm.prank(_gateway);
        till.close(version, _receipts(FEE), 1, 0);
        assertEq(_token.balanceOf(_gateway), 0);
    }

    function test_Close_LeavesWhatTheReceiptsDoNotCover() public {
        _token.transfer(address(_till), 77);
        _close(FEE);
        assertEq(_token.balanceOf(address(_till)), 77);
    }

    function testFuzz_Close_LosesNoUnit(uint96 fee, bool isListed) public {
        vm.assume(fee != 0);
        _staking.setRewardToken(address(_token), isListed);
        _close(fee);
        uint256 accrued = _ledger.accruedTo(TREASURY_POSITION) + _ledger.accruedTo(DEVELOPER_POSITION);
        accrued += _ledger.accruedTo(CURATOR) + _ledger.accruedTo(SECOND_CURATOR);
        uint256 funded = _staking.fundedOf(MODEL, address(_token));
        assertEq(accrued + _ledger.lastPool() + funded + _token.balanceOf(_gateway), fee);
        assertEq(_token.balanceOf(address(_ledger)), accrued + _ledger.lastPool());
        assertEq(_token.balanceOf(address(_till)), 0);
        assertApproxEqAbs(funded, isListed ? (uint256(fee) * 400) / 10_000 : 0, 1);
    }

    // --- closePlain ---

    function test_ClosePlain_RevertsForOthers() public {
        vm.expectRevert(abi.encodeWithSelector(IModelTill.NotGateway.selector, _stranger));
        vm.prank(_stranger);
        _till.closePlain(_version);
    }

    function test_ClosePlain_RevertsForAnotherModelsVersion() public {
        ModelVersion other = _usable(_registration());
        vm.expectRevert(abi.encodeWithSelector(IModelTill.WrongModel.selector, other));
        vm.prank(_gateway);
        _till.closePlain(other);
    }

    function test_ClosePlain_RevertsWithoutUsableIndex() public {
        vm.prank(_developer);
        ModelVersion next = _models.registerVersion(MODEL, _registration());
        vm.expectRevert(abi.encodeWithSelector(IModelTill.IndexNotUsable.selector, next));
        vm.prank(_gateway);
        _till.closePlain(next);
    }

    function test_ClosePlain_RevertsForEmptyTill() public {
        vm.expectRevert(abi.encodeWithSelector(IModelTill.NothingToClose.selector));
        _closePlain();
    }

    function test_ClosePlain_RefusesReentry() public {
        _token.transfer(address(_till), FEE);
        _token.arm(address(_till), abi.encodeCall(_till.closePlain, (_version)));
        _closePlain();
        assertEq(_token.refusal(), ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
    }

    function test_ClosePlain_DividesEverythingInTheTill() public {
        _token.transfer(address(_till), FEE);
        vm.expectEmit(address(_till));
        emit IModelTill.FeeSplit(_version, 200, 500, 0, 300, 400, 1_600, 7_000);
        vm.expectEmit(address(_till));
        emit IModelTill.ClosedPlain(_version, FEE, 7_000);
        _closePlain();
        assertEq(_token.balanceOf(address(_till)), 0);
        assertEq(_token.balanceOf(_gateway), 500);
        assertEq(_ledger.plainIncomeOf(_version), 7_000);
        assertEq(_staking.fundedOf(MODEL, address(_token)), 400);
        assertEq(_ledger.accruedTo(TREASURY_POSITION), 200);
        assertEq(_ledger.accruedTo(DEVELOPER_POSITION), 1_600);
        assertEq(_ledger.accruedTo(CURATOR) + _ledger.accruedTo(SECOND_CURATOR), 300);
        assertEq(_ledger.settlementCount(), 0);
    }

    function test_ClosePlain_AddsTheStakersPartToTheDataWhileTheTokenIsNotListed() public {
        _staking.setRewardToken(address(_token), false);
        _token.transfer(address(_till), FEE);
        _closePlain();
        assertEq(_ledger.plainIncomeOf(_version), 7_400);
    }

    function test_ClosePlain_AddsNoIncomeWithoutADataPart() public {
        IModelRegistry.Registration memory r = _registration();
        r.datanets = _list(FREE);
        (r.split.developer, r.split.data) = (r.split.developer + r.split.data, 0);
        ModelVersion version = _usable(r);
        ModelTill till = _tillOf(ModelId.wrap(2));
        _token.transfer(address(till), FEE);
        vm.expectEmit(address(till));
        emit IModelTill.ClosedPlain(version, FEE, 0);
        vm.prank(_gateway);
        till.closePlain(version);
        assertEq(_ledger.plainCalls(), 0);
    }

    function test_ClosePlain_BooksAtMostWhatAnAmountHolds() public {
        uint256 balance = uint256(type(uint128).max) + 5;
        deal(address(_token), address(_till), balance);
        _closePlain();
        assertEq(_token.balanceOf(address(_till)), 5);
    }
}
