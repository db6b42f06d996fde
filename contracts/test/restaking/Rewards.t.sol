// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Permissioned} from "../../src/restaking/Permissioned.sol";
import {RewardsParameters} from "../../src/restaking/RewardsBase.sol";
import {RewardsCoordinator} from "../../src/restaking/RewardsCoordinator.sol";
import {IRewardsCoordinator} from "../../src/restaking/interfaces/IRewardsCoordinator.sol";
import {IStrategy} from "../../src/restaking/interfaces/IStrategy.sol";
import {FeeErc20} from "../support/Tokens.sol";
import {RestakingFixture} from "./support/RestakingFixture.sol";

/// Submissions, roots, claims and splits.
contract RewardsTest is RestakingFixture {
    address private constant ALICE = address(0xA11CE);
    address private constant BOB = address(0xB0B);
    address private constant AVS = address(0xA5);
    address private constant OP = address(0x0101);

    function setUp() public {
        _deployCore();
        _give(AVS, 10_000 ether);
        vm.prank(AVS);
        token.approve(address(rewards), type(uint256).max);
    }

    function test_anAvsSubmitsForWholeIntervals() public {
        IRewardsCoordinator.RewardsSubmission[] memory list = _submission();
        vm.startPrank(AVS);
        rewards.createAVSRewardsSubmission(list);
        assertEq(token.balanceOf(address(rewards)), 100 ether, "the tokens are there");
        assertTrue(
            rewards.isAVSRewardsSubmissionHash(AVS, keccak256(abi.encode(AVS, uint256(0), list[0]))), "and known by hash"
        );
        assertEq(rewards.submissionNonce(AVS), 1, "nonce");
        vm.stopPrank();
    }

    function test_submissionsOutsideTheRulesAreRefused() public {
        IRewardsCoordinator.RewardsSubmission[] memory list = _submission();
        list[0].startTimestamp += 1;
        _refused(list, IRewardsCoordinator.InvalidStartTimestampRemainder.selector);
        list = _submission();
        list[0].duration += 1;
        _refused(list, IRewardsCoordinator.InvalidDurationRemainder.selector);
        list[0].duration = 0;
        _refused(list, IRewardsCoordinator.DurationIsZero.selector);
        list[0].duration = 31 days;
        _refused(list, IRewardsCoordinator.DurationExceedsMax.selector);
        list = _submission();
        list[0].startTimestamp += 31 days;
        _refused(list, IRewardsCoordinator.StartTimestampTooFarInFuture.selector);
        list = _submission();
        list[0].startTimestamp -= 31 days;
        _refused(list, IRewardsCoordinator.StartTimestampTooFarInPast.selector);
        list = _submission();
        list[0].amount = 0;
        _refused(list, IRewardsCoordinator.AmountIsZero.selector);
        list[0].amount = 1e38;
        _refused(list, IRewardsCoordinator.AmountExceedsMax.selector);
        list = _submission();
        list[0].strategiesAndMultipliers = new IRewardsCoordinator.StrategyAndMultiplier[](0);
        _refused(list, IRewardsCoordinator.InputArrayLengthZero.selector);
        list = _submission();
        list[0].strategiesAndMultipliers[0].strategy = IStrategy(address(1));
        _refused(list, IRewardsCoordinator.StrategyNotWhitelisted.selector);
        list[0].strategiesAndMultipliers = new IRewardsCoordinator.StrategyAndMultiplier[](2);
        list[0].strategiesAndMultipliers[0] = IRewardsCoordinator.StrategyAndMultiplier(ETH, 1);
        list[0].strategiesAndMultipliers[1] = IRewardsCoordinator.StrategyAndMultiplier(ETH, 1);
        _refused(list, IRewardsCoordinator.StrategiesNotInAscendingOrder.selector);
    }

    function test_aTokenThatTakesAFeeCannotPromiseMoreThanArrives() public {
        FeeErc20 toll = new FeeErc20();
        toll.mint(AVS, 100 ether);
        IRewardsCoordinator.RewardsSubmission[] memory list = _submission();
        list[0].token = IERC20(address(toll));
        vm.startPrank(AVS);
        toll.approve(address(rewards), 100 ether);
        vm.expectRevert(
            abi.encodeWithSelector(IRewardsCoordinator.TransferShortfall.selector, 100 ether, 90 ether)
        );
        rewards.createAVSRewardsSubmission(list);
        vm.stopPrank();
    }

    function test_onlyNamedAccountsSubmitForAll() public {
        IRewardsCoordinator.RewardsSubmission[] memory list = _submission();
        vm.startPrank(AVS);
        vm.expectRevert(IRewardsCoordinator.UnauthorizedCaller.selector);
        rewards.createRewardsForAllSubmission(list);
        vm.expectRevert(IRewardsCoordinator.UnauthorizedCaller.selector);
        rewards.createRewardsForAllEarners(list);
        vm.stopPrank();
        rewards.setRewardsForAllSubmitter(AVS, true);
        vm.startPrank(AVS);
        rewards.createRewardsForAllSubmission(list);
        rewards.createRewardsForAllEarners(list);
        vm.stopPrank();
        assertEq(token.balanceOf(address(rewards)), 200 ether, "both paid in");
        vm.prank(BOB);
        vm.expectRevert();
        rewards.setRewardsForAllSubmitter(BOB, true);
    }

    function test_operatorDirectedRewardsAreForRangesThatAreOver() public {
        IRewardsCoordinator.OperatorDirectedRewardsSubmission[] memory list =
            new IRewardsCoordinator.OperatorDirectedRewardsSubmission[](1);
        IRewardsCoordinator.RewardsSubmission memory base = _submission()[0];
        IRewardsCoordinator.OperatorReward[] memory amounts = new IRewardsCoordinator.OperatorReward[](2);
        amounts[0] = IRewardsCoordinator.OperatorReward(ALICE, 3 ether);
        amounts[1] = IRewardsCoordinator.OperatorReward(OP, 4 ether);
        list[0] = IRewardsCoordinator.OperatorDirectedRewardsSubmission(
            base.strategiesAndMultipliers, token, amounts, base.startTimestamp, base.duration, "uptime"
        );
        vm.startPrank(AVS);
        vm.expectRevert(IRewardsCoordinator.SubmissionNotRetroactive.selector);
        rewards.createOperatorDirectedAVSRewardsSubmission(AVS, list);
        list[0].startTimestamp -= 2 * base.duration;
        vm.expectRevert(IRewardsCoordinator.OperatorsNotInAscendingOrder.selector);
        rewards.createOperatorDirectedAVSRewardsSubmission(AVS, list);
        (amounts[0].operator, amounts[1].operator) = (OP, ALICE);
        rewards.createOperatorDirectedAVSRewardsSubmission(AVS, list);
        assertEq(token.balanceOf(address(rewards)), 7 ether, "the sum");
        vm.stopPrank();
        vm.prank(BOB);
        vm.expectRevert(Permissioned.InvalidPermissions.selector);
        rewards.createOperatorDirectedAVSRewardsSubmission(AVS, list);
    }

    function test_claimsPayTheDifferenceOnceAndByTheirOwnProof() public {
        vm.prank(AVS);
        rewards.createAVSRewardsSubmission(_submission());
        // Two earners: Alice 30 of the token, Bob 20.
        IRewardsCoordinator.RewardsMerkleClaim memory claim = _post(30 ether, 20 ether);
        vm.prank(BOB);
        vm.expectRevert(IRewardsCoordinator.UnauthorizedCaller.selector);
        rewards.processClaim(claim, BOB);
        vm.startPrank(ALICE);
        assertTrue(rewards.checkClaim(claim), "holds");
        rewards.processClaim(claim, ALICE);
        assertEq(token.balanceOf(ALICE), 30 ether, "paid");
        vm.expectRevert(IRewardsCoordinator.EarningsNotGreaterThanClaimed.selector);
        rewards.processClaim(claim, ALICE);
        vm.stopPrank();
        // A later root pays what came to it, also to somebody whom the earner named.
        vm.warp(block.timestamp + INTERVAL);
        claim = _post(45 ether, 20 ether);
        vm.prank(ALICE);
        rewards.setClaimerFor(BOB);
        vm.prank(ALICE);
        vm.expectRevert(IRewardsCoordinator.UnauthorizedCaller.selector);
        rewards.processClaim(claim, ALICE);
        IRewardsCoordinator.RewardsMerkleClaim[] memory claims = new IRewardsCoordinator.RewardsMerkleClaim[](1);
        claims[0] = claim;
        vm.prank(BOB);
        rewards.processClaims(claims, BOB);
        assertEq(token.balanceOf(BOB), 15 ether, "the difference");
        assertEq(rewards.cumulativeClaimed(ALICE, token), 45 ether, "all claimed");
    }

    function test_forgedClaimsAreRefused() public {
        IRewardsCoordinator.RewardsMerkleClaim memory good = _post(30 ether, 20 ether);
        vm.startPrank(ALICE);
        IRewardsCoordinator.RewardsMerkleClaim memory claim = good;
        claim.tokenLeaves[0].cumulativeEarnings += 1;
        vm.expectRevert(IRewardsCoordinator.InvalidClaimProof.selector);
        rewards.processClaim(claim, ALICE);
        claim.tokenLeaves[0].cumulativeEarnings -= 1;
        claim.earnerLeaf.earner = BOB;
        vm.expectRevert(IRewardsCoordinator.InvalidClaimProof.selector);
        rewards.processClaim(claim, ALICE);
        claim.earnerLeaf.earner = ALICE;
        // A second index for the same leaf would be a second identity.
        claim.earnerIndex = 2;
        vm.expectRevert(IRewardsCoordinator.InvalidEarnerLeafIndex.selector);
        rewards.processClaim(claim, ALICE);
        claim.earnerIndex = 0;
        claim.tokenIndices[0] = 1;
        vm.expectRevert(IRewardsCoordinator.InvalidTokenLeafIndex.selector);
        rewards.processClaim(claim, ALICE);
        claim.tokenIndices[0] = 0;
        claim.earnerTreeProof = abi.encodePacked(claim.earnerTreeProof, uint8(0));
        vm.expectRevert(IRewardsCoordinator.InvalidClaimProof.selector);
        rewards.processClaim(claim, ALICE);
        claim.tokenIndices = new uint32[](2);
        vm.expectRevert(IRewardsCoordinator.InputArrayLengthMismatch.selector);
        rewards.processClaim(claim, ALICE);
        claim.rootIndex = 7;
        vm.expectRevert(IRewardsCoordinator.InvalidRootIndex.selector);
        rewards.processClaim(claim, ALICE);
        vm.expectRevert(IRewardsCoordinator.InvalidAddressZero.selector);
        rewards.processClaim(claim, address(0));
        vm.stopPrank();
    }

    function test_rootsAreForLaterEndsThatAreOver() public {
        uint32 end = _lastEnd();
        vm.prank(BOB);
        vm.expectRevert(IRewardsCoordinator.UnauthorizedCaller.selector);
        rewards.submitRoot("r", end);
        vm.expectRevert(IRewardsCoordinator.InvalidRoot.selector);
        rewards.submitRoot(0, end);
        vm.expectRevert(IRewardsCoordinator.RewardsEndTimestampNotElapsed.selector);
        rewards.submitRoot("r", uint32(block.timestamp));
        rewards.submitRoot("r", end);
        vm.expectRevert(IRewardsCoordinator.NewRootMustBeForNewCalculatedPeriod.selector);
        rewards.submitRoot("s", end);
        assertEq(rewards.getRootIndexFromHash("r"), 0, "found");
        assertEq(rewards.getCurrentDistributionRoot().root, "r", "current");
        vm.expectRevert(IRewardsCoordinator.InvalidRoot.selector);
        rewards.getRootIndexFromHash("s");
    }

    function test_aRootCanBeTakenBackBeforeItIsActive() public {
        rewards.setActivationDelay(100);
        IRewardsCoordinator.RewardsMerkleClaim memory claim = _post(30 ether, 20 ether);
        vm.expectRevert(IRewardsCoordinator.RootNotActivated.selector);
        rewards.checkClaim(claim);
        assertEq(rewards.getCurrentClaimableDistributionRoot().root, 0, "none to claim by");
        rewards.disableRoot(0);
        vm.expectRevert(IRewardsCoordinator.RootDisabled.selector);
        rewards.disableRoot(0);
        vm.warp(block.timestamp + 200);
        vm.expectRevert(IRewardsCoordinator.RootDisabled.selector);
        rewards.checkClaim(claim);
        claim = _post(30 ether, 20 ether);
        vm.warp(block.timestamp + 100);
        vm.expectRevert(IRewardsCoordinator.RootAlreadyActivated.selector);
        rewards.disableRoot(1);
        assertEq(rewards.getCurrentClaimableDistributionRoot().root, rewards.getDistributionRootAtIndex(1).root, "now");
    }

    function test_splitsAreAnnouncedForTheActivationDelay() public {
        assertEq(rewards.getOperatorAVSSplit(OP, AVS), 1_000, "ten percent");
        rewards.setActivationDelay(100);
        vm.startPrank(OP);
        rewards.setOperatorAVSSplit(OP, AVS, 5_000);
        assertEq(rewards.operatorCommissionBips(OP, AVS), 1_000, "announced");
        vm.expectRevert(IRewardsCoordinator.PreviousSplitPending.selector);
        rewards.setOperatorAVSSplit(OP, AVS, 1);
        vm.expectRevert(IRewardsCoordinator.SplitExceedsMax.selector);
        rewards.setOperatorPISplit(OP, 10_001);
        rewards.setOperatorPISplit(OP, 0);
        vm.stopPrank();
        vm.warp(block.timestamp + 100);
        assertEq(rewards.getOperatorAVSSplit(OP, AVS), 5_000, "in effect");
        assertEq(rewards.getOperatorPISplit(OP), 0, "in effect too");
        vm.prank(BOB);
        vm.expectRevert(Permissioned.InvalidPermissions.selector);
        rewards.setOperatorAVSSplit(OP, AVS, 0);
        rewards.setGlobalOperatorCommission(2_000);
        assertEq(rewards.globalOperatorCommissionBips(), 2_000, "for all others");
        assertEq(rewards.getOperatorAVSSplit(ALICE, AVS), 2_000, "such as Alice");
    }

    function test_claimersOfOperatorsAreNamedByWhoActsForThem() public {
        vm.prank(BOB);
        vm.expectRevert(Permissioned.InvalidPermissions.selector);
        rewards.setClaimerFor(OP, BOB);
        vm.prank(OP);
        rewards.setClaimerFor(OP, BOB);
        assertEq(rewards.claimerFor(OP), BOB, "named");
    }

    function test_intervalsMustFitTheGenesis() public {
        RewardsParameters memory parameters = RewardsParameters(
            delegation, strategies, pausers, permissions, INTERVAL, 30 days, 30 days, 30 days, 1
        );
        vm.expectRevert(IRewardsCoordinator.InvalidGenesisRewardsTimestampRemainder.selector);
        new RewardsCoordinator(parameters);
        parameters.calculationIntervalSeconds = 0;
        vm.expectRevert(IRewardsCoordinator.InvalidCalculationIntervalSecondsRemainder.selector);
        new RewardsCoordinator(parameters);
    }

    function _submission() private view returns (IRewardsCoordinator.RewardsSubmission[] memory list) {
        list = new IRewardsCoordinator.RewardsSubmission[](1);
        list[0].strategiesAndMultipliers = new IRewardsCoordinator.StrategyAndMultiplier[](1);
        list[0].strategiesAndMultipliers[0] = IRewardsCoordinator.StrategyAndMultiplier(strategy, 1e18);
        list[0].token = token;
        list[0].amount = 100 ether;
        list[0].startTimestamp = uint32(block.timestamp / INTERVAL * INTERVAL);
        list[0].duration = 10 * INTERVAL;
    }

    function _refused(IRewardsCoordinator.RewardsSubmission[] memory list, bytes4 reason) private {
        vm.prank(AVS);
        vm.expectRevert(reason);
        rewards.createAVSRewardsSubmission(list);
    }

    function _lastEnd() private view returns (uint32) {
        return uint32((block.timestamp - 1) / INTERVAL * INTERVAL);
    }

    /// Posts a root with Alice's and Bob's earnings of the token.
    /// @return claim Alice's
    function _post(uint256 alice, uint256 bob)
        private
        returns (IRewardsCoordinator.RewardsMerkleClaim memory claim)
    {
        claim.tokenLeaves = new IRewardsCoordinator.TokenTreeMerkleLeaf[](1);
        claim.tokenLeaves[0] = IRewardsCoordinator.TokenTreeMerkleLeaf(token, alice);
        claim.tokenIndices = new uint32[](1);
        claim.tokenTreeProofs = new bytes[](1);
        claim.earnerLeaf =
            IRewardsCoordinator.EarnerTreeMerkleLeaf(ALICE, rewards.calculateTokenLeafHash(claim.tokenLeaves[0]));
        bytes32 bobRoot =
            rewards.calculateTokenLeafHash(IRewardsCoordinator.TokenTreeMerkleLeaf(token, bob));
        bytes32 bobLeaf =
            rewards.calculateEarnerLeafHash(IRewardsCoordinator.EarnerTreeMerkleLeaf(BOB, bobRoot));
        claim.earnerTreeProof = abi.encodePacked(bobLeaf);
        claim.rootIndex = uint32(rewards.getDistributionRootsLength());
        bytes32 aliceLeaf = rewards.calculateEarnerLeafHash(claim.earnerLeaf);
        rewards.submitRoot(keccak256(abi.encode(aliceLeaf, bobLeaf)), _lastEnd());
    }
}
