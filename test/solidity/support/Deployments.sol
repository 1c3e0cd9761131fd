// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Test} from "forge-std/Test.sol";
import {IAttributorSet} from "../../../contracts/interfaces/IAttributorSet.sol";
import {IBatchSettlement} from "../../../contracts/interfaces/IBatchSettlement.sol";
import {IContributionReview} from "../../../contracts/interfaces/IContributionReview.sol";
import {IReservations} from "../../../contracts/interfaces/IReservations.sol";
import {IDemands} from "../../../contracts/interfaces/IDemands.sol";
import {IInclusions} from "../../../contracts/interfaces/IInclusions.sol";
import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {IOperatorStaking} from "../../../contracts/interfaces/IOperatorStaking.sol";
import {IPenalties} from "../../../contracts/interfaces/IPenalties.sol";
import {IRoyaltyLedger} from "../../../contracts/interfaces/IRoyaltyLedger.sol";
import {ISketchDisputes} from "../../../contracts/interfaces/ISketchDisputes.sol";
import {IStakeVotes} from "../../../contracts/interfaces/IStakeVotes.sol";
import {ModelTill} from "../../../contracts/payments/ModelTill.sol";
import {TillFactory} from "../../../contracts/payments/TillFactory.sol";
import {ContributionReview} from "../../../contracts/registry/ContributionReview.sol";
import {DatanetRegistry} from "../../../contracts/registry/DatanetRegistry.sol";
import {ModelRegistry} from "../../../contracts/registry/ModelRegistry.sol";
import {CallChecker} from "../../../contracts/royalties/faults/CallChecker.sol";
import {FormChecker} from "../../../contracts/royalties/faults/FormChecker.sol";
import {PayoutChecker} from "../../../contracts/royalties/faults/PayoutChecker.sol";
import {SettlementChecker} from "../../../contracts/royalties/faults/SettlementChecker.sol";
import {Demands} from "../../../contracts/royalties/Demands.sol";
import {FaultProofs} from "../../../contracts/royalties/FaultProofs.sol";
import {IndexProofs} from "../../../contracts/royalties/IndexProofs.sol";
import {RoyaltyLedger} from "../../../contracts/royalties/RoyaltyLedger.sol";
import {RoyaltyPositions} from "../../../contracts/royalties/RoyaltyPositions.sol";
import {RoyaltyVault} from "../../../contracts/royalties/RoyaltyVault.sol";
import {SettlementProofs} from "../../../contracts/royalties/SettlementProofs.sol";
import {SketchDisputes} from "../../../contracts/royalties/SketchDisputes.sol";
import {OperatorStaking} from "../../../contracts/staking/OperatorStaking.sol";
import {StakedAttributors} from "../../../contracts/staking/StakedAttributors.sol";
import {OpenToken} from "../../../contracts/token/OpenToken.sol";

/// @notice A set of attributors that a test names one by one, with a quorum of one.
contract NamedAttributors is IAttributorSet {
    mapping(address account => uint256) public weightOf;

    function add(address account) external {
        weightOf[account] = 1;
    }

    function quorum() external pure returns (uint256) {
        return 1;
    }
}

