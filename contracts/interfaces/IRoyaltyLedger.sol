// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Epoch, ModelVersion, PositionId, SettlementId} from "../types/Ids.sol";
import {Root} from "../types/Root.sol";
import {IModelRegistry} from "./IModelRegistry.sol";
import {ITillFactory} from "./ITillFactory.sol";

/// @notice The books of one payment token: settlements and their pools, sketch commits, epochs, bonded proposals and direct accruals. What finalised epochs pay is
/// in the vault.
interface IRoyaltyLedger {
    /// @notice Fixed at deployment, but what governance may change: the bonds and the proposer's fee, within their caps; the bonds given here are also the least.
    /// @param epochSeconds Length of an epoch.
    /// @param sketchWindowSeconds From a sketch commit to its settlement being ready.
    /// @param challengeWindowSeconds From a proposal to its finalisation.
    /// @param settlementLifetimeSeconds After which a settlement without sketches, or plain income without a group, goes to the treasury.
    /// @param bondFloor Least bond of a proposal, base units.
    /// @param bondBps Bond of a proposal in basis points of the pools it distributes, where that is more; at most 2,000.
    /// @param proposerFee Paid from the treasury position's direct income to the proposer of a finalised root, base units; at most 1 % of the pools.
    /// @param mostBondFloor Cap of `bondFloor`. @param mostProposerFee Cap of `proposerFee`.
    struct Parameters {
        uint48 epochSeconds;
        uint48 sketchWindowSeconds;
        uint48 challengeWindowSeconds;
        uint48 settlementLifetimeSeconds;
        uint128 bondFloor;
        uint16 bondBps;
        uint128 proposerFee;
        uint128 mostBondFloor;
        uint128 mostProposerFee;
    }

    enum SettlementStatus {
        None,
        Open, // waits for sketches
        Committed, // sketches committed, window running
        Ready, // belongs to a group of an epoch
        Expired, // its pool went to the treasury
        Voided // receipts were shown to be bad; its pool went to the treasury
    }

    /// @param pool Data share of the settlement's fee. @param epoch Known from the commit of its sketches on; `group` and `offset` (the place of its
    /// first call in its group) once it is ready. @param commits Of sketches so far, those included that were ended or released.
    struct Settlement {
        ModelVersion version;
        address till;
        uint32 count;
        SettlementStatus status;
        uint48 openedAt;
        uint48 readyAt;
        Epoch epoch;
        uint16 group;
        uint32 offset;
        uint32 commits;
        uint128 pool;
        Root receipts;
        Root sketches;
    }

    struct Group {
        ModelVersion version;
        uint32 callCount;
        uint128 pool;
        SettlementId[] settlements;
    }

    enum ProposalStatus {
        None,
        Pending,
        Finalized,
        Superseded, // another one was finalised
        Ended // a fault was shown
    }

    struct Proposal {
        address proposer;
        uint48 proposedAt;
        uint48 finalizableAt;
        ProposalStatus status;
        uint128 bond;
        Root groups;
        Root payouts;
        bytes32 bundleHash;
    }

    event Bound(address indexed tills, address indexed models);
    event SettlementOpened(
        SettlementId indexed settlement,
        ModelVersion indexed version,
        address indexed till,
        Root receipts,
        uint32 count,
        uint128 pool
    );
    event PlainIncome(ModelVersion indexed version, uint128 amount);
    event SketchesCommitted(
        SettlementId indexed settlement,
        Root sketches,
        address committer,
        uint48 readyAt,
        Epoch epoch,
        bytes32 bundleHash
    );
    event SettlementReady(
        SettlementId indexed settlement,
        Epoch indexed epoch,
        uint16 indexed group,
        uint32 offset,
        uint128 pool
    );
    /// @notice The epoch had no group number left: the settlement is open again and waits for another commit.
    event SettlementReleased(SettlementId indexed settlement, Epoch indexed epoch);
    event PlainIncomeExpired(ModelVersion indexed version, uint128 amount);
    event SettlementExpired(SettlementId indexed settlement, uint128 pool);
    event Proposed(
        Epoch indexed epoch,
        uint32 indexed proposal,
        address indexed proposer,
        Root groups,
        Root payouts,
        bytes32 bundleHash,
        uint128 bond,
        uint48 finalizableAt
    );
    event Finalized(Epoch indexed epoch, uint32 indexed proposal, Root payouts);
    event BondReturned(Epoch indexed epoch, uint32 indexed proposal, address indexed proposer, uint128 bond);
    event ProposerPaid(Epoch indexed epoch, uint32 indexed proposal, address indexed proposer, uint128 fee);
    event BondsSet(uint128 bondFloor, uint16 bondBps);
    event ProposerFeeSet(uint128 proposerFee);
    /// @param from Who paid: the ledger itself where a pool was given up.
    event Accrued(PositionId indexed position, address indexed from, uint128 amount);
    /// @notice A claim through the vault paid the position's direct income.
    event AccruedPaid(PositionId indexed position, address indexed recipient, uint128 amount);

