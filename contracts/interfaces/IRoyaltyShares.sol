// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {PositionId} from "../types/Ids.sol";
import {IRoyaltyPositions} from "./IRoyaltyPositions.sol";
import {IRoyaltyVault} from "./IRoyaltyVault.sol";

/// @notice ERC-20 shares of the income of one royalty position, which this contract holds until one account owns them all.
/// @dev Income is what arrives here in one of the listed tokens, whoever sent it: `RoyaltyVault.claim`, which anyone may call, pays the position's owner, and
/// a donation is income too. It belongs to those who hold shares when it is *counted*: at `collect`, and before every transfer, payment and redemption. So
/// arrived income cannot be sold or bought with a transfer; income that still waits in a vault or its ledger can: it goes to whoever holds shares when it is
/// claimed, and the first claim brings in what the position earned before it was locked. Who trades shares prices that in, or collects first.
///
/// An account is owed its share of each income exactly, fractions of a base unit included; payments are rounded down, and the fraction stays with the
/// account. So no order of calls gains or loses a unit, and all accounts together are never owed more than came in.
///
/// Shares that a contract holds (an exchange's pool, an escrow) earn for that contract, which may be unable to use it. Money that is neither income nor in a
/// listed token, and positions other than the one locked, stay here; tokens can be taken out at redemption only, for until then nobody
/// could say whose they are. The vault of a payment token that is not on the list should therefore not be claimed for the position.
///
/// Before buying, check that the factory made the shares (`isShares`), which vaults are listed and which position is locked: names are free,
/// and anyone can write a vault. A false vault, or a token that misreports balances or burns gas, can harm the income in its own token only: a token
/// gets at most 200,000 gas to state a balance and 500,000 to pay.
interface IRoyaltyShares is IERC20 {
    /// @notice The books of one token.
    /// @param token What the vault pays in.
    /// @param received Counted so far; at most 2^128 - 1, anything above is not counted.
    /// @param paid Paid to accounts so far.
    struct Stream {
        IERC20 token;
        uint128 received;
        uint128 paid;
    }

    event IncomeCounted(address indexed token, uint128 amount);
    event IncomePaid(address indexed account, address indexed token, address recipient, uint128 amount);
    event Redeemed(address indexed holder, address indexed recipient);
    event Swept(address indexed token, address indexed recipient, uint256 amount);

    error ZeroSupply();
    error VaultCountOutOfRange(uint256 count);
    error ForeignVault(address vault);
    error RepeatedToken(address token);
    error UnknownVault(uint256 vaultIndex);
    error UnknownToken(address token);
    error ListedToken(address token);
    error WrongPosition(PositionId position, PositionId locked);
    error NotWholeSupply(uint256 held, uint256 supply);
    error InvalidRecipient(address recipient);
    error AlreadyRedeemed();

    /// @notice Claims the position's income from one vault and counts it, with whatever else arrived in that token. Anyone may call.
    /// @param vaultIndex Place in `vaults`. @param claim As in `RoyaltyVault.claim`, of the locked position.
    /// @return amount What was counted, base units.
    function collect(uint256 vaultIndex, IRoyaltyVault.Claim calldata claim) external returns (uint128 amount);

    /// @notice Pays an account its income in every token. Anyone may call. A token that cannot be paid now stays owed.
    /// @return amounts Paid, in the order of `vaults`.
    function claimIncome(address account) external returns (uint128[] memory amounts);

    /// @notice As `claimIncome` of the caller's own income, but pays to `recipient`.
    function claimIncomeTo(address recipient) external returns (uint128[] memory amounts);

    /// @notice Burns all shares and sends the position to `recipient` by ERC-721 safe transfer; only who holds the whole supply. Income of accounts stays
    /// claimable; what still waits in vaults and ledgers goes with the position. Nothing is counted afterwards: listed tokens that arrive later are lost.
    /// @param others Tokens that are not listed, whose whole balance goes to `recipient` too.
    function redeem(address recipient, IERC20[] calldata others) external;

    /// @notice Unpaid income of an account in a listed token, with its part of what arrived and is not yet counted; base units.
    function incomeOf(address account, address token) external view returns (uint128);

    /// @notice The books of a listed token, as counted so far.
    function streamOf(address token) external view returns (Stream memory);

    /// @notice The vaults whose tokens are income, fixed at creation.
    function vaults() external view returns (IRoyaltyVault[] memory);

    function positions() external view returns (IRoyaltyPositions);

    /// @notice The locked position.
    function position() external view returns (PositionId);
}
