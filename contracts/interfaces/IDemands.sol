// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Link} from "../types/Link.sol";
import {Root} from "../types/Root.sol";

/// @notice Demands for the preimages under a node of a committed tree, their answers, and the end of what is not answered (docs/formats.md §9).
/// @dev An answer is judged by hashing alone. Who holds the data can always answer; who does not loses what was committed, and its bond.
interface IDemands {
    /// @notice Fixed at deployment; none is 0. 30 times both times together, the deepest descent, must be at most 30 days, and both together at most the ledger's
    /// challenge and sketch windows.
    /// @param answerSeconds From a demand to the last second at which it can be answered.
    /// @param reactionSeconds From then on, how long what was demanded can still be ended, or the next demand be made of what was revealed.
    /// @param deposit Of a demand at first, base units of the ledger's token: the gas of the longest answer, with margin.
    struct Parameters {
        uint48 answerSeconds;
        uint48 reactionSeconds;
        uint128 deposit;
    }

    /// @notice A published root (docs/formats.md §9).
    /// @param kind 2 index of a version, 3 receipts or 4 sketches of a settlement, 9 groups or 11 payouts of an epoch. @param id Of the version, settlement or epoch.
    /// @param sub Number of the commit among those.
    struct Commitment {
        uint8 kind;
        uint64 id;
        uint32 sub;
    }

    enum Status {
        None,
        Open,
        Answered,
        Unanswered, // ended what was demanded
        Refunded // what was demanded ended, or became final, for another reason
    }

    /// @param deadline Last second of the time to answer. @param level Of the demanded node. @param depth Of its tree. @param hash Of the node.
    struct Demand {
        address demander;
        uint48 deadline;
        uint8 level;
        uint8 depth;
        Status status;
        Commitment commitment;
        uint128 deposit;
        bytes32 hash;
    }

    /// @param demand The bytes of docs/formats.md §9: commitment, path and node. @param node What the tree states of it.
    event Demanded(
        uint256 indexed id,
        bytes32 indexed commit,
        address indexed demander,
        bytes demand,
        Root node,
        uint128 deposit,
        uint48 deadline
    );
    event Answered(uint256 indexed id, address indexed answerer, uint128 paid, uint128 burned, bytes answer);
    /// @param refund The demander's deposit; 0 where it could not receive, and the deposit burned. @param reward As the bond's holder paid it, beside the deposit.
    event EndedUnanswered(uint256 indexed id, address indexed demander, uint128 refund, uint128 reward);
    event Refunded(uint256 indexed id, address indexed demander, uint128 refund);

    error InvalidParameter(string name);
    error AmountMismatch(uint256 expected, uint256 received);
    /// @notice Trees of this kind cannot be demanded: they are not committed, or this contract could not end them.
    error NotDemandable(uint8 kind);
    /// @notice There is no such commit, or it can no longer be ended.
    error CommitmentNotLive(Commitment commitment);
    /// @notice What is not answered could not be ended in time any more.
    error TooLate(uint48 until, uint48 latest);
    /// @notice The path leads through a leaf that is absent or has no such nested root.
    error NoTreeAt(uint256 step);
    /// @notice The opening does not lead from the tree's root to the node, or the node is absent.
    error NoSuchNode();
    /// @notice The answer to that demand reveals, or will reveal, the preimage of this node.
    error AlreadyDemanded(uint256 id);
    error TooManyDemands(uint32 count);
    error DemandNotOpen(uint256 id);
    error DemandOverdue(uint256 id, uint48 deadline);
    error DemandNotOverdue(uint256 id, uint48 deadline);
    error NotAnAnswer(uint256 id);
    error StillLive(uint256 id);

    /// @notice Demands the preimages under a node, for a deposit. A pending proposal is held until there was time to answer and to react.
    /// @param path The leaves through which the node's tree is reached, outermost first; each link opens a leaf and names the nested root.
    /// @param index Of the node at its level, which is the opening's. @param node Its hash and sum. @param opening From the root of its tree (docs/formats.md §4).
    function demand(
        Commitment calldata commitment,
        Link[] calldata path,
        uint64 index,
        Root calldata node,
        bytes calldata opening
    ) external returns (uint256 id);

    /// @notice Answers a demand in time, and is paid for it: what the deposit was at first. What the doubling added burns, so that nobody makes demands
    /// dear by answering its own. Anyone may call.
    function answer(uint256 id, bytes calldata answer_) external;

    /// @notice Ends what a demand was not answered for, returns the deposit and has the bond's reward paid to the demander. Anyone may call.
    function endUnanswered(uint256 id) external;

    /// @notice Returns the deposit of an open demand for something that cannot be ended any more. Anyone may call.
    function refund(uint256 id) external;

    // --- views ---

    /// @notice As they were fixed.
    function parameters() external view returns (Parameters memory);

    function demandCount() external view returns (uint256);

    function demandOf(uint256 id) external view returns (Demand memory);

    /// @notice The demand with these bytes, by their keccak256; 0 if there is none.
    function demandWith(bytes32 key) external view returns (uint256 id);

    /// @notice How many demands were made of a commit; the groups and payouts of a proposal count together.
    function demandsOf(Commitment calldata commitment) external view returns (uint32);

    /// @notice Deposit of the next demand of a commit.
    function depositFor(Commitment calldata commitment) external view returns (uint128);

    /// @notice Base units that this contract holds for others.
    function owed() external view returns (uint256);
}
