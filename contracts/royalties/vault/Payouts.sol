// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IRoyaltyLedger} from "../../interfaces/IRoyaltyLedger.sol";
import {IRoyaltyPositions} from "../../interfaces/IRoyaltyPositions.sol";
import {IRoyaltyVault} from "../../interfaces/IRoyaltyVault.sol";
import {SumPath} from "../../libraries/SumPath.sol";
import {PositionId} from "../../types/Ids.sol";
import {Root} from "../../types/Root.sol";

/// @notice What the ledger tells its vault, and what each position was paid of it.
abstract contract Payouts is IRoyaltyVault {
    /// @dev A position's book in a vault that is not primary.
    struct Account {
        uint128 claimed;
        bool hasDirect;
    }

    IERC20 internal immutable _token;
    IRoyaltyPositions internal immutable _positions;
    /// @inheritdoc IRoyaltyVault
    bool public immutable isPrimary;
    address private immutable _deployer;

    /// @inheritdoc IRoyaltyVault
    bytes32 public payoutsCommitment;
    IRoyaltyLedger internal _ledger;
    mapping(PositionId => Account) private _accounts;

    constructor(IERC20 token_, IRoyaltyPositions positions_, address deployer) {
        _token = token_;
        _positions = positions_;
        _deployer = deployer;
        isPrimary = msg.sender == address(positions_);
    }

    modifier onlyLedger() {
        if (msg.sender != address(_ledger)) revert NotLedger(msg.sender);
        _;
    }

    /// @inheritdoc IRoyaltyVault
    function bind(IRoyaltyLedger ledger_) external {
        if (msg.sender != _deployer) revert NotDeployer(msg.sender);
        if (address(_ledger) != address(0)) revert AlreadyBound();
        if (ledger_.vault() != address(this)) revert ForeignLedger(address(ledger_));
        _ledger = ledger_;
        emit Bound(address(ledger_));
    }

    /// @inheritdoc IRoyaltyVault
    function setPayouts(Root calldata payouts) external onlyLedger {
        payoutsCommitment = SumPath.commitment(payouts.hash, payouts.sum);
    }

    /// @inheritdoc IRoyaltyVault
    function markDirect(PositionId position) external onlyLedger {
        if (isPrimary) _positions.markDirect(position);
        else _accounts[position].hasDirect = true;
    }

    // --- views ---

    /// @inheritdoc IRoyaltyVault
    function claimedOf(PositionId position) external view returns (uint128) {
        return isPrimary ? _positions.claimedOf(position) : _accounts[position].claimed;
    }

    /// @inheritdoc IRoyaltyVault
    function unclaimed() public view returns (uint256) {
        return _token.balanceOf(address(this));
    }

    /// @inheritdoc IRoyaltyVault
    function ledger() external view returns (address) {
        return address(_ledger);
    }

    /// @inheritdoc IRoyaltyVault
    function token() external view returns (address) {
        return address(_token);
    }

    /// @inheritdoc IRoyaltyVault
    function positions() external view returns (address) {
        return address(_positions);
    }

    // --- internal ---

    /// @dev Raises what the position was paid to `cumulative`.
    /// @return owner Of the position. @return unpaid How much more that is than before. @return hasDirect Whether it was marked.
    function _book(
        PositionId position,
        uint128 cumulative
    ) internal returns (address owner, uint256 unpaid, bool hasDirect) {
        uint128 claimed;
        (owner, claimed, hasDirect) = isPrimary
            ? _positions.raiseTo(position, cumulative)
            : _raiseTo(position, cumulative);
        if (cumulative < claimed) revert CumulativeBelowClaimed(position, cumulative, claimed);
        unchecked {
            unpaid = cumulative - claimed;
        }
    }

    function _ownerOf(PositionId position) internal view returns (address) {
        return _positions.ownerOf(PositionId.unwrap(position));
    }

    /// @dev As `RoyaltyPositions.raiseTo`, in this vault's own books.
    function _raiseTo(PositionId position, uint128 cumulative) private returns (address, uint128 claimed, bool) {
        Account storage account = _accounts[position];
        claimed = account.claimed;
        if (cumulative > claimed) account.claimed = cumulative;
        return (_ownerOf(position), claimed, account.hasDirect);
    }
}
