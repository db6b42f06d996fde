// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IBLSSignatureChecker} from "../../src/avs/IBLSSignatureChecker.sol";
import {BN254} from "../../src/avs/lib/BN254.sol";
import {BlockHistory} from "../../src/avs/lib/BlockHistory.sol";
import {AvsFixture, TestOperator} from "./support/AvsFixture.sol";
import {G2} from "./support/G2.sol";

/// Certificates over quorums with different members: operators 1 to 6, the odd ones in both quorums, 2 and 4 in quorum 0 and 6 in
/// quorum 1.
contract BLSSignatureCheckerTest is AvsFixture {
    using BN254 for BN254.G1Point;

    bytes32 private constant DIGEST = keccak256("digest");
    bytes private constant BOTH = hex"0001";
    TestOperator[] private _operators;
    uint32 private _reference;

    function setUp() public override {
        super.setUp();
        bytes[6] memory quorums = [BOTH, bytes(hex"00"), BOTH, bytes(hex"00"), BOTH, bytes(hex"01")];
        for (uint256 i = 0; i < 6; i++) {
            _operators.push(joinedOperator(i + 1, (i + 1) * 10 ether, (i + 1) * 7 ether, quorums[i]));
        }
        _reference = uint32(block.number);
        vm.roll(block.number + 3);
    }

    function test_Check_CountsTheStakeOfSigners() public view {
        TestOperator[] memory absent = _subset(0x12); // operators 2 and 5
        IBLSSignatureChecker.NonSignerStakesAndSignature memory params = _certificate(absent);
        (IBLSSignatureChecker.QuorumStakeTotals memory totals, bytes32 record) =
            tasks.checkSignatures(DIGEST, BOTH, _reference, params);
        assertEq(totals.totalStakeForQuorum[0], 150 ether, "total of quorum 0");
        assertEq(totals.signedStakeForQuorum[0], 80 ether, "signed in quorum 0");
        assertEq(totals.totalStakeForQuorum[1], 105 ether, "total of quorum 1");
        assertEq(totals.signedStakeForQuorum[1], 70 ether, "signed in quorum 1");
        bytes32[] memory ids = new bytes32[](2);
        (ids[0], ids[1]) = absent[0].id < absent[1].id ? (absent[0].id, absent[1].id) : (absent[1].id, absent[0].id);
        assertEq(record, keccak256(abi.encodePacked(_reference, ids)), "record of the non-signers");
    }

    /// Any honest list of non-signers passes with exactly their stake missing.
    function testFuzz_Check_PassesWithWhoeverIsAbsent(uint8 mask) public view {
        TestOperator[] memory absent = _subset(bound(mask, 0, 62));
        IBLSSignatureChecker.NonSignerStakesAndSignature memory params = _certificate(absent);
        (IBLSSignatureChecker.QuorumStakeTotals memory totals,) =
            tasks.checkSignatures(DIGEST, BOTH, _reference, params);
        uint256 missing0 = 0;
        uint256 missing1 = 0;
        for (uint256 i = 0; i < absent.length; i++) {
            if (absent[i].secret != 6) missing0 += absent[i].secret * 10 ether;
            if (absent[i].secret % 2 == 1 || absent[i].secret == 6) missing1 += absent[i].secret * 7 ether;
        }
        assertEq(totals.signedStakeForQuorum[0], 150 ether - missing0, "quorum 0");
        assertEq(totals.signedStakeForQuorum[1], 105 ether - missing1, "quorum 1");
    }

    /// The aggregate of some operators with a list of non-signers that is not its complement never passes.
    function testFuzz_Check_NoOtherListFitsASignature(uint8 signed, uint8 claimed) public {
        uint256 absentMask = bound(signed, 0, 62);
        uint256 claimedMask = bound(claimed, 0, 62);
        vm.assume(absentMask != claimedMask);
        IBLSSignatureChecker.NonSignerStakesAndSignature memory params = _certificate(_subset(claimedMask));
        uint256 secret = _secretOf(63 ^ absentMask);
        // Small keys can add up to the same sum by chance, which keys of 254 bits never do.
        vm.assume(secret != _secretOf(63 ^ claimedMask));
        params.sigma = BN254.hashToG1(DIGEST).scalar_mul(secret);
        params.apkG2 = G2.mul(secret);
        vm.expectRevert(IBLSSignatureChecker.InvalidAggregateSignature.selector);
        tasks.checkSignatures(DIGEST, BOTH, _reference, params);
    }

    function test_Forged_MissingNonSigner() public {
        IBLSSignatureChecker.NonSignerStakesAndSignature memory params = _certificate(_subset(0x03));
        IBLSSignatureChecker.NonSignerStakesAndSignature memory honest = _certificate(_subset(0x01));
        // Two stayed away, one is admitted.
        honest.sigma = params.sigma;
        honest.apkG2 = params.apkG2;
        _expectRefused(honest, abi.encodeWithSelector(IBLSSignatureChecker.InvalidAggregateSignature.selector));
    }

    function test_Forged_DuplicateNonSigner() public {
        IBLSSignatureChecker.NonSignerStakesAndSignature memory params = _certificate(_subset(0x03));
        params.nonSignerPubkeys[1] = params.nonSignerPubkeys[0];
        params.nonSignerQuorumBitmapIndices[1] = params.nonSignerQuorumBitmapIndices[0];
        _expectRefused(params, abi.encodeWithSelector(IBLSSignatureChecker.NonSignersNotAscending.selector));
    }

    function test_Forged_UnorderedNonSigners() public {
        IBLSSignatureChecker.NonSignerStakesAndSignature memory params = _certificate(_subset(0x03));
        (params.nonSignerPubkeys[0], params.nonSignerPubkeys[1]) =
            (params.nonSignerPubkeys[1], params.nonSignerPubkeys[0]);
        _expectRefused(params, abi.encodeWithSelector(IBLSSignatureChecker.NonSignersNotAscending.selector));
    }

    function test_Forged_ForeignNonSigner() public {
        TestOperator memory stranger = newOperator(99);
        IBLSSignatureChecker.NonSignerStakesAndSignature memory params = _certificate(_subset(0x01));
        params.nonSignerPubkeys[0] = stranger.g1;
        _expectRefused(
            params, abi.encodeWithSelector(BlockHistory.WrongEntryForBlock.selector, 0, _reference)
        );
    }

    function test_Forged_NonSignerOfAnotherQuorum() public {
        // Operator 6 is in quorum 1 only, the certificate about quorum 0.
        TestOperator[] memory absent = one(_operators[5]);
        IBLSSignatureChecker.NonSignerStakesAndSignature memory params =
            certificate(DIGEST, hex"00", _reference, _operators, absent);
        vm.expectRevert(
            abi.encodeWithSelector(IBLSSignatureChecker.NonSignerNotInQuorums.selector, absent[0].id)
        );
        tasks.checkSignatures(DIGEST, hex"00", _reference, params);
    }

    function test_Forged_StaleIndices() public {
        // Stakes and members change; a certificate of now must not use what was true before, nor the reverse.
        depart(_operators[0], hex"00");
        TestOperator memory late = joinedOperator(7, 50 ether, 0, hex"00");
        uint32 old = _reference;
        uint32 current = uint32(block.number);
        vm.roll(block.number + 1);
        TestOperator[] memory all = new TestOperator[](7);
        for (uint256 i = 0; i < 6; i++) {
            all[i] = _operators[i];
        }
        all[6] = late;
        TestOperator[] memory absent = one(_operators[1]);
        IBLSSignatureChecker.NonSignerStakesAndSignature memory now_ =
            certificate(DIGEST, hex"00", current, all, absent);
        IBLSSignatureChecker.NonSignerStakesAndSignature memory then_ =
            certificate(DIGEST, hex"00", old, all, absent);
        tasks.checkSignatures(DIGEST, hex"00", current, now_);
        tasks.checkSignatures(DIGEST, hex"00", old, then_);

        vm.expectRevert();
        tasks.checkSignatures(DIGEST, hex"00", current, then_);
        vm.expectRevert();
        tasks.checkSignatures(DIGEST, hex"00", old, now_);
        uint32[] memory indices = now_.totalStakeIndices;
        now_.totalStakeIndices = then_.totalStakeIndices;
        vm.expectRevert(
            abi.encodeWithSelector(BlockHistory.WrongEntryForBlock.selector, then_.totalStakeIndices[0], current)
        );
        tasks.checkSignatures(DIGEST, hex"00", current, now_);
        now_.totalStakeIndices = indices;
        now_.quorumApkIndices = then_.quorumApkIndices;
        vm.expectRevert(
            abi.encodeWithSelector(BlockHistory.WrongEntryForBlock.selector, then_.quorumApkIndices[0], current)
        );
        tasks.checkSignatures(DIGEST, hex"00", current, now_);
    }

    /// Who left is no non-signer, and who is passed as one by its old bitmap does not lower the bar.
    function test_Forged_NonSignerThatLeft() public {
        depart(_operators[1], hex"00");
        uint32 current = uint32(block.number);
        vm.roll(block.number + 1);
        IBLSSignatureChecker.NonSignerStakesAndSignature memory params =
            certificate(DIGEST, hex"00", current, _operators, empty());
        params.nonSignerPubkeys = new BN254.G1Point[](1);
        params.nonSignerPubkeys[0] = _operators[1].g1;
        params.nonSignerQuorumBitmapIndices = new uint32[](1);
        vm.expectRevert(abi.encodeWithSelector(BlockHistory.WrongEntryForBlock.selector, 0, current));
        tasks.checkSignatures(DIGEST, hex"00", current, params);
        params.nonSignerQuorumBitmapIndices[0] = 1;
        vm.expectRevert(
            abi.encodeWithSelector(IBLSSignatureChecker.NonSignerNotInQuorums.selector, _operators[1].id)
        );
        tasks.checkSignatures(DIGEST, hex"00", current, params);
    }

    function test_Forged_AggregateKeyOfAQuorum() public {
        IBLSSignatureChecker.NonSignerStakesAndSignature memory params = _certificate(empty());
        // One's own key in place of the quorum's.
        params.quorumApks[0] = BN254.generatorG1().scalar_mul(5);
        _expectRefused(params, abi.encodeWithSelector(IBLSSignatureChecker.WrongQuorumApk.selector, 0));
    }

    function test_Forged_KeyInG2ThatDoesNotMatch() public {
        IBLSSignatureChecker.NonSignerStakesAndSignature memory params = _certificate(empty());
        params.apkG2 = G2.mul(1);
        params.sigma = BN254.hashToG1(DIGEST);
        _expectRefused(params, abi.encodeWithSelector(IBLSSignatureChecker.InvalidAggregateSignature.selector));
    }

    function test_Forged_NobodySigned() public {
        // The point at infinity would satisfy the equation.
        IBLSSignatureChecker.NonSignerStakesAndSignature memory params = _certificate(_subset(63));
        _expectRefused(params, abi.encodeWithSelector(IBLSSignatureChecker.NobodySigned.selector));
    }

    function test_Forged_Lengths() public {
        IBLSSignatureChecker.NonSignerStakesAndSignature memory params = _certificate(_subset(0x01));
        bytes memory mismatch = abi.encodeWithSelector(IBLSSignatureChecker.InputLengthMismatch.selector);
        params.nonSignerStakeIndices[0] = new uint32[](2);
        _expectRefused(params, mismatch);
        params.nonSignerStakeIndices[0] = new uint32[](0);
        _expectRefused(params, mismatch);
        params = _certificate(_subset(0x01));
        params.quorumApks = new BN254.G1Point[](1);
        _expectRefused(params, mismatch);
        params = _certificate(_subset(0x01));
        params.nonSignerQuorumBitmapIndices = new uint32[](0);
        _expectRefused(params, mismatch);
        vm.expectRevert(IBLSSignatureChecker.EmptyQuorums.selector);
        tasks.checkSignatures(DIGEST, "", _reference, params);
    }

    function test_Forged_Quorums() public {
        IBLSSignatureChecker.NonSignerStakesAndSignature memory params = _certificate(empty());
        vm.expectRevert();
        tasks.checkSignatures(DIGEST, hex"0000", _reference, params);
        vm.expectRevert();
        tasks.checkSignatures(DIGEST, hex"0100", _reference, params);
        vm.expectRevert();
        tasks.checkSignatures(DIGEST, hex"0002", _reference, params);
    }

    function test_Forged_PointsThatAreNone() public {
        IBLSSignatureChecker.NonSignerStakesAndSignature memory params = _certificate(empty());
        params.apkG2 = BN254.G2Point([uint256(1), 2], [uint256(3), 4]);
        _expectRefused(params, abi.encodeWithSelector(IBLSSignatureChecker.InvalidSignaturePoints.selector));
        params = _certificate(empty());
        params.sigma = BN254.G1Point(1, 1);
        _expectRefused(params, abi.encodeWithSelector(BN254.InvalidPoint.selector));
    }

    function test_ReferenceBlock_LiesInThePast() public {
        vm.roll(_reference);
        IBLSSignatureChecker.NonSignerStakesAndSignature memory params = _certificate(empty());
        _expectRefused(params, abi.encodeWithSelector(IBLSSignatureChecker.InvalidReferenceBlock.selector));
    }

    function test_StaleStakes_AreRefusedOnDemand() public {
        vm.prank(GENERATOR);
        vm.expectRevert(IBLSSignatureChecker.OnlyCoordinatorOwner.selector);
        tasks.setStaleStakesForbidden(true);
        tasks.setStaleStakesForbidden(true);
        IBLSSignatureChecker.NonSignerStakesAndSignature memory params = _certificate(empty());
        // Nobody ever updated the quorums as a whole.
        _expectRefused(params, abi.encodeWithSelector(IBLSSignatureChecker.StaleStakes.selector, 0));

        address[][] memory all = new address[][](1);
        all[0] = _ascending(63 - 32);
        coordinator.updateOperatorsForQuorum(all, hex"00");
        all[0] = _ascending(63 - 2 - 8);
        coordinator.updateOperatorsForQuorum(all, hex"01");
        _reference = uint32(block.number);
        vm.roll(block.number + 1);
        params = _certificate(empty());
        tasks.checkSignatures(DIGEST, BOTH, _reference, params);
        _reference = uint32(block.number) - 1 + DEALLOCATION_DELAY;
        vm.roll(_reference + 1);
        params = _certificate(empty());
        _expectRefused(params, abi.encodeWithSelector(IBLSSignatureChecker.StaleStakes.selector, 0));
    }

    function test_TrySignature_NeedsGasForAnHonestVerdict() public {
        BN254.G1Point memory apk = BN254.generatorG1();
        BN254.G1Point memory sigma = BN254.hashToG1(DIGEST);
        BN254.G2Point memory g2 = BN254.generatorG2();
        (bool success, bool valid) = tasks.trySignatureAndApkVerification(DIGEST, apk, g2, sigma);
        assertTrue(success && valid, "one signer");
        bytes memory call = abi.encodeCall(tasks.trySignatureAndApkVerification, (DIGEST, apk, g2, sigma));
        for (uint256 gasLimit = 20_000; gasLimit <= 300_000; gasLimit += 10_000) {
            (bool returned, bytes memory answer) = address(tasks).call{gas: gasLimit}(call);
            if (!returned) continue;
            (success, valid) = abi.decode(answer, (bool, bool));
            assertTrue(success && valid, "never the wrong verdict");
        }
    }

    function _certificate(TestOperator[] memory absent)
        private
        view
        returns (IBLSSignatureChecker.NonSignerStakesAndSignature memory)
    {
        return certificate(DIGEST, BOTH, _reference, _operators, absent);
    }

    function _expectRefused(IBLSSignatureChecker.NonSignerStakesAndSignature memory params, bytes memory reason)
        private
    {
        vm.expectRevert(reason);
        tasks.checkSignatures(DIGEST, BOTH, _reference, params);
    }

    /// Operators whose bit is set; bit 0 is operator 1.
    function _subset(uint256 mask) private view returns (TestOperator[] memory list) {
        uint256 count = 0;
        for (uint256 i = 0; i < 6; i++) {
            count += mask >> i & 1;
        }
        list = new TestOperator[](count);
        for (uint256 i = 6; i > 0; i--) {
            if (mask >> (i - 1) & 1 == 1) list[--count] = _operators[i - 1];
        }
    }

    /// Sum of keys over both quorums.
    function _secretOf(uint256 mask) private pure returns (uint256 secret) {
        for (uint256 i = 0; i < 6; i++) {
            if (mask >> i & 1 == 1) secret += (i + 1) * (i % 2 == 0 ? 2 : 1);
        }
    }

    function _ascending(uint256 mask) private view returns (address[] memory accounts) {
        TestOperator[] memory list = _subset(mask);
        accounts = new address[](list.length);
        for (uint256 i = 0; i < list.length; i++) {
            uint256 place = i;
            for (; place > 0 && accounts[place - 1] > list[i].account; place--) {
                accounts[place] = accounts[place - 1];
            }
            accounts[place] = list[i].account;
        }
    }
}
