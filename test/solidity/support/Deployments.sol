// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Test} from "forge-std/Test.sol";
import {IAttributorSet} from "../../../contracts/interfaces/IAttributorSet.sol";
import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {IRoyaltyLedger} from "../../../contracts/interfaces/IRoyaltyLedger.sol";
import {ITillFactory} from "../../../contracts/interfaces/ITillFactory.sol";
import {ModelTill} from "../../../contracts/payments/ModelTill.sol";
import {TillFactory} from "../../../contracts/payments/TillFactory.sol";
import {DatanetRegistry} from "../../../contracts/registry/DatanetRegistry.sol";
import {ModelRegistry} from "../../../contracts/registry/ModelRegistry.sol";
import {RoyaltyLedger} from "../../../contracts/royalties/RoyaltyLedger.sol";
import {RoyaltyPositions} from "../../../contracts/royalties/RoyaltyPositions.sol";

/// @notice A set of attributors that a test names one by one, with a quorum of one.
contract NamedAttributors is IAttributorSet {
    mapping(address account => bool) public isAttributor;

    function add(address account) external {
        isAttributor[account] = true;
    }

    function quorum() external pure returns (uint256) {
        return 1;
    }
}

/// @notice How tests construct the protocol: the only place that names the constructors' arguments.
abstract contract Deployments is Test {
    uint48 internal constant EPOCH_SECONDS = 3_600;
    uint48 internal constant SKETCH_WINDOW_SECONDS = 600;
    uint48 internal constant CHALLENGE_WINDOW_SECONDS = 1_200;
    uint48 internal constant SETTLEMENT_LIFETIME_SECONDS = 90 days;
    uint128 internal constant BOND_FLOOR = 100;
    uint48 internal constant REVIEW_SECONDS = 60;
    uint48 internal constant INDEX_WINDOW_SECONDS = 300;
    uint128 internal constant INDEX_BOND = 50;

    struct Protocol {
        RoyaltyPositions positions;
        NamedAttributors attributors;
        RoyaltyLedger ledger;
        DatanetRegistry datanets;
        ModelRegistry models;
        TillFactory tills;
    }

    /// @dev A ledger that no till is bound to: enough for direct accruals and claims.
    function deployLedger(IERC20 token, RoyaltyPositions positions) internal returns (RoyaltyLedger) {
        return _deployLedger(token, positions, new NamedAttributors());
    }

    /// @dev The whole protocol over one token, deployed by the test, whose address is the treasury too.
    function deployProtocol(IERC20 token) internal returns (Protocol memory p) {
        p.positions = new RoyaltyPositions(address(this));
        p.attributors = new NamedAttributors();
        p.ledger = _deployLedger(token, p.positions, p.attributors);
        p.datanets = new DatanetRegistry(p.ledger, p.positions, REVIEW_SECONDS, 1 days);
        p.models = new ModelRegistry(
            token,
            p.datanets,
            p.positions,
            ModelRegistry.Parameters(100, 500, INDEX_BOND, INDEX_WINDOW_SECONDS)
        );
        p.tills = new TillFactory(address(new ModelTill(p.ledger, p.models)), p.models);
        p.positions.bindMinters(address(p.datanets), address(p.models));
        p.ledger.bind(ITillFactory(p.tills), IModelRegistry(p.models));
    }

    function _deployLedger(
        IERC20 token,
        RoyaltyPositions positions,
        IAttributorSet attributors
    ) private returns (RoyaltyLedger) {
        return
            new RoyaltyLedger(
                token,
                positions,
                attributors,
                IRoyaltyLedger.Parameters({
                    epochSeconds: EPOCH_SECONDS,
                    sketchWindowSeconds: SKETCH_WINDOW_SECONDS,
                    challengeWindowSeconds: CHALLENGE_WINDOW_SECONDS,
                    settlementLifetimeSeconds: SETTLEMENT_LIFETIME_SECONDS,
                    bondFloor: BOND_FLOOR,
                    bondBps: 500
                })
            );
    }
}
