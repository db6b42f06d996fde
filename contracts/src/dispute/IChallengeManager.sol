// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Output, Pack} from "../rollup/IRollup.sol";
import {Env} from "./MachineState.sol";

/// Block: that block `blockIndex` of the pack, executed on the output before it, gives the output root that the pack says.
/// Reading: that the pack's frames hold the content that its contentRoot commits to.
enum ClaimKind {
    Block,
    Reading
}

enum ChallengeStatus {
    None,
    Open,
    Failed,
    Succeeded
}

/// Upheld: the defender won. Refuted: the challenger won. Moot: something else decided first, nobody lost.
enum GameStatus {
    None,
    Open,
    Upheld,
    Refuted,
    Moot
}

enum Turn {
    Defender,
    Challenger
}

/// An objection to one claim of one pack.
struct Challenge {
    address rollup;
    uint64 packIndex;
    /// IRollup.revertEpoch when the pack was posted: with the index it names the pack for ever.
    uint64 packEpoch;
    uint64 blockIndex;
    ClaimKind kind;
    ChallengeStatus status;
    address challenger;
    /// Until then, seconds of L1 time and that second included, defences may be entered.
    uint64 defenceEnd;
    /// Digests of the claim's first and last state.
    bytes32 initial;
    bytes32 claimed;
    /// Defences that were entered, and those of them that are still played.
    uint64 games;
    uint64 openGames;
}

/// One defence of a challenged claim. Trees have a state's digest in each leaf, a node is keccak256(left || right).
struct Game {
    uint256 challengeId;
    address defender;
    GameStatus status;
    Turn turn;
    /// 0: states between segments, 2^16 of them. 1: states of one segment, 2^27.
    uint8 level;
    /// Of the node that is contested above the leaves of its level's tree; 0 is a leaf.
    uint8 height;
    /// Place of that node among those of its height.
    uint64 position;
    bytes32 node;
    /// Root of the tree of this level, and of level 0.
    bytes32 root;
    bytes32 segmentsRoot;
    /// In level 1: leaf `segment` of level 0 is contested, so that the states from leaf `segment - 1` on are walked through.
    uint64 segment;
    /// Digest of the state before and claimed state after that segment; zero in level 0.
    bytes32 segmentBefore;
    bytes32 segmentClaimed;
    /// The children among which the challenger is to pick: nodes `children.length` positions wide; empty in a defender's turn.
    bytes32[] children;
    /// Until then, that second included, whose turn it is must have moved.
    uint64 deadline;
    /// Seconds of thinking that both have left, as of the last move.
    uint64 defenderClock;
    uint64 challengerClock;
}

/// Disputes about packs, down to one step of the machine that `packages/dispute` describes. One per L1, for every rollup whose
/// `disputeGame` it is. Who objects to a claim puts up a bond; who defends it commits to a tree over all states between the
/// claim's first and its last, and the challenger points to the first node that is wrong, until two neighbouring states are left
/// of which the first is undisputed: there the L1 executes the step itself.
///
/// Nobody depends on anybody else: any number of challenges of a claim and of defences of a challenge are played at once. A
/// challenge that failed says nothing about the claim (both its sides may have been one person), nor does one that is open:
/// whoever sees a wrong pack opens one of their own within its window, and whoever sees a right pack challenged defends it.
interface IChallengeManager {
    event ChallengeOpened(
        uint256 indexed challengeId,
        address indexed rollup,
        uint64 indexed packIndex,
        ClaimKind kind,
        uint64 blockIndex,
        bytes32 initial,
        bytes32 claimed,
        address challenger,
        uint64 defenceEnd
    );
    event DefenceEntered(uint256 indexed challengeId, uint256 indexed gameId, address indexed defender, bytes32 root);
    /// The contested node of that height was opened: these are the nodes three (or as many as are left) below it.
    event NodesRevealed(uint256 indexed gameId, uint8 level, uint8 height, uint64 position, bytes32[] nodes);
    /// The node that is contested now.
    event ChildPicked(uint256 indexed gameId, uint8 level, uint8 height, uint64 position, bytes32 node);
    event StepsCommitted(
        uint256 indexed gameId, uint64 segment, bytes32 before, bytes32 claimed, bytes32 root
    );
    event StepProven(
        uint256 indexed gameId, uint64 segment, uint64 stepIndex, bytes32 before, bytes32 post, uint8 family
    );
    /// A succinct proof showed the claim.
    event ClaimProven(uint256 indexed challengeId, bytes32 keyHash, address prover);
    event GameEnded(uint256 indexed gameId, uint256 indexed challengeId, GameStatus status, bool byTimeout);
    event ChallengeResolved(uint256 indexed challengeId, ChallengeStatus status);
    event ClockMoved(uint256 indexed gameId, Turn turn, uint64 deadline);
    /// The half of a lost bond that nobody gets: else one person could play both sides and lose nothing.
    event BondBurned(uint256 indexed challengeId, uint256 amount);
    event CreditWithdrawn(address indexed account, uint256 amount);

