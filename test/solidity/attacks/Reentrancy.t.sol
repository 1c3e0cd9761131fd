// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

// An attacker's call is made from its bytes.
// solhint-disable avoid-low-level-calls, no-unchecked-calls

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IDatanetRegistry} from "../../../contracts/interfaces/IDatanetRegistry.sol";
import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {IModelTill} from "../../../contracts/interfaces/IModelTill.sol";
import {IRoyaltyLedger} from "../../../contracts/interfaces/IRoyaltyLedger.sol";
import {IRoyaltyShares} from "../../../contracts/interfaces/IRoyaltyShares.sol";
import {RoyaltyShares} from "../../../contracts/royalties/RoyaltyShares.sol";
import {RoyaltySharesFactory} from "../../../contracts/royalties/RoyaltySharesFactory.sol";
import {ContributionId, Epoch, ModelId, ModelVersion, PositionId, SettlementId} from "../../../contracts/types/Ids.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {ProtocolFixture} from "../support/ProtocolFixture.sol";
import {ReentrantToken} from "../support/Tokens.sol";

/// @notice While any function moves the token, the token calls any function of any contract: the same contract refuses it, and all books still add up.
contract ReentrancyTest is ProtocolFixture {
    bytes4 private constant REENTRANT = ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector;
    uint128 private constant FEE = 10_000;

    struct Step {
        string name;
        address target;
        bytes call;
    }

    ReentrantToken private _reentrant;
    RoyaltyShares private _shares;
    /// @dev The first is final, with a second proposal whose bond is still held; the second waits for `finalize`.
    Epoch[2] private _epochs;
    Step[] private _moving;
    Step[] private _others;

    function setUp() public {
        _reentrant = new ReentrantToken();
        _model(_reentrant);
        _reentrant.allow(address(_p.ledger));
        _reentrant.allow(address(_p.datanets));
        _reentrant.allow(address(_p.models));
        _p.models.registerVersion(ModelId.wrap(1), _registration());
        _p.datanets.payLicence(DATANET, 2_000);
        _p.datanets.reserve(_p.datanets.reservationOf(address(this), DATANET, Root("third", 10), 0));
        _contribute("second");
        _lock();
        _epochs[0] = _epochOver(FEE);
        _propose(_epochs[0], "winner");
        _propose(_epochs[0], "loser");
        skip(CHALLENGE_WINDOW_SECONDS);
        _p.ledger.finalize(_epochs[0]);
        _epochs[1] = _epochOver(FEE);
        _propose(_epochs[1], "next");
        skip(CHALLENGE_WINDOW_SECONDS);
        _earn(CONTRIBUTOR, 60);
        _shares.collect(0, _accruedOnly(CONTRIBUTOR)[0]);
        _earn(CONTRIBUTOR, 40);
        _settle(FEE);
        _reentrant.transfer(address(_till), FEE);
        _listMoving();
        _listOthers();
    }

    /// @dev Without the attack, every listed function succeeds and moves the token.
    function test_EveryListedFunctionMovesTheToken() public {
        for (uint256 i; i < _moving.length; ++i) {
            uint256 snapshot = vm.snapshotState();
            _reentrant.arm(address(this), "", false);
            (bool success, ) = _moving[i].target.call(_moving[i].call);
            assertTrue(success, _moving[i].name);
            assertTrue(_reentrant.wasCalled(), _moving[i].name);
            _requireSolvent();
            vm.revertToState(snapshot);
        }
    }

    function test_NoFunctionCanBeEnteredAgainBeforeTheMoneyMoves() public {
        _attackAll(true);
    }

    function test_NoFunctionCanBeEnteredAgainAfterTheMoneyMoved() public {
        _attackAll(false);
    }

    function _attackAll(bool isBefore) private {
        for (uint256 i; i < _moving.length; ++i) {
            for (uint256 j; j < _moving.length; ++j) _attack(_moving[i], _moving[j], isBefore);
            for (uint256 j; j < _others.length; ++j) _attack(_moving[i], _others[j], isBefore);
        }
    }

    function _attack(Step memory outer, Step memory inner, bool isBefore) private {
        uint256 snapshot = vm.snapshotState();
        string memory name = string.concat(inner.name, " during ", outer.name);
        _reentrant.arm(inner.target, inner.call, isBefore);
        (bool success, ) = outer.target.call(outer.call);
        assertTrue(success, name);
        if (outer.target == inner.target) {
            assertTrue(_reentrant.wasRefused(), name);
            // What only tills may call is refused as such before the guard is reached.
            if (_reentrant.refusal() != IRoyaltyLedger.NotTill.selector) {
                assertEq(_reentrant.refusal(), REENTRANT, name);
            }
        }
        _requireSolvent();
        _requireSharesSolvent();
        vm.revertToState(snapshot);
    }

    function _requireSharesSolvent() private view {
        uint256 owed =
            uint256(_shares.incomeOf(address(this), address(_token))) +
                _shares.incomeOf(address(_token), address(_token));
        assertGe(_token.balanceOf(address(_shares)), owed, "shares");
    }

    /// @dev Locks the contributor's position; the token holds a part of the shares.
    function _lock() private {
        RoyaltySharesFactory factory = new RoyaltySharesFactory(_p.positions);
        _p.positions.approve(address(factory), PositionId.unwrap(CONTRIBUTOR));
        IRoyaltyLedger[] memory ledgers = new IRoyaltyLedger[](1);
        ledgers[0] = _p.ledger;
        _shares = RoyaltyShares(address(factory.createShares(CONTRIBUTOR, 100, "", "", ledgers)));
        _shares.transfer(address(_reentrant), 40);
    }

    function _earn(PositionId position, uint128 amount) private {
        (PositionId[] memory to, uint128[] memory amounts) = _one(position, amount);
        _p.ledger.accrue(to, amounts);
    }

    function _one(
        PositionId position,
        uint128 amount
    ) private pure returns (PositionId[] memory positions, uint128[] memory amounts) {
        positions = new PositionId[](1);
        amounts = new uint128[](1);
        (positions[0], amounts[0]) = (position, amount);
    }

    function _listMoving() private {
        address ledger = address(_p.ledger);
        address datanets = address(_p.datanets);
        address models = address(_p.models);
        (PositionId[] memory to, uint128[] memory amounts) = _one(DEVELOPER, 10);
        _add("accrue", ledger, abi.encodeCall(IRoyaltyLedger.accrue, (to, amounts)));
        _add("claim", ledger, abi.encodeCall(IRoyaltyLedger.claim, (_accruedOnly(DEVELOPER))));
        _add("claimTo", ledger, abi.encodeCall(IRoyaltyLedger.claimTo, (address(7), _accruedOnly(CURATOR))));
        _add("finalize", ledger, abi.encodeCall(IRoyaltyLedger.finalize, (_epochs[1])));
        _add("returnBond", ledger, abi.encodeCall(IRoyaltyLedger.returnBond, (_epochs[0], 1)));
        _add("propose", ledger, _proposal());
        _add(
            "contribute",
            datanets,
            abi.encodeCall(
                IDatanetRegistry.contribute,
                (DATANET, IDatanetRegistry.ContributionKind.Data, Root("third", 10), "MIT", "", 0)
            )
        );
        _add("accept", datanets, abi.encodeCall(IDatanetRegistry.accept, (ContributionId.wrap(2))));
        _add("payLicence", datanets, abi.encodeCall(IDatanetRegistry.payLicence, (DATANET, 500)));
        _add(
            "collectLicenceIncome",
            datanets,
            abi.encodeCall(IDatanetRegistry.collectLicenceIncome, (ContributionId.wrap(1)))
        );
        _add("register", models, abi.encodeCall(IModelRegistry.register, (_registration())));
        _add(
            "registerVersion",
            models,
            abi.encodeCall(IModelRegistry.registerVersion, (ModelId.wrap(1), _registration()))
        );
        _add(
            "commitIndex",
            models,
            abi.encodeCall(IModelRegistry.commitIndex, (ModelVersion.wrap(2), _method(), Root("index", 10), 0))
        );
        _add("returnIndexBond", models, abi.encodeCall(IModelRegistry.returnIndexBond, (VERSION)));
        _add("close", address(_till), abi.encodeCall(IModelTill.close, (VERSION, Root("receipts", 9_000), 5, 0)));
        _add("closePlain", address(_till), abi.encodeCall(IModelTill.closePlain, (VERSION)));
        _add("collect", address(_shares), abi.encodeCall(IRoyaltyShares.collect, (0, _accruedOnly(CONTRIBUTOR)[0])));
        _add("claimIncome", address(_shares), abi.encodeCall(IRoyaltyShares.claimIncome, (address(this))));
    }

    function _listOthers() private {
        address ledger = address(_p.ledger);
        SettlementId waiting = SettlementId.wrap(3);
        _others.push(Step("advance", ledger, abi.encodeCall(IRoyaltyLedger.advance, (1))));
        _others.push(Step("expire", ledger, abi.encodeCall(IRoyaltyLedger.expire, (waiting))));
        _others.push(Step("expirePlain", ledger, abi.encodeCall(IRoyaltyLedger.expirePlainIncome, (VERSION))));
        _others.push(Step("addPlainIncome", ledger, abi.encodeCall(IRoyaltyLedger.addPlainIncome, (VERSION, 5))));
        bytes memory opening = abi.encodeCall(IRoyaltyLedger.openSettlement, (VERSION, Root("r", 5), 5, 5));
        _others.push(Step("openSettlement", ledger, opening));
        bytes memory commit = abi.encodeCall(
            IRoyaltyLedger.commitSketches,
            (waiting, Root("sketches", 5), 0, _signed(waiting))
        );
        _others.push(Step("commitSketches", ledger, commit));
        address datanets = address(_p.datanets);
        bytes memory creation = abi.encodeCall(IDatanetRegistry.createDatanet, (_terms(), ""));
        _others.push(Step("createDatanet", datanets, creation));
        bytes memory bond = abi.encodeCall(IDatanetRegistry.returnBond, (ContributionId.wrap(1)));
        _others.push(Step("returnBond of datanets", datanets, bond));
        _others.push(Step("transfer", address(_shares), abi.encodeCall(IERC20.transfer, (address(7), 1))));
        bytes memory pull = abi.encodeCall(IERC20.transferFrom, (address(this), address(7), 0));
        _others.push(Step("transferFrom", address(_shares), pull));
        bytes memory redemption = abi.encodeCall(IRoyaltyShares.redeem, (address(7), new IERC20[](0)));
        _others.push(Step("redeem", address(_shares), redemption));
        bytes memory payment = abi.encodeCall(IRoyaltyShares.claimIncomeTo, (address(7)));
        _others.push(Step("claimIncomeTo", address(_shares), payment));
    }

    /// @dev A second proposal for the epoch that `finalize` is about to end.
    function _proposal() private view returns (bytes memory) {
        Root memory groups = Root("rival", _p.ledger.epochPools(_epochs[1]));
        return abi.encodeCall(IRoyaltyLedger.propose, (_epochs[1], groups, _payouts(_epochs[1], "rival"), 0));
    }

    function _add(string memory name, address target, bytes memory call) private {
        _moving.push(Step(name, target, call));
    }
}
