// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

// Every call that must be refused is made from its bytes.
// solhint-disable avoid-low-level-calls

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {IGovernor} from "@openzeppelin/contracts/governance/IGovernor.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {GovernorSettings} from "@openzeppelin/contracts/governance/extensions/GovernorSettings.sol";
import {IERC20Errors, IERC721Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC20Burnable} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Burnable.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {ERC721} from "solady/src/tokens/ERC721.sol";
import {OpenGovernor} from "../../../contracts/governance/OpenGovernor.sol";
import {IAgentRegistry} from "../../../contracts/interfaces/IAgentRegistry.sol";
import {ICourtLedger} from "../../../contracts/interfaces/ICourtLedger.sol";
import {IDatanetRegistry} from "../../../contracts/interfaces/IDatanetRegistry.sol";
import {IDemands} from "../../../contracts/interfaces/IDemands.sol";
import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {IModelTill} from "../../../contracts/interfaces/IModelTill.sol";
import {IOperatorStaking} from "../../../contracts/interfaces/IOperatorStaking.sol";
import {IRoyaltyLedger} from "../../../contracts/interfaces/IRoyaltyLedger.sol";
import {IRoyaltyPositions} from "../../../contracts/interfaces/IRoyaltyPositions.sol";
import {IRoyaltyShares} from "../../../contracts/interfaces/IRoyaltyShares.sol";
import {IRoyaltySharesFactory} from "../../../contracts/interfaces/IRoyaltySharesFactory.sol";
import {IRoyaltyVault} from "../../../contracts/interfaces/IRoyaltyVault.sol";
import {IStakeVotes} from "../../../contracts/interfaces/IStakeVotes.sol";
import {TreeKind} from "../../../contracts/libraries/TreeKind.sol";
import {AgentRegistry} from "../../../contracts/registry/AgentRegistry.sol";
import {GovernanceOpen} from "../../../contracts/token/GovernanceOpen.sol";
import {
    ContributionId,
    DatanetId,
    Epoch,
    ModelId,
    ModelVersion,
    PoolId,
    PositionId,
    RoundId,
    SettlementId
} from "../../../contracts/types/Ids.sol";
import {Method} from "../../../contracts/types/Method.sol";
import {Root} from "../../../contracts/types/Root.sol";
import {Verdict} from "../../../contracts/types/Verdict.sol";
import {IncomeActions} from "../invariants/IncomeActions.sol";

