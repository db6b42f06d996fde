// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IBridge} from "../../src/bridge/IBridge.sol";
import {BoundedCall} from "../../src/lib/BoundedCall.sol";
import {IPackAttestation} from "../../src/rollup/IPackAttestation.sol";
import {IRollup, Pack, PackRecord} from "../../src/rollup/IRollup.sol";
import {CreateParams} from "../../src/rollup/IRollupFactory.sol";
import {ChainFixture} from "../support/ChainFixture.sol";
import {DisputeGameStub} from "../support/DisputeGameStub.sol";

/// What a challenge means to a rollup while it is open, and what a revert leaves behind.
contract ContestedRollupTest is ChainFixture {
    DisputeGameStub private game;

    function setUp() public override {
        super.setUp();
        game = DisputeGameStub(payable(DISPUTE_GAME));
    }

    function _post() private returns (Pack memory pack) {
        vm.roll(block.number + 1);
        pack = nextPack(bytes32("outbox"), false);
        submit(pack);
    }

    function _revertFrom(uint64 index) private {
        vm.prank(DISPUTE_GAME);
        rollup.revertPacks(index);
    }

    function _fund() private {
        vm.deal(PROPOSER, BOND);
        vm.prank(PROPOSER);
        rollup.depositBond{value: BOND}();
    }

    function testFuzz_Finality_StopsBelowTheContestedPack(uint8 count, uint8 at) public {
        uint64 packs = uint64(bound(count, 1, 10));
        uint64 contested = uint64(bound(at, 1, packs));
        for (uint64 i = 0; i < packs; i++) _post();
        game.contest(contested);
        assertEq(rollup.finalisedPack(), 0, "windows are open");
        vm.warp(block.timestamp + CHALLENGE_PERIOD);
        assertEq(rollup.finalisedPack(), contested - 1, "those before it");
        for (uint64 i = 0; i <= packs; i++) assertTrue(rollup.isFinalised(i) == (i < contested), "one by one");
        game.contest(0);
        assertEq(rollup.finalisedPack(), packs, "all");
    }

    function test_Bond_AnswersUntilItsPacksAreDecided() public {
        _post();
        _post();
        vm.warp(block.timestamp + CHALLENGE_PERIOD);
        game.contest(1);
        vm.prank(PROPOSER);
        vm.expectRevert(abi.encodeWithSelector(IRollup.BondLocked.selector, 2));
        rollup.withdrawBond();
        _revertFrom(1);
        assertEq(DISPUTE_GAME.balance, BOND, "slashed after its window");
        game.contest(0);
    }

    function test_Bond_IsFreeOfContestsOfLaterPacks() public {
        _post();
        address other = address(0x777);
        vm.deal(other, BOND);
        vm.warp(block.timestamp + MAX_PACK_DELAY + 1);
        vm.roll(block.number + 1);
        Pack memory next = nextPack(0, false);
        vm.startPrank(other);
        rollup.depositBond{value: BOND}();
        rollup.submitPack(next);
        vm.stopPrank();
        game.contest(2);
        vm.prank(PROPOSER);
        rollup.withdrawBond();
        assertEq(rollup.bondOf(PROPOSER), 0, "pack 1 is final");
    }

    /// A liar can't make its fall too expensive by posting on.
    function test_Revert_CostsTheSameHoweverManyPacksFall() public {
        _post();
        for (uint256 i = 0; i < 60; i++) _post();
        uint256 before = gasleft();
        _revertFrom(1);
        assertAtMost(before - gasleft(), 150_000, "gas of voiding 61 packs");
        assertEq(rollup.packCount(), 0, "all fell");
        vm.expectRevert(abi.encodeWithSelector(IRollup.UnknownPack.selector, 7));
        rollup.packRecord(7);
        assertTrue(!rollup.isFinalised(7), "void");
        vm.warp(block.timestamp + CHALLENGE_PERIOD);
        assertEq(rollup.finalisedPack(), 0, "also later");
    }

    function test_Revert_NamesPacksByEpoch() public {
        Pack memory first = _post();
        assertEq(rollup.packRecord(1).revertEpoch, 0, "before");
        _revertFrom(1);
        _fund();
        vm.prank(PROPOSER);
        rollup.submitPack(first);
        assertEq(rollup.packRecord(1).revertEpoch, 1, "the same again is another");
    }

    /// The time that a dispute took is nobody's silence.
    function test_Revert_StartsDelaysAnew() public {
        bridge.depositEth{value: 1}(OWNER);
        _post();
        (bytes32 root, uint64 number) = (GENESIS_ROOT, 1);
        bridge.depositEth{value: 1}(OWNER);
        game.contest(1);
        vm.warp(block.timestamp + 10 * MAX_PACK_DELAY);
        _revertFrom(1);
        game.contest(0);
        (parentRoot, nextBlock) = (root, number);
        address other = address(0x777);
        vm.prank(other);
        vm.expectRevert(IRollup.NotClosable.selector);
        rollup.close();
        vm.deal(other, BOND);
        vm.roll(block.number + 1);
        Pack memory pack = nextPack(0, false);
        vm.startPrank(other);
        rollup.depositBond{value: BOND}();
        vm.expectRevert(abi.encodeWithSelector(IRollup.NotProposer.selector, other));
        rollup.submitPack(pack);
        vm.stopPrank();
        _fund();
        // Not even the first message, though both are older than the delay.
        pack.output.inboxPosition = 0;
        pack.output.inboxAccumulator = 0;
        pack.outputRoots[1] = outputRootOf(pack.output);
        uint64 deadline = uint64(block.timestamp) + INBOX_DELAY;
        vm.warp(deadline + 1);
        vm.prank(PROPOSER);
        vm.expectRevert(abi.encodeWithSelector(IRollup.InboxMessageLate.selector, 0, deadline));
        rollup.submitPack(pack);
        vm.warp(deadline);
        submit(pack);
        vm.warp(block.timestamp + 4 * MAX_PACK_DELAY + 1);
        vm.prank(other);
        rollup.close();
    }

    function test_TerminalPack_EscrowWaitsForItsChallenges() public {
        vm.prank(OWNER);
        rollup.close();
        vm.roll(block.number + 1);
        submit(nextPack(0, true));
        vm.warp(rollup.packRecord(1).windowEnd + bridge.ESCROW_HOLD());
        game.contest(1);
        vm.prank(OWNER);
        vm.expectRevert(abi.encodeWithSelector(IBridge.NotFinalised.selector, 1));
        bridge.reclaimEscrow();
        _revertFrom(1);
        game.contest(0);
        assertEq(rollup.terminalPack(), 0, "the settlement fell");
        vm.prank(OWNER);
        vm.expectRevert(abi.encodeWithSelector(IBridge.NotFinalised.selector, 0));
        bridge.reclaimEscrow();
        _fund();
        (parentRoot, nextBlock) = (GENESIS_ROOT, 1);
        submit(nextPack(0, true));
        assertEq(rollup.terminalPack(), 1, "and is written again");
    }
}