    error NotDeployer(address caller);
    error AlreadyBound();
    error InvalidParameter(string name);
    error NotGovernance(address caller);
    error AboveCap(string name, uint256 value, uint256 most);
    error BelowLeast(string name, uint256 value, uint256 least);
    error NotTill(address caller);
    error NotVault(address caller);
    error UnknownSettlement(SettlementId settlement);
    error SettlementNotOpen(SettlementId settlement);
    error SettlementNotExpired(SettlementId settlement, uint48 until);
    error PlainIncomeNotExpired(ModelVersion version, uint48 until);
    error IndexNotUsable(ModelVersion version);
    error SketchCountMismatch(uint128 sum, uint32 count);
    error QuorumNotReached(uint256 weight, uint256 quorum);
    error SignersNotAscending(address signer);
    error NotAttributor(address signer);
    error EpochNotOver(Epoch epoch, uint48 until);
    error EpochNotAdvanced(Epoch epoch, SettlementId next);
    error EpochEmpty(Epoch epoch);
    error BeforeGenesis(uint48 timestamp, uint48 genesis);
    error UnknownGroup(Epoch epoch, uint16 group);
    error EpochNotNext(Epoch epoch, Epoch next);
    error GroupsSumMismatch(uint128 sum, uint128 pools);
    error PayoutsSumMismatch(uint128 sum, uint128 expected);
    error ProposalExists(uint32 proposal);
    error UnknownProposal(Epoch epoch, uint32 proposal);
    error NoOpenEpoch();
    error NoProposal(Epoch epoch);
    error ChallengeWindowOpen(Epoch epoch, uint48 until);
    error NotSuperseded(Epoch epoch, uint32 proposal);
    error NothingToReturn(Epoch epoch, uint32 proposal);
    error BondNotReceivable(Epoch epoch, uint32 proposal, address proposer);
    error UnknownPosition(PositionId position);
    error LengthMismatch(uint256 positions, uint256 amounts);
    error AmountMismatch(uint256 expected, uint256 received);
    error BooksNotCovered(uint256 balance, uint256 owed);
    /// @notice All direct income together must stay below 2^128, the range of the books.
    error AccruedTooLarge(uint256 accrued);

    // --- set-up ---

    /// @notice Names the tills, the models, and the courts that end what is shown to be wrong (ICourtLedger); once, by the deployer, who has no right but this one.
    function bind(ITillFactory tills, IModelRegistry models, address[] calldata courts) external;

    // --- income ---

    /// @notice Opens a settlement and takes its pool from the calling till.
    function openSettlement(
        ModelVersion version,
        Root calldata receipts,
        uint32 count,
        uint128 pool
    ) external returns (SettlementId);

    /// @notice Takes income without receipts from the calling till; it joins the pool of the version's next group.
    function addPlainIncome(ModelVersion version, uint128 amount) external;

    /// @notice Credits positions directly with tokens taken from the caller: anyone may pay income into a position.
    function accrue(PositionId[] calldata positions, uint128[] calldata amounts) external;

    /// @notice Pays all direct income of a position to `recipient`; only the vault, as part of a claim. @return amount Base units, 0 if there is none.
    function payAccrued(PositionId position, address recipient) external returns (uint128 amount);

    // --- inputs of an epoch ---

    /// @notice Commits the query sketches of a settlement, co-signed by attributors who together have the weight of the quorum (typed data of docs/formats.md §7.2).
    /// @param signatures In ascending order of their signers; each is the 65 bytes of an account's signature, or the 20 bytes of a contract's address
    /// followed by what its ERC-1271 check takes.
    function commitSketches(
        SettlementId settlement,
        Root calldata sketches,
        bytes32 bundleHash,
        bytes[] calldata signatures
    ) external;

