// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ChallengeManager, GameTerms} from "../../../src/dispute/ChallengeManager.sol";
import {ICodeRegistry} from "../../../src/dispute/ICodeRegistry.sol";
import {ClaimKind, Game, GameStatus, Turn} from "../../../src/dispute/IChallengeManager.sol";
import {IStep} from "../../../src/dispute/IStep.sol";
import {Env} from "../../../src/dispute/MachineState.sol";
import {OneStepVerifier} from "../../../src/dispute/OneStepVerifier.sol";
import {IInbox} from "../../../src/rollup/IInbox.sol";
import {IOriginRegistry} from "../../../src/rollup/IOriginRegistry.sol";
import {Pack} from "../../../src/rollup/IRollup.sol";
import {CreateParams} from "../../../src/rollup/IRollupFactory.sol";
import {ChainFixture} from "../../support/ChainFixture.sol";
import {LazyTree, Tree} from "./LazyTree.sol";
import {ToyStep} from "./ToyStep.sol";

/// What somebody says about the states between a claim's ends: those between segments, and those of each segment. Whoever
/// claims the truth has the machine's; a liar invents.
struct Belief {
    bytes32[] segments;
    /// For segment j the states from leaf j - 1 to leaf j; the first is of nothing.
    bytes32[][] steps;
}