/// Signs for what it is told to, and remembers what fell.
contract AttestationStub is IPackAttestation {
    enum Mood {
        Quiet,
        Failing,
        Hungry
    }

    bytes32 public accepted;
    uint64 public epoch;
    Mood public mood;
    bytes32 public rejected;
    bytes32 public signatories;

    function accept(bytes32 packHash, uint64 epoch_) external {
        (accepted, epoch) = (packHash, epoch_);
    }

    function setMood(Mood mood_) external {
        mood = mood_;
    }

    function checkPack(address, uint64 revertEpoch, bytes32 packHash, bytes calldata certificate)
        external
        view
        returns (bytes32)
    {
        require(packHash == accepted && revertEpoch == epoch, "not signed");
        return keccak256(certificate);
    }

    function packRejected(uint64, bytes32 packHash, bytes32 record) external {
        if (mood == Mood.Failing) revert("in a bad mood");
        while (mood == Mood.Hungry) {}
        (rejected, signatories) = (packHash, record);
    }
}

/// Packs that operators stand for.
contract CertifiedPacksTest is ChainFixture {
    address private constant MESSENGER = address(0x3E55);
    AttestationStub private attestation;

    function chainParams() internal override returns (CreateParams memory params) {
        attestation = new AttestationStub();
        params = defaultParams();
        params.attestation = address(attestation);
    }

    function _certified() private returns (Pack memory pack) {
        vm.roll(block.number + 1);
        pack = nextPack(bytes32("outbox"), false);
        attestation.accept(keccak256(abi.encode(pack)), rollup.revertEpoch());
        vm.prank(MESSENGER);
        rollup.submitPackCertified(pack, "signatures");
        accept(pack);
    }

    function test_Certificate_NeedsNoBondAndTheOrdinaryWindow() public {
        Pack memory pack = _certified();
        PackRecord memory record = rollup.packRecord(1);
        assertEq(record.signatoryRecordHash, keccak256("signatures"), "who signed");
        assertEq(record.proposer, MESSENGER, "who brought it");
        assertEq(record.windowEnd, block.timestamp + CHALLENGE_PERIOD, "window");
        assertEq(record.packHash, keccak256(abi.encode(pack)), "pack");
    }

    function test_Certificate_OfAnotherPackOrEpochIsRefused() public {
        Pack memory pack = nextPack(0, false);
        vm.expectRevert(bytes("not signed"));
        rollup.submitPackCertified(pack, "signatures");
        attestation.accept(keccak256(abi.encode(pack)), 1);
        vm.expectRevert(bytes("not signed"));
        rollup.submitPackCertified(pack, "signatures");
        // Whatever is signed, what the L1 knows itself is checked.
        pack.parentOutputRoot = bytes32(uint256(1));
        attestation.accept(keccak256(abi.encode(pack)), 0);
        vm.expectRevert(abi.encodeWithSelector(IRollup.ParentMismatch.selector, GENESIS_ROOT, bytes32(uint256(1))));
        rollup.submitPackCertified(pack, "signatures");
    }

    function test_Bond_IsTheWayWithoutACertificate() public {
        Pack memory pack = nextPack(0, false);
        vm.prank(PROPOSER);
        vm.expectRevert(abi.encodeWithSelector(IRollup.NotProposer.selector, PROPOSER));
        rollup.submitPack(pack);
        vm.warp(block.timestamp + MAX_PACK_DELAY + 1);
        submit(pack);
        assertEq(rollup.packRecord(1).windowEnd, block.timestamp + 2 * CHALLENGE_PERIOD, "twice the window");
        assertEq(rollup.packRecord(1).signatoryRecordHash, 0, "nobody signed");
    }

    function test_Fall_IsToldToTheAttestationAndCostsTheMessengerNothing() public {
        vm.deal(MESSENGER, BOND);
        vm.prank(MESSENGER);
        rollup.depositBond{value: BOND}();
        Pack memory pack = _certified();
        vm.prank(DISPUTE_GAME);
        rollup.revertPacks(1);
        assertEq(attestation.rejected(), keccak256(abi.encode(pack)), "told");
        assertEq(attestation.signatories(), keccak256("signatures"), "with who signed");
        assertEq(rollup.bondOf(MESSENGER), BOND, "the messenger signed nothing");
        vm.prank(MESSENGER);
        rollup.withdrawBond();
    }

    function test_Fall_NothingTheAttestationDoesKeepsAPack() public {
        for (uint8 mood = 1; mood <= 2; mood++) {
            _certified();
            attestation.setMood(AttestationStub.Mood(mood));
            vm.prank(DISPUTE_GAME);
            rollup.revertPacks(1);
            assertEq(rollup.packCount(), 0, "fell");
            (parentRoot, nextBlock) = (GENESIS_ROOT, 1);
        }
        _certified();
        vm.etch(address(attestation), "");
        vm.prank(DISPUTE_GAME);
        rollup.revertPacks(1);
        assertEq(rollup.packCount(), 0, "also with nobody there");
    }

    /// Who ends a challenge can't keep the signers out of it by giving too little gas.
    function testFuzz_Fall_TellsOrReverts(uint256 gasLimit) public {
        _certified();
        vm.prank(DISPUTE_GAME);
        try rollup.revertPacks{gas: bound(gasLimit, 60_000, 700_000)}(1) {
            assertTrue(attestation.rejected() != 0, "told");
        } catch {
            assertEq(rollup.packCount(), 1, "nothing happened");
        }
    }

    function test_WithoutAttestation_NobodyCertifies() public {
        CreateParams memory params = defaultParams();
        params.chainId = 99;
        IRollup plain = IRollup(factory.createRollup{value: BOND + ESCROW}(params));
        Pack memory pack = nextPack(0, false);
        vm.expectRevert(IRollup.NotCertifiable.selector);
        plain.submitPackCertified(pack, "");
    }
}
