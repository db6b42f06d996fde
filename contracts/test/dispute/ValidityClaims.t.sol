// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ChallengeStatus, ClaimKind, GameStatus, IChallengeManager} from "../../src/dispute/IChallengeManager.sol";
import {IValidityRegistry} from "../../src/dispute/validity/IValidityRegistry.sol";
import {IValidityVerifier} from "../../src/dispute/validity/IValidityVerifier.sol";
import {ValidityClaims} from "../../src/dispute/validity/ValidityClaims.sol";
import {MessageKind} from "../../src/rollup/IInbox.sol";
import {IOriginRegistry} from "../../src/rollup/IOriginRegistry.sol";
import {Pack} from "../../src/rollup/IRollup.sol";
import {CreateParams} from "../../src/rollup/IRollupFactory.sol";
import {Belief, GameFixture} from "./support/GameFixture.sol";

/// Holds one statement for true, by one proof.
contract OneStatement is IValidityVerifier {
    bytes32 private immutable TRUE_STATEMENT;

    constructor(bytes32 statement) {
        TRUE_STATEMENT = statement;
    }

    function verify(bytes32 statement, bytes calldata proof) external view returns (bool) {
        return statement == TRUE_STATEMENT && keccak256(proof) == keccak256("proof");
    }
}

contract ValidityClaimsTest is GameFixture {
    bytes32 private constant KEY = keccak256("key");
    address private constant PROVER = address(0x9807E8);

    Pack private pack;

    function chainParams() internal override returns (CreateParams memory params) {
        params = super.chainParams();
        params.validityKey = KEY;
    }

    /// A challenge of the last block of a pack, whose claim is true for the verifier under the chain's key.
    function _challenged() private returns (uint256 challengeId) {
        Pack memory posted = postPack();
        pack = posted;
        challengeId = openChallenge(posted, ClaimKind.Block, 1);
        (bytes32 first, bytes memory last) = endsOf(posted, 1);
        _register(address(new OneStatement(keccak256(abi.encode(rollup.rulesHash(), first, keccak256(last))))));
        _setOrigin(posted.output.l1OriginHash);
    }

    function _register(address verifier) private {
        vm.mockCall(VALIDITY, abi.encodeCall(IValidityRegistry.verifierOf, (KEY)), abi.encode(verifier));
    }

    function _setOrigin(bytes32 hash) private {
        vm.mockCall(ORIGINS, abi.encodeCall(IOriginRegistry.hashOf, (pack.output.l1OriginNumber)), abi.encode(hash));
    }

    function test_ProveClaim_EndsTheChallengeForWhoeverProves() public {
        uint256 challengeId = _challenged();
        Belief memory lie;
        lie.segments = new bytes32[](2);
        (bytes32 first, bytes memory last) = endsOf(pack, 1);
        (lie.segments[0], lie.segments[1]) = (first, keccak256(last));
        uint256 gameId = enter(DEFENDER, challengeId, lie);

        vm.expectEmit();
        emit IChallengeManager.ClaimProven(challengeId, KEY, PROVER);
        vm.prank(PROVER);
        manager.proveClaim(challengeId, pack.output, "proof");

        assertEq(uint8(manager.challengeOf(challengeId).status), uint8(ChallengeStatus.Failed), "challenge");
        assertEq(manager.creditOf(PROVER), CHALLENGE_BOND / 2, "half is burned");
        assertEq(manager.firstContested(address(rollup)), type(uint64).max, "contested no more");
        assertEq(uint8(manager.gameOf(gameId).status), uint8(GameStatus.Moot), "game");
        manager.resolve(challengeId);
        assertEq(manager.creditOf(DEFENDER), DEFENCE_BOND, "who defended by a game gets the bond back");
        vm.expectRevert(abi.encodeWithSelector(IChallengeManager.ChallengeClosed.selector, ChallengeStatus.Failed));
        manager.proveClaim(challengeId, pack.output, "proof");
    }

    function test_ProveClaim_RefusesWhatIsNotProven() public {
        uint256 challengeId = _challenged();
        vm.expectRevert(ValidityClaims.InvalidProof.selector);
        manager.proveClaim(challengeId, pack.output, "another proof");

        Pack memory other = pack;
        other.output.stateRoot = keccak256("another state");
        vm.expectRevert(ValidityClaims.WrongOutput.selector);
        manager.proveClaim(challengeId, other.output, "proof");

        uint256 reading = openChallenge(pack, ClaimKind.Reading, 0);
        vm.expectRevert(ValidityClaims.NotProvable.selector);
        manager.proveClaim(reading, pack.output, "proof");
        // The first block's output is not the pack's.
        uint256 firstBlock = openChallenge(pack, ClaimKind.Block, 0);
        vm.expectRevert(ValidityClaims.WrongOutput.selector);
        manager.proveClaim(firstBlock, pack.output, "proof");
    }

    function test_ProveClaim_NeedsAKeyThatIsRegistered() public {
        uint256 challengeId = _challenged();
        _register(address(0));
        vm.expectRevert(ValidityClaims.NotProvable.selector);
        manager.proveClaim(challengeId, pack.output, "proof");
    }

    function test_ProveClaim_HoldsTheOutputAgainstTheL1() public {
        uint256 challengeId = _challenged();
        _setOrigin(keccak256("another L1 block"));
        vm.expectRevert(abi.encodeWithSelector(ValidityClaims.WrongOrigin.selector, pack.output.l1OriginNumber));
        manager.proveClaim(challengeId, pack.output, "proof");
        _setOrigin(0);
        vm.expectRevert(abi.encodeWithSelector(ValidityClaims.WrongOrigin.selector, pack.output.l1OriginNumber));
        manager.proveClaim(challengeId, pack.output, "proof");
    }

    function test_ProveClaim_RefusesAnOutputThatLeavesMessagesOut() public {
        // Delivered in an L1 block that the pack's origin is already behind, and not consumed.
        uint64 before = inbox.messageCount();
        vm.prank(inbox.bridge());
        inbox.deliver(MessageKind.ForcedTransaction, PROVER, "");
        vm.roll(block.number + 1);
        Pack memory posted = nextPack(bytes32("outbox"), false);
        (posted.output.inboxPosition, posted.output.inboxAccumulator) = (before, inbox.accumulatorAt(before));
        posted.outputRoots[1] = outputRootOf(posted.output);
        submit(posted);
        pack = posted;
        uint256 challengeId = openChallenge(posted, ClaimKind.Block, 1);
        _register(address(new OneStatement(0)));
        _setOrigin(posted.output.l1OriginHash);
        vm.expectRevert(abi.encodeWithSelector(ValidityClaims.WrongMessages.selector, before));
        manager.proveClaim(challengeId, posted.output, "proof");
    }
}
