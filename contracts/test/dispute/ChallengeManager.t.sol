// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {
    Challenge,
    ChallengeStatus,
    ClaimKind,
    Game,
    GameStatus,
    IChallengeManager,
    Turn
} from "../../src/dispute/IChallengeManager.sol";
import {Env} from "../../src/dispute/MachineState.sol";
import {IRollup, Pack} from "../../src/rollup/IRollup.sol";
import {Belief, GameFixture} from "./support/GameFixture.sol";
import {LazyTree, Tree} from "./support/LazyTree.sol";

contract ChallengeManagerTest is GameFixture {
    using LazyTree for Tree;

    address private constant STRANGER = address(0x5555);

    Pack private pack;
    /// The true machine about block 1 of the pack, and a claim that is right or wrong by `_setUpClaim`.
    Belief private truth;

    /// @param isRight whether the pack claims what the machine gives
    function _claim(bool isRight) private returns (uint256 challengeId) {
        Pack memory posted = postPack();
        pack = posted;
        (bytes32 first, bytes memory claimed) = endsOf(posted, 1);
        uint256[] memory lengths = new uint256[](3);
        (lengths[0], lengths[1], lengths[2]) = (4, 9, 2);
        bytes memory last = isRight ? claimed : abi.encode(8, keccak256("what is right"));
        truth = layMachine(first, last, lengths, "truth");
        challengeId = openChallenge(posted, ClaimKind.Block, 1);
    }

    function _lie() private view returns (Belief memory) {
        Challenge memory target = manager.challengeOf(1);
        return lieFrom(truth, 2, 5, target.claimed, "a");
    }

    function test_Challenge_FollowsFromThePack() public {
        Pack memory posted = postPack();
        pack = posted;
        (bytes32 first, bytes memory claimed) = endsOf(posted, 0);
        vm.expectEmit();
        emit IChallengeManager.ChallengeOpened(
            1,
            address(rollup),
            1,
            ClaimKind.Block,
            0,
            first,
            keccak256(claimed),
            CHALLENGER,
            uint64(block.timestamp) + CHALLENGE_PERIOD / 4
        );
        openChallenge(posted, ClaimKind.Block, 0);
        assertEq(manager.firstContested(address(rollup)), 1, "contested");
        assertEq(manager.clockOf(address(rollup)), MIN_CLOCK, "a quarter of the period would be less");

        openChallenge(posted, ClaimKind.Reading, 0);
        bytes32 empty = 0xc65e9645644786b620e2dd2ad648ddfcbf4a7e5b1a3a4ecfe7f64667a3f0b7e2;
        bytes32 reading = keccak256(
            bytes.concat(
                abi.encode(10, keccak256(abi.encodePacked(posted.frames)), 1, posted.firstBlock, 2),
                abi.encode(0, 0, empty, 0, empty, 0)
            )
        );
        assertEq(manager.challengeOf(2).initial, reading, "nothing is read yet");
        assertEq(manager.challengeOf(2).claimed, keccak256(abi.encode(11, posted.contentRoot)), "all is read");
    }

    function test_Challenge_RefusesWhatIsNoOpenClaim() public {
        Pack memory posted = postPack();
        _expectNoChallenge(posted, ClaimKind.Block, 2, _noClaim(ClaimKind.Block, 2));
        _expectNoChallenge(posted, ClaimKind.Reading, 1, _noClaim(ClaimKind.Reading, 1));
        vm.prank(CHALLENGER);
        vm.expectRevert(abi.encodeWithSelector(IChallengeManager.WrongBond.selector, CHALLENGE_BOND, 1));
        manager.challenge{value: 1}(address(rollup), posted, ClaimKind.Block, 0);
        Pack memory other = postPack();
        other.contentRoot = bytes32(uint256(1));
        bytes32 hash = rollup.packRecord(2).packHash;
        bytes memory reason =
            abi.encodeWithSelector(IChallengeManager.WrongPack.selector, hash, keccak256(abi.encode(other)));
        _expectNoChallenge(other, ClaimKind.Block, 0, reason);
        other.index = 3;
        _expectNoChallenge(other, ClaimKind.Block, 0, abi.encodeWithSelector(IChallengeManager.UnknownPack.selector, 3));
        uint64 end = rollup.packRecord(1).windowEnd;
        vm.warp(end);
        _expectNoChallenge(posted, ClaimKind.Block, 0, abi.encodeWithSelector(IChallengeManager.WindowClosed.selector, end));
    }

    function test_Challenge_OnlyOfRollupsThatAskForIt() public {
        Pack memory posted = postPack();
        address odd = address(new OtherGame());
        vm.prank(CHALLENGER);
        vm.expectRevert(abi.encodeWithSelector(IChallengeManager.NotOurRollup.selector, odd));
        manager.challenge{value: CHALLENGE_BOND}(odd, posted, ClaimKind.Block, 0);
    }

    function test_WrongClaim_WithoutDefence_FallsAfterThePeriod() public {
        uint256 id = _claim(false);
        uint64 end = manager.challengeOf(id).defenceEnd;
        vm.warp(end);
        vm.expectRevert(IChallengeManager.NotDecided.selector);
        manager.resolve(id);
        vm.warp(end + 1);
        vm.expectEmit();
        emit IRollup.PacksReverted(1, 1);
        manager.resolve(id);
        assertEq(rollup.packCount(), 0, "void");
        assertEq(manager.creditOf(CHALLENGER), CHALLENGE_BOND + BOND / 2, "the bond and half of the proposer's");
        assertEq(manager.burned(), BOND / 2, "and nobody gets the other half");
        assertEq(manager.firstContested(address(rollup)), type(uint64).max, "nothing left in dispute");
        vm.expectRevert(abi.encodeWithSelector(IChallengeManager.ChallengeClosed.selector, ChallengeStatus.Succeeded));
        manager.resolve(id);
        uint256 before = CHALLENGER.balance;
        vm.prank(CHALLENGER);
        manager.withdraw();
        assertEq(CHALLENGER.balance - before, CHALLENGE_BOND + BOND / 2, "paid");
        vm.prank(CHALLENGER);
        vm.expectRevert(IChallengeManager.NothingToWithdraw.selector);
        manager.withdraw();
    }

    function test_WrongClaim_LyingDefenderIsRefuted() public {
        uint256 id = _claim(false);
        Belief memory lie = _lie();
        uint256 gameId = enter(DEFENDER, id, lie);
        playOut(gameId, lie, truth);
        Game memory game = manager.gameOf(gameId);
        assertTrue(game.status == GameStatus.Refuted, "refuted");
        assertEq(game.segment, 2, "at the segment of the lie");
        assertEq(game.position, 5, "and its step");
        assertEq(manager.creditOf(CHALLENGER), DEFENCE_BOND / 2, "half of the defence's bond");
        manager.resolve(id);
        assertEq(rollup.packCount(), 0, "void");
    }

    function test_RightClaim_HonestDefenderProvesOneStep() public {
        uint256 id = _claim(true);
        Belief memory lie = lieFrom(truth, 2, 5, manager.challengeOf(id).claimed, "b");
        uint256 gameId = enter(DEFENDER, id, truth);
        playOut(gameId, truth, lie);
        assertTrue(manager.gameOf(gameId).status == GameStatus.Upheld, "upheld");
        assertEq(manager.gameOf(gameId).position, 5, "by the step");
        assertTrue(manager.challengeOf(id).status == ChallengeStatus.Failed, "failed at once");
        assertEq(manager.creditOf(DEFENDER), DEFENCE_BOND + CHALLENGE_BOND / 2, "half of the challenge's bond");
        assertEq(manager.firstContested(address(rollup)), type(uint64).max, "free");
        vm.warp(rollup.packRecord(1).windowEnd);
        assertTrue(rollup.isFinalised(1), "final");
    }

    function test_RivalDefences_OneRightOneIsEnough() public {
        uint256 id = _claim(true);
        Belief memory lie = lieFrom(truth, 1, 2, manager.challengeOf(id).claimed, "b");
        uint256 wrong = enter(DEFENDER, id, lie);
        vm.deal(STRANGER, 1 ether);
        uint256 idle = enter(DEFENDER, id, lie);
        uint256 right = enter(STRANGER, id, truth);
        playOut(wrong, lie, truth);
        assertTrue(manager.gameOf(wrong).status == GameStatus.Refuted, "a liar for the right claim loses too");
        vm.expectRevert(IChallengeManager.NotDecided.selector);
        manager.resolve(id);
        vm.warp(block.timestamp - MIN_CLOCK - 1);
        playOut(right, truth, lieFrom(truth, 2, 5, manager.challengeOf(id).claimed, "c"));
        assertTrue(manager.gameOf(right).status == GameStatus.Upheld, "upheld");
        assertTrue(manager.gameOf(idle).status == GameStatus.Moot, "nothing to play for");
        uint256 credit = manager.creditOf(DEFENDER);
        manager.resolve(id);
        assertEq(manager.creditOf(DEFENDER) - credit, DEFENCE_BOND, "the moot one's bond");
        vm.expectRevert(abi.encodeWithSelector(IChallengeManager.ChallengeClosed.selector, ChallengeStatus.Failed));
        manager.resolve(id);
        vm.expectRevert(abi.encodeWithSelector(IChallengeManager.GameClosed.selector, GameStatus.Moot));
        manager.timeout(idle);
    }

    function test_Defend_NeedsBondEndsTimeAndAnother() public {
        uint256 id = _claim(true);
        Tree memory tree = segmentTree(truth);
        bytes32 root = tree.root();
        bytes32[] memory first = tree.proof(0);
        bytes32[] memory last = tree.proof(tree.last());
        vm.prank(DEFENDER);
        vm.expectRevert(abi.encodeWithSelector(IChallengeManager.WrongBond.selector, DEFENCE_BOND, 0));
        manager.defend(id, root, first, last);
        vm.prank(CHALLENGER);
        vm.expectRevert(IChallengeManager.OwnChallenge.selector);
        manager.defend{value: DEFENCE_BOND}(id, root, first, last);
        vm.prank(DEFENDER);
        vm.expectRevert(IChallengeManager.WrongProof.selector);
        manager.defend{value: DEFENCE_BOND}(id, root, last, last);
        vm.prank(DEFENDER);
        vm.expectRevert(IChallengeManager.WrongProof.selector);
        manager.defend{value: DEFENCE_BOND}(id, root, first, new bytes32[](15));
        vm.prank(DEFENDER);
        vm.expectRevert(abi.encodeWithSelector(IChallengeManager.UnknownChallenge.selector, 9));
        manager.defend{value: DEFENCE_BOND}(9, root, first, last);
        uint64 end = manager.challengeOf(id).defenceEnd;
        vm.warp(end + 1);
        vm.prank(DEFENDER);
        vm.expectRevert(abi.encodeWithSelector(IChallengeManager.DefencePeriodOver.selector, end));
        manager.defend{value: DEFENCE_BOND}(id, root, first, last);
        vm.warp(end);
        enter(DEFENDER, id, truth);
    }

    function test_Moves_OnlyByWhoseTurnItIsAndOnlyWhatFits() public {
        uint256 id = _claim(true);
        uint256 game = enter(DEFENDER, id, truth);
        bytes32[] memory nodes = childrenOf(segmentTree(truth), 16, 0);
        vm.prank(CHALLENGER);
        vm.expectRevert(abi.encodeWithSelector(IChallengeManager.NotYourTurn.selector, Turn.Defender));
        manager.pick(game, 0, nodes[0]);
        vm.prank(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(IChallengeManager.OnlyPlayer.selector, DEFENDER));
        manager.reveal(game, nodes);
        vm.prank(DEFENDER);
        vm.expectRevert(abi.encodeWithSelector(IChallengeManager.WrongNodeCount.selector, 8, 4));
        manager.reveal(game, new bytes32[](4));
        vm.prank(DEFENDER);
        vm.expectRevert(IChallengeManager.WrongNodes.selector);
        manager.reveal(game, new bytes32[](8));
        bytes32[] memory none = new bytes32[](16);
        vm.prank(DEFENDER);
        vm.expectRevert(abi.encodeWithSelector(IChallengeManager.NotNow.selector, 0, 16));
        manager.commitSteps(game, 0, none, 0, none, none);
        Env memory place = env();
        vm.expectRevert(abi.encodeWithSelector(IChallengeManager.NotNow.selector, 0, 16));
        manager.proveStep(game, 0, none, place, 0, "");
        vm.prank(DEFENDER);
        manager.reveal(game, nodes);
        vm.prank(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(IChallengeManager.OnlyPlayer.selector, CHALLENGER));
        manager.pick(game, 0, nodes[0]);
        vm.prank(CHALLENGER);
        vm.expectRevert(abi.encodeWithSelector(IChallengeManager.NoSuchChild.selector, 8));
        manager.pick(game, 8, nodes[0]);
        // A choice that was meant for other nodes.
        vm.prank(CHALLENGER);
        vm.expectRevert(abi.encodeWithSelector(IChallengeManager.NoSuchChild.selector, 0));
        manager.pick(game, 0, bytes32("stale"));
    }

    function test_Pick_NeverTheFirstLeaf() public {
        uint256 id = _claim(true);
        uint256 game = enter(DEFENDER, id, truth);
        for (uint256 i = 0; i < 5; i++) {
            defenderMove(game, truth);
            bytes32 first = manager.gameOf(game).children[0];
            vm.prank(CHALLENGER);
            manager.pick(game, 0, first);
        }
        defenderMove(game, truth);
        bytes32[] memory leaves = manager.gameOf(game).children;
        assertEq(leaves.length, 2, "16 = 5 * 3 + 1");
        assertEq(leaves[0], manager.challengeOf(id).initial, "what was proven");
        vm.prank(CHALLENGER);
        vm.expectRevert(abi.encodeWithSelector(IChallengeManager.NoSuchChild.selector, 0));
        manager.pick(game, 0, leaves[0]);
    }

    function test_CommitSteps_KeepsBothEnds() public {
        uint256 id = _claim(true);
        uint256 game = enter(DEFENDER, id, truth);
        Belief memory lie = lieFrom(truth, 2, 5, manager.challengeOf(id).claimed, "x");
        while (manager.gameOf(game).height > 0) {
            if (manager.gameOf(game).turn == Turn.Defender) defenderMove(game, truth);
            else challengerMove(game, lie);
        }
        bytes32 before = truth.segments[1];
        bytes32 claimed = truth.segments[2];
        vm.expectRevert(IChallengeManager.WrongProof.selector);
        _commit(game, claimed, stepTree(truth, 2));
        // It begins where it must, but leads elsewhere.
        vm.expectRevert(IChallengeManager.WrongProof.selector);
        _commit(game, before, stepTree(lie, 2));
        Tree memory steps = stepTree(truth, 2);
        vm.expectEmit();
        emit IChallengeManager.StepsCommitted(game, 2, before, claimed, steps.root());
        _commit(game, before, steps);
        assertTrue(manager.gameOf(game).turn == Turn.Defender, "and goes on");
    }

    function test_ProveStep_NeedsTheRollupsEnvironment() public {
        uint256 id = _claim(true);
        uint256 gameId = enter(DEFENDER, id, truth);
        Belief memory lie = lieFrom(truth, 2, 5, manager.challengeOf(id).claimed, "x");
        _playTo(gameId, truth, lie);
        Game memory game = manager.gameOf(gameId);
        Tree memory tree = stepTree(truth, game.segment);
        bytes32 before = tree.leaf(game.position - 1);
        bytes32[] memory proof = tree.proof(game.position - 1);
        bytes memory words = preimages[before];
        for (uint256 i = 0; i < 10; i++) {
            Env memory wrong = _wrongEnv(i);
            vm.expectRevert(IChallengeManager.WrongEnv.selector);
            manager.proveStep(gameId, before, proof, wrong, TOY_FAMILY, words);
        }
        Env memory right = env();
        bytes32 other = tree.leaf(game.position);
        vm.expectRevert(IChallengeManager.WrongProof.selector);
        manager.proveStep(gameId, other, proof, right, TOY_FAMILY, words);
        toy.lay(before, bytes32("odd"));
        vm.expectRevert(abi.encodeWithSelector(IChallengeManager.WrongStep.selector, game.node, bytes32("odd")));
        manager.proveStep(gameId, before, proof, right, TOY_FAMILY, words);
        toy.lay(before, game.node);
        // Anybody may help the defender.
        vm.prank(STRANGER);
        manager.proveStep(gameId, before, proof, right, TOY_FAMILY, words);
        assertTrue(manager.gameOf(gameId).status == GameStatus.Upheld, "upheld");
    }

    function test_Clocks_AreTakenFromWhoThinksWithAnExtensionAtTheEnd() public {
        uint256 id = _claim(true);
        uint256 gameId = enter(DEFENDER, id, truth);
        Belief memory lie = lieFrom(truth, 2, 5, manager.challengeOf(id).claimed, "x");
        vm.warp(block.timestamp + 100);
        defenderMove(gameId, truth);
        Game memory game = manager.gameOf(gameId);
        assertEq(game.defenderClock, MIN_CLOCK - 100, "thought for 100 seconds");
        assertEq(game.deadline, block.timestamp + MIN_CLOCK, "the challenger has all of its time");
        challengerMove(gameId, lie);
        vm.warp(block.timestamp + 20);
        defenderMove(gameId, truth);
        assertEq(manager.gameOf(gameId).defenderClock, 0, "used up");
        vm.warp(block.timestamp + 5);
        challengerMove(gameId, lie);
        game = manager.gameOf(gameId);
        assertEq(game.challengerClock, MIN_CLOCK - 5, "each by itself");
        assertEq(game.deadline, block.timestamp + EXTENSION, "one more move is always possible");
        vm.warp(game.deadline);
        vm.expectRevert(abi.encodeWithSelector(IChallengeManager.StillTime.selector, game.deadline));
        manager.timeout(gameId);
        vm.warp(game.deadline + 1);
        bytes32[] memory nodes = childrenOf(segmentTree(truth), game.height, game.position);
        vm.prank(DEFENDER);
        vm.expectRevert(abi.encodeWithSelector(IChallengeManager.ClockRanOut.selector, game.deadline));
        manager.reveal(gameId, nodes);
        vm.expectEmit();
        emit IChallengeManager.GameEnded(gameId, id, GameStatus.Refuted, true);
        manager.timeout(gameId);
    }

    function test_SilentChallenger_LosesItsBond() public {
        uint256 id = _claim(false);
        Belief memory lie = _lie();
        uint256 gameId = enter(DEFENDER, id, lie);
        defenderMove(gameId, lie);
        vm.warp(manager.gameOf(gameId).deadline + 1);
        manager.timeout(gameId);
        assertTrue(manager.challengeOf(id).status == ChallengeStatus.Failed, "failed");
        assertEq(rollup.packCount(), 1, "the pack stands: others had the window to object");
    }

    /// A failed challenge says nothing about the claim: the same one again is another's right.
    function test_FailedChallenge_BarsNobody() public {
        uint256 id = _claim(false);
        Belief memory lie = _lie();
        uint256 first = enter(DEFENDER, id, lie);
        defenderMove(first, lie);
        uint256 second = openChallenge(pack, ClaimKind.Block, 1);
        vm.warp(manager.gameOf(first).deadline + 1);
        manager.timeout(first);
        assertEq(manager.firstContested(address(rollup)), 1, "the other challenge still holds it up");
        manager.resolve(second);
        assertEq(rollup.packCount(), 0, "void");
    }

    function test_Fall_TakesChallengesOfThePackAndOfLaterOnes() public {
        uint256 id = _claim(false);
        Belief memory lie = _lie();
        uint256 same = openChallenge(pack, ClaimKind.Block, 1);
        uint256 sameGame = enter(DEFENDER, same, lie);
        Pack memory later = postPack();
        uint256 laterOne = openChallenge(later, ClaimKind.Reading, 0);
        vm.warp(manager.challengeOf(id).defenceEnd + 1);
        manager.resolve(id);
        assertEq(manager.firstContested(address(rollup)), type(uint64).max, "all are void");
        // The game goes nowhere any more, however it is ended.
        vm.warp(manager.gameOf(sameGame).deadline + 1);
        uint256 credit = manager.creditOf(CHALLENGER);
        manager.timeout(sameGame);
        assertTrue(manager.challengeOf(same).status == ChallengeStatus.Succeeded, "the pack fell");
        assertTrue(manager.gameOf(sameGame).status == GameStatus.Moot, "nobody won");
        manager.resolve(same);
        manager.resolve(laterOne);
        assertEq(manager.creditOf(DEFENDER), DEFENCE_BOND, "the bond back");
        assertEq(manager.creditOf(CHALLENGER) - credit, 2 * CHALLENGE_BOND, "and those of the challenges");
        assertEq(rollup.revertEpoch(), 1, "nothing fell twice");
    }

    /// The same pack again is another pack.
    function test_Fall_LeavesAPackInTheSamePlaceAlone() public {
        _claim(false);
        uint256 old = openChallenge(pack, ClaimKind.Block, 0);
        vm.warp(manager.challengeOf(old).defenceEnd + 1);
        manager.resolve(1);
        vm.startPrank(PROPOSER);
        vm.deal(PROPOSER, BOND);
        rollup.depositBond{value: BOND}();
        rollup.submitPack(pack);
        vm.stopPrank();
        assertEq(manager.firstContested(address(rollup)), type(uint64).max, "not contested");
        manager.resolve(old);
        assertEq(rollup.packCount(), 1, "the old challenge is not about it");
        assertEq(manager.creditOf(CHALLENGER), 2 * CHALLENGE_BOND + BOND / 2, "bonds back");
        assertTrue(openChallenge(pack, ClaimKind.Block, 1) == 3, "but it can be contested itself");
    }

    function test_FirstContested_IsTheLowest() public {
        Pack[] memory packs = new Pack[](4);
        for (uint256 i = 0; i < 4; i++) packs[i] = postPack();
        uint256 third = openChallenge(packs[2], ClaimKind.Block, 0);
        assertEq(manager.firstContested(address(rollup)), 3, "the only one");
        uint256 second = openChallenge(packs[1], ClaimKind.Block, 0);
        openChallenge(packs[3], ClaimKind.Block, 0);
        assertEq(manager.firstContested(address(rollup)), 2, "a lower one");
        vm.warp(rollup.packRecord(4).windowEnd);
        assertEq(rollup.finalisedPack(), 1, "up to it");
        assertTrue(!rollup.isFinalised(2) && !rollup.isFinalised(3), "nor what follows");
        _fail(second, packs[1], 0);
        assertEq(manager.firstContested(address(rollup)), 3, "the next");
        manager.resolve(third);
        assertEq(manager.firstContested(address(rollup)), type(uint64).max, "the last fell with it");
        assertEq(rollup.finalisedPack(), 2, "what is left is final");
    }

    function test_ManyDefences_CannotStopTheEnd() public {
        uint256 id = _claim(true);
        Belief memory lie = lieFrom(truth, 1, 2, manager.challengeOf(id).claimed, "b");
        for (uint256 i = 0; i < 70; i++) enter(DEFENDER, id, lie);
        vm.deal(STRANGER, 1 ether);
        uint256 right = enter(STRANGER, id, truth);
        playOut(right, truth, lie);
        assertTrue(manager.challengeOf(id).status == ChallengeStatus.Failed, "decided by one");
        for (uint256 i = 0; i < 3; i++) manager.resolve(id);
        assertEq(manager.creditOf(DEFENDER), 70 * DEFENCE_BOND, "all have their bonds back");
        assertEq(manager.challengeOf(id).openGames, 0, "none is open");
    }

    function test_Receive_OnlyFromARollupThatFalls() public {
        (bool sent,) = address(manager).call{value: 1}("");
        assertTrue(!sent, "nobody else pays here");
    }

    function _commit(uint256 game, bytes32 before, Tree memory steps) private {
        bytes32[] memory proof = segmentTree(truth).proof(1);
        vm.prank(DEFENDER);
        manager.commitSteps(game, before, proof, steps.root(), steps.proof(0), steps.proof(steps.last()));
    }

    function _fail(uint256 id, Pack memory target, uint256 i) private {
        (bytes32 first, bytes memory claimed) = endsOf(target, i);
        uint256[] memory lengths = new uint256[](1);
        lengths[0] = 2;
        Belief memory right = layMachine(first, claimed, lengths, bytes32(id));
        vm.warp(manager.challengeOf(id).defenceEnd);
        uint256 gameId = enter(DEFENDER, id, right);
        defenderMove(gameId, right);
        vm.warp(manager.gameOf(gameId).deadline + 1);
        manager.timeout(gameId);
    }

    /// To the leaf of level 1.
    function _playTo(uint256 gameId, Belief memory defenders, Belief memory challengers) private {
        while (manager.gameOf(gameId).level == 0 || manager.gameOf(gameId).height > 0) {
            if (manager.gameOf(gameId).turn == Turn.Defender) defenderMove(gameId, defenders);
            else challengerMove(gameId, challengers);
        }
    }

    function _wrongEnv(uint256 which) private view returns (Env memory wrong) {
        wrong = env();
        // Each word of it by itself.
        assembly ("memory-safe") {
            let place := add(wrong, mul(which, 0x20))
            mstore(place, add(mload(place), 1))
        }
    }

    function _noClaim(ClaimKind kind, uint64 i) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IChallengeManager.NoSuchClaim.selector, kind, i);
    }

    function _expectNoChallenge(Pack memory target, ClaimKind kind, uint64 i, bytes memory reason) private {
        vm.prank(CHALLENGER);
        vm.expectRevert(reason);
        manager.challenge{value: CHALLENGE_BOND}(address(rollup), target, kind, i);
    }
}

/// A rollup of another game.
contract OtherGame {
    function disputeGame() external pure returns (address) {
        return address(1);
    }
}
