// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

// Any action is called by its selector.
// solhint-disable avoid-low-level-calls

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Test} from "forge-std/Test.sol";
import {RoyaltyLedger} from "../../../contracts/royalties/RoyaltyLedger.sol";
import {RoyaltyShares} from "../../../contracts/royalties/RoyaltyShares.sol";
import {RoyaltyVault} from "../../../contracts/royalties/RoyaltyVault.sol";
import {ContributionId, PositionId} from "../../../contracts/types/Ids.sol";
import {Deployments} from "../support/Deployments.sol";
import {ProtocolWorld} from "./ProtocolWorld.sol";
import {Trespasses} from "./Trespasses.sol";

/// @notice Drives the whole protocol, and lists all that it can do with it.
contract ProtocolHandler is Trespasses {
    constructor() {
        _begin();
    }

    /// @notice Every action: each takes up to three words, of any value.
    function actions() external pure returns (bytes4[] memory all) {
        bytes4[43] memory list = [
            this.contribute.selector,
            this.acceptNext.selector,
            this.payLicence.selector,
            this.collectLicence.selector,
            this.stake.selector,
            this.unbond.selector,
            this.withdraw.selector,
            this.fundPool.selector,
            this.claimRewards.selector,
            this.announceCommission.selector,
            this.object.selector,
            this.vote.selector,
            this.reveal.selector,
            this.slashUnrevealed.selector,
            this.appeal.selector,
            this.resolve.selector,
            this.proveDuplicate.selector,
            this.settleDuplicate.selector,
            this.register.selector,
            this.commitIndex.selector,
            this.returnIndexBond.selector,
            this.pay.selector,
            this.close.selector,
            this.closePlain.selector,
            this.attest.selector,
            this.advance.selector,
            this.expire.selector,
            this.expirePlain.selector,
            this.runEpoch.selector,
            this.propose.selector,
            this.finalize.selector,
            this.returnProposalBond.selector,
            this.claim.selector,
            this.claimTo.selector,
            this.claimFor.selector,
            this.accrueTo.selector,
            this.transferPosition.selector,
            this.createShares.selector,
            this.collectShares.selector,
            this.transferShares.selector,
            this.claimIncome.selector,
            this.redeemShares.selector,
            this.govern.selector
        ];
        all = new bytes4[](list.length + 6);
        for (uint256 i; i < list.length; ++i) all[i] = list[i];
        all[list.length] = this.listRewardToken.selector;
        all[list.length + 1] = this.wait.selector;
        all[list.length + 2] = this.donate.selector;
        all[list.length + 3] = this.trespass.selector;
        all[list.length + 4] = this.runDispute.selector;
        all[list.length + 5] = this.withdrawContribution.selector;
    }
}

