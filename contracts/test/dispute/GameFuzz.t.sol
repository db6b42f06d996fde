// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ChallengeStatus, ClaimKind, Game, GameStatus, Turn} from "../../src/dispute/IChallengeManager.sol";
import {Pack} from "../../src/rollup/IRollup.sol";
import {Belief, GameFixture} from "./support/GameFixture.sol";
import {LazyTree, Tree} from "./support/LazyTree.sol";

/// Random machines, random liars, random players: who tells the truth and moves wins, whatever the others do.
contract GameFuzzTest is GameFixture {
    using LazyTree for Tree;

    address private constant HONEST = address(0x40e57);

    function setUp() public override {
        super.setUp();
        vm.deal(HONEST, 10 ether);
    }

    /// The claim is wrong: an honest challenger refutes every lie, and the pack falls.
    function testFuzz_HonestChallenger_RefutesEveryLie(uint256 seed) public {
        (uint256 id, Belief memory truth) = _dispute(seed, false);
        uint256 liars = 1 + (seed >> 8) % 3;
        for (uint256 i = 0; i < liars; i++) {
            Belief memory lie = _lieOf(truth, manager.challengeOf(id).claimed, uint256(keccak256(abi.encode(seed, i))));
            uint256 start = block.timestamp;
            uint256 gameId = enter(DEFENDER, id, lie);
            playOut(gameId, lie, truth);
            assertTrue(manager.gameOf(gameId).status == GameStatus.Refuted, "refuted");
            // Games run side by side.
            vm.warp(start);
        }
        vm.warp(manager.challengeOf(id).defenceEnd + 1);
        manager.resolve(id);
        assertEq(rollup.packCount(), 0, "void");
        assertEq(manager.creditOf(CHALLENGER), CHALLENGE_BOND + BOND / 2 + liars * (DEFENCE_BOND / 2), "rewarded");
        _assertConserved(0);
    }

    /// The claim is right: an honest defender wins against whatever picks, and beside whatever other defences.
    function testFuzz_HonestDefender_BeatsEveryChallenger(uint256 seed) public {
        (uint256 id, Belief memory truth) = _dispute(seed, true);
        Belief memory lie = _lieOf(truth, manager.challengeOf(id).claimed, seed >> 16);
        uint256 rivals = (seed >> 8) % 3;
        for (uint256 i = 0; i < rivals; i++) enter(DEFENDER, id, lie);
        uint256 gameId = enter(HONEST, id, truth);
        uint256 picks = seed;
        while (manager.gameOf(gameId).status == GameStatus.Open) {
            if (manager.gameOf(gameId).turn == Turn.Defender) {
                assertTrue(defenderMove(gameId, truth), "the truth can always be shown");
            } else {
                picks = uint256(keccak256(abi.encode(picks)));
                _pickAny(gameId, picks);
            }
        }
        assertTrue(manager.gameOf(gameId).status == GameStatus.Upheld, "upheld");
        assertTrue(manager.challengeOf(id).status == ChallengeStatus.Failed, "failed");
        if (rivals > 0) manager.resolve(id);
        assertEq(manager.creditOf(HONEST), DEFENCE_BOND + CHALLENGE_BOND / 2, "rewarded");
        assertEq(manager.creditOf(DEFENDER), rivals * DEFENCE_BOND, "the others are moot");
        vm.warp(rollup.packRecord(1).windowEnd);
        assertTrue(rollup.isFinalised(1), "the pack is final");
        _assertConserved(0);
    }

    /// A challenge of the pack's second block, whose claim is right or wrong.
    function _dispute(uint256 seed, bool isRight) private returns (uint256 id, Belief memory truth) {
        Pack memory pack = postPack();
        (bytes32 first, bytes memory claimed) = endsOf(pack, 1);
        uint256[] memory lengths = new uint256[](1 + seed % 6);
        for (uint256 i = 0; i < lengths.length; i++) lengths[i] = 1 + uint256(keccak256(abi.encode(seed, i, "l"))) % 12;
        bytes memory last = isRight ? claimed : abi.encode(8, keccak256(abi.encode(seed)));
        truth = layMachine(first, last, lengths, bytes32(seed));
        id = openChallenge(pack, ClaimKind.Block, 1);
    }

    /// Departs from the truth somewhere; ends with the claim.
    function _lieOf(Belief memory truth, bytes32 claimed, uint256 random) private pure returns (Belief memory) {
        uint256 segment = 1 + random % (truth.segments.length - 1);
        uint256 step = 1 + (random >> 64) % (truth.steps[segment].length - 1);
        return lieFrom(truth, segment, step, claimed, bytes32(random));
    }

    /// Any child, but never the first leaf of a tree, which the contract refuses.
    function _pickAny(uint256 gameId, uint256 random) private {
        Game memory game = manager.gameOf(gameId);
        uint256 count = game.children.length;
        // Small numbers are likelier: the first leaves are where something happens.
        uint256 child = random & 3 == 0 ? (random >> 2) % count : (random >> 2) % 2;
        if (child == 0 && game.position == 0 && game.height <= 3) child = 1;
        vm.prank(CHALLENGER);
        manager.pick(gameId, uint8(child), game.children[child]);
    }

    function _assertConserved(uint256 openBonds) private view {
        uint256 credits = manager.creditOf(CHALLENGER) + manager.creditOf(DEFENDER) + manager.creditOf(HONEST);
        assertEq(address(manager).balance, credits + manager.burned() + openBonds, "every wei is accounted for");
    }
}