/// @notice How tests construct the whole protocol: the one place that names all constructors' arguments.
abstract contract Deployments is Test {
    uint48 internal constant EPOCH_SECONDS = 3_600;
    uint48 internal constant SKETCH_WINDOW_SECONDS = 600;
    uint48 internal constant CHALLENGE_WINDOW_SECONDS = 1_200;
    uint48 internal constant SETTLEMENT_LIFETIME_SECONDS = 90 days;
    uint128 internal constant BOND_FLOOR = 100;
    uint16 internal constant BOND_BPS = 500;
    uint48 internal constant REVIEW_SECONDS = 60;
    uint48 internal constant INDEX_WINDOW_SECONDS = 300;
    uint128 internal constant INDEX_BOND = 50;
    uint16 internal constant ATTRIBUTOR_QUORUM_BPS = 6_667;
    uint128 internal constant LEAST_ATTRIBUTOR_STAKE = 1_000;

    address internal governance = makeAddr("governance");
    address internal guardian = makeAddr("guardian");

    struct Protocol {
        OpenToken open;
        RoyaltyPositions positions;
        OperatorStaking staking;
        NamedAttributors attributors;
        RoyaltyVault vault;
        RoyaltyLedger ledger;
        DatanetRegistry datanets;
        ContributionReview review;
        ModelRegistry models;
        TillFactory tills;
        FaultProofs faultProofs;
        Demands demands;
        SettlementProofs settlementProofs;
        SketchDisputes disputes;
        IndexProofs indexProofs;
    }

    /// @dev The tills of a ledger, and its courts.
    struct Courts {
        TillFactory tills;
        FaultProofs faultProofs;
        Demands demands;
        SettlementProofs settlementProofs;
        SketchDisputes disputes;
    }

    /// @dev A ledger that no till is bound to: enough for direct accruals and claims.
    function deployLedger(IERC20 token, RoyaltyPositions positions) internal returns (RoyaltyLedger) {
        return deployLedger(token, positions, new NamedAttributors());
    }

    function deployLedger(
        IERC20 token,
        RoyaltyPositions positions,
        IAttributorSet attributors
    ) internal returns (RoyaltyLedger ledger) {
        RoyaltyVault vault = RoyaltyVault(positions.vault());
        // Another token, or a second ledger of the same, has a vault that is not primary.
        if (vault.token() != address(token) || vault.ledger() != address(0)) {
            vault = new RoyaltyVault(token, positions, address(this));
        }
        ledger = new RoyaltyLedger(vault, attributors, governance, guardian, ledgerParameters());
        vault.bind(ledger);
    }

    function vaultOf(RoyaltyLedger ledger) internal view returns (RoyaltyVault) {
        return RoyaltyVault(ledger.vault());
    }

    /// @dev The whole protocol with this payment token, deployed by the test, whose address is the treasury too and gets all OPEN.
    function deployProtocol(IERC20 token) internal returns (Protocol memory p) {
        p = _begin(new OpenToken(address(this)), token);
        _complete(p, token, p.attributors = new NamedAttributors());
    }

    /// @dev The whole protocol with OPEN as payment token.
    function deployProtocol() internal returns (Protocol memory p) {
        OpenToken open = new OpenToken(address(this));
        p = _begin(open, open);
        _complete(p, p.open, p.attributors = new NamedAttributors());
    }

    /// @dev The whole protocol with OPEN as payment token; attributors are weighed by what they staked.
    function deployStakedProtocol() internal returns (Protocol memory p, StakedAttributors attributors) {
        OpenToken open = new OpenToken(address(this));
        p = _begin(open, open);
        attributors = new StakedAttributors(p.staking, ATTRIBUTOR_QUORUM_BPS, LEAST_ATTRIBUTOR_STAKE);
        _complete(p, p.open, attributors);
    }

    /// @dev A ledger and tills for one more payment token of a protocol.
    function deployPaymentToken(
        Protocol memory p,
        IERC20 token,
        IAttributorSet attributors
    ) internal returns (RoyaltyLedger ledger, TillFactory tills) {
        ledger = deployLedger(token, p.positions, attributors);
        tills = _deployTills(p, ledger).tills;
    }

    function ledgerParameters() internal pure returns (IRoyaltyLedger.Parameters memory) {
        return
            IRoyaltyLedger.Parameters({
                epochSeconds: EPOCH_SECONDS,
                sketchWindowSeconds: SKETCH_WINDOW_SECONDS,
                challengeWindowSeconds: CHALLENGE_WINDOW_SECONDS,
                settlementLifetimeSeconds: SETTLEMENT_LIFETIME_SECONDS,
                bondFloor: BOND_FLOOR,
                bondBps: BOND_BPS,
                proposerFee: 10,
                mostBondFloor: 1_000_000,
                mostProposerFee: 1_000_000
            });
    }

    function reviewParameters() internal pure returns (IContributionReview.Parameters memory) {
        return
            IContributionReview.Parameters({
                objectionBondFloor: 1_000,
                objectionBondBps: 5_000,
                commitSeconds: 3_600,
                revealSeconds: 3_600,
                appealSeconds: 3_600,
                quorumBps: 2_000,
                rewardBps: 5_000,
                unrevealedFault: 0,
                unrevealedBps: 100,
                leastStake: 100
            });
    }

    function _begin(OpenToken open, IERC20 token) private returns (Protocol memory p) {
        p.open = open;
        p.positions = new RoyaltyPositions(address(this), token);
        p.staking = new OperatorStaking(open, governance, IOperatorStaking.Parameters(14 days, 14 days, 7 days));
    }

    function _complete(Protocol memory p, IERC20 token, IAttributorSet attributors) private {
        p.ledger = deployLedger(token, p.positions, attributors);
        p.vault = vaultOf(p.ledger);
        p.datanets = new DatanetRegistry(p.ledger, p.positions, REVIEW_SECONDS, 1 days);
        p.review = new ContributionReview(p.datanets, p.staking, reviewParameters());
        p.models = new ModelRegistry(
            token,
            p.datanets,
            p.positions,
            governance,
            IModelRegistry.Parameters(100, 500, INDEX_BOND, INDEX_BOND * 100, INDEX_WINDOW_SECONDS)
        );
        Courts memory c = _deployTills(p, p.ledger);
        (p.tills, p.faultProofs, p.demands) = (c.tills, c.faultProofs, c.demands);
        (p.settlementProofs, p.disputes) = (c.settlementProofs, c.disputes);
        p.indexProofs = new IndexProofs(p.models, p.datanets, IReservations.Parameters(7));
        address[] memory courts = new address[](3);
        (courts[0], courts[1], courts[2]) = (address(p.demands), address(p.indexProofs), address(p.disputes));
        p.models.bindCourts(courts);
        p.positions.bindMinters(address(p.datanets), address(p.models));
        p.datanets.bindReview(address(p.review));
        IOperatorStaking.Fault[] memory faults = new IOperatorStaking.Fault[](7);
        faults[0] = IOperatorStaking.Fault(address(p.review), 100, 5_000);
        faults[1] = IOperatorStaking.Fault(address(p.demands), 1_000, 5_000);
        faults[2] = IOperatorStaking.Fault(address(p.demands), 1_000, 5_000);
        faults[3] = IOperatorStaking.Fault(address(p.settlementProofs), 1_000, 5_000);
        faults[4] = IOperatorStaking.Fault(address(p.settlementProofs), 2_000, 5_000);
        faults[5] = IOperatorStaking.Fault(address(p.disputes), 100, 5_000);
        faults[6] = IOperatorStaking.Fault(address(p.disputes), 1_000, 5_000);
        p.staking.bind(p.models, p.datanets, faults);
    }

    /// @dev The payment channels that receipts are compared with: none, unless a test says so.
    function _channels() internal virtual returns (IBatchSettlement) {
        return IBatchSettlement(address(0));
    }

    /// @dev Also the courts, since a ledger is bound to all of them at once.
    function _deployTills(Protocol memory p, RoyaltyLedger ledger) private returns (Courts memory c) {
        c.tills = new TillFactory(address(new ModelTill(ledger, p.models, p.staking)), p.models);
        c.faultProofs = new FaultProofs(
            ledger,
            address(new CallChecker(ledger, p.models)),
            address(new PayoutChecker(ledger, p.models, p.datanets)),
            address(new FormChecker(ledger, p.models)),
            IReservations.Parameters(7)
        );
        c.demands = new Demands(
            ledger,
            p.models,
            p.staking,
            IDemands.Parameters(60, 30, 10),
            IPenalties.Penalties(1, 2, 1_000, 1_000, 1 days)
        );
        c.settlementProofs = new SettlementProofs(
            ledger,
            p.models,
            c.tills,
            _channels(),
            p.staking,
            new SettlementChecker(),
            IReservations.Parameters(7),
            IPenalties.Penalties(3, 4, 1_000, 2_000, 10 days),
            IInclusions.InclusionTerms(1 hours, 7 days, 2 days, 10)
        );
        c.disputes = new SketchDisputes(
            ledger,
            p.models,
            p.staking,
            ISketchDisputes.Parameters(60, 10, 500, 1_000, 6, 1_000, 100, 1 days),
            IStakeVotes.VoteTerms(60, 60, 5_000, 5, 100)
        );
        address[] memory courts = new address[](4);
        courts[0] = address(c.faultProofs);
        courts[1] = address(c.demands);
        courts[2] = address(c.settlementProofs);
        courts[3] = address(c.disputes);
        ledger.bind(c.tills, p.models, courts);
    }
}
