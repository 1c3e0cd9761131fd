// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

// Governance's call may fail, and is made from its bytes.
// solhint-disable avoid-low-level-calls

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IRoyaltyLedger} from "../../../contracts/interfaces/IRoyaltyLedger.sol";
import {IRoyaltyVault} from "../../../contracts/interfaces/IRoyaltyVault.sol";
import {RoyaltyShares} from "../../../contracts/royalties/RoyaltyShares.sol";
import {PositionId} from "../../../contracts/types/Ids.sol";
import {ClaimActions} from "./ClaimActions.sol";

/// @notice What owners of positions and of shares do, and what governance and time do to everybody.
abstract contract OwnerActions is ClaimActions {
    uint256 private constant MOST_SHARES = 3;
    uint128 private constant SUPPLY = 1_000;

    // --- actions ---

    function transferPosition(uint256 from, uint256 to) external {
        address owner = _personWithPosition(from);
        if (owner == address(0)) return;
        uint256 place = _placeOwnedBy(owner, from);
        vm.prank(owner);
        _p.positions.transferFrom(owner, _person(to), place);
        _did();
    }

    function createShares(uint256 from) external {
        address owner = _personWithPosition(from);
        if (owner == address(0) || _shares.length == MOST_SHARES) return;
        _createShares(owner, _placeOwnedBy(owner, from));
        _did();
    }

    function collectShares(uint256 which, uint256 seed) external {
        (RoyaltyShares shares, bool isLive) = _sharesOf(which);
        if (!isLive) return;
        uint256 ledger = seed % 2;
        IRoyaltyVault.Claim[] memory claims = new IRoyaltyVault.Claim[](1);
        claims[0] = _claimOf(ledger, PositionId.unwrap(shares.position()));
        if (!_isSound(ledger, claims)) delete claims[0].opening;
        _bookClaim(ledger, claims[0], address(shares));
        if (shares.collect(ledger, claims[0]) != 0) _did();
    }

    function transferShares(uint256 which, uint256 who, uint256 part) external {
        (RoyaltyShares shares, bool isLive) = _sharesOf(which);
        if (!isLive) return;
        address holder = _holderOf(shares, who);
        uint256 held = shares.balanceOf(holder);
        vm.prank(holder);
        shares.transfer(_person(part >> 16), part % (held + 1));
        _did();
    }

    function claimIncome(uint256 which, uint256 who) external {
        if (_shares.length == 0) return;
        RoyaltyShares shares = RoyaltyShares(_shares[which % _shares.length]);
        address holder = _holderOf(shares, who);
        uint256[2] memory told;
        for (uint256 token; token < 2; ++token) told[token] = shares.incomeOf(holder, address(tokens[token]));
        uint128[] memory paid = shares.claimIncome(holder);
        for (uint256 token; token < 2; ++token) {
            if (paid[token] != told[token]) _violate("income is not what was told");
            due[token][holder] += told[token];
            spent[token][address(shares)] += told[token];
        }
        if (paid[0] + paid[1] != 0) _did();
    }

    function redeemShares(uint256 which, uint256 who) external {
        (RoyaltyShares shares, bool isLive) = _sharesOf(which);
        // Seldom, so that shares live for a while.
        if (!isLive || who % 3 != 0) return;
        address all = _person(who >> 2);
        for (uint256 i; i < PEOPLE; ++i) {
            uint256 held = shares.balanceOf(accounts[i]);
            if (held == 0) continue;
            vm.prank(accounts[i]);
            shares.transfer(all, held);
        }
        vm.prank(all);
        shares.redeem(all, new IERC20[](0));
        if (_ownerOf(shares.position()) != all) _violate("a redeemed position is somebody else's");
        _did();
    }

    /// @dev Any of what governance may set, within its bounds and, now and then, beyond one: without bonds, a false root would cost nothing.
    function govern(uint256 which, uint256 value, uint256 excess) external {
        bool isBeyond = excess % 8 == 0;
        IRoyaltyLedger.Parameters memory p = ledgers[which % 2].parameters();
        address target = address(ledgers[which % 2]);
        bytes memory call;
        if (which % 10 < 4) {
            uint128 floor = _bounded(value, BOND_FLOOR, p.mostBondFloor, isBeyond);
            call = abi.encodeCall(IRoyaltyLedger.setBonds, (floor, uint16(_bounded(value, BOND_BPS, 2_000, false))));
        } else if (which % 10 < 8) {
            uint128 fee = isBeyond ? p.mostProposerFee + 1 : uint128(value % (p.mostProposerFee + 1));
            call = abi.encodeCall(IRoyaltyLedger.setProposerFee, (fee));
        } else {
            target = address(_p.models);
            call =
                which % 10 == 8
                    ? abi.encodeCall(_p.models.setTreasuryLeastBps, (isBeyond ? 501 : uint16(value % 501)))
                    : abi.encodeCall(_p.models.setIndexBond, (_bounded(value, INDEX_BOND, INDEX_BOND * 100, isBeyond)));
        }
        vm.prank(governance);
        (bool success, ) = target.call(call);
        if (success == isBeyond) _violate("governance's bounds");
        if (success) _did();
    }

    /// @dev A number from `least` to `most`, or one just outside.
    function _bounded(uint256 value, uint128 least, uint128 most, bool isBeyond) private pure returns (uint128) {
        if (isBeyond) return value % 2 == 0 ? most + 1 : least - 1;
        return uint128(least + (value % (most - least + 1)));
    }

    function listRewardToken() external {
        if (_p.staking.isRewardToken(address(tokens[USD]))) return;
        vm.prank(governance);
        _p.staking.addRewardToken(address(tokens[USD]));
        _did();
    }

    function wait(uint256 time) external {
        vm.warp(vm.getBlockTimestamp() + 1 + (time % (time % 16 == 0 ? 40 days : 6 hours)));
        _did();
    }

    /// @dev Whoever sends tokens to a contract gets nothing for it, and confuses nothing. The vault's donations cover claims.
    function donate(uint256 who, uint256 which, uint256 amount) external {
        uint256 token = which % 2;
        address[6] memory targets = [
            address(ledgers[token]),
            address(_p.staking),
            address(_p.datanets),
            address(_p.models),
            address(_p.review),
            address(vaults[token])
        ];
        address target = targets[(which >> 1) % 6];
        uint128 given = _amount(amount);
        spent[token][_person(who)] += given;
        donated[token][target] += given;
        vm.prank(_person(who));
        tokens[token].transfer(target, given);
        _did();
    }

    // --- steps ---

    function _createShares(address owner, uint256 place) private {
        IRoyaltyVault[] memory all = new IRoyaltyVault[](2);
        (all[0], all[1]) = (vaults[0], vaults[1]);
        vm.startPrank(owner);
        _p.positions.approve(address(sharesFactory), place);
        PositionId position = PositionId.wrap(uint64(place));
        _shares.push(address(sharesFactory.createShares(position, SUPPLY, "Shares", "SHARES", all)));
        vm.stopPrank();
    }

    // --- views ---

    function _placeOwnedBy(address owner, uint256 from) private view returns (uint256 place) {
        uint64 count = _p.positions.positionCount();
        for (uint256 i; i < count; ++i) {
            place = 1 + (((from % count) + i) % count);
            if (_p.positions.ownerOf(place) == owner) return place;
        }
    }

    function _sharesOf(uint256 seed) private view returns (RoyaltyShares shares, bool isLive) {
        if (_shares.length == 0) return (shares, false);
        shares = RoyaltyShares(_shares[seed % _shares.length]);
        isLive = shares.totalSupply() != 0;
    }

    function _holderOf(RoyaltyShares shares, uint256 seed) private view returns (address holder) {
        for (uint256 i; i < PEOPLE; ++i) {
            holder = _person(seed + i);
            if (shares.balanceOf(holder) != 0) return holder;
        }
    }
}
