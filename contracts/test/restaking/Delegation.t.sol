// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IDelegationManager} from "../../src/restaking/interfaces/IDelegationManager.sol";
import {IPausable} from "../../src/restaking/interfaces/IPausable.sol";
import {IStrategyManager} from "../../src/restaking/interfaces/IStrategyManager.sol";
import {ISignatureUtils} from "../../src/restaking/interfaces/ISignatureUtils.sol";
import {IStrategy} from "../../src/restaking/interfaces/IStrategy.sol";
import {RestakingFixture} from "./support/RestakingFixture.sol";
import {Wallet1271} from "./support/Wallet1271.sol";

contract DelegationTest is RestakingFixture {
    address private constant ALICE = address(0xA11CE);
    address private constant BOB = address(0xB0B);
    address private constant OP = address(0x0101);
    address private constant OP2 = address(0x0202);
    uint256 private constant APPROVER_KEY = 0xA9;

    function setUp() public {
        _deployCore();
        _operator(OP);
    }

    function test_operatorsRegisterOnceAndAreDelegatedToThemselves() public {
        assertTrue(delegation.isOperator(OP), "operator");
        assertEq(delegation.delegatedTo(OP), OP, "to itself");
        assertTrue(!delegation.isOperator(address(0)), "nobody is the zero operator");
        vm.prank(OP);
        vm.expectRevert(IDelegationManager.ActivelyDelegated.selector);
        delegation.registerAsOperator(address(0), 0, "");
        vm.prank(OP);
        vm.expectRevert(IDelegationManager.OperatorsCannotUndelegate.selector);
        delegation.undelegate(OP);
        (bool isSet, uint32 delay) = allocations.getAllocationDelay(OP);
        assertTrue(isSet && delay == 0, "the delay given at registration counts at once");
    }

    function test_theM2FormsOfOperatorCallsWork() public {
        IDelegationManager.OperatorDetails memory details = IDelegationManager.OperatorDetails(BOB, ALICE, 7);
        vm.startPrank(OP2);
        delegation.registerAsOperator(details, "ipfs://m2");
        assertEq(delegation.delegationApprover(OP2), ALICE, "approver");
        assertEq(delegation.operatorDetails(OP2).delegationApprover, ALICE, "details");
        (bool isSet,) = allocations.getAllocationDelay(OP2);
        assertTrue(!isSet, "M2 knows no allocation delay");
        details.delegationApprover = BOB;
        delegation.modifyOperatorDetails(details);
        delegation.updateOperatorMetadataURI("ipfs://m2b");
        vm.stopPrank();
        assertEq(delegation.delegationApprover(OP2), BOB, "new approver");
        assertEq(delegation.stakerOptOutWindowBlocks(OP2), 0, "no window");
    }

    function test_onlyAnOperatorAndItsAppointeesChangeItsDetails() public {
        vm.prank(BOB);
        vm.expectRevert();
        delegation.modifyOperatorDetails(OP, BOB);
        bytes4 selector = bytes4(keccak256("modifyOperatorDetails(address,address)"));
        vm.prank(OP);
        permissions.setAppointee(OP, BOB, address(delegation), selector);
        vm.prank(BOB);
        delegation.modifyOperatorDetails(OP, BOB);
        assertEq(delegation.delegationApprover(OP), BOB, "by the appointee");
        vm.prank(ALICE);
        vm.expectRevert(IDelegationManager.OperatorNotRegistered.selector);
        delegation.modifyOperatorDetails(ALICE, BOB);
    }

    function test_delegationMovesEverythingAndFollowsLaterDeposits() public {
        _deposit(ALICE, 100 ether);
        _depositEth(ALICE, 5 ether);
        _delegate(ALICE, OP);
        assertEq(delegation.operatorShares(OP, strategy), 100 ether, "token shares");
        assertEq(delegation.operatorShares(OP, ETH), 5 ether, "eth shares");
        _deposit(ALICE, 1 ether);
        _depositEth(ALICE, 2 ether);
        assertEq(delegation.operatorShares(OP, strategy), 101 ether, "token shares after");
        assertEq(delegation.operatorShares(OP, ETH), 7 ether, "eth shares after");
        vm.prank(ALICE);
        vm.expectRevert(IDelegationManager.ActivelyDelegated.selector);
        delegation.delegateTo(OP, ISignatureUtils.SignatureWithExpiry("", 0), bytes32(0));
        vm.prank(BOB);
        vm.expectRevert(IDelegationManager.OperatorNotRegistered.selector);
        delegation.delegateTo(ALICE, ISignatureUtils.SignatureWithExpiry("", 0), bytes32(0));
    }

    function test_anApproverSignsEachDelegationOnce() public {
        address approver = vm.addr(APPROVER_KEY);
        vm.prank(OP);
        delegation.modifyOperatorDetails(OP, approver);
        uint256 expiry = block.timestamp + 10;
        ISignatureUtils.SignatureWithExpiry memory approval = ISignatureUtils.SignatureWithExpiry(
            _sign(APPROVER_KEY, delegation.calculateDelegationApprovalDigestHash(ALICE, OP, approver, "s", expiry)),
            expiry
        );
        vm.prank(BOB);
        vm.expectRevert(ISignatureUtils.InvalidSignature.selector);
        delegation.delegateTo(OP, approval, "s");

        vm.prank(ALICE);
        delegation.delegateTo(OP, approval, "s");
        vm.prank(ALICE);
        delegation.undelegate(ALICE);
        vm.prank(ALICE);
        vm.expectRevert(IDelegationManager.SaltSpent.selector);
        delegation.delegateTo(OP, approval, "s");

        approval.expiry = block.timestamp - 1;
        approval.signature = _sign(
            APPROVER_KEY, delegation.calculateDelegationApprovalDigestHash(ALICE, OP, approver, "t", approval.expiry)
        );
        vm.prank(ALICE);
        vm.expectRevert(ISignatureUtils.SignatureExpired.selector);
        delegation.delegateTo(OP, approval, "t");
        // The approver itself needs no signature of its own.
        _delegate(approver, OP);
    }

    function test_aContractApprovesByErc1271() public {
        Wallet1271 wallet = new Wallet1271(vm.addr(APPROVER_KEY));
        vm.prank(OP);
        delegation.modifyOperatorDetails(OP, address(wallet));
        bytes32 digest =
            delegation.calculateDelegationApprovalDigestHash(ALICE, OP, address(wallet), "s", block.timestamp);
        vm.prank(ALICE);
        vm.expectRevert(ISignatureUtils.InvalidSignature.selector);
        delegation.delegateTo(OP, ISignatureUtils.SignatureWithExpiry(_sign(1, digest), block.timestamp), "s");
        vm.prank(ALICE);
        delegation.delegateTo(
            OP, ISignatureUtils.SignatureWithExpiry(_sign(APPROVER_KEY, digest), block.timestamp), "s"
        );
        assertEq(delegation.delegatedTo(ALICE), OP, "approved");
    }

    function test_aStakerDelegatesBySignatureOnce() public {
        address staker = vm.addr(0x57);
        _deposit(staker, 3 ether);
        bytes32 digest = delegation.calculateCurrentStakerDelegationDigestHash(staker, OP, block.timestamp);
        ISignatureUtils.SignatureWithExpiry memory signature =
            ISignatureUtils.SignatureWithExpiry(_sign(0x57, digest), block.timestamp);
        ISignatureUtils.SignatureWithExpiry memory none;
        vm.prank(BOB);
        delegation.delegateToBySignature(staker, OP, signature, none, bytes32(0));
        assertEq(delegation.operatorShares(OP, strategy), 3 ether, "delegated");
        vm.prank(staker);
        delegation.undelegate(staker);
        vm.expectRevert(ISignatureUtils.InvalidSignature.selector);
        delegation.delegateToBySignature(staker, OP, signature, none, bytes32(0));
    }

    function test_undelegationQueuesOneWithdrawalPerStrategy() public {
        _deposit(ALICE, 10 ether);
        _depositEth(ALICE, 4 ether);
        _delegate(ALICE, OP);
        vm.prank(BOB);
        vm.expectRevert(IDelegationManager.CallerCannotUndelegate.selector);
        delegation.undelegate(ALICE);
        vm.prank(OP);
        bytes32[] memory roots = delegation.undelegate(ALICE);
        assertEq(roots.length, 2, "one per strategy");
        assertEq(delegation.delegatedTo(ALICE), address(0), "free");
        assertEq(delegation.operatorShares(OP, strategy) + delegation.operatorShares(OP, ETH), 0, "nothing left");
        (IDelegationManager.Withdrawal[] memory queued, uint256[][] memory shares) =
            delegation.getQueuedWithdrawals(ALICE);
        assertEq(queued.length, 2, "queued");
        assertEq(shares[0][0] + shares[1][0], 14 ether, "shares");
        _pass(WITHDRAWAL_DELAY + 1);
        _complete(queued[0], address(token), true);
        _complete(queued[1], address(0), true);
        assertEq(token.balanceOf(ALICE), 10 ether, "tokens back");
        assertEq(ALICE.balance, 4 ether, "eth back");
        assertEq(delegation.getQueuedWithdrawalRoots(ALICE).length, 0, "empty queue");
        vm.expectRevert(IDelegationManager.NotActivelyDelegated.selector);
        delegation.undelegate(ALICE);
    }

    function test_redelegationComesBackAsSharesOfTheNewOperator() public {
        _operator(OP2);
        _deposit(ALICE, 10 ether);
        _delegate(ALICE, OP);
        ISignatureUtils.SignatureWithExpiry memory none;
        vm.prank(ALICE);
        bytes32[] memory roots = delegation.redelegate(OP2, none, bytes32(0));
        assertEq(delegation.delegatedTo(ALICE), OP2, "moved");
        assertEq(delegation.operatorShares(OP2, strategy), 0, "still queued");
        IDelegationManager.Withdrawal memory withdrawal = delegation.getQueuedWithdrawal(roots[0]);
        _pass(WITHDRAWAL_DELAY + 1);
        _complete(withdrawal, address(0), false);
        assertEq(delegation.operatorShares(OP2, strategy), 10 ether, "arrived");
        assertEq(_withdrawable(ALICE, strategy), 10 ether, "all of it");
    }

    function test_withdrawalsWaitTheDelayAndArePaidOnceToTheStaker() public {
        _deposit(ALICE, 10 ether);
        _delegate(ALICE, OP);
        IDelegationManager.Withdrawal memory withdrawal = _queue(ALICE, strategy, 4 ether);
        assertEq(delegation.operatorShares(OP, strategy), 6 ether, "left the operator at once");
        _pass(WITHDRAWAL_DELAY);
        vm.prank(ALICE);
        vm.expectRevert(IDelegationManager.WithdrawalDelayNotElapsed.selector);
        delegation.completeQueuedWithdrawal(withdrawal, _tokens(address(token)), true);
        _pass(1);
        vm.prank(BOB);
        vm.expectRevert(IDelegationManager.WithdrawerNotCaller.selector);
        delegation.completeQueuedWithdrawal(withdrawal, _tokens(address(token)), true);
        vm.prank(ALICE);
        vm.expectRevert(IDelegationManager.InputArrayLengthMismatch.selector);
        delegation.completeQueuedWithdrawal(withdrawal, new IERC20[](0), true);
        vm.prank(ALICE);
        // The M2 release's form.
        delegation.completeQueuedWithdrawal(withdrawal, _tokens(address(token)), 0, true);
        assertEq(token.balanceOf(ALICE), 4 ether, "paid");
        vm.prank(ALICE);
        vm.expectRevert(IDelegationManager.WithdrawalNotQueued.selector);
        delegation.completeQueuedWithdrawal(withdrawal, _tokens(address(token)), true);
    }

    function test_severalWithdrawalsCompleteInOneCallOfEitherRelease() public {
        _deposit(ALICE, 10 ether);
        IDelegationManager.Withdrawal[] memory withdrawals = new IDelegationManager.Withdrawal[](2);
        IERC20[][] memory tokens = new IERC20[][](2);
        bool[] memory asTokens = new bool[](2);
        for (uint256 i = 0; i < 2; i++) {
            withdrawals[i] = _queue(ALICE, strategy, 1 ether);
            tokens[i] = _tokens(address(token));
            asTokens[i] = i == 0;
        }
        _pass(WITHDRAWAL_DELAY + 1);
        vm.prank(ALICE);
        vm.expectRevert(IDelegationManager.InputArrayLengthMismatch.selector);
        delegation.completeQueuedWithdrawals(withdrawals, tokens, new bool[](1));
        vm.prank(ALICE);
        delegation.completeQueuedWithdrawals(withdrawals, tokens, asTokens);
        assertEq(token.balanceOf(ALICE), 1 ether, "one as tokens");
        assertEq(strategies.stakerDepositShares(ALICE, strategy), 9 ether, "one as shares");
        (withdrawals[0], withdrawals[1]) = (_queue(ALICE, strategy, 1 ether), _queue(ALICE, strategy, 1 ether));
        asTokens[1] = true;
        _pass(WITHDRAWAL_DELAY + 1);
        vm.prank(ALICE);
        delegation.completeQueuedWithdrawals(withdrawals, tokens, new uint256[](2), asTokens);
        assertEq(token.balanceOf(ALICE), 3 ether, "both as tokens");
    }

    function test_nobodyQueuesWhatItDoesNotHave() public {
        _deposit(ALICE, 1 ether);
        IDelegationManager.QueuedWithdrawalParams[] memory params = new IDelegationManager.QueuedWithdrawalParams[](1);
        params[0] = IDelegationManager.QueuedWithdrawalParams(_one(strategy), _one(1 ether + 1), address(0));
        vm.startPrank(ALICE);
        vm.expectRevert(IStrategyManager.SharesAmountTooHigh.selector);
        delegation.queueWithdrawals(params);
        params[0].depositShares[0] = 0;
        vm.expectRevert(IStrategyManager.SharesAmountZero.selector);
        delegation.queueWithdrawals(params);
        params[0].depositShares = new uint256[](2);
        vm.expectRevert(IDelegationManager.InputArrayLengthMismatch.selector);
        delegation.queueWithdrawals(params);
        params[0] = IDelegationManager.QueuedWithdrawalParams(new IStrategy[](0), new uint256[](0), address(0));
        vm.expectRevert(IDelegationManager.InputArrayLengthZero.selector);
        delegation.queueWithdrawals(params);
        vm.stopPrank();
    }

    function test_pausedPartsStopAndTheRestGoesOn() public {
        _deposit(ALICE, 2 ether);
        delegation.pause(1);
        vm.prank(ALICE);
        vm.expectRevert(IPausable.CurrentlyPaused.selector);
        delegation.delegateTo(OP, ISignatureUtils.SignatureWithExpiry("", 0), bytes32(0));
        IDelegationManager.Withdrawal memory withdrawal = _queue(ALICE, strategy, 1 ether);
        vm.expectRevert(IPausable.InvalidNewPausedStatus.selector);
        delegation.pause(2);
        delegation.pauseAll();
        _pass(WITHDRAWAL_DELAY + 1);
        vm.prank(ALICE);
        vm.expectRevert(IPausable.CurrentlyPaused.selector);
        delegation.completeQueuedWithdrawal(withdrawal, _tokens(address(token)), true);
        delegation.unpause(0);
        _complete(withdrawal, address(token), true);
        vm.prank(BOB);
        vm.expectRevert(IPausable.OnlyPauser.selector);
        delegation.pauseAll();
    }

    function test_onlyTheProtocolTouchesTheBooks() public {
        vm.expectRevert(IDelegationManager.OnlyShareManager.selector);
        delegation.increaseDelegatedShares(ALICE, strategy, 0, 1 ether);
        vm.prank(address(nativeEth));
        vm.expectRevert(IDelegationManager.OnlyShareManager.selector);
        delegation.increaseDelegatedShares(ALICE, strategy, 0, 1 ether);
        vm.expectRevert(IDelegationManager.OnlyAllocationManager.selector);
        delegation.burnOperatorShares(OP, strategy, ONE, 0);
    }

    function _sign(uint256 key, bytes32 digest) private pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }
}