/// @notice Whatever everybody does, in any order: all money is where the rules say, to the unit, and nobody has what is not theirs.
contract ProtocolInvariantsTest is Test {
    uint256 private constant OPEN = 0;
    uint256 private constant USD = 1;
    uint256 private constant GOVERNANCE = 14;
    uint256 private constant DEPLOYER = 15;
    uint256 private constant ROUNDS = 16;
    /// @dev A multiple of 16, which the handler takes for a long wait: all but 16 seconds of 40 days.
    uint256 private constant LONG = 40 days - 16;

    ProtocolHandler private _handler;
    Deployments.Protocol private _p;
    IERC20[2] private _tokens;
    RoyaltyLedger[2] private _ledgers;
    RoyaltyVault[2] private _vaults;

    function setUp() public {
        _handler = new ProtocolHandler();
        _p = _handler.protocol();
        for (uint256 i; i < 2; ++i) {
            (_tokens[i], _ledgers[i], _vaults[i]) = (_handler.tokens(i), _handler.ledgers(i), _handler.vaults(i));
        }
        targetContract(address(_handler));
        targetSelector(FuzzSelector({addr: address(_handler), selectors: _handler.actions()}));
    }

    // --- the handler ---

    /// @dev A fixed sequence: no action fails for a reason that it does not expect, each does its work at least once, and most do it most of the time.
    function test_EveryActionDoesItsWork() public {
        bytes4[] memory actions = _handler.actions();
        uint256 worked;
        for (uint256 round; round < ROUNDS; ++round) {
            // Every other time, long enough for what unbonds and what expires.
            if (round % 3 == 2) _handler.wait(LONG);
            for (uint256 i; i < actions.length; ++i) {
                // Half of the rounds in the order of the list, which is that of a life; the others in any order.
                bytes32 seed = keccak256(abi.encode(round, i));
                bytes4 action = round % 2 == 0 ? actions[i] : actions[uint256(seed) % actions.length];
                if (_works(action, seed)) ++worked;
            }
        }
        for (uint256 i; i < actions.length; ++i) {
            assertGt(_handler.done(actions[i]), 0, string.concat(vm.toString(bytes32(actions[i])), " never worked"));
        }
        assertGt(worked * 5, ROUNDS * actions.length * 3, "most actions work");
        assertEq(_handler.violation(), "");
    }

    function _works(bytes4 action, bytes32 seed) private returns (bool) {
        uint256 before = _handler.done(action);
        (bytes32 a, bytes32 b) = (keccak256(abi.encode(seed, "a")), keccak256(abi.encode(seed, "b")));
        (bool success, bytes memory reason) = address(_handler).call(abi.encodePacked(action, a, b, seed));
        assertTrue(success, string.concat(vm.toString(bytes32(action)), " failed with ", vm.toString(reason)));
        return _handler.done(action) != before;
    }

    // --- the campaigns: each drives the protocol anew, and looks after every call at all that it names ---

    function invariant_ContractsHoldWhatTheyOwe() public view {
        _ledgersAndVaultsHoldWhatTheyOwe();
        _registriesAndReviewHoldWhatTheyOwe();
        _stakingHoldsStakeAndRewards();
        _tillsHoldWhatIsNotClosed();
        _sharesPayNoMoreThanTheyReceive();
    }

    function invariant_BondsAndBurnsAddUp() public view {
        _bondsAreReturnedRewardedBurnedOrHeld();
        _supplyFallsByWhatIsBurned();
    }

    function invariant_ClaimsFollowThePools() public view {
        _claimsNeverExceedThePools();
        _positionsAreCreditedByTheRules();
    }

    function invariant_StakeCanBeSlashedUntilItLeaves() public view {
        _stakeStaysWithinReachOfItsSlasher();
        _sharesOfStakeAreWorthAtMostAUnit();
    }

    function invariant_NobodyHasWhatIsNotTheirs() public view {
        _everyAccountHasWhatTheRulesSay();
        _governanceAndDeployerNeverGain();
        _nothingForbiddenSucceeds();
    }

    // --- what contracts hold ---

    function _ledgersAndVaultsHoldWhatTheyOwe() private view {
        for (uint256 i; i < 2; ++i) {
            (uint256 pools, uint256 accrued, uint256 bonds) = _ledgers[i].owed();
            _assertHolds(i, address(_ledgers[i]), pools + accrued + bonds);
            assertEq(pools, _handler.pooled(i) - _handler.givenUp(i) - _handler.finalized(i), "pools");
            _assertHolds(i, address(_vaults[i]), _handler.finalized(i), _handler.attributedPaid(i));
            assertEq(bonds, _handler.proposalBonds(i), "bonds of proposals");
        }
    }

    function _registriesAndReviewHoldWhatTheyOwe() private view {
        uint256 contributions = _heldOf(ProtocolWorld.Bond.Contribution);
        assertEq(_p.datanets.owed(), contributions + _handler.licencesHeld(), "datanets");
        _assertHolds(OPEN, address(_p.datanets), _p.datanets.owed());
        assertEq(_p.models.owed(), _handler.indexBondsHeld(), "models");
        _assertHolds(OPEN, address(_p.models), _p.models.owed());
        uint256 objections = _handler.openBonds(ProtocolWorld.Bond.Objection);
        assertEq(_p.review.owed(), objections + _handler.openBonds(ProtocolWorld.Bond.Appeal), "review");
        _assertHolds(OPEN, address(_p.review), _p.review.owed());
    }

    function _stakingHoldsStakeAndRewards() private view {
        (uint256 stakes, uint256 rewards) = _p.staking.owed(address(_tokens[OPEN]));
        assertEq(stakes, _handler.staked() - _handler.withdrawn() - _handler.slashed(), "stakes");
        assertEq(rewards, _handler.funded(OPEN) - _handler.rewarded(OPEN), "rewards");
        _assertHolds(OPEN, address(_p.staking), stakes + rewards);
        (stakes, rewards) = _p.staking.owed(address(_tokens[USD]));
        assertEq(stakes, 0, "stake in another token");
        assertEq(rewards, _handler.funded(USD) - _handler.rewarded(USD), "rewards in another token");
        _assertHolds(USD, address(_p.staking), rewards);
    }

    function _tillsHoldWhatIsNotClosed() private view {
        for (uint256 i; i < _handler.tillCount(); ++i) {
            (address till, uint256 token, uint256 held) = _handler.tillAt(i);
            assertEq(_tokens[token].balanceOf(till), held, "till");
            assertEq(_tokens[token].allowance(till, address(_ledgers[token])), 0, "allowed to the ledger");
            assertEq(_tokens[token].allowance(till, address(_p.staking)), 0, "allowed to staking");
        }
    }

    function _sharesPayNoMoreThanTheyReceive() private view {
        for (uint256 i; i < _handler.sharesCount(); ++i) {
            RoyaltyShares shares = RoyaltyShares(_handler.sharesAt(i));
            for (uint256 token; token < 2; ++token) {
                uint256 waiting = _waitingIn(shares, token);
                uint256 received = _handler.due(token, address(shares));
                uint256 paid = _handler.spent(token, address(shares));
                assertLe(paid + waiting, received, "more than received");
                assertEq(_tokens[token].balanceOf(address(shares)), received - paid, "held");
            }
        }
    }

    // --- bonds and burns ---

    function _bondsAreReturnedRewardedBurnedOrHeld() private view {
        _assertBond(ProtocolWorld.Bond.Contribution, _contributionBonds());
        _assertBond(ProtocolWorld.Bond.Objection, _handler.openBonds(ProtocolWorld.Bond.Objection));
        _assertBond(ProtocolWorld.Bond.Appeal, _handler.openBonds(ProtocolWorld.Bond.Appeal));
        _assertBond(ProtocolWorld.Bond.Index, _handler.indexBondsHeld());
        (, , uint256 bonds) = _ledgers[OPEN].owed();
        _assertBond(ProtocolWorld.Bond.Proposal, bonds);
        (, , bonds) = _ledgers[USD].owed();
        _assertBond(ProtocolWorld.Bond.UsdProposal, bonds);
    }

    function _supplyFallsByWhatIsBurned() private view {
        assertEq(_p.open.totalSupply(), _p.open.INITIAL_SUPPLY() - _handler.burned());
        assertEq(_tokens[USD].totalSupply(), type(uint128).max);
    }

    // --- claims ---

    function _claimsNeverExceedThePools() private view {
        for (uint256 i; i < 2; ++i) {
            uint256 donated = _handler.donated(i, address(_vaults[i]));
            assertLe(_handler.attributedPaid(i), _handler.finalized(i) + donated);
            assertLe(_handler.finalized(i) + _handler.givenUp(i), _handler.pooled(i));
            assertEq(_ledgers[i].payoutsRoot().sum, _handler.finalized(i));
        }
    }

    /// @dev What the books say was claimed only ever grows, so this also says that it never falls.
    function _positionsAreCreditedByTheRules() private view {
        for (uint256 i; i < 2; ++i) {
            (uint256[] memory waiting, uint256[] memory paid) = _handler.creditsOf(i);
            uint256 sumWaiting;
            uint256 sumPaid;
            for (uint64 place = 1; place < waiting.length; ++place) {
                uint128 claimed = _vaults[i].claimedOf(PositionId.wrap(place));
                uint128 accrued = _ledgers[i].accruedOf(PositionId.wrap(place));
                assertEq(claimed, paid[place], "claimed");
                assertEq(accrued, waiting[place], "accrued");
                sumWaiting += accrued;
                sumPaid += claimed;
            }
            (, uint256 owed, ) = _ledgers[i].owed();
            assertEq(sumWaiting, owed, "sum of accounts");
            assertEq(sumPaid, _handler.attributedPaid(i), "sum of claims");
        }
    }

    // --- stake ---

    function _stakeStaysWithinReachOfItsSlasher() private view {
        assertTrue(_handler.isVotersStakeWithinReach());
    }

    function _sharesOfStakeAreWorthAtMostAUnit() private view {
        assertTrue(_handler.areSharesSound());
        assertTrue(_handler.isNobodyPaidMoreStake(), "more stake out than in");
    }

    // --- accounts ---

    /// @dev Of every account, and to the unit: nobody takes what is another's, and nobody is paid less than the rules say.
    function _everyAccountHasWhatTheRulesSay() private view {
        for (uint256 token; token < 2; ++token) {
            (address[16] memory accounts, uint256[16] memory expected) = _handler.expected(token);
            for (uint256 i; i < accounts.length; ++i) assertEq(_tokens[token].balanceOf(accounts[i]), expected[i]);
        }
    }

    function _governanceAndDeployerNeverGain() private view {
        for (uint256 token; token < 2; ++token) {
            for (uint256 i = GOVERNANCE; i <= DEPLOYER; ++i) {
                address account = _handler.accounts(i);
                assertEq(_tokens[token].balanceOf(account), _handler.endowment(token, account));
                assertEq(_handler.due(token, account), 0);
            }
        }
    }

    function _nothingForbiddenSucceeds() private view {
        assertEq(_handler.violation(), "");
    }

    // --- helpers ---

    function _assertHolds(uint256 token, address holder, uint256 owed) private view {
        assertEq(_tokens[token].balanceOf(holder), owed + _handler.donated(token, holder), "held");
    }

    /// @dev As the other, where what was paid may have come from donations.
    function _assertHolds(uint256 token, address holder, uint256 taken, uint256 paid) private view {
        assertEq(_tokens[token].balanceOf(holder) + paid, taken + _handler.donated(token, holder), "held");
    }

    function _assertBond(ProtocolWorld.Bond kind, uint256 held) private view {
        ProtocolWorld.BondBook memory book = _handler.bondsOf(kind);
        assertEq(book.taken, book.returned + book.rewarded + book.burned + held, "bonds");
    }

    function _waitingIn(RoyaltyShares shares, uint256 token) private view returns (uint256 waiting) {
        (address[16] memory accounts, ) = _handler.expected(token);
        for (uint256 i; i < accounts.length; ++i) waiting += shares.incomeOf(accounts[i], address(_tokens[token]));
    }

    /// @dev By the books.
    function _heldOf(ProtocolWorld.Bond kind) private view returns (uint256) {
        ProtocolWorld.BondBook memory book = _handler.bondsOf(kind);
        return book.taken - book.returned - book.rewarded - book.burned;
    }

    function _contributionBonds() private view returns (uint256 held) {
        uint64 count = _p.datanets.contributionCount();
        for (uint64 id = 1; id <= count; ++id) held += _p.datanets.contributionOf(ContributionId.wrap(id)).bond;
    }
}