/// @notice Every function that only a role may call, called by everybody else: each is refused with the error that is named for it, and then
/// done by who may.
contract RolesTest is IncomeActions {
    /// @dev Stands for the caller in an expected error.
    address private constant CALLER = 0x00000000000000000000000000000000ca11e400;
    /// @dev Stands in a rule for nobody: what was done once, and nobody may do again.
    address private constant NOBODY = address(0);
    ModelVersion private constant VERSION = ModelVersion.wrap(1);
    ModelId private constant MODEL = ModelId.wrap(1);

    address[] private _callers;
    address private _contributor;
    uint64 private _place;
    PositionId private _position;
    ContributionId private _pending;
    ContributionId private _held;

    function setUp() public {
        _begin();
        _contributor = accounts[0];
        _position = _p.datanets.positionOf(ContributionId.wrap(1));
        _place = PositionId.unwrap(_position);
        _pending = _contribute(_contributor, _datanet(0), _records(7));
        _held = _contribute(_contributor, _datanet(0), _records(8));
        vm.prank(accounts[1]);
        _p.review.object(_held, Verdict.Malice, "reason", "");
        for (uint256 i; i < ACCOUNTS; ++i) _callers.push(accounts[i]);
        address[15] memory contracts = [
            address(_p.positions),
            address(_p.staking),
            address(attributors),
            address(ledgers[0]),
            address(ledgers[1]),
            address(vaults[0]),
            address(vaults[1]),
            address(_p.datanets),
            address(_p.review),
            address(_p.models),
            address(factories[0]),
            address(_till(0)),
            address(sharesFactory),
            address(_p.faultProofs),
            address(_p.demands)
        ];
        for (uint256 i; i < contracts.length; ++i) _callers.push(contracts[i]);
        _callers.push(makeAddr("stranger"));
    }

    // --- the deployer, once ---

    function test_BindMinters() public {
        _onlyOnce(
            address(_p.positions),
            abi.encodeCall(IRoyaltyPositions.bindMinters, (CALLER, CALLER)),
            IRoyaltyPositions.NotDeployer.selector,
            IRoyaltyPositions.AlreadyBound.selector
        );
    }

    function test_BindLedger() public {
        for (uint256 i; i < 2; ++i) {
            _onlyOnce(
                address(ledgers[i]),
                abi.encodeCall(IRoyaltyLedger.bind, (factories[i], _p.models, new address[](0))),
                IRoyaltyLedger.NotDeployer.selector,
                IRoyaltyLedger.AlreadyBound.selector
            );
        }
    }

    function test_BindVault() public {
        for (uint256 i; i < 2; ++i) {
            _onlyOnce(
                address(vaults[i]),
                abi.encodeCall(IRoyaltyVault.bind, (ledgers[i])),
                IRoyaltyVault.NotDeployer.selector,
                IRoyaltyVault.AlreadyBound.selector
            );
        }
    }

    function test_BindReview() public {
        _onlyOnce(
            address(_p.datanets),
            abi.encodeCall(IDatanetRegistry.bindReview, (CALLER)),
            IDatanetRegistry.NotDeployer.selector,
            IDatanetRegistry.AlreadyBound.selector
        );
    }

    function test_BindStaking() public {
        IOperatorStaking.Fault[] memory faults = new IOperatorStaking.Fault[](0);
        _onlyOnce(
            address(_p.staking),
            abi.encodeCall(IOperatorStaking.bind, (_p.models, _p.datanets, faults)),
            IOperatorStaking.NotDeployer.selector,
            IOperatorStaking.AlreadyBound.selector
        );
    }

    function test_BindCourts() public {
        _onlyOnce(
            address(_p.models),
            abi.encodeCall(IModelRegistry.bindCourts, (new address[](0))),
            IModelRegistry.NotDeployer.selector,
            IModelRegistry.AlreadyBound.selector
        );
    }

    // --- the guardian ---

    function test_Guardian() public {
        bytes memory refusal = abi.encodeWithSelector(ICourtLedger.NotGuardian.selector, CALLER);
        bytes memory call = abi.encodeCall(ICourtLedger.delayFinalization, (Epoch.wrap(0), 1));
        for (uint256 i; i < 2; ++i) _only(guardian, address(ledgers[i]), call, refusal);
    }

    // --- courts ---

    /// @dev What they do is tested with the courts.
    function test_Courts() public {
        address[2] memory courts = _two(address(_p.faultProofs), address(_p.demands));
        bytes memory refusal = abi.encodeWithSelector(ICourtLedger.NotCourt.selector, CALLER);
        address ledger = address(ledgers[0]);
        Epoch epoch = Epoch.wrap(0);
        SettlementId settlement = SettlementId.wrap(1);
        _refuseOthers(courts, ledger, abi.encodeCall(ICourtLedger.endProposal, (epoch, 0, CALLER)), refusal);
        _refuseOthers(courts, ledger, abi.encodeCall(ICourtLedger.holdProposal, (epoch, 0, 1)), refusal);
        _refuseOthers(courts, ledger, abi.encodeCall(ICourtLedger.endSketches, (settlement, true)), refusal);
        _refuseOthers(courts, ledger, abi.encodeCall(ICourtLedger.holdSketches, (settlement, 1)), refusal);
        _refuseOthers(courts, ledger, abi.encodeCall(ICourtLedger.voidSettlement, (settlement)), refusal);
        refusal = abi.encodeWithSelector(IModelRegistry.NotCourt.selector, CALLER);
        bytes memory call = abi.encodeCall(IModelRegistry.endIndex, (VERSION, CALLER));
        courts = _two(address(_p.demands), address(_p.indexProofs));
        _refuseOthers(courts, address(_p.models), call, refusal);
        call = abi.encodeCall(IModelRegistry.holdIndex, (VERSION, 1));
        _refuseOthers(courts, address(_p.models), call, refusal);
    }

    // --- governance ---

    function test_LedgerParameters() public {
        bytes memory refusal = abi.encodeWithSelector(IRoyaltyLedger.NotGovernance.selector, CALLER);
        bytes memory bonds = abi.encodeCall(IRoyaltyLedger.setBonds, (BOND_FLOOR, BOND_BPS));
        bytes memory fee = abi.encodeCall(IRoyaltyLedger.setProposerFee, (1));
        for (uint256 i; i < 2; ++i) {
            _only(governance, address(ledgers[i]), bonds, refusal);
            _only(governance, address(ledgers[i]), fee, refusal);
        }
    }

    function test_ModelParameters() public {
        bytes memory refusal = abi.encodeWithSelector(IModelRegistry.NotGovernance.selector, CALLER);
        _only(governance, address(_p.models), abi.encodeCall(IModelRegistry.setTreasuryLeastBps, (101)), refusal);
        _only(governance, address(_p.models), abi.encodeCall(IModelRegistry.setIndexBond, (INDEX_BOND)), refusal);
    }

    function test_RewardTokens() public {
        bytes memory refusal = abi.encodeWithSelector(IOperatorStaking.NotGovernance.selector, CALLER);
        bytes memory call = abi.encodeCall(IOperatorStaking.addRewardToken, (address(tokens[USD])));
        _only(governance, address(_p.staking), call, refusal);
    }

    /// @dev The governor changes its settings through its timelock alone, and the timelock takes calls from the governor alone.
    function test_Governor() public {
        (TimelockController timelock, OpenGovernor governor) = _governor();
        bytes memory refusal = abi.encodeWithSelector(IGovernor.GovernorOnlyExecutor.selector, CALLER);
        address executor = address(timelock);
        _none(executor, address(governor), abi.encodeCall(GovernorSettings.setVotingDelay, (2 days)), refusal);
        _none(executor, address(governor), abi.encodeCall(GovernorSettings.setVotingPeriod, (8 days)), refusal);
        _none(executor, address(governor), abi.encodeCall(GovernorSettings.setProposalThreshold, (1)), refusal);
        _none(executor, address(governor), abi.encodeCall(governor.updateQuorumNumerator, (500)), refusal);
        _none(executor, address(governor), abi.encodeCall(governor.setLateQuorumVoteExtension, (3 days)), refusal);
        _none(executor, address(governor), abi.encodeCall(governor.relay, (address(this), 0, "")), refusal);
        bytes32 role = timelock.PROPOSER_ROLE();
        refusal = abi.encodeWithSelector(IAccessControl.AccessControlUnauthorizedAccount.selector, CALLER, role);
        bytes memory call = abi.encodeCall(timelock.schedule, (address(this), 0, "", 0, 0, 2 days));
        _only(address(governor), executor, call, refusal);
        refusal = abi.encodeWithSelector(
            IAccessControl.AccessControlUnauthorizedAccount.selector,
            CALLER,
            timelock.DEFAULT_ADMIN_ROLE()
        );
        _only(executor, executor, abi.encodeCall(timelock.grantRole, (role, CALLER)), refusal);
        refusal = abi.encodeWithSelector(TimelockController.TimelockUnauthorizedCaller.selector, CALLER);
        _only(executor, executor, abi.encodeCall(timelock.updateDelay, (0)), refusal);
    }

    // --- contracts towards each other ---

    function test_Mint() public {
        bytes memory call = abi.encodeCall(
            IRoyaltyPositions.mint,
            (CALLER, IRoyaltyPositions.PositionKind.Contributor, 1)
        );
        bytes memory refusal = abi.encodeWithSelector(IRoyaltyPositions.NotMinter.selector, CALLER);
        _only(_two(address(_p.datanets), address(_p.models)), address(_p.positions), call, refusal);
    }

    /// @dev Of each pair of ledger and vault by itself, and of the positions by the primary vault alone.
    function test_LedgersVaultsAndPositions() public {
        bytes memory payouts = abi.encodeCall(IRoyaltyVault.setPayouts, (Root("root", 1)));
        bytes memory mark = abi.encodeCall(IRoyaltyVault.markDirect, (_position));
        bytes memory payment = abi.encodeCall(IRoyaltyLedger.payAccrued, (_position, CALLER));
        for (uint256 i; i < 2; ++i) {
            bytes memory refused = abi.encodeWithSelector(IRoyaltyVault.NotLedger.selector, CALLER);
            _only(address(ledgers[i]), address(vaults[i]), payouts, refused);
            _only(address(ledgers[i]), address(vaults[i]), mark, refused);
            refused = abi.encodeWithSelector(IRoyaltyLedger.NotVault.selector, CALLER);
            _only(address(vaults[i]), address(ledgers[i]), payment, refused);
        }
        bytes memory refusal = abi.encodeWithSelector(IRoyaltyPositions.NotVault.selector, CALLER);
        bytes memory raise = abi.encodeCall(IRoyaltyPositions.raiseTo, (_position, 1));
        _only(address(vaults[0]), address(_p.positions), raise, refusal);
        bytes memory note = abi.encodeCall(IRoyaltyPositions.markDirect, (_position));
        _only(address(vaults[0]), address(_p.positions), note, refusal);
    }

    function test_Settlements() public {
        bytes memory refusal = abi.encodeWithSelector(IRoyaltyLedger.NotTill.selector, CALLER);
        bytes memory opening = abi.encodeCall(IRoyaltyLedger.openSettlement, (VERSION, Root("r", 1), 1, 0));
        bytes memory plain = abi.encodeCall(IRoyaltyLedger.addPlainIncome, (VERSION, 0));
        _only(address(_till(0)), address(ledgers[0]), opening, refusal);
        _only(address(_till(0)), address(ledgers[0]), plain, refusal);
        // A till of another token is none here.
        _only(address(_till(1)), address(ledgers[1]), opening, refusal);
    }

    function test_Reviewed() public {
        bytes memory refusal = abi.encodeWithSelector(IDatanetRegistry.NotReview.selector, CALLER);
        address review = address(_p.review);
        address datanets = address(_p.datanets);
        _only(review, datanets, abi.encodeCall(IDatanetRegistry.hold, (_pending)), refusal);
        _only(review, datanets, abi.encodeCall(IDatanetRegistry.release, (_held)), refusal);
        _only(review, datanets, abi.encodeCall(IDatanetRegistry.reject, (_pending, 1_000, CALLER, 5_000)), refusal);
    }

    function test_Slash() public {
        bytes memory refusal = abi.encodeWithSelector(IOperatorStaking.NotSlasher.selector, 0, CALLER);
        bytes memory call = abi.encodeCall(IOperatorStaking.slash, (0, validatorPools[0], 100, CALLER, "case"));
        _only(address(_p.review), address(_p.staking), call, refusal);
    }

    // --- owners of positions ---

    function test_ClaimTo() public {
        bytes memory refusal = abi.encodeWithSelector(IRoyaltyVault.NotClaimer.selector, _position, CALLER);
        _only(
            _contributor,
            address(_p.vault),
            abi.encodeCall(IRoyaltyVault.claimTo, (CALLER, _accruedOnly())),
            refusal
        );
    }

    function test_ClaimFor() public {
        IRoyaltyVault.DelegatedClaim[] memory items = new IRoyaltyVault.DelegatedClaim[](1);
        items[0].claim = _accruedOnly()[0];
        items[0].delegation = IRoyaltyVault.Delegation(_position, address(0xDE1E), CALLER, 0, type(uint48).max);
        bytes memory refusal = abi.encodeWithSelector(IRoyaltyVault.NotDelegate.selector, _position, CALLER);
        _only(NOBODY, address(_p.vault), abi.encodeCall(IRoyaltyVault.claimFor, (items)), refusal);
    }

    function test_Appointments() public {
        bytes memory refusal = abi.encodeWithSelector(IRoyaltyVault.NotPositionOwner.selector, _position, CALLER);
        address vault = address(_p.vault);
        _only(_contributor, vault, abi.encodeCall(IRoyaltyVault.setClaimer, (_position, CALLER)), refusal);
        _only(_contributor, vault, abi.encodeCall(IRoyaltyVault.revokeDelegations, (_position)), refusal);
    }

    function test_CreateShares() public {
        bytes memory call = _sharesCall();
        bytes memory refusal = abi.encodeWithSelector(
            IRoyaltySharesFactory.NotPositionOwner.selector,
            _position,
            CALLER
        );
        vm.prank(_contributor);
        _p.positions.approve(address(sharesFactory), _place);
        _only(_contributor, address(sharesFactory), call, refusal);
    }

    function test_Redeem() public {
        vm.startPrank(_contributor);
        _p.positions.approve(address(sharesFactory), _place);
        (, bytes memory result) = address(sharesFactory).call(_sharesCall());
        vm.stopPrank();
        address shares = abi.decode(result, (address));
        bytes memory call = abi.encodeCall(IRoyaltyShares.redeem, (_contributor, new IERC20[](0)));
        _only(_contributor, shares, call, abi.encodeWithSelector(IRoyaltyShares.NotWholeSupply.selector, 0, 100));
    }

    // --- owners of tokens ---

    function test_TransferTokensOfOthers() public {
        AgentRegistry agents = new AgentRegistry();
        vm.prank(_contributor);
        uint256 agent = agents.register();
        bytes memory unnamed = abi.encodeWithSelector(ERC721.NotOwnerNorApproved.selector);
        _ownsToken(_contributor, address(_p.positions), _place, unnamed, unnamed);
        _ownsToken(accounts[CURATOR], address(_p.datanets), 1);
        _ownsToken(accounts[DEVELOPER], address(_p.models), 1);
        _ownsToken(_contributor, address(agents), agent);
        bytes memory refusal = abi.encodeWithSelector(IERC721Errors.ERC721InsufficientApproval.selector, CALLER, agent);
        _only(_contributor, address(agents), abi.encodeCall(IAgentRegistry.setAgentURI, (agent, "")), refusal);
        _only(_contributor, address(agents), abi.encodeCall(IAgentRegistry.setMetadata, (agent, "k", "")), refusal);
        _only(_contributor, address(agents), abi.encodeCall(IAgentRegistry.unsetAgentWallet, (agent)), refusal);
        bytes memory wallet = abi.encodeCall(IAgentRegistry.setAgentWallet, (agent, CALLER, 0, ""));
        _none(_contributor, address(agents), wallet, refusal);
    }

    function test_SpendTokensOfOthers() public {
        address rich = makeAddr("rich");
        _p.open.transfer(rich, 10);
        bytes memory refusal = abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, CALLER, 0, 10);
        _only(NOBODY, address(_p.open), abi.encodeCall(IERC20.transferFrom, (rich, CALLER, 10)), refusal);
        _only(NOBODY, address(_p.open), abi.encodeCall(ERC20Burnable.burnFrom, (rich, 10)), refusal);
    }

    // --- developers and gateways ---

    function test_Models() public {
        bytes memory refusal = abi.encodeWithSelector(IModelRegistry.NotModelOwner.selector, MODEL, CALLER);
        address developer = accounts[DEVELOPER];
        address models = address(_p.models);
        _only(developer, models, abi.encodeCall(IModelRegistry.setPrice, (VERSION, 1, 1)), refusal);
        IModelRegistry.Registration memory r;
        r.parents = new ModelVersion[](1);
        r.parents[0] = VERSION;
        assertTrue(_fill(r, 3));
        bytes memory registration = abi.encodeCall(IModelRegistry.registerVersion, (MODEL, r));
        _only(developer, models, registration, refusal);
        vm.prank(developer);
        ModelVersion version = _p.models.registerVersion(MODEL, r);
        Method memory method = Method(256, 32, 192, 64_225, 6_554, 230, "spec");
        Root memory root = Root("index", _p.models.versionOf(version).records);
        bytes memory commit = abi.encodeCall(IModelRegistry.commitIndex, (version, method, root, 0));
        _only(developer, models, commit, refusal);
    }

    function test_Tills() public {
        bytes memory refusal = abi.encodeWithSelector(IModelTill.NotGateway.selector, CALLER);
        _pay(_contributor, _till(0), 100);
        address till = address(_till(0));
        bytes memory closing = abi.encodeCall(IModelTill.close, (VERSION, Root("r", 100), 1, 0));
        _only(accounts[GATEWAY], till, closing, refusal);
        _only(accounts[GATEWAY], till, abi.encodeCall(IModelTill.closePlain, (VERSION)), refusal);
    }

    // --- operators, delegators, contributors ---

    function test_Operators() public {
        bytes memory refusal = abi.encodeWithSelector(IOperatorStaking.NotOperator.selector, validatorPools[0], CALLER);
        bytes memory call = abi.encodeCall(IOperatorStaking.announceCommission, (validatorPools[0], 1));
        _only(accounts[VALIDATOR], address(_p.staking), call, refusal);
    }

    function test_CommitVote() public {
        RoundId round = _p.review.objectionOf(_held).round;
        bytes memory call = abi.encodeCall(IStakeVotes.commitVote, (round, validatorPools[0], "vote"));
        bytes memory refusal = abi.encodeWithSelector(IStakeVotes.NotOperator.selector, validatorPools[0], CALLER);
        _only(accounts[VALIDATOR], address(_p.review), call, refusal);
    }

    function test_CommitSketchVote() public {
        _pay(_contributor, _till(0), 100);
        _close(_till(0), VERSION, 100);
        SettlementId settlement = _openSettlement(0, 0);
        assertTrue(_attest(0, settlement));
        vm.startPrank(_contributor);
        _p.open.approve(address(_p.disputes), type(uint256).max);
        IDemands.Commitment memory commitment = IDemands.Commitment(
            TreeKind.SKETCH,
            SettlementId.unwrap(settlement),
            0
        );
        RoundId round = _p.disputes.dispute(commitment, 0);
        vm.stopPrank();
        PoolId pool = _p.staking.poolWith(IOperatorStaking.PoolKind.Attributor, 0, accounts[ATTRIBUTOR]);
        bytes memory call = abi.encodeCall(IStakeVotes.commitVote, (round, pool, "vote"));
        bytes memory refusal = abi.encodeWithSelector(IStakeVotes.NotOperator.selector, pool, CALLER);
        _only(accounts[ATTRIBUTOR], address(_p.disputes), call, refusal);
    }

    function test_CommitSketches() public {
        _pay(_contributor, _till(0), 100);
        _close(_till(0), VERSION, 100);
        SettlementId settlement = _openSettlement(0, 0);
        bytes32 digest = _p.ledger.attestationDigest(settlement, "sketches");
        uint256 stake = attributors.weightOf(accounts[ATTRIBUTOR]);
        uint256 quorum = attributors.quorum();
        for (uint256 i; i < PEOPLE; ++i) {
            bytes[] memory signatures = new bytes[](1);
            signatures[0] = _sign(accounts[i], digest);
            bool isAttributor = i == ATTRIBUTOR || i == ATTRIBUTOR + 1;
            // One of two alone is short of the quorum.
            vm.expectRevert(
                isAttributor
                    ? abi.encodeWithSelector(IRoyaltyLedger.QuorumNotReached.selector, stake, quorum)
                    : abi.encodeWithSelector(IRoyaltyLedger.NotAttributor.selector, accounts[i])
            );
            _p.ledger.commitSketches(settlement, Root("sketches", 5), 0, signatures);
        }
        assertTrue(_attest(0, settlement));
    }

    function test_Unbond() public {
        bytes memory call = abi.encodeCall(IOperatorStaking.unbond, (validatorPools[0], 0, 5));
        bytes memory refusal = abi.encodeWithSelector(IOperatorStaking.InsufficientShares.selector, 5, 0);
        _only(accounts[VALIDATOR], address(_p.staking), call, refusal);
    }

    /// @dev What another reserved cannot be contributed: the reservation names its maker.
    function test_Contribute() public {
        Root memory root = Root("content", 1);
        DatanetId datanet = _datanet(0);
        _p.datanets.reserve(_p.datanets.reservationOf(_contributor, datanet, root, "salt"));
        _nextBlock();
        bytes memory call = abi.encodeCall(
            IDatanetRegistry.contribute,
            (datanet, IDatanetRegistry.ContributionKind.Data, root, "MIT", "", "salt")
        );
        for (uint256 i; i < _callers.length; ++i) {
            if (_callers[i] == _contributor) continue;
            bytes32 own = _p.datanets.reservationOf(_callers[i], datanet, root, "salt");
            bytes memory refusal = abi.encodeWithSelector(IDatanetRegistry.NotReserved.selector, own);
            _assertRefused(_callers[i], address(_p.datanets), call, refusal);
        }
        _assertDone(_contributor, address(_p.datanets), call);
    }

    /// @dev Not the review, not the curator, not who holds the contributor's position.
    function test_Withdraw() public {
        address holder = makeAddr("holder");
        vm.prank(_contributor);
        _p.positions.transferFrom(_contributor, holder, _place);
        _callers.push(holder);
        ContributionId id = ContributionId.wrap(1);
        bytes memory refusal = abi.encodeWithSelector(IDatanetRegistry.NotContributor.selector, id, CALLER);
        _only(_contributor, address(_p.datanets), abi.encodeCall(IDatanetRegistry.withdraw, (id)), refusal);
    }

    // --- rules ---

    function _only(address allowed, address target, bytes memory call, bytes memory refusal) private {
        _only(_two(allowed, allowed), target, call, refusal);
    }

    /// @dev Everybody else is refused, with `CALLER` in the error being themselves; then those who may do it.
    function _only(address[2] memory allowed, address target, bytes memory call, bytes memory refusal) private {
        _refuseOthers(allowed, target, call, refusal);
        for (uint256 i; i < 2; ++i) {
            uint256 snapshot = vm.snapshotState();
            if (allowed[i] != NOBODY) _assertDone(allowed[i], target, call);
            vm.revertToState(snapshot);
        }
    }

    /// @dev As `_only`, where what the one who may calls for is refused for what it is, or tested elsewhere.
    function _none(address allowed, address target, bytes memory call, bytes memory refusal) private {
        _refuseOthers(_two(allowed, allowed), target, call, refusal);
    }

    function _onlyOnce(address target, bytes memory call, bytes4 notDeployer, bytes4 alreadyBound) private {
        _refuseOthers(_two(address(this), address(this)), target, call, abi.encodeWithSelector(notDeployer, CALLER));
        _assertRefused(address(this), target, call, abi.encodeWithSelector(alreadyBound));
    }

    function _ownsToken(address owner, address collection, uint256 id) private {
        _ownsToken(
            owner,
            collection,
            id,
            abi.encodeWithSelector(IERC721Errors.ERC721InsufficientApproval.selector, CALLER, id),
            abi.encodeWithSelector(IERC721Errors.ERC721InvalidApprover.selector, CALLER)
        );
    }

    function _ownsToken(
        address owner,
        address collection,
        uint256 id,
        bytes memory noTransfer,
        bytes memory noApproval
    ) private {
        address to = makeAddr("buyer");
        _only(owner, collection, abi.encodeCall(IERC721.transferFrom, (owner, to, id)), noTransfer);
        _only(owner, collection, abi.encodeCall(IERC721.approve, (to, id)), noApproval);
    }

    function _refuseOthers(address[2] memory allowed, address target, bytes memory call, bytes memory refusal) private {
        for (uint256 i; i < _callers.length; ++i) {
            address caller = _callers[i];
            if (caller == allowed[0] || caller == allowed[1]) continue;
            _assertRefused(caller, target, call, _named(refusal, caller));
        }
    }

    function _assertRefused(address caller, address target, bytes memory call, bytes memory refusal) private {
        vm.prank(caller);
        (bool success, bytes memory reason) = target.call(call);
        assertFalse(success, vm.toString(caller));
        assertEq(reason, refusal, vm.toString(caller));
    }

    function _assertDone(address caller, address target, bytes memory call) private {
        vm.prank(caller);
        (bool success, bytes memory reason) = target.call(call);
        assertTrue(success, vm.toString(reason));
    }

    /// @dev The error with `CALLER`, where it stands, replaced.
    function _named(bytes memory refusal, address who) private pure returns (bytes memory named) {
        named = bytes.concat(refusal);
        for (uint256 offset = 4; offset < named.length; offset += 32) {
            assembly ("memory-safe") {
                let word := add(add(named, 32), offset)
                if eq(mload(word), CALLER) {
                    mstore(word, who)
                }
            }
        }
    }

    // --- steps ---

    function _two(address a, address b) private pure returns (address[2] memory) {
        return [a, b];
    }

    function _accruedOnly() private view returns (IRoyaltyVault.Claim[] memory claims) {
        claims = new IRoyaltyVault.Claim[](1);
        claims[0].position = _position;
    }

    function _sharesCall() private view returns (bytes memory) {
        IRoyaltyVault[] memory all = new IRoyaltyVault[](1);
        all[0] = vaults[0];
        return abi.encodeCall(IRoyaltySharesFactory.createShares, (_position, 100, "", "", all));
    }

    /// @dev As the deployment makes them.
    function _governor() private returns (TimelockController timelock, OpenGovernor governor) {
        timelock = new TimelockController(2 days, new address[](0), new address[](1), address(this));
        GovernanceOpen votes = new GovernanceOpen(_p.open);
        governor = new OpenGovernor(votes, timelock, OpenGovernor.Settings(1 days, 7 days, 1, 400, 2 days, 1));
        timelock.grantRole(timelock.PROPOSER_ROLE(), address(governor));
        timelock.grantRole(timelock.CANCELLER_ROLE(), address(governor));
        timelock.renounceRole(timelock.DEFAULT_ADMIN_ROLE(), address(this));
    }
}
