// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IReservations} from "../../interfaces/IReservations.sol";
import {Burning} from "../../libraries/Burning.sol";
import {TokenIntake} from "../../libraries/TokenIntake.sol";
import {CommitName} from "../../types/CommitName.sol";

/// @notice Reservations of rewards for proofs, and who wins one, for courts of any kind of commit. What can be proven, and what is paid, is the court's.
/// @dev The deposit, for every court: it is returned with the proof that the reservation names, sent by its sender while it lives, whatever has become of the commit by then (`_reveal`,
/// `_returnDeposit`); a court therefore judges a commit that can be ended no more, for as long as somebody reserved against it (`_isReserved`). All other deposits burn: in a court,
/// deposits taken = returned + burned + held. Who has a proof loses nothing, and who has none pays, so that nobody holds up the rewards of others for nothing.
/// Nothing here walks over reservations: each knows the block of the one before it, and a commit's reward has one winner, who is replaced by whoever
/// reveals an earlier reservation. A court lets nobody reserve against a commit that has ended, so none outlives the wait for those from before.
abstract contract Reservations is IReservations, ReentrancyGuardTransient {
    using Burning for IERC20;
    using SafeERC20 for IERC20;
    using TokenIntake for IERC20;

    /// @dev Blocks in which a reservation can be revealed, after its own.
    uint48 internal constant REVEAL_BLOCKS = 50;
    uint32 private constant NOT_RESERVED = type(uint32).max;

    /// @dev `madeAt` is 0 if there is none, `previousAt` if it is the commit's first.
    struct Made {
        uint48 madeAt;
        uint48 previousAt;
        uint32 number;
        CommitName name;
    }

    /// @dev A reservation that was used up by the proof it names.
    struct Claim {
        bool isReserved;
        uint32 number;
        uint48 previousAt;
    }

    IERC20 internal immutable _token;
    uint128 private immutable _deposit;

    uint128 private _deposits;
    uint128 private _rewards;
    mapping(address sender => mapping(bytes32 commitment => Made)) private _reservations;
    mapping(CommitName => Docket) private _dockets;

    constructor(IERC20 token, Parameters memory p) {
        if (p.deposit == 0) revert InvalidParameter("deposit");
        _token = token;
        _deposit = p.deposit;
    }

    /// @inheritdoc IReservations
    function burnDeposit(address sender, bytes32 commitment) external nonReentrant {
        uint48 madeAt = _reservations[sender][commitment].madeAt;
        if (madeAt == 0) revert UnknownReservation(sender, commitment);
        if (_isOpen(madeAt)) revert ReservationLive(sender, commitment, madeAt + REVEAL_BLOCKS);
        delete _reservations[sender][commitment];
        _deposits -= _deposit;
        emit DepositBurned(sender, commitment);
        _token.burn(_deposit);
    }

    // --- views ---

    /// @inheritdoc IReservations
    function courtParameters() external view returns (Parameters memory) {
        return Parameters(_deposit);
    }

    /// @inheritdoc IReservations
    function owed() external view returns (uint256 deposits, uint256 rewards) {
        return (_deposits, _rewards);
    }

    /// @inheritdoc IReservations
    function winnerOf(CommitName name) external view returns (address winner, uint48 openUntil) {
        Docket storage docket = _dockets[name];
        return (docket.winner, docket.heldUntil);
    }

    function _madeBy(address sender, bytes32 commitment) internal view returns (Made memory) {
        return _reservations[sender][commitment];
    }

    function _docketOf(CommitName name) internal view returns (Docket memory) {
        return _dockets[name];
    }

    /// @dev Whether anybody reserved a proof against this commit: if not, nothing is judged that cannot be ended.
    function _isReserved(CommitName name) internal view returns (bool) {
        return _dockets[name].count != 0;
    }

    // --- reserving ---

    /// @dev Books the sender's reservation; the court has seen that the commit can be ended. To be followed by `_takeDeposit`.
    /// @return number Among the reservations against the commit, from 0.
    function _reserve(CommitName name, bytes32 commitment) internal returns (uint32 number) {
        Made storage made = _reservations[msg.sender][commitment];
        if (made.madeAt != 0) revert ReservationExists(msg.sender, commitment);
        Docket storage docket = _dockets[name];
        number = docket.count++;
        made.madeAt = uint48(block.number);
        made.previousAt = docket.newestAt;
        made.number = number;
        made.name = name;
        docket.newestAt = uint48(block.number);
        _deposits += _deposit;
    }

    function _takeDeposit() internal {
        uint256 received = _token.take(msg.sender, _deposit);
        if (received != _deposit) revert AmountMismatch(_deposit, received);
    }

    // --- for proofs that hold ---

    /// @dev Uses up the sender's live reservation of this commitment against this commit, if there is one. Its deposit is due back (`_returnDeposit`).
    function _reveal(CommitName name, bytes32 commitment) internal returns (Claim memory) {
        Made memory made = _reservations[msg.sender][commitment];
        // One that was made against another commit says nothing of its place among those against this one.
        bool isForThis = CommitName.unwrap(made.name) == CommitName.unwrap(name);
        if (!isForThis || !_isOpen(made.madeAt)) return Claim(false, 0, 0);
        delete _reservations[msg.sender][commitment];
        return Claim(true, made.number, made.previousAt);
    }

    /// @dev Whether a reservation that comes before the prover's, or any if it has none, can still be revealed.
    function _isContested(CommitName name, Claim memory claim) internal view returns (bool) {
        return _isOpen(claim.isReserved ? claim.previousAt : _dockets[name].newestAt);
    }

    /// @dev The sender has ended the commit, and wins what there is to win unless an earlier reservation is revealed. A court that pays at once need not book it.
    /// @param reward What this court holds for the winner; 0 where the reward is paid elsewhere.
    /// @return openUntil Last block at which that can happen; 0 if there is none to wait for.
    function _bookWinner(CommitName name, Claim memory claim, uint128 reward) internal returns (uint48 openUntil) {
        openUntil = _isContested(name, claim) ? uint48(block.number) + REVEAL_BLOCKS : 0;
        Docket storage docket = _dockets[name];
        docket.winner = msg.sender;
        docket.best = claim.isReserved ? claim.number : NOT_RESERVED;
        docket.heldUntil = openUntil;
        docket.reward = reward;
        _rewards += reward;
    }

    /// @dev After the end, or where there was none in time: the sender takes the winner's place if its reservation, which was live, is earlier. There is nothing to take where no winner was booked.
    /// Who reveals in time reveals before the wait is over: it lasts for as long as any reservation from before the end lives.
    function _outbid(CommitName name, Claim memory claim) internal {
        Docket storage docket = _dockets[name];
        if (claim.number >= docket.best) return;
        docket.winner = msg.sender;
        docket.best = claim.number;
    }

    function _returnDeposit(Claim memory claim) internal {
        if (!claim.isReserved) return;
        _deposits -= _deposit;
        _token.safeTransfer(msg.sender, _deposit);
    }

    /// @dev Takes a held reward off the books, to be paid to its winner. The court has seen that the wait is over.
    function _release(CommitName name) internal returns (address winner, uint128 reward) {
        Docket storage docket = _dockets[name];
        (winner, reward) = (docket.winner, docket.reward);
        docket.reward = 0;
        _rewards -= reward;
    }

    /// @dev Whether a reservation of that block can be revealed now; 0 is none.
    function _isOpen(uint48 madeAt) private view returns (bool) {
        return madeAt != 0 && block.number <= madeAt + REVEAL_BLOCKS;
    }
}
