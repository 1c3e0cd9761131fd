// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Test} from "forge-std/Test.sol";
import {CourtActions} from "./CourtActions.sol";

/// @notice Drives a ledger with its courts.
contract CourtsHandler is CourtActions {}

/// @notice Whatever liars and watchers do, in any order: deposits and bonds taken are paid, burned or held, to the unit.
contract CourtsInvariantsTest is Test {
    CourtsHandler private _world;

    function setUp() public {
        _world = new CourtsHandler();
        targetContract(address(_world));
        targetSelector(FuzzSelector(address(_world), _world.actions()));
    }

    /// @dev A fixed sequence, in which every action does its work: an invariant that nothing touches shows nothing.
    function test_EveryActionDoesItsWork() public {
        bytes4[] memory actions = _world.actions();
        for (uint256 i; i < 3_000; ++i) {
            bytes32 seed = keccak256(abi.encode(i));
            bytes4 action = actions[uint256(seed) % actions.length];
            // solhint-disable-next-line avoid-low-level-calls
            (bool done, ) = address(_world).call(abi.encodePacked(action, seed, seed >> 8, seed >> 16));
            done;
        }
        assertGt(_world.endedProposals(), 5, "ended by proof");
        assertGt(_world.reservations(), 5, "reserved");
        assertGt(_world.heldRewards(), 0, "held");
        assertGt(_world.answered(), 0, "answered");
        assertGt(_world.unanswered(), 0, "unanswered");
        assertGt(_world.finalized(), 0, "finalized");
        assertGt(_world.overtaken(), 0, "overtaken");
        assertGt(_world.depositsReturned(), 0, "returned");
        assertGt(_world.depositsBurned(), 0, "burned");
    }

    /// @notice The ledger, the court and the demands hold exactly what they owe. What is gone from the supply burned; everything else is with somebody who is
    /// known.
    function invariant_MoneyIsPaidBurnedOrHeld() public view {
        _world.checkCovered();
        _world.checkDeposits();
        assertEq(_world.everybodysTokens(), _world.supplyAtFirst());
    }
}
