// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ClaimKind, Game, GameStatus, IChallengeManager, Turn} from "../../src/dispute/IChallengeManager.sol";
import {Pack} from "../../src/rollup/IRollup.sol";
import {Belief, GameFixture} from "./support/GameFixture.sol";
import {LazyTree, Tree} from "./support/LazyTree.sol";

/// A cheat code that forgets what is warm, as if a transaction began.
interface Cooling {
    function cool(address account) external;
}

/// What a game costs from the challenge to the step before which both agree. How many moves there are follows from the heights of
/// the trees alone: a transaction of ten million steps takes as many as one of ten.
contract GameGasTest is GameFixture {
    using LazyTree for Tree;

    uint256 private total;
    uint256 private moves;

    /// What stands for a transaction of its own: nothing is warm but what it names.
    function _begin() private {
        Cooling(address(vm)).cool(address(manager));
        Cooling(address(vm)).cool(address(rollup));
        Cooling(address(vm)).cool(address(stepVerifier));
    }

    /// Gas of a transaction: what it runs, and what it is before that.
    function _count(string memory name, uint256 used, bytes memory data) private {
        used += 21_000;
        for (uint256 i = 0; i < data.length; i++) {
            used += data[i] == 0 ? 4 : 16;
        }
        total += used;
        moves++;
        vm.snapshotValue("disputeGame", name, used);
    }

    function _challenge(Pack memory pack) private returns (uint256 id) {
        _begin();
        vm.prank(CHALLENGER);
        uint256 before = gasleft();
        id = manager.challenge{value: CHALLENGE_BOND}(address(rollup), pack, ClaimKind.Block, 1);
        uint256 used = before - gasleft();
        _count("challenge", used, abi.encodeCall(manager.challenge, (address(rollup), pack, ClaimKind.Block, 1)));
    }

    function _defend(uint256 id, Tree memory tree) private returns (uint256 gameId) {
        (bytes32 root, bytes32[] memory first, bytes32[] memory last) = (tree.root(), tree.proof(0), tree.proof(tree.last()));
        _begin();
        vm.prank(DEFENDER);
        uint256 before = gasleft();
        gameId = manager.defend{value: DEFENCE_BOND}(id, root, first, last);
        uint256 used = before - gasleft();
        _count("defend", used, abi.encodeCall(manager.defend, (id, root, first, last)));
    }

    function _reveal(uint256 gameId, Game memory game, Tree memory tree) private {
        bytes32[] memory nodes = childrenOf(tree, game.height, game.position);
        _begin();
        vm.prank(DEFENDER);
        uint256 before = gasleft();
        manager.reveal(gameId, nodes);
        uint256 used = before - gasleft();
        string memory name = nodes.length == 8 ? "reveal 8 nodes" : "reveal 2 nodes";
        _count(name, used, abi.encodeCall(manager.reveal, (gameId, nodes)));
    }

    function _pick(uint256 gameId, Game memory game, Tree memory own) private {
        bytes32[] memory nodes = childrenOf(own, game.height, game.position);
        uint8 child = 0;
        while (nodes[child] == game.children[child]) child++;
        _begin();
        vm.prank(CHALLENGER);
        uint256 before = gasleft();
        manager.pick(gameId, child, game.children[child]);
        uint256 used = before - gasleft();
        _count("pick", used, abi.encodeCall(manager.pick, (gameId, child, game.children[child])));
    }

    function _commit(uint256 gameId, Game memory game, Tree memory tree, Tree memory steps) private {
        bytes32 state = tree.leaf(game.position - 1);
        bytes32[] memory proof = tree.proof(game.position - 1);
        (bytes32 root, bytes32[] memory first, bytes32[] memory last) =
            (steps.root(), steps.proof(0), steps.proof(steps.last()));
        _begin();
        vm.prank(DEFENDER);
        uint256 before = gasleft();
        manager.commitSteps(gameId, state, proof, root, first, last);
        uint256 used = before - gasleft();
        _count("commitSteps", used, abi.encodeCall(manager.commitSteps, (gameId, state, proof, root, first, last)));
    }

    function _prove(uint256 gameId, Game memory game, Tree memory tree) private {
        bytes32 state = tree.leaf(game.position - 1);
        bytes32[] memory proof = tree.proof(game.position - 1);
        bytes memory words = preimages[state];
        _begin();
        uint256 before = gasleft();
        manager.proveStep(gameId, state, proof, env(), TOY_FAMILY, words);
        uint256 used = before - gasleft();
        bytes memory data = abi.encodeCall(manager.proveStep, (gameId, state, proof, env(), TOY_FAMILY, words));
        _count("proveStep without the step itself", used, data);
    }

    function test_gasOfAWholeGame() public {
        Pack memory pack = postPack();
        (bytes32 first, bytes memory claimed) = endsOf(pack, 1);
        uint256[] memory lengths = new uint256[](3);
        (lengths[0], lengths[1], lengths[2]) = (4, 9, 2);
        // The pack is right: a challenger that lies has to be led to a step.
        Belief memory truth = layMachine(first, claimed, lengths, "truth");
        Belief memory lie = lieFrom(truth, 2, 5, keccak256("a lie"), "a");
        uint256 gameId = _defend(_challenge(pack), segmentTree(truth));
        while (manager.gameOf(gameId).status == GameStatus.Open) {
            Game memory game = manager.gameOf(gameId);
            Tree memory tree = game.level == 0 ? segmentTree(truth) : stepTree(truth, game.segment);
            Tree memory other = game.level == 0 ? segmentTree(lie) : stepTree(lie, game.segment);
            if (game.turn == Turn.Challenger) _pick(gameId, game, other);
            else if (game.height > 0) _reveal(gameId, game, tree);
            else if (game.level == 0) _commit(gameId, game, tree, stepTree(truth, game.position));
            else _prove(gameId, game, tree);
        }
        assertTrue(manager.gameOf(gameId).status == GameStatus.Upheld, "upheld");
        // 6 levels of 3 for segments and 9 for steps, each a reveal and a pick; challenge, defence, the steps' tree, the proof.
        assertEq(moves, 2 * (6 + 9) + 4, "moves");
        vm.snapshotValue("disputeGame", "whole game without the step itself", total);
        vm.snapshotValue("disputeGame", "moves of a whole game", moves);
        assertAtMost(total, 6_000_000, "gas of a game");
    }
}
