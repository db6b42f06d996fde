// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ChallengeManager} from "../../src/dispute/ChallengeManager.sol";
import {
    Challenge,
    ChallengeStatus,
    ClaimKind,
    Game,
    GameStatus,
    Turn
} from "../../src/dispute/IChallengeManager.sol";
import {Pack, PackRecord} from "../../src/rollup/IRollup.sol";
import {Belief, GameFixture} from "./support/GameFixture.sol";

/// Does all that can be done to games, in any order: packs right and wrong, challenges, defences true and false, moves of both
/// sides, silence, reverts, packs in places of others. The honest keep to the truth; everybody else does what comes.
contract GameHandler is GameFixture {
    uint256 private constant MAX_PACKS = 5;
    address private constant HONEST_DEFENDER = address(0xD01);
    address private constant LIAR = address(0xD02);

    /// By the pack's hash and epoch: whether its second block is what the machine gives.
    mapping(bytes32 => bool) public isRight;
    mapping(uint256 challengeId => Belief) private _truths;
    mapping(uint256 challengeId => bytes32) private _keys;
    mapping(uint256 gameId => bool) public isHonest;
    mapping(uint256 gameId => Belief) private _lies;
    mapping(uint64 => Pack) private _packs;
    uint256 private _salt;

    function postPackOf(bool right) external {
        if (rollup.packCount() >= MAX_PACKS) return;
        if (rollup.bondOf(PROPOSER) < BOND) {
            vm.deal(PROPOSER, BOND);
            vm.prank(PROPOSER);
            rollup.depositBond{value: BOND}();
        }
        PackRecord memory tip = rollup.packRecord(rollup.packCount());
        (parentRoot, nextBlock) = (tip.outputRoot, tip.lastBlock + 1);
        vm.roll(block.number + 1);
        Pack memory pack = nextPack(bytes32("outbox"), false);
        // No two claims begin with the same state.
        pack.contentRoot = keccak256(abi.encode(++_salt));
        submit(pack);
        _packs[pack.index] = pack;
        isRight[_keyOf(pack)] = right;
    }

    function openOne(uint256 which) external {
        uint64 count = rollup.packCount();
        if (count == 0 || manager.challengeCount() > 12) return;
        uint64 index = uint64(1 + which % count);
        if (block.timestamp >= rollup.packRecord(index).windowEnd) return;
        Pack memory pack = _packs[index];
        uint256 id = openChallenge(pack, ClaimKind.Block, 1);
        bytes32 key = _keyOf(pack);
        _keys[id] = key;
        (bytes32 first, bytes memory claimed) = endsOf(pack, 1);
        uint256[] memory lengths = new uint256[](3);
        (lengths[0], lengths[1], lengths[2]) = (3, 1 + uint256(key) % 7, 2);
        // One machine for one claim, however often it is challenged.
        _truths[id] = layMachine(first, isRight[key] ? claimed : abi.encode(8, key), lengths, key);
    }

    function defendOne(uint256 which, bool honest) external {
        uint256 id = _some(which, manager.challengeCount());
        if (id == 0) return;
        Challenge memory target = manager.challengeOf(id);
        if (target.status != ChallengeStatus.Open || block.timestamp > target.defenceEnd || !_stands(target)) return;
        if (target.games > 4) return;
        if (honest && !isRight[_keys[id]]) return;
        Belief memory truth = _truths[id];
        Belief memory lie = lieFrom(truth, 1 + which % 3, 1, target.claimed, bytes32(++_salt));
        vm.deal(honest ? HONEST_DEFENDER : LIAR, DEFENCE_BOND);
        uint256 gameId = enter(honest ? HONEST_DEFENDER : LIAR, id, honest ? truth : lie);
        isHonest[gameId] = honest;
        _lies[gameId] = lie;
    }

    function moveOne(uint256 which, uint8 times) external {
        uint256 gameId = _some(which, manager.gameCount());
        for (uint256 i = 0; i < 1 + times % 8; i++) {
            if (gameId == 0 || !_canMove(gameId)) return;
            _move(gameId);
        }
    }

    function waitAWhile(uint8 time) external {
        // The honest are awake: they never let their time run out.
        for (uint256 gameId = 1; gameId <= manager.gameCount(); gameId++) {
            while (_canMove(gameId) && _isAwake(gameId)) _move(gameId);
        }
        vm.warp(block.timestamp + time);
        for (uint256 gameId = 1; gameId <= manager.gameCount(); gameId++) {
            Game memory game = manager.gameOf(gameId);
            if (game.status != GameStatus.Open || block.timestamp <= game.deadline) continue;
            manager.timeout(gameId);
        }
    }

    function resolveOne(uint256 which) external {
        uint256 id = _some(which, manager.challengeCount());
        if (id == 0) return;
        try manager.resolve(id) {} catch {}
    }

    function withdrawOne(bool challenger) external {
        address account = challenger ? CHALLENGER : HONEST_DEFENDER;
        if (manager.creditOf(account) == 0) return;
        vm.prank(account);
        manager.withdraw();
    }

    /// What the contract must hold: bonds of what is open, and what it owes.
    function owed() external view returns (uint256 sum) {
        sum = manager.creditOf(CHALLENGER) + manager.creditOf(HONEST_DEFENDER) + manager.creditOf(LIAR) + manager.burned();
        for (uint256 id = 1; id <= manager.challengeCount(); id++) {
            Challenge memory target = manager.challengeOf(id);
            if (target.status == ChallengeStatus.Open) sum += CHALLENGE_BOND;
            sum += target.openGames * DEFENCE_BOND;
        }
    }

    /// The lowest pack that stands and has an open challenge.
    function lowest() external view returns (uint64 found) {
        found = type(uint64).max;
        for (uint256 id = 1; id <= manager.challengeCount(); id++) {
            Challenge memory target = manager.challengeOf(id);
            if (target.status != ChallengeStatus.Open || !_stands(target)) continue;
            if (target.packIndex < found) found = target.packIndex;
        }
    }

    /// Games that ended against who told the truth.
    function injustices() external view returns (uint256 count) {
        for (uint256 gameId = 1; gameId <= manager.gameCount(); gameId++) {
            Game memory game = manager.gameOf(gameId);
            bool right = isRight[_keys[game.challengeId]];
            if (isHonest[gameId] && game.status == GameStatus.Refuted) count++;
            // Against a wrong claim the challenger is honest.
            if (!right && game.status == GameStatus.Upheld) count++;
        }
    }

    function theManager() external view returns (ChallengeManager) {
        return manager;
    }

    function contested() external view returns (uint64) {
        return manager.firstContested(address(rollup));
    }

    function _move(uint256 gameId) private {
        Game memory game = manager.gameOf(gameId);
        Belief memory truth = _truths[game.challengeId];
        bool moved = game.turn == Turn.Defender
            ? defenderMove(gameId, isHonest[gameId] ? truth : _lies[gameId])
            : challengerMove(gameId, truth);
        if (moved) return;
        // Nothing to say: its time runs out, while the others' stands still.
        uint256 time = block.timestamp;
        vm.warp(game.deadline + 1);
        manager.timeout(gameId);
        vm.warp(time);
    }

    function _canMove(uint256 gameId) private view returns (bool) {
        Game memory game = manager.gameOf(gameId);
        return game.status == GameStatus.Open && block.timestamp <= game.deadline;
    }

    function _isAwake(uint256 gameId) private view returns (bool) {
        Game memory game = manager.gameOf(gameId);
        return game.turn == Turn.Challenger ? !isRight[_keys[game.challengeId]] : isHonest[gameId];
    }

    function _stands(Challenge memory target) private view returns (bool) {
        if (target.packIndex > rollup.packCount()) return false;
        return rollup.packRecord(target.packIndex).revertEpoch == target.packEpoch;
    }

    function _keyOf(Pack memory pack) private view returns (bytes32) {
        return keccak256(abi.encode(pack, rollup.packRecord(pack.index).revertEpoch));
    }

    function _some(uint256 which, uint256 count) private pure returns (uint256) {
        return count == 0 ? 0 : 1 + which % count;
    }
}

contract GameInvariantsTest {
    GameHandler private handler;

    function setUp() public {
        handler = new GameHandler();
        handler.setUp();
    }

    /// forge calls these of the handler alone.
    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        bytes4[] memory selectors = new bytes4[](7);
        selectors[0] = GameHandler.postPackOf.selector;
        selectors[1] = GameHandler.openOne.selector;
        selectors[2] = GameHandler.defendOne.selector;
        selectors[3] = GameHandler.moveOne.selector;
        selectors[4] = GameHandler.waitAWhile.selector;
        selectors[5] = GameHandler.resolveOne.selector;
        selectors[6] = GameHandler.withdrawOne.selector;
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(handler), selectors);
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    /// One function: each would run all games anew.
    function invariant_TheHonestNeverLoseAndEveryWeiHasAnOwner() public view {
        require(address(handler.theManager()).balance == handler.owed(), "bonds are not conserved");
        require(handler.injustices() == 0, "the truth lost");
        require(handler.contested() == handler.lowest(), "another pack is the lowest contested");
    }
}
