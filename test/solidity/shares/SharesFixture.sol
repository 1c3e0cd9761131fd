// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IRoyaltyPositions} from "../../../contracts/interfaces/IRoyaltyPositions.sol";
import {IRoyaltyShares} from "../../../contracts/interfaces/IRoyaltyShares.sol";
import {IRoyaltyVault} from "../../../contracts/interfaces/IRoyaltyVault.sol";
import {RoyaltyLedger} from "../../../contracts/royalties/RoyaltyLedger.sol";
import {RoyaltyPositions} from "../../../contracts/royalties/RoyaltyPositions.sol";
import {RoyaltyShares} from "../../../contracts/royalties/RoyaltyShares.sol";
import {RoyaltySharesFactory} from "../../../contracts/royalties/RoyaltySharesFactory.sol";
import {PositionId} from "../../../contracts/types/Ids.sol";
import {Deployments} from "../support/Deployments.sol";

/// @notice A position of Alice's, ledgers and their vaults over the tokens that a test chooses, and the shares that she makes of it.
abstract contract SharesFixture is Deployments {
    uint128 internal constant SUPPLY = 1_000;
    PositionId internal constant POSITION = PositionId.wrap(2);

    address internal immutable _alice = makeAddr("alice");
    address internal immutable _bob = makeAddr("bob");
    address internal immutable _carol = makeAddr("carol");

    RoyaltyPositions internal _positions;
    RoyaltySharesFactory internal _factory;
    RoyaltyLedger[] internal _ledgers;
    IRoyaltyVault[] internal _vaults;
    IERC20[] internal _tokens;
    RoyaltyShares internal _shares;

    /// @dev Position 2, a ledger for each token, and a factory that may take the position.
    function _prepare(IERC20[] memory tokens) internal {
        _positions = new RoyaltyPositions(address(this), tokens[0]);
        _positions.bindMinters(address(this), address(this));
        _positions.mint(_alice, IRoyaltyPositions.PositionKind.Contributor, 1);
        _factory = new RoyaltySharesFactory(_positions);
        for (uint256 i; i < tokens.length; ++i) {
            RoyaltyLedger ledger = deployLedger(tokens[i], _positions);
            tokens[i].approve(address(ledger), type(uint256).max);
            _ledgers.push(ledger);
            _vaults.push(vaultOf(ledger));
            _tokens.push(tokens[i]);
        }
        vm.prank(_alice);
        _positions.approve(address(_factory), PositionId.unwrap(POSITION));
    }

    function _create(uint128 supply) internal {
        vm.prank(_alice);
        _shares = RoyaltyShares(address(_factory.createShares(POSITION, supply, "Alice's data", "ALICE", _vaults)));
    }

    /// @dev Direct income of the position that waits in a ledger.
    function _earn(uint256 index, uint128 amount) internal {
        PositionId[] memory to = new PositionId[](1);
        uint128[] memory amounts = new uint128[](1);
        to[0] = POSITION;
        amounts[0] = amount;
        _ledgers[index].accrue(to, amounts);
    }

    function _accruedOnly(PositionId position) internal pure returns (IRoyaltyVault.Claim memory claim) {
        claim.position = position;
    }

    function _collect(uint256 index) internal returns (uint128) {
        return _shares.collect(index, _accruedOnly(POSITION));
    }

    /// @dev As anybody can, past the shares' own function.
    function _claimDirectly(uint256 index) internal {
        IRoyaltyVault.Claim[] memory claims = new IRoyaltyVault.Claim[](1);
        claims[0] = _accruedOnly(POSITION);
        _vaults[index].claim(claims);
    }

    function _earnAndCollect(uint256 index, uint128 amount) internal {
        _earn(index, amount);
        assertEq(_collect(index), amount);
    }

    function _send(address from, address to, uint256 value) internal {
        vm.prank(from);
        assertTrue(_shares.transfer(to, value));
    }

    function _redeem(address holder, address recipient) internal {
        vm.prank(holder);
        _shares.redeem(recipient, new IERC20[](0));
    }

    function _incomeOf(address account, uint256 index) internal view returns (uint128) {
        return _shares.incomeOf(account, address(_tokens[index]));
    }

    function _streamOf(uint256 index) internal view returns (IRoyaltyShares.Stream memory) {
        return _shares.streamOf(address(_tokens[index]));
    }
}
