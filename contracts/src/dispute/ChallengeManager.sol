// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IRollup, Output, Pack, PackRecord} from "../rollup/IRollup.sol";
import {Claims} from "./Claims.sol";
import {ContestedPacks} from "./ContestedPacks.sol";
import {
    Challenge,
    ChallengeStatus,
    ClaimKind,
    Game,
    GameStatus,
    IChallengeManager,
    Turn
} from "./IChallengeManager.sol";
import {IOneStepVerifier} from "./IOneStepVerifier.sol";
import {Env} from "./MachineState.sol";
import {GameTree} from "./lib/GameTree.sol";
import {ValidityClaims} from "./validity/ValidityClaims.sol";

/// What all disputes of an L1 have in common. Seconds and wei.
struct GameTerms {
    address verifier;
    address codes;
    address origins;
    address validity;
    uint256 challengeBond;
    uint256 defenceBond;
    uint64 minClock;
    uint64 extension;
    uint64 minDefence;
}

/// See IChallengeManager. Keeps the bonds of who plays and pays them out; it has no owner, and no rollup has to trust another:
/// what a hostile rollup says moves only the bonds of those who play about it.
contract ChallengeManager is IChallengeManager, ContestedPacks, ReentrancyGuardTransient {
    /// A defended game as it lies in storage; `Game` is what is told of it.
    struct Play {
        address defender;
        GameStatus status;
        Turn turn;
        uint8 level;
        uint8 height;
        uint64 challengeId;
        uint64 position;
        uint64 segment;
        uint64 deadline;
        uint64 defenderClock;
        uint64 challengerClock;
        bytes32 node;
        bytes32 root;
        bytes32 segmentsRoot;
        bytes32 segmentBefore;
        bytes32 segmentClaimed;
        /// Meaningful in the challenger's turn.
        bytes32[8] children;
    }

    /// Part of the challenge period that both clocks and the time for defences are.
    uint64 private constant PERIOD_SHARE = 4;
    /// Games that one call of `resolve` ends as moot.
    uint256 private constant SWEEP = 32;

    /// @inheritdoc IChallengeManager
    address public immutable verifier;
    /// @inheritdoc IChallengeManager
    address public immutable codes;
    /// @inheritdoc IChallengeManager
    address public immutable origins;
    /// @inheritdoc IChallengeManager
    address public immutable validity;
    /// @inheritdoc IChallengeManager
    uint256 public immutable challengeBond;
    /// @inheritdoc IChallengeManager
    uint256 public immutable defenceBond;
    /// @inheritdoc IChallengeManager
    uint64 public immutable extension;
    uint64 public immutable minClock;
    uint64 public immutable minDefence;

    /// @inheritdoc IChallengeManager
    uint256 public challengeCount;
    /// @inheritdoc IChallengeManager
    uint256 public gameCount;
    /// @inheritdoc IChallengeManager
    uint256 public burned;
    /// @inheritdoc IChallengeManager
    mapping(address account => uint256) public creditOf;
    mapping(uint256 challengeId => Challenge) private _challenges;
    mapping(uint256 challengeId => uint256[]) private _gamesOf;
    /// How many games of a closed challenge were looked at.
    mapping(uint256 challengeId => uint256) private _swept;
    mapping(uint256 gameId => Play) private _plays;
    /// The rollup that is paying a slashed bond just now.
    address private transient _payer;

    constructor(GameTerms memory terms) {
        verifier = terms.verifier;
        codes = terms.codes;
        origins = terms.origins;
        validity = terms.validity;
        challengeBond = terms.challengeBond;
        defenceBond = terms.defenceBond;
        extension = terms.extension;
        minClock = terms.minClock;
        minDefence = terms.minDefence;
    }

    /// Bonds of proposers, while their packs are voided.
    receive() external payable {
        if (msg.sender != _payer) revert UnexpectedPayment();
    }

    /// @inheritdoc IChallengeManager
    function challenge(address rollup, Pack calldata pack, ClaimKind kind, uint64 blockIndex)
        external
        payable
        nonReentrant
        returns (uint256 challengeId)
    {
        if (msg.value != challengeBond) revert WrongBond(challengeBond, msg.value);
        uint64 epoch = _checkPack(IRollup(rollup), pack);
        (bool known, bytes32 initial, bytes32 claimed) = Claims.statesOf(pack, kind, blockIndex);
        if (!known) revert NoSuchClaim(kind, blockIndex);
        uint64 defenceEnd = uint64(block.timestamp) + defencePeriodOf(rollup);
        challengeId = ++challengeCount;
        _challenges[challengeId] = Challenge({
            rollup: rollup,
            packIndex: pack.index,
            packEpoch: epoch,
            blockIndex: blockIndex,
            kind: kind,
            status: ChallengeStatus.Open,
            challenger: msg.sender,
            defenceEnd: defenceEnd,
            initial: initial,
            claimed: claimed,
            games: 0,
            openGames: 0
        });
        _contest(rollup, pack.index, epoch);
        emit ChallengeOpened(
            challengeId, rollup, pack.index, kind, blockIndex, initial, claimed, msg.sender, defenceEnd
        );
    }

    /// @inheritdoc IChallengeManager
    function defend(
        uint256 challengeId,
        bytes32 root,
        bytes32[] calldata firstProof,
        bytes32[] calldata lastProof
    ) external payable nonReentrant returns (uint256 gameId) {
        if (msg.value != defenceBond) revert WrongBond(defenceBond, msg.value);
        Challenge storage target = _openChallenge(challengeId);
        if (msg.sender == target.challenger) revert OwnChallenge();
        if (block.timestamp > target.defenceEnd) revert DefencePeriodOver(target.defenceEnd);
        if (!_stands(target)) revert UnknownPack(target.packIndex);
        GameTree.checkLeaf(root, target.initial, 0, firstProof, GameTree.SEGMENTS_HEIGHT);
        GameTree.checkLeaf(root, target.claimed, GameTree.LAST_SEGMENT, lastProof, GameTree.SEGMENTS_HEIGHT);

        gameId = ++gameCount;
        target.games++;
        target.openGames++;
        _gamesOf[challengeId].push(gameId);
        Play storage play = _plays[gameId];
        uint64 clock = clockOf(target.rollup);
        play.defender = msg.sender;
        play.status = GameStatus.Open;
        play.height = GameTree.SEGMENTS_HEIGHT;
        play.challengeId = uint64(challengeId);
        (play.defenderClock, play.challengerClock) = (clock, clock);
        (play.node, play.root, play.segmentsRoot) = (root, root, root);
        emit DefenceEntered(challengeId, gameId, msg.sender, root);
        _turnTo(gameId, play, Turn.Defender);
    }

    /// @inheritdoc IChallengeManager
    function reveal(uint256 gameId, bytes32[] calldata nodes) external nonReentrant {
        Play storage play = _move(gameId, Turn.Defender);
        _onlyPlayer(play.defender);
        uint8 height = play.height;
        if (height == 0) revert NotNow(play.level, height);
        uint256 count = GameTree.childCount(height);
        if (nodes.length != count) revert WrongNodeCount(count, nodes.length);
        if (GameTree.rootOf(nodes) != play.node) revert WrongNodes();
        for (uint256 i = 0; i < count; i++) play.children[i] = nodes[i];
        emit NodesRevealed(gameId, play.level, height, play.position, nodes);
        _turnTo(gameId, play, Turn.Challenger);
    }

    /// @inheritdoc IChallengeManager
    function pick(uint256 gameId, uint8 child, bytes32 node) external nonReentrant {
        Play storage play = _move(gameId, Turn.Challenger);
        _onlyPlayer(_challenges[play.challengeId].challenger);
        uint8 height = play.height;
        uint256 count = GameTree.childCount(height);
        if (child >= count || play.children[child] != node) revert NoSuchChild(child);
        height -= GameTree.stride(height);
        uint64 position = play.position * uint64(count) + child;
        // INVARIANT: a contested leaf has a leaf before it.
        if (height == 0 && position == 0) revert NoSuchChild(child);
        (play.height, play.position, play.node) = (height, position, node);
        emit ChildPicked(gameId, play.level, height, position, node);
        _turnTo(gameId, play, Turn.Defender);
    }

    /// @inheritdoc IChallengeManager
    function commitSteps(
        uint256 gameId,
        bytes32 before,
        bytes32[] calldata beforeProof,
        bytes32 root,
        bytes32[] calldata firstProof,
        bytes32[] calldata lastProof
    ) external nonReentrant {
        Play storage play = _move(gameId, Turn.Defender);
        _onlyPlayer(play.defender);
        _atLeaf(play, 0);
        uint64 segment = play.position;
        bytes32 claimed = play.node;
        // INVARIANT: both ends of the new tree lie in the old one, so nobody can move what is in dispute.
        GameTree.checkLeaf(play.root, before, segment - 1, beforeProof, GameTree.SEGMENTS_HEIGHT);
        GameTree.checkLeaf(root, before, 0, firstProof, GameTree.STEPS_HEIGHT);
        GameTree.checkLeaf(root, claimed, GameTree.LAST_STEP, lastProof, GameTree.STEPS_HEIGHT);
        (play.level, play.height, play.position, play.segment) = (1, GameTree.STEPS_HEIGHT, 0, segment);
        (play.node, play.root) = (root, root);
        (play.segmentBefore, play.segmentClaimed) = (before, claimed);
        emit StepsCommitted(gameId, segment, before, claimed, root);
        _turnTo(gameId, play, Turn.Defender);
    }

    /// @inheritdoc IChallengeManager
    function proveStep(
        uint256 gameId,
        bytes32 before,
        bytes32[] calldata beforeProof,
        Env calldata env,
        uint8 family,
        bytes calldata witness
    ) external nonReentrant {
        Play storage play = _move(gameId, Turn.Defender);
        _atLeaf(play, 1);
        uint64 index = play.position;
        GameTree.checkLeaf(play.root, before, index - 1, beforeProof, GameTree.STEPS_HEIGHT);
        _checkEnv(IRollup(_challenges[play.challengeId].rollup), env);
        bytes32 post = IOneStepVerifier(verifier).step(env, before, index == 1, family, witness);
        if (post != play.node) revert WrongStep(play.node, post);
        emit StepProven(gameId, play.segment, index, before, post, family);
        _end(gameId, play, GameStatus.Upheld, false);
    }

    /// @inheritdoc IChallengeManager
    function proveClaim(uint256 challengeId, Output calldata output, bytes calldata proof) external nonReentrant {
        Challenge storage target = _openChallenge(challengeId);
        if (!_stands(target)) revert UnknownPack(target.packIndex);
        bytes32 keyHash = ValidityClaims.check(target, output, proof, origins, validity);
        emit ClaimProven(challengeId, keyHash, msg.sender);
        _fail(challengeId, target, msg.sender);
    }

    /// @inheritdoc IChallengeManager
    function timeout(uint256 gameId) external nonReentrant {
        Play storage play = _openPlay(gameId);
        if (block.timestamp <= play.deadline) revert StillTime(play.deadline);
        _end(gameId, play, play.turn == Turn.Defender ? GameStatus.Refuted : GameStatus.Upheld, true);
    }

    /// @inheritdoc IChallengeManager
    function resolve(uint256 challengeId) external nonReentrant {
        Challenge storage target = _challenges[challengeId];
        ChallengeStatus status = target.status;
        if (status == ChallengeStatus.None) revert UnknownChallenge(challengeId);
        if (status == ChallengeStatus.Open) {
            if (!_stands(target)) _closeFallen(challengeId, target);
            else if (block.timestamp <= target.defenceEnd || target.openGames > 0) revert NotDecided();
            else _succeed(challengeId, target);
        } else if (_swept[challengeId] == target.games) {
            revert ChallengeClosed(status);
        }
        _sweep(challengeId, target);
    }

    /// @inheritdoc IChallengeManager
    function withdraw() external nonReentrant {
        uint256 amount = creditOf[msg.sender];
        if (amount == 0) revert NothingToWithdraw();
        creditOf[msg.sender] = 0;
        emit CreditWithdrawn(msg.sender, amount);
        (bool sent,) = msg.sender.call{value: amount}("");
        if (!sent) revert PaymentFailed();
    }

    /// @inheritdoc IChallengeManager
    function firstContested(address rollup) external view returns (uint64) {
        return _firstContested(rollup);
    }

    /// @inheritdoc IChallengeManager
    function challengeOf(uint256 challengeId) external view returns (Challenge memory) {
        if (_challenges[challengeId].status == ChallengeStatus.None) revert UnknownChallenge(challengeId);
        return _challenges[challengeId];
    }

    /// @inheritdoc IChallengeManager
    function gameOf(uint256 gameId) external view returns (Game memory game) {
        Play storage play = _plays[gameId];
        if (play.status == GameStatus.None) revert UnknownGame(gameId);
        bool isOver = _challenges[play.challengeId].status != ChallengeStatus.Open;
        uint256 shown = play.turn == Turn.Challenger ? GameTree.childCount(play.height) : 0;
        bytes32[] memory children = new bytes32[](shown);
        for (uint256 i = 0; i < shown; i++) children[i] = play.children[i];
        game = Game({
            challengeId: play.challengeId,
            defender: play.defender,
            status: play.status == GameStatus.Open && isOver ? GameStatus.Moot : play.status,
            turn: play.turn,
            level: play.level,
            height: play.height,
            position: play.position,
            node: play.node,
            root: play.root,
            segmentsRoot: play.segmentsRoot,
            segment: play.segment,
            segmentBefore: play.segmentBefore,
            segmentClaimed: play.segmentClaimed,
            children: children,
            deadline: play.deadline,
            defenderClock: play.defenderClock,
            challengerClock: play.challengerClock
        });
    }

    /// @inheritdoc IChallengeManager
    function gameAt(uint256 challengeId, uint64 number) external view returns (uint256) {
        return _gamesOf[challengeId][number];
    }

    /// @inheritdoc IChallengeManager
    function clockOf(address rollup) public view returns (uint64) {
        return _shareOf(rollup, minClock);
    }

    /// @inheritdoc IChallengeManager
    function defencePeriodOf(address rollup) public view returns (uint64) {
        return _shareOf(rollup, minDefence);
    }

    function _shareOf(address rollup, uint64 least) private view returns (uint64) {
        uint64 share = IRollup(rollup).challengePeriod() / PERIOD_SHARE;
        return share < least ? least : share;
    }

    /// @return epoch in which the pack was posted
    function _checkPack(IRollup rollup, Pack calldata pack) private view returns (uint64 epoch) {
        if (rollup.disputeGame() != address(this)) revert NotOurRollup(address(rollup));
        if (pack.index == 0 || pack.index > rollup.packCount()) revert UnknownPack(pack.index);
        PackRecord memory record = rollup.packRecord(pack.index);
        bytes32 hash = keccak256(abi.encode(pack));
        if (hash != record.packHash) revert WrongPack(record.packHash, hash);
        // Also while an earlier challenge keeps the pack from being final: whoever objects has the window to do so.
        if (block.timestamp >= record.windowEnd) revert WindowClosed(record.windowEnd);
        return record.revertEpoch;
    }

    /// By other rules, or with another inbox, another state could be made to follow.
    function _checkEnv(IRollup rollup, Env calldata env) private view {
        bytes32 rules = keccak256(
            abi.encode(
                env.fork, env.chainId, env.blockGasLimit, env.gasless, env.minBaseFee, env.dataFeePerByte
            )
        );
        if (
            rules != rollup.rulesHash() || env.capped != 1 || address(env.codes) != codes
                || address(env.origins) != origins || address(env.inbox) != rollup.inbox()
        ) revert WrongEnv();
    }

    /// Whether the pack that a challenge is about is still there.
    function _stands(Challenge storage target) private view returns (bool) {
        IRollup rollup = IRollup(target.rollup);
        if (target.packIndex > rollup.packCount()) return false;
        return rollup.packRecord(target.packIndex).revertEpoch == target.packEpoch;
    }

    function _openChallenge(uint256 challengeId) private view returns (Challenge storage target) {
        target = _challenges[challengeId];
        if (target.status == ChallengeStatus.None) revert UnknownChallenge(challengeId);
        if (target.status != ChallengeStatus.Open) revert ChallengeClosed(target.status);
    }

    function _openPlay(uint256 gameId) private view returns (Play storage play) {
        play = _plays[gameId];
        if (play.status == GameStatus.None) revert UnknownGame(gameId);
        if (play.status != GameStatus.Open) revert GameClosed(play.status);
        if (_challenges[play.challengeId].status != ChallengeStatus.Open) revert GameClosed(GameStatus.Moot);
    }

    /// The game in which somebody moves whose turn it is, with what they thought taken from their clock.
    function _move(uint256 gameId, Turn turn) private returns (Play storage play) {
        play = _openPlay(gameId);
        if (play.turn != turn) revert NotYourTurn(play.turn);
        uint64 deadline = play.deadline;
        if (block.timestamp > deadline) revert ClockRanOut(deadline);
        bool isDefender = turn == Turn.Defender;
        uint64 clock = isDefender ? play.defenderClock : play.challengerClock;
        uint64 spent = _budget(clock) - (deadline - uint64(block.timestamp));
        clock = clock > spent ? clock - spent : 0;
        if (isDefender) play.defenderClock = clock;
        else play.challengerClock = clock;
    }

    function _onlyPlayer(address player) private view {
        if (msg.sender != player) revert OnlyPlayer(player);
    }

    function _atLeaf(Play storage play, uint8 level) private view {
        if (play.level != level || play.height != 0) revert NotNow(play.level, play.height);
    }

    /// Seconds for one move: nobody loses by a slow block at the end of their time.
    function _budget(uint64 clock) private view returns (uint64) {
        return clock < extension ? extension : clock;
    }

    function _turnTo(uint256 gameId, Play storage play, Turn turn) private {
        uint64 clock = turn == Turn.Defender ? play.defenderClock : play.challengerClock;
        uint64 deadline = uint64(block.timestamp) + _budget(clock);
        (play.turn, play.deadline) = (turn, deadline);
        emit ClockMoved(gameId, turn, deadline);
    }

    /// @param status Upheld or Refuted, unless the pack fell meanwhile: then nobody wins
    function _end(uint256 gameId, Play storage play, GameStatus status, bool byTimeout) private {
        uint256 challengeId = play.challengeId;
        Challenge storage target = _challenges[challengeId];
        if (!_stands(target)) return _closeFallen(challengeId, target);
        play.status = status;
        target.openGames--;
        emit GameEnded(gameId, challengeId, status, byTimeout);
        if (status == GameStatus.Refuted) return _award(challengeId, target.challenger, defenceBond);

        creditOf[play.defender] += defenceBond;
        _fail(challengeId, target, play.defender);
    }

    /// The claim was shown by `winner`.
    function _fail(uint256 challengeId, Challenge storage target, address winner) private {
        _award(challengeId, winner, challengeBond);
        _release(target.rollup, target.packIndex, target.packEpoch);
        _close(challengeId, target, ChallengeStatus.Failed);
    }

    /// All defences were refuted: voids the pack.
    function _succeed(uint256 challengeId, Challenge storage target) private {
        (address rollup, uint64 index) = (target.rollup, target.packIndex);
        creditOf[target.challenger] += challengeBond;
        _close(challengeId, target, ChallengeStatus.Succeeded);
        uint256 balance = address(this).balance;
        _payer = rollup;
        // Contested until it is void: else the rollup would call it final. Whatever the rollup calls here is locked out.
        IRollup(rollup).revertPacks(index);
        _payer = address(0);
        _drop(rollup, index);
        _award(challengeId, target.challenger, address(this).balance - balance);
    }

    /// The pack fell by another challenge, of its own or of an earlier pack.
    function _closeFallen(uint256 challengeId, Challenge storage target) private {
        creditOf[target.challenger] += challengeBond;
        _close(challengeId, target, ChallengeStatus.Succeeded);
    }

    function _close(uint256 challengeId, Challenge storage target, ChallengeStatus status) private {
        target.status = status;
        emit ChallengeResolved(challengeId, status);
    }

    /// Gives bonds of moot games back. Done apart from what decides, and in parts: nobody can make that too expensive by entering
    /// many defences.
    function _sweep(uint256 challengeId, Challenge storage target) private {
        uint256[] storage games = _gamesOf[challengeId];
        uint256 from = _swept[challengeId];
        uint256 end = games.length - from > SWEEP ? from + SWEEP : games.length;
        for (uint256 i = from; i < end; i++) {
            uint256 gameId = games[i];
            Play storage play = _plays[gameId];
            if (play.status != GameStatus.Open) continue;
            play.status = GameStatus.Moot;
            target.openGames--;
            creditOf[play.defender] += defenceBond;
            emit GameEnded(gameId, challengeId, GameStatus.Moot, false);
        }
        _swept[challengeId] = end;
    }

    /// INVARIANT: balance = bonds of open challenges and games + credits + burned (+ what was forced upon this contract).
    function _award(uint256 challengeId, address winner, uint256 lost) private {
        uint256 half = lost / 2;
        creditOf[winner] += lost - half;
        burned += half;
        if (half > 0) emit BondBurned(challengeId, half);
    }
}