    /// @notice Moves up to `max` settlements that are ready into the groups of their epochs, in the order in which they became so. Anyone may call.
    function advance(uint256 max) external returns (uint256 moved);

    /// @notice Pays the pool of a settlement that did not become ready in time to the treasury's position. Anyone may call.
    function expire(SettlementId settlement) external;

    /// @notice Pays plain income of a version to the treasury's position if neither a group nor more of it came in time. Anyone may call.
    function expirePlainIncome(ModelVersion version) external;

    // --- proposals ---

    /// @notice Proposes the result of an epoch that is over, under a bond. Solvency is checked here: the groups' sum is the epoch's pools,
    /// and the payouts' sum is the last finalised payouts' sum plus those pools.
    /// @return proposal Its place among the epoch's proposals, from 0.
    function propose(
        Epoch epoch,
        Root calldata groups,
        Root calldata payouts,
        bytes32 bundleHash
    ) external returns (uint32 proposal);

    /// @notice Finalises the earliest proposal of the epoch once its window has passed: sends the pools and the payouts root to the vault, returns the
    /// proposal's bond and pays its fee. If the proposer cannot receive them now, `returnBond` will return the bond, and the fee stays with the treasury's position. Anyone may call.
    function finalize(Epoch epoch) external;

    /// @notice Returns a bond that is still held once the epoch is finalised: of a proposal that lost to an earlier one without being wrong, or of
    /// one whose proposer could not receive it. Anyone may call.
    function returnBond(Epoch epoch, uint32 proposal) external;

    // --- governance ---

    /// @notice Sets the bond of future proposals; only governance. Pending proposals keep the bond that they gave.
    /// @param bondFloor From `leastBondFloor` to `mostBondFloor`, else `BelowLeast` or `AboveCap`. @param bondBps From `leastBondBps` to 2,000.
    function setBonds(uint128 bondFloor, uint16 bondBps) external;

    /// @notice Sets what the proposer of a finalised root is paid; only governance.
    /// @param proposerFee At most `mostProposerFee`.
    function setProposerFee(uint128 proposerFee) external;

    // --- views ---

    /// @notice Who may call `setBonds` and `setProposerFee`.
    function governance() external view returns (address);

    /// @notice What `bondFloor` was at deployment and can never be set below, base units.
    function leastBondFloor() external view returns (uint128);

    /// @notice What `bondBps` was at deployment and can never be set below, basis points.
    function leastBondBps() external view returns (uint16);

    /// @notice Where finalised pools go and claims are made; its token and positions are the ledger's.
    function vault() external view returns (address);

    function token() external view returns (address);

    function positions() external view returns (address);

    function parameters() external view returns (Parameters memory);

    /// @notice When epoch 0 began.
    function genesis() external view returns (uint48);

    function treasuryPosition() external view returns (PositionId);

    function settlementOf(SettlementId settlement) external view returns (Settlement memory);

    function settlementCount() external view returns (uint64);

    function epochAt(uint48 timestamp) external view returns (Epoch);

    function epochEnd(Epoch epoch) external view returns (uint48);

    function groupCount(Epoch epoch) external view returns (uint16);

    function groupOf(Epoch epoch, uint16 group) external view returns (Group memory);

    function epochPools(Epoch epoch) external view returns (uint128);

    function proposalCount(Epoch epoch) external view returns (uint32);

    function proposalOf(Epoch epoch, uint32 proposal) external view returns (Proposal memory);

    /// @notice The last finalised payouts root.
    function payoutsRoot() external view returns (Root memory);

    /// @notice The earliest epoch with settlements that is not finalised; reverts if there is none.
    function nextEpoch() external view returns (Epoch);

    function requiredBond(Epoch epoch) external view returns (uint128);

    /// @notice Direct income of a position that it was not paid yet, base units.
    function accruedOf(PositionId position) external view returns (uint128);

    /// @notice Plain income of a version that waits for its next group, and when the newest of it came in.
    function plainIncomeOf(ModelVersion version) external view returns (uint128 amount, uint48 since);

    /// @notice How many settlements were committed and not yet advanced.
    function queueLength() external view returns (uint256);

    /// @notice Digest that attributors sign for a settlement's sketches.
    function attestationDigest(SettlementId settlement, bytes32 sketchesHash) external view returns (bytes32);

    /// @notice Base units that the ledger holds for others: `pools` not yet finalised, `accrued` unclaimed, `bonds`.
    function owed() external view returns (uint256 pools, uint256 accrued, uint256 bonds);
}
