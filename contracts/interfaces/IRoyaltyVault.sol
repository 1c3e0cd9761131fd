// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {PositionId} from "../types/Ids.sol";
import {Root} from "../types/Root.sol";
import {IRoyaltyLedger} from "./IRoyaltyLedger.sol";

/// @notice Holds what the finalised epochs of one ledger pay, and pays it to whoever proves a claim; one vault per payment token.
/// @dev The vault's balance is its only book: `RoyaltyLedger.finalize` sends an epoch's pools with the root that divides them, and nothing else comes
/// in but donations. So claims can never add up to more than was sent here, whatever the roots say, and a false root reaches nothing but this
/// balance. It needs no reentrancy guard: each claim is settled, in the position's one book of claimed amounts, before anything is paid for it, and no
/// sum is kept across a payment.
///
/// A vault that RoyaltyPositions made is *primary*: the claimed amounts stand in the tokens' own words, which a claim reads anyway. Any other keeps
/// them itself and works the same, at some more gas.
interface IRoyaltyVault {
    /// @param position Whose income. @param cumulative The payout leaf's sum. @param payloadHash Hash of the leaf's payload.
    /// @param opening Opening of the leaf in the last finalised payouts root (docs/formats.md §4); empty: claim only direct accruals.
    struct Claim {
        PositionId position;
        uint128 cumulative;
        bytes32 payloadHash;
        bytes opening;
    }

    /// @notice What a position's owner signs (docs/formats.md §7.3).
    /// @param nonce `delegationNonceOf` the position: another one after its transfer or `revokeDelegations`.
    /// @param deadline Last second at which it counts.
    struct Delegation {
        PositionId position;
        address claimer;
        address recipient;
        uint256 nonce;
        uint48 deadline;
    }

    /// @param signature Of the owner's key, or what the ERC-1271 check of the owner's contract takes.
    struct DelegatedClaim {
        Delegation delegation;
        bytes signature;
        Claim claim;
    }

    event Bound(address indexed ledger);
    /// @notice Attributed income was paid; direct income that the same claim pays is the ledger's `AccruedPaid`.
    event Claimed(PositionId indexed position, address recipient, uint128 attributed);
    event ClaimerSet(PositionId indexed position, address indexed owner, address indexed claimer);
    event DelegationsRevoked(PositionId indexed position, address indexed owner, uint256 nonce);

    error NotDeployer(address caller);
    error AlreadyBound();
    error ForeignLedger(address ledger);
    error NotLedger(address caller);
    error InvalidClaim(PositionId position);
    error CumulativeBelowClaimed(PositionId position, uint128 cumulative, uint128 claimed);
    error ClaimsExceedPayouts(uint256 amount, uint256 unclaimed);
    error NotClaimer(PositionId position, address caller);
    error ZeroRecipient();
    error WrongDelegation(PositionId position, PositionId delegated);
    error NotDelegate(PositionId position, address caller);
    error DelegationExpired(PositionId position, uint48 deadline);
    error WrongNonce(PositionId position, uint256 nonce, uint256 expected);
    error InvalidDelegation(PositionId position);
    error NotPositionOwner(PositionId position, address caller);

    // --- set-up ---

    /// @notice Names the ledger, which must name this vault; once, by the deployer, who has no right but this one.
    function bind(IRoyaltyLedger ledger) external;

    // --- called by the ledger ---

    /// @notice Replaces the payouts root that claims are opened in; only the ledger, which sends the pools that it divides.
    function setPayouts(Root calldata payouts) external;

    /// @notice Notes that a position has direct income, so that its claims ask the ledger for it from now on; only the ledger.
    function markDirect(PositionId position) external;

    // --- claims ---

    /// @notice As `claim` of one position, for less gas.
    function claimOne(
        PositionId position,
        uint128 cumulative,
        bytes32 payloadHash,
        bytes calldata opening
    ) external returns (uint256 paid);

    /// @notice Pays each position's unclaimed income (attributed and direct) to its owner. Anyone may call.
    /// @return paid Base units, of all claims.
    function claim(Claim[] calldata claims) external returns (uint256 paid);

    /// @notice As `claim`, but pays to `recipient`; the caller must be owner or appointed claimer of every position.
    function claimTo(address recipient, Claim[] calldata claims) external returns (uint256 paid);

    /// @notice As `claimTo`, for a caller whom each position's owner allowed it by signature, and with the recipient that the owner signed. A
    /// signature serves until its deadline, as often as it is wanted.
    function claimFor(DelegatedClaim[] calldata claims) external returns (uint256 paid);

    /// @notice Ends every delegation of a position signed so far; only its owner. A transfer of the position does so too.
    function revokeDelegations(PositionId position) external;

    /// @notice Appoints who else may call `claimTo` for a position; only its owner. The appointment ends with the position's next transfer.
    function setClaimer(PositionId position, address claimer) external;

    // --- views ---

    /// @notice The nonce that a delegation of the position must have now: `transferCount << 64 | revocations`, which never comes back.
    function delegationNonceOf(PositionId position) external view returns (uint256);

    /// @notice Attributed income that the position was paid so far, base units.
    function claimedOf(PositionId position) external view returns (uint128);

    /// @notice What the payouts root is kept as: `keccak256(hash b32 ‖ sum u128)`; 0 before the first.
    function payoutsCommitment() external view returns (bytes32);

    /// @notice Base units here: what is finalised and unclaimed, and donations.
    function unclaimed() external view returns (uint256);

    /// @notice Whether claimed amounts stand in RoyaltyPositions.
    function isPrimary() external view returns (bool);

    /// @notice Whose payouts these are; 0 before it is bound.
    function ledger() external view returns (address);

    function token() external view returns (address);

    function positions() external view returns (address);
}