    error WrongBond(uint256 required, uint256 given);
    /// The rollup names another dispute game.
    error NotOurRollup(address rollup);
    error UnknownPack(uint64 packIndex);
    /// Not the pack that was posted.
    error WrongPack(bytes32 expected, bytes32 given);
    /// The pack's window is over.
    error WindowClosed(uint64 windowEnd);
    error NoSuchClaim(ClaimKind kind, uint64 blockIndex);
    error UnknownChallenge(uint256 challengeId);
    error UnknownGame(uint256 gameId);
    error ChallengeClosed(ChallengeStatus status);
    error GameClosed(GameStatus status);
    error DefencePeriodOver(uint64 defenceEnd);
    /// Nobody plays both sides of a game.
    error OwnChallenge();
    error NotYourTurn(Turn turn);
    error OnlyPlayer(address player);
    /// The turn ended with this second; `timeout` is what can be done now.
    error ClockRanOut(uint64 deadline);
    error StillTime(uint64 deadline);
    error WrongNodeCount(uint256 expected, uint256 given);
    /// The nodes are not those below the contested one.
    error WrongNodes();
    /// There is no such child, or it is another node, or the first leaf of the tree.
    error NoSuchChild(uint8 child);
    /// The leaf does not lie there under that root.
    error WrongProof();
    /// The game has come to a leaf, or has not yet: this is another move's turn.
    error NotNow(uint8 level, uint8 height);
    /// What the L1 computed is not what the defender committed to.
    error WrongStep(bytes32 committed, bytes32 computed);
    /// The environment is not the rollup's.
    error WrongEnv();
    /// Defences are still played or may still be entered.
    error NotDecided();
    error NothingToWithdraw();
    error UnexpectedPayment();
    error PaymentFailed();

    /// Objects to a claim of a pack that is inside its window. The value is `challengeBond()`.
    /// @param pack as it was posted
    /// @param blockIndex place of the block in the pack; 0 for kind Reading
    function challenge(address rollup, Pack calldata pack, ClaimKind kind, uint64 blockIndex)
        external
        payable
        returns (uint256 challengeId);

    /// Defends a claim, before its `defenceEnd`; the value is `defenceBond()`. Not by the challenger.
    /// @param root of the tree of height 16 over the states between segments
    /// @param firstProof that its first leaf is the claim's first state: 16 siblings, from the leaf upwards
    /// @param lastProof that its last leaf is the claim's last state
    function defend(
        uint256 challengeId,
        bytes32 root,
        bytes32[] calldata firstProof,
        bytes32[] calldata lastProof
    ) external payable returns (uint256 gameId);

    /// The defender opens the contested node.
    /// @param nodes the 2^k nodes k = min(3, height) below it
    function reveal(uint256 gameId, bytes32[] calldata nodes) external;

    /// The challenger names the first child that is wrong; it is never the tree's very first leaf, which was proven.
    /// @param node digest of that child: a choice that is late (sent twice, or put into another order by a reorganisation of the
    /// L1) is refused instead of being taken for the answer to what the defender showed since
    function pick(uint256 gameId, uint8 child, bytes32 node) external;

    /// The defender, at a leaf of level 0, commits to the steps that lead there from the leaf before it.
    /// @param before the leaf before the contested one, undisputed, and its 16 siblings
    /// @param root of the tree of height 27 whose first leaf is `before` and whose last is the contested leaf, with both proofs
    function commitSteps(
        uint256 gameId,
        bytes32 before,
        bytes32[] calldata beforeProof,
        bytes32 root,
        bytes32[] calldata firstProof,
        bytes32[] calldata lastProof
    ) external;

    /// At a leaf of level 1 anybody shows the step to it, in the defender's turn: that decides the game for the defender.
    /// @param before the leaf before the contested one and its 27 siblings
    /// @param env of the rollup
    function proveStep(
        uint256 gameId,
        bytes32 before,
        bytes32[] calldata beforeProof,
        Env calldata env,
        uint8 family,
        bytes calldata witness
    ) external;

    /// Anybody, while the challenge of a block is open: shows the whole claim by a succinct proof instead of a game, which ends the
    /// challenge. Only where the rollup names a key (IRollup.validityKey).
    /// @param output whose root is claimed: what it says of the inbox and of the L1 is compared with the L1
    /// @param proof as the key's IValidityVerifier takes it, for the statement keccak256(abi.encode(rulesHash, initial, claimed))
    function proveClaim(uint256 challengeId, Output calldata output, bytes calldata proof) external;

    /// Anybody: who did not move in time has lost.
    function timeout(uint256 gameId) external;

    /// Anybody: ends a challenge whose defences were all refuted (or that has none) after its defence period, which voids the
    /// pack; or one whose pack fell otherwise. Gives the bonds back of games that became moot thereby or earlier, 32 of them a
    /// call: where there are more, call again.
    function resolve(uint256 challengeId) external;

    /// Pays out what `creditOf(msg.sender)` says.
    function withdraw() external;

    function creditOf(address account) external view returns (uint256);
    /// Lowest pack of the rollup with an open challenge, type(uint64).max when there is none.
    function firstContested(address rollup) external view returns (uint64);
    function challengeOf(uint256 challengeId) external view returns (Challenge memory);
    function gameOf(uint256 gameId) external view returns (Game memory);
    /// The `number`-th defence of a challenge, from 0 on.
    function gameAt(uint256 challengeId, uint64 number) external view returns (uint256 gameId);
    /// Ids begin at 1 and have no gaps.
    function challengeCount() external view returns (uint256);
    function gameCount() external view returns (uint256);
    /// Wei.
    function challengeBond() external view returns (uint256);
    function defenceBond() external view returns (uint256);
    /// Seconds that each side of a game about this rollup has, and how long defences may be entered.
    function clockOf(address rollup) external view returns (uint64);
    function defencePeriodOf(address rollup) external view returns (uint64);
    /// Seconds that a side has at least for each move.
    function extension() external view returns (uint64);
    /// Wei of lost bonds that stay here for ever.
    function burned() external view returns (uint256);
    /// What steps are checked by and with.
    function verifier() external view returns (address);
    function codes() external view returns (address);
    function origins() external view returns (address);
    /// IValidityRegistry.
    function validity() external view returns (address);
}