/// A chain whose packs can be disputed, a toy machine, and players of both sides.
abstract contract GameFixture is ChainFixture {
    using LazyTree for Tree;

    uint256 internal constant CHALLENGE_BOND = 0.1 ether;
    uint256 internal constant DEFENCE_BOND = 0.2 ether;
    uint64 internal constant MIN_CLOCK = 120;
    uint64 internal constant EXTENSION = 20;
    uint64 internal constant MIN_DEFENCE = 15;
    uint8 internal constant TOY_FAMILY = 3;
    address internal constant CODES = address(0xC0DE5);
    address internal constant ORIGINS = address(0x0121612);
    address internal constant VALIDITY = address(0x7A11D);
    address internal constant CHALLENGER = address(0xC4A1);
    address internal constant DEFENDER = address(0xDEF1);

    ChallengeManager internal manager;
    OneStepVerifier internal stepVerifier;
    ToyStep internal toy;
    /// Words of the states that the toy machine knows.
    mapping(bytes32 digest => bytes) internal preimages;

    function setUp() public virtual override {
        toy = new ToyStep();
        IStep[] memory families = new IStep[](TOY_FAMILY + 1);
        families[TOY_FAMILY] = toy;
        stepVerifier = new OneStepVerifier(families);
        manager = new ChallengeManager(
            GameTerms({
                verifier: address(stepVerifier),
                codes: CODES,
                origins: ORIGINS,
                validity: VALIDITY,
                challengeBond: CHALLENGE_BOND,
                defenceBond: DEFENCE_BOND,
                minClock: MIN_CLOCK,
                extension: EXTENSION,
                minDefence: MIN_DEFENCE
            })
        );
        super.setUp();
        vm.deal(CHALLENGER, 100 ether);
        vm.deal(DEFENDER, 100 ether);
    }

    function disputeGame() internal view override returns (address) {
        return address(manager);
    }

    function chainParams() internal virtual override returns (CreateParams memory params) {
        params = defaultParams();
        params.rulesHash = keccak256(abi.encode(uint256(1), CHAIN_ID, uint256(30_000_000), uint256(0), uint256(1), uint256(16)));
    }

    function env() internal view returns (Env memory) {
        return Env({
            codes: ICodeRegistry(CODES),
            fork: 1,
            chainId: CHAIN_ID,
            blockGasLimit: 30_000_000,
            gasless: 0,
            minBaseFee: 1,
            dataFeePerByte: 16,
            capped: 1,
            inbox: IInbox(rollup.inbox()),
            origins: IOriginRegistry(ORIGINS)
        });
    }

    /// Posts a pack of two blocks.
    function postPack() internal returns (Pack memory pack) {
        vm.roll(block.number + 1);
        pack = nextPack(bytes32("outbox"), false);
        submit(pack);
    }

    /// The toy machine on a claim: segments of these many steps, from the claim's first state to `last`.
    function layMachine(bytes32 first, bytes memory lastWords, uint256[] memory lengths, bytes32 salt)
        internal
        returns (Belief memory truth)
    {
        uint256 count = lengths.length;
        truth.segments = new bytes32[](count + 1);
        truth.steps = new bytes32[][](count + 1);
        truth.segments[0] = first;
        bytes32 state = first;
        for (uint256 j = 1; j <= count; j++) {
            truth.steps[j] = new bytes32[](lengths[j - 1] + 1);
            truth.steps[j][0] = state;
            for (uint256 k = 1; k <= lengths[j - 1]; k++) {
                bool isEnd = k == lengths[j - 1];
                // Kind 3 is on its way, kind 1 between two transactions.
                bytes memory words = isEnd && j == count ? lastWords : abi.encode(isEnd ? 1 : 3, salt, j, k);
                bytes32 post = keccak256(words);
                preimages[post] = words;
                toy.lay(state, post);
                truth.steps[j][k] = post;
                state = post;
            }
            truth.segments[j] = state;
        }
    }

    /// Leaves the truth at step `step` of segment `segment` and ends with what is claimed.
    function lieFrom(Belief memory truth, uint256 segment, uint256 step, bytes32 claimed, bytes32 salt)
        internal
        pure
        returns (Belief memory lie)
    {
        uint256 count = truth.segments.length - 1;
        lie.segments = new bytes32[](count + 1);
        lie.steps = new bytes32[][](count + 1);
        lie.segments[0] = truth.segments[0];
        for (uint256 j = 1; j <= count; j++) {
            uint256 length = truth.steps[j].length;
            lie.steps[j] = new bytes32[](length);
            for (uint256 k = 0; k < length; k++) {
                bool isWrong = j > segment || (j == segment && k >= step);
                lie.steps[j][k] = isWrong ? keccak256(abi.encode("lie", salt, j, k)) : truth.steps[j][k];
            }
            if (j > segment) lie.steps[j][0] = lie.segments[j - 1];
            if (j == count) lie.steps[j][length - 1] = claimed;
            lie.segments[j] = lie.steps[j][length - 1];
        }
    }

    function segmentTree(Belief memory belief) internal pure returns (Tree memory) {
        return LazyTree.make(belief.segments, 16);
    }

    function stepTree(Belief memory belief, uint256 segment) internal pure returns (Tree memory) {
        if (segment < belief.segments.length) return LazyTree.make(belief.steps[segment], 27);
        bytes32[] memory still = new bytes32[](1);
        still[0] = belief.segments[belief.segments.length - 1];
        return LazyTree.make(still, 27);
    }

    function openChallenge(Pack memory pack, ClaimKind kind, uint64 blockIndex) internal returns (uint256) {
        vm.prank(CHALLENGER);
        return manager.challenge{value: CHALLENGE_BOND}(address(rollup), pack, kind, blockIndex);
    }

    function enter(address defender, uint256 challengeId, Belief memory belief) internal returns (uint256) {
        Tree memory tree = segmentTree(belief);
        vm.prank(defender);
        return manager.defend{value: DEFENCE_BOND}(challengeId, tree.root(), tree.proof(0), tree.proof(tree.last()));
    }

    /// The defender's next move. @return false when it has none: its own tree is not what it has to show
    function defenderMove(uint256 gameId, Belief memory own) internal returns (bool) {
        Game memory game = manager.gameOf(gameId);
        Tree memory tree = game.level == 0 ? segmentTree(own) : stepTree(own, game.segment);
        if (game.height > 0) {
            vm.prank(game.defender);
            manager.reveal(gameId, childrenOf(tree, game.height, game.position));
            return true;
        }
        if (game.level == 0) {
            Tree memory steps = stepTree(own, game.position);
            vm.prank(game.defender);
            manager.commitSteps(
                gameId,
                tree.leaf(game.position - 1),
                tree.proof(game.position - 1),
                steps.root(),
                steps.proof(0),
                steps.proof(steps.last())
            );
            return true;
        }
        return prove(gameId, game, tree);
    }

    /// @return false when the L1 computes something else than the defender committed to
    function prove(uint256 gameId, Game memory game, Tree memory tree) internal returns (bool) {
        bytes32 before = tree.leaf(game.position - 1);
        bytes memory words = preimages[before];
        if (words.length == 0) return false;
        bool isStill = toy.next(before) == 0 || (game.position > 1 && kindOf(words) == 1);
        try manager.proveStep(
            gameId, before, tree.proof(game.position - 1), env(), isStill ? 255 : TOY_FAMILY, words
        ) {
            return true;
        } catch {
            return false;
        }
    }

    /// The first child that is not the challenger's own. @return false when all are
    function challengerMove(uint256 gameId, Belief memory own) internal returns (bool) {
        Game memory game = manager.gameOf(gameId);
        Tree memory tree = game.level == 0 ? segmentTree(own) : stepTree(own, game.segment);
        bytes32[] memory children = childrenOf(tree, game.height, game.position);
        for (uint8 i = 0; i < children.length; i++) {
            if (children[i] == game.children[i]) continue;
            vm.prank(challengerOf(game.challengeId));
            manager.pick(gameId, i, game.children[i]);
            return true;
        }
        return false;
    }

    /// Both play by what they believe until somebody has no move; that one's clock runs out.
    function playOut(uint256 gameId, Belief memory defenders, Belief memory challengers) internal {
        while (manager.gameOf(gameId).status == GameStatus.Open) {
            bool moved = manager.gameOf(gameId).turn == Turn.Defender
                ? defenderMove(gameId, defenders)
                : challengerMove(gameId, challengers);
            if (moved) continue;
            vm.warp(manager.gameOf(gameId).deadline + 1);
            manager.timeout(gameId);
        }
    }

    function challengerOf(uint256 challengeId) internal view returns (address) {
        return manager.challengeOf(challengeId).challenger;
    }

    function childrenOf(Tree memory tree, uint8 height, uint256 position)
        internal
        pure
        returns (bytes32[] memory nodes)
    {
        uint8 stride = height < 3 ? height : 3;
        nodes = new bytes32[](uint256(1) << stride);
        for (uint256 i = 0; i < nodes.length; i++) nodes[i] = tree.node(height - stride, (position << stride) + i);
    }

    function kindOf(bytes memory words) internal pure returns (uint256 kind) {
        assembly ("memory-safe") {
            kind := mload(add(words, 0x20))
        }
    }

    /// What follows from the pack for block `i`, and what it claims.
    function endsOf(Pack memory pack, uint256 i) internal returns (bytes32 first, bytes memory claimedWords) {
        bytes32 before = i == 0 ? pack.parentOutputRoot : pack.outputRoots[i - 1];
        bytes memory words = abi.encode(5, before, pack.contentRoot, pack.firstBlock + i, i);
        first = keccak256(words);
        preimages[first] = words;
        claimedWords = abi.encode(8, pack.outputRoots[i]);
        preimages[keccak256(claimedWords)] = claimedWords;
    }
}
