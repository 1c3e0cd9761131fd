// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IRoyaltyPositions} from "../interfaces/IRoyaltyPositions.sol";
import {IRoyaltyShares} from "../interfaces/IRoyaltyShares.sol";
import {IRoyaltyVault} from "../interfaces/IRoyaltyVault.sol";
import {PositionId} from "../types/Ids.sol";

/// @notice ERC-20 shares of the income of one royalty position.
contract RoyaltyShares is ERC20Permit, IRoyaltyShares, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    uint256 private constant MOST_VAULTS = 4;
    /// @dev Gas that a token is given. One that burns whatever it gets would leave too little for the other tokens.
    uint256 private constant READ_GAS = 200_000;
    uint256 private constant PAYMENT_GAS = 500_000;

    struct Account {
        /// @dev Unpaid, in parts of a base unit of which `_supply` make one: of a base unit that comes in, each share earns one part. So no division is needed
        /// before a payment, nothing is ever rounded away, and no product exceeds `received * supply`, which fits 256 bits.
        uint256 parts;
        /// @dev The stream's `received` up to which `parts` is credited.
        uint128 received;
    }

    /// @inheritdoc IRoyaltyShares
    IRoyaltyPositions public immutable positions;
    /// @inheritdoc IRoyaltyShares
    PositionId public immutable position;
    uint256 private immutable _supply;

    IRoyaltyVault[] private _vaults;
    /// @dev Of the vault at the same place.
    Stream[] private _streams;
    mapping(uint256 vaultIndex => mapping(address holder => Account)) private _accounts;

    /// @param holder Receives the whole supply.
    constructor(
        IRoyaltyPositions positions_,
        PositionId position_,
        uint128 supply,
        address holder,
        string memory name_,
        string memory symbol_,
        IRoyaltyVault[] memory vaults_
    ) ERC20(name_, symbol_) ERC20Permit(name_) {
        if (supply == 0) revert ZeroSupply();
        if (vaults_.length == 0 || vaults_.length > MOST_VAULTS) revert VaultCountOutOfRange(vaults_.length);
        positions = positions_;
        position = position_;
        _supply = supply;
        for (uint256 i; i < vaults_.length; ++i) {
            if (vaults_[i].positions() != address(positions_)) revert ForeignVault(address(vaults_[i]));
            address token = vaults_[i].token();
            if (_isListed(token)) revert RepeatedToken(token);
            _streams.push().token = IERC20(token);
        }
        _vaults = vaults_;
        _mint(holder, supply);
    }

    // --- income ---

    /// @inheritdoc IRoyaltyShares
    function collect(
        uint256 vaultIndex,
        IRoyaltyVault.Claim calldata claim
    ) external nonReentrant returns (uint128 amount) {
        if (vaultIndex >= _vaults.length) revert UnknownVault(vaultIndex);
        if (PositionId.unwrap(claim.position) != PositionId.unwrap(position)) {
            revert WrongPosition(claim.position, position);
        }
        if (totalSupply() == 0) revert AlreadyRedeemed();
        // What it returns is not relied on: others may have claimed before, and the vault may be false.
        _vaults[vaultIndex].claimOne(claim.position, claim.cumulative, claim.payloadHash, claim.opening);
        amount = _count(_streams[vaultIndex]);
    }

    /// @inheritdoc IRoyaltyShares
    function claimIncome(address account) external nonReentrant returns (uint128[] memory) {
        return _pay(account, account);
    }

    /// @inheritdoc IRoyaltyShares
    function claimIncomeTo(address recipient) external nonReentrant returns (uint128[] memory) {
        // Paid to this contract, it would be counted as new income of everybody.
        if (recipient == address(0) || recipient == address(this)) revert InvalidRecipient(recipient);
        return _pay(msg.sender, recipient);
    }

    /// @inheritdoc IRoyaltyShares
    function redeem(address recipient, IERC20[] calldata others) external nonReentrant {
        if (totalSupply() == 0) revert AlreadyRedeemed();
        uint256 held = balanceOf(msg.sender);
        if (held != _supply) revert NotWholeSupply(held, _supply);
        if (recipient == address(this)) revert InvalidRecipient(recipient);
        _burn(msg.sender, _supply);
        emit Redeemed(msg.sender, recipient);
        IERC721(address(positions)).safeTransferFrom(address(this), recipient, PositionId.unwrap(position));
        for (uint256 i; i < others.length; ++i) _sweep(others[i], recipient);
    }

    // --- transfers ---

    /// @inheritdoc IERC20
    /// @dev Guarded, so that no token can call back while a payment is booked and not yet out of the balance: it would be counted as income.
    function transfer(address to, uint256 value) public override(ERC20, IERC20) nonReentrant returns (bool) {
        return super.transfer(to, value);
    }

    /// @inheritdoc IERC20
    function transferFrom(
        address from,
        address to,
        uint256 value
    ) public override(ERC20, IERC20) nonReentrant returns (bool) {
        return super.transferFrom(from, to, value);
    }

    // --- views ---

    /// @inheritdoc IRoyaltyShares
    function incomeOf(address account, address token) external view nonReentrantView returns (uint128) {
        uint256 place = _listed(token);
        Stream storage stream = _streams[place];
        return uint128(_partsOf(place, account, stream.received + _arrived(stream)) / _supply);
    }

    /// @inheritdoc IRoyaltyShares
    function streamOf(address token) external view returns (Stream memory) {
        return _streams[_listed(token)];
    }

    /// @inheritdoc IRoyaltyShares
    function vaults() external view returns (IRoyaltyVault[] memory) {
        return _vaults;
    }

    // --- internal ---

    /// @dev Before balances change, counts what arrived and credits both sides with what their shares earned.
    function _update(address from, address to, uint256 value) internal override {
        // Shares held by this contract would earn what nobody can claim.
        if (to == address(this)) revert ERC20InvalidReceiver(to);
        uint256 count = _streams.length;
        for (uint256 i; i < count; ++i) {
            _count(_streams[i]);
            uint128 received = _streams[i].received;
            if (from != address(0)) _credit(i, from, received);
            if (to != address(0)) _credit(i, to, received);
        }
        super._update(from, to, value);
    }

    /// @dev A token that fails (it was paused, it blocks the recipient, it burns its gas) must not withhold the others.
    function _pay(address account, address recipient) private returns (uint128[] memory amounts) {
        uint256 count = _streams.length;
        amounts = new uint128[](count);
        for (uint256 i; i < count; ++i) {
            Stream storage stream = _streams[i];
            _count(stream);
            _credit(i, account, stream.received);
            Account storage paid = _accounts[i][account];
            uint128 amount = uint128(paid.parts / _supply);
            if (amount == 0) continue;
            stream.paid += amount;
            paid.parts -= amount * _supply;
            if (_tryTransfer(stream.token, recipient, amount)) {
                amounts[i] = amount;
                emit IncomePaid(account, address(stream.token), recipient, amount);
            } else {
                stream.paid -= amount;
                paid.parts += amount * _supply;
            }
        }
    }

    /// @dev A listed token can have a second address, which is not on the list: what its balance was is compared too.
    function _sweep(IERC20 token, address recipient) private {
        if (_isListed(address(token))) revert ListedToken(address(token));
        uint256 count = _streams.length;
        uint256[] memory balances = new uint256[](count);
        for (uint256 i; i < count; ++i) balances[i] = _balanceOf(_streams[i].token);
        uint256 amount = token.balanceOf(address(this));
        emit Swept(address(token), recipient, amount);
        token.safeTransfer(recipient, amount);
        for (uint256 i; i < count; ++i) {
            if (_balanceOf(_streams[i].token) < balances[i]) revert ListedToken(address(_streams[i].token));
        }
    }

    function _count(Stream storage stream) private returns (uint128 amount) {
        amount = _arrived(stream);
        if (amount == 0) return 0;
        stream.received += amount;
        emit IncomeCounted(address(stream.token), amount);
    }

    function _credit(uint256 place, address account, uint128 received) private {
        Account storage credited = _accounts[place][account];
        if (credited.received == received) return;
        credited.parts = _partsOf(place, account, received);
        credited.received = received;
    }

    function _partsOf(uint256 place, address account, uint128 received) private view returns (uint256) {
        Account storage owner = _accounts[place][account];
        return owner.parts + balanceOf(account) * (received - owner.received);
    }

    /// @dev What this contract holds beyond what is counted. Without shares there is nobody to count for.
    function _arrived(Stream storage stream) private view returns (uint128) {
        if (totalSupply() == 0) return 0;
        uint256 held = stream.received - stream.paid;
        uint256 balance = _balanceOf(stream.token);
        if (balance <= held) return 0;
        return uint128(Math.min(balance - held, type(uint128).max - stream.received));
    }

    /// @dev As SafeERC20.trySafeTransfer, with bounded gas.
    function _tryTransfer(IERC20 token, address recipient, uint256 amount) private returns (bool success) {
        bytes memory order = abi.encodeCall(IERC20.transfer, (recipient, amount));
        assembly ("memory-safe") {
            success := call(PAYMENT_GAS, token, 0, add(order, 32), mload(order), 0, 32)
            switch returndatasize()
            case 0 {
                success := and(success, gt(extcodesize(token), 0))
            }
            default {
                success := and(success, and(gt(returndatasize(), 31), eq(mload(0), 1)))
            }
        }
    }

    /// @dev 0 where the token does not answer: it must be able to stop neither transfers nor the redemption. With too little gas for an honest answer,
    /// too little is left for what follows.
    function _balanceOf(IERC20 token) private view returns (uint256 held) {
        bytes memory question = abi.encodeCall(IERC20.balanceOf, (address(this)));
        assembly ("memory-safe") {
            let success := staticcall(READ_GAS, token, add(question, 32), mload(question), 0, 32)
            if and(success, gt(returndatasize(), 31)) {
                held := mload(0)
            }
        }
    }

    function _listed(address token) private view returns (uint256 place) {
        place = _placeOf(token);
        if (place == _streams.length) revert UnknownToken(token);
    }

    function _isListed(address token) private view returns (bool) {
        return _placeOf(token) < _streams.length;
    }

    /// @return place Of the token's stream; their number if there is none.
    function _placeOf(address token) private view returns (uint256 place) {
        uint256 count = _streams.length;
        while (place < count && address(_streams[place].token) != token) ++place;
    }
}
