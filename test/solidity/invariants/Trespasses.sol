// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

// A call that must fail is made from its bytes.
// solhint-disable avoid-low-level-calls

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IDatanetRegistry} from "../../../contracts/interfaces/IDatanetRegistry.sol";
import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {IModelTill} from "../../../contracts/interfaces/IModelTill.sol";
import {IOperatorStaking} from "../../../contracts/interfaces/IOperatorStaking.sol";
import {IRoyaltyLedger} from "../../../contracts/interfaces/IRoyaltyLedger.sol";
import {IRoyaltyPositions} from "../../../contracts/interfaces/IRoyaltyPositions.sol";
import {IRoyaltyVault} from "../../../contracts/interfaces/IRoyaltyVault.sol";
import {ContributionId, ModelVersion, PoolId, PositionId} from "../../../contracts/types/Ids.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {OwnerActions} from "./OwnerActions.sol";

/// @notice What nobody may do, tried by every role: each call here must fail, whoever makes it.
abstract contract Trespasses is OwnerActions {
    uint256 private constant WAYS = 23;

    // --- actions ---

    function trespass(uint256 who, uint256 which, uint256 whom) external {
        address intruder = accounts[who % ACCOUNTS];
        address victim = _person(whom);
        if (intruder == victim) return;
        uint256 way = which % WAYS;
        (address target, bytes memory call) = way < 9
            ? _forRoles(way)
            : way < 18
                ? _forOwners(way, which, intruder, victim)
                : way < 22
                    ? _forVaults(way)
                    : _forContributors(which, intruder);
        if (target == address(0)) return;
        vm.prank(intruder);
        (bool success, ) = target.call(call);
        if (success) _violate("somebody did what is not theirs to do");
        else _did();
    }

    // --- ways ---

    /// @dev What contracts do to each other, and what the deployer did once.
    function _forRoles(uint256 way) private view returns (address, bytes memory) {
        ContributionId some = ContributionId.wrap(_p.datanets.contributionCount());
        ModelVersion version = ModelVersion.wrap(1);
        if (way == 0)
            return (
                address(_p.ledger),
                abi.encodeCall(IRoyaltyLedger.bind, (factories[1], _p.models, new address[](0)))
            );
        if (way == 1) {
            return (
                address(_p.positions),
                abi.encodeCall(IRoyaltyPositions.bindMinters, (address(this), address(this)))
            );
        }
        if (way == 2) return (address(_p.datanets), abi.encodeCall(IDatanetRegistry.bindReview, (address(this))));
        if (way == 3) {
            IOperatorStaking.Fault[] memory faults = new IOperatorStaking.Fault[](0);
            return (address(_p.staking), abi.encodeCall(IOperatorStaking.bind, (_p.models, _p.datanets, faults)));
        }
        if (way == 4) {
            return (
                address(_p.staking),
                abi.encodeCall(IOperatorStaking.slash, (0, _pool(1), 100, address(this), "x"))
            );
        }
        if (way == 5) return (address(_p.datanets), abi.encodeCall(IDatanetRegistry.reject, (some, 0, address(1), 0)));
        if (way == 6) {
            IRoyaltyPositions.PositionKind kind = IRoyaltyPositions.PositionKind.Developer;
            return (address(_p.positions), abi.encodeCall(IRoyaltyPositions.mint, (address(this), kind, 1)));
        }
        if (way == 7) {
            return (address(_p.ledger), abi.encodeCall(IRoyaltyLedger.openSettlement, (version, Root("r", 1), 1, 0)));
        }
        return (address(_p.ledger), abi.encodeCall(IRoyaltyLedger.addPlainIncome, (version, 0)));
    }

    /// @dev What a ledger, its vault and the positions do to each other.
    function _forVaults(uint256 way) private view returns (address, bytes memory) {
        PositionId treasury = PositionId.wrap(1);
        if (way == 18) return (address(_p.vault), abi.encodeCall(IRoyaltyVault.bind, (ledgers[USD])));
        if (way == 19) return (address(_p.vault), abi.encodeCall(IRoyaltyVault.setPayouts, (Root("forged", 1))));
        if (way == 20) return (address(_p.positions), abi.encodeCall(IRoyaltyPositions.raiseTo, (treasury, 1)));
        return (address(_p.ledger), abi.encodeCall(IRoyaltyLedger.payAccrued, (treasury, address(this))));
    }

    function _forContributors(uint256 seed, address intruder) private view returns (address, bytes memory) {
        uint64 id = 1 + uint64(seed % _p.datanets.contributionCount());
        if (_contribution(id).contributor == intruder) return (address(0), "");
        return (address(_p.datanets), abi.encodeCall(IDatanetRegistry.withdraw, (ContributionId.wrap(id))));
    }

    /// @dev What belongs to somebody, who is not the intruder.
    function _forOwners(
        uint256 way,
        uint256 seed,
        address intruder,
        address victim
    ) private view returns (address, bytes memory) {
        ModelVersion version = ModelVersion.wrap(1);
        uint256 place = 1 + (seed % _p.positions.positionCount());
        address owner = _p.positions.ownerOf(place);
        if (way == 9) return (address(tokens[seed % 2]), abi.encodeCall(IERC20.transferFrom, (victim, intruder, 1)));
        if (way < 13 && owner == intruder) return (address(0), "");
        PositionId position = PositionId.wrap(uint64(place));
        if (way == 10) {
            return (address(_p.positions), abi.encodeCall(_p.positions.transferFrom, (owner, intruder, place)));
        }
        if (way == 11) return (address(_p.vault), abi.encodeCall(IRoyaltyVault.setClaimer, (position, intruder)));
        if (way == 12) return (address(_p.vault), abi.encodeCall(IRoyaltyVault.revokeDelegations, (position)));
        if (way == 13) {
            if (intruder == accounts[GATEWAY]) return (address(0), "");
            return (address(_till(seed)), abi.encodeCall(IModelTill.closePlain, (version)));
        }
        if (way == 14) {
            PoolId pool = _pool(seed);
            (uint128 held, ) = _p.staking.sharesOf(pool, 0, intruder);
            return (address(_p.staking), abi.encodeCall(IOperatorStaking.unbond, (pool, 0, held + 1)));
        }
        if (way == 15) {
            PoolId pool = _pool(seed);
            if (_p.staking.poolOf(pool).operator == intruder) return (address(0), "");
            return (address(_p.staking), abi.encodeCall(IOperatorStaking.announceCommission, (pool, 5_000)));
        }
        if (way == 16) {
            if (intruder == accounts[DEVELOPER]) return (address(0), "");
            return (address(_p.models), abi.encodeCall(IModelRegistry.setPrice, (version, 1, 1)));
        }
        if (intruder == governance) return (address(0), "");
        return (address(_p.ledger), abi.encodeCall(IRoyaltyLedger.setProposerFee, (0)));
    }
}
