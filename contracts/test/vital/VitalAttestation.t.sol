// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IBLSSignatureChecker} from "../../src/avs/IBLSSignatureChecker.sol";
import {ISlashingJudge, OperatorKey} from "../../src/avs/SlashingJudge.sol";
import {IAvsSlasher} from "../../src/avs/SlashingServiceManager.sol";
import {Pack} from "../../src/rollup/IRollup.sol";
import {BlockStatement, IVitalAttestation, SignedBlock, SignedPack} from "../../src/vital/IVitalAttestation.sol";
import {VitalAttestation} from "../../src/vital/VitalAttestation.sol";
import {TestOperator} from "../avs/support/AvsFixture.sol";
import {KnownRollup, VitalFixture} from "./support/VitalFixture.sol";

contract VitalAttestationTest is VitalFixture {
    bytes32 private constant PACK = keccak256("pack");

    // --- certificates ---

    function test_CheckPack_ThreeOfFour() public view {
        uint32 refBlock = uint32(block.number - 1);
        bytes32 record =
            vital.checkPack(address(rollup), 3, PACK, packCertificate(PACK, 3, refBlock, one(operators[2])));
        bytes32[] memory absent = new bytes32[](1);
        absent[0] = operators[2].id;
        assertEq(record, keccak256(abi.encodePacked(refBlock, absent)), "record");
    }

    function test_CheckPack_TwoOfFourAreTooFew() public {
        uint32 refBlock = uint32(block.number - 1);
        TestOperator[] memory absent = new TestOperator[](2);
        absent[0] = operators[0];
        absent[1] = operators[1];
        bytes memory certified = packCertificate(PACK, 0, refBlock, absent);
        vm.expectRevert(
            abi.encodeWithSelector(IVitalAttestation.ThresholdNotReached.selector, 0, 64 ether, 128 ether)
        );
        vital.checkPack(address(rollup), 0, PACK, certified);
    }

    function test_CheckPack_IsOfOneRollupEpochAndPack() public {
        uint32 refBlock = uint32(block.number - 1);
        bytes memory certified = packCertificate(PACK, 0, refBlock, empty());
        KnownRollup other = new KnownRollup(43);
        rollups.add(other);
        vital.checkPack(address(rollup), 0, PACK, certified);
        bytes4 invalid = IBLSSignatureChecker.InvalidAggregateSignature.selector;
        vm.expectRevert(invalid);
        vital.checkPack(address(rollup), 1, PACK, certified);
        vm.expectRevert(invalid);
        vital.checkPack(address(rollup), 0, keccak256("other"), certified);
        vm.expectRevert(invalid);
        vital.checkPack(address(other), 0, PACK, certified);
        // A signature of a block is none of a pack.
        BlockStatement memory said = statement(6, PACK);
        IBLSSignatureChecker.NonSignerStakesAndSignature memory params =
            paramsOf(vital.blockDigest(said), said.referenceBlock, empty());
        vm.expectRevert(invalid);
        vital.checkPack(address(rollup), 0, PACK, abi.encode(said.referenceBlock, params));
    }

    function test_CheckPack_NotOfStrangers() public {
        uint32 refBlock = uint32(block.number - 1);
        bytes memory certified = packCertificate(PACK, 0, refBlock, empty());
        // It claims a chain id that is another's.
        KnownRollup impostor = new KnownRollup(42);
        for (uint256 i = 0; i < 2; i++) {
            address stranger = i == 0 ? address(impostor) : address(0xbeef);
            vm.expectRevert(abi.encodeWithSelector(IVitalAttestation.UnknownRollup.selector, stranger));
            vital.checkPack(stranger, 0, PACK, certified);
        }
    }

    function test_CheckPack_GrowsTooOld() public {
        uint32 refBlock = uint32(block.number - 1);
        bytes memory certified = packCertificate(PACK, 0, refBlock, empty());
        vm.roll(refBlock + MAX_AGE);
        vital.checkPack(address(rollup), 0, PACK, certified);
        vm.roll(refBlock + MAX_AGE + 1);
        vm.expectRevert(abi.encodeWithSelector(IVitalAttestation.CertificateTooOld.selector, refBlock, refBlock + 1));
        vital.checkPack(address(rollup), 0, PACK, certified);
    }

    function test_CheckBlock() public {
        BlockStatement memory said = statement(6, keccak256("root"));
        IBLSSignatureChecker.NonSignerStakesAndSignature memory params =
            paramsOf(vital.blockDigest(said), said.referenceBlock, one(operators[0]));
        (, IBLSSignatureChecker.QuorumStakeTotals memory totals) = vital.checkBlock(said, params);
        assertEq(totals.signedStakeForQuorum[0], 96 ether, "signed");
        assertEq(totals.totalStakeForQuorum[0], 128 ether, "total");
        said.number = 7;
        vm.expectRevert(IBLSSignatureChecker.InvalidAggregateSignature.selector);
        vital.checkBlock(said, params);
    }

    /// No word of a statement can be changed under a signature.
    function testFuzz_BlockDigest_BindsEveryWord(uint8 word, uint256 flip) public {
        BlockStatement memory said = statement(6, keccak256("root"));
        bytes32 before = vital.blockDigest(said);
        bytes memory encoded = abi.encode(said);
        uint256 index = word % 8;
        uint256 width = index == 0 ? 160 : index == 3 || index == 4 || index == 6 ? 256 : index == 7 ? 32 : 64;
        uint256 change = flip % (width == 256 ? type(uint256).max : 2 ** width);
        vm.assume(change != 0);
        assembly ("memory-safe") {
            let place := add(add(encoded, 32), mul(index, 32))
            mstore(place, xor(mload(place), change))
        }
        assertTrue(vital.blockDigest(abi.decode(encoded, (BlockStatement))) != before, "same digest");
    }

    function test_Initialize_OnlyOnceAndWithAMajority() public {
        vm.expectRevert();
        vital.initialize(hex"00", 51);
        VitalAttestation implementation = new VitalAttestation(
            coordinator, stakes, apks, delegation, IAvsSlasher(address(manager)), address(rollups), origins, 1
        );
        VitalAttestation fresh = VitalAttestation(_proxy());
        vm.expectRevert();
        _upgrade(address(fresh), address(implementation), abi.encodeCall(VitalAttestation.initialize, (hex"00", 50)));
        vm.expectRevert();
        implementation.initialize(hex"00", 67);
    }

    // --- a pack that fell ---

    function test_Rejected_SlashesThoseWhoSigned() public {
        uint32 refBlock = uint32(block.number - 1);
        bytes32[] memory absent = new bytes32[](1);
        absent[0] = operators[3].id;
        bytes32 record = keccak256(abi.encodePacked(refBlock, absent));
        rollup.reject(vital, 7, PACK, record);
        assertTrue(vital.isRejected(address(rollup), 7, PACK, record), "noted");

        uint96 before = stakes.getCurrentStake(operators[0].id, 0);
        vital.slashSigner(address(rollup), 7, PACK, refBlock, absent, operators[0].account);
        assertEq(stakes.getCurrentStake(operators[0].id, 0), before / 2, "stake");
        assertEq(stakes.getCurrentStake(operators[0].id, 1), 50 ether, "stake of the other quorum");

        bytes32 offence = keccak256(abi.encode(address(rollup), uint64(7), PACK, record));
        vm.expectRevert(
            abi.encodeWithSelector(IVitalAttestation.SlashedAlready.selector, operators[0].account, offence)
        );
        vital.slashSigner(address(rollup), 7, PACK, refBlock, absent, operators[0].account);
        vm.expectRevert(abi.encodeWithSelector(IVitalAttestation.DidNotSign.selector, operators[3].id));
        vital.slashSigner(address(rollup), 7, PACK, refBlock, absent, operators[3].account);
        // Somebody who was not in the quorums then.
        vm.expectRevert();
        vital.slashSigner(address(rollup), 7, PACK, refBlock, absent, address(0xbeef));
    }

    function test_Rejected_NeedsTheRecordThatTheRollupNamed() public {
        uint32 refBlock = uint32(block.number - 1);
        bytes32[] memory absent = new bytes32[](1);
        absent[0] = operators[3].id;
        bytes32 record = keccak256(abi.encodePacked(refBlock, absent));
        rollup.reject(vital, 7, PACK, record);
        // The one who did not sign is left out of the list.
        bytes32[] memory nobody = new bytes32[](0);
        bytes32 wrong = keccak256(abi.encodePacked(refBlock, nobody));
        vm.expectRevert(
            abi.encodeWithSelector(
                IVitalAttestation.PackNotRejected.selector, address(rollup), uint64(7), PACK, wrong
            )
        );
        vital.slashSigner(address(rollup), 7, PACK, refBlock, nobody, operators[3].account);
        KnownRollup impostor = new KnownRollup(42);
        vm.expectRevert(abi.encodeWithSelector(IVitalAttestation.UnknownRollup.selector, address(impostor)));
        impostor.reject(vital, 7, PACK, record);
    }

    // --- two outputs of one block ---

    function test_Conflict_TwoBlocks() public {
        SignedBlock memory a = signed(operators[1], statement(6, keccak256("a")));
        vm.roll(block.number + 3);
        SignedBlock memory b = signed(operators[1], statement(6, keccak256("b")));
        uint96 before = stakes.getCurrentStake(operators[1].id, 0);
        OperatorKey memory key = keyOf(operators[1]);
        vital.slashConflictingBlocks(key, a, b);
        assertEq(stakes.getCurrentStake(operators[1].id, 0), before / 2, "stake");
        bytes32 offence = keccak256(abi.encode(address(rollup), uint64(0)));
        vm.expectRevert(
            abi.encodeWithSelector(IVitalAttestation.SlashedAlready.selector, operators[1].account, offence)
        );
        vital.slashConflictingBlocks(key, b, a);
    }

    function test_Conflict_TwoPacksAndABlock() public {
        Pack memory x = packOf(10, keccak256("x"));
        Pack memory y = packOf(11, keccak256("other block"));
        SignedPack memory a = signed(operators[0], x);
        SignedPack memory b = signed(operators[0], y);
        OperatorKey memory key = keyOf(operators[0]);
        // Block 11 is the last of the one and the first of the other.
        vm.expectRevert(abi.encodeWithSelector(IVitalAttestation.BlockNotInPack.selector, 10));
        vital.slashConflictingPacks(key, a, b, 10);
        vital.slashConflictingPacks(key, a, b, 11);

        SignedBlock memory said = signed(operators[1], statement(11, keccak256("z")));
        vital.slashBlockAgainstPack(keyOf(operators[1]), said, signed(operators[1], x));
        assertEq(stakes.getCurrentStake(operators[1].id, 0), 16 ether, "stake");
    }

    function test_Conflict_NoneWhereNothingDiffers() public {
        OperatorKey memory key = keyOf(operators[0]);
        BlockStatement memory said = statement(6, keccak256("a"));
        SignedBlock memory a = signed(operators[0], said);
        // The same output with other stakes.
        said = statement(6, keccak256("a"));
        said.referenceBlock -= 1;
        _expectNoConflict(key, a, signed(operators[0], said));
        // Another block, another epoch, another rollup.
        _expectNoConflict(key, a, signed(operators[0], statement(7, keccak256("b"))));
        said = statement(6, keccak256("b"));
        said.revertEpoch = 1;
        _expectNoConflict(key, a, signed(operators[0], said));
        said = statement(6, keccak256("b"));
        said.rollup = address(0xbeef);
        _expectNoConflict(key, a, signed(operators[0], said));
        // A pack that has the block as it was signed.
        Pack memory pack = packOf(5, keccak256("a"));
        SignedPack memory packed = signed(operators[0], pack);
        vm.expectRevert(IVitalAttestation.NoConflict.selector);
        vital.slashBlockAgainstPack(key, a, packed);
    }

    function test_Conflict_AReorganisationSlashesNobody() public {
        BlockStatement memory said = statement(6, keccak256("a"));
        SignedBlock memory a = signed(operators[0], said);
        bytes32 instead = keccak256("what came instead");
        SignedBlock memory b =
            signed(operators[0], statementOn(6, keccak256("b"), said.l1OriginNumber, instead));
        vm.setBlockhash(said.l1OriginNumber, instead);
        OperatorKey memory key = keyOf(operators[0]);
        bytes memory reason = abi.encodeWithSelector(
            IVitalAttestation.OriginNotCanonical.selector, said.l1OriginNumber, said.l1OriginHash
        );
        vm.expectRevert(reason);
        vital.slashConflictingBlocks(key, a, b);
        vm.expectRevert(reason);
        vital.slashConflictingBlocks(key, b, a);
    }

    function test_Conflict_OriginsThatTheL1Forgot() public {
        SignedBlock memory a = signed(operators[0], statement(6, keccak256("a")));
        SignedBlock memory b = signed(operators[0], statement(6, keccak256("b")));
        uint64 origin = a.statement.l1OriginNumber;
        uint256 forked = vm.snapshotState();
        vm.roll(block.number + 10_000);
        OperatorKey memory key = keyOf(operators[0]);
        vm.expectRevert(
            abi.encodeWithSelector(IVitalAttestation.OriginNotCanonical.selector, origin, a.statement.l1OriginHash)
        );
        vital.slashConflictingBlocks(key, a, b);
        vm.revertToState(forked);
        origins.record(origin);
        vm.roll(block.number + 10_000);
        vital.slashConflictingBlocks(key, a, b);
    }

    function test_Conflict_OnlyByTheOperatorsOwnSignatures() public {
        SignedBlock memory a = signed(operators[0], statement(6, keccak256("a")));
        SignedBlock memory b = signed(operators[1], statement(6, keccak256("b")));
        OperatorKey memory key = keyOf(operators[0]);
        vm.expectRevert(
            abi.encodeWithSelector(ISlashingJudge.SignatureIsNotOperators.selector, operators[0].account)
        );
        vital.slashConflictingBlocks(key, a, b);
        // Both signatures are of one who blames another.
        key = keyOf(operators[1]);
        key.operator = operators[0].account;
        a = signed(operators[1], statement(6, keccak256("a")));
        vm.expectRevert(abi.encodeWithSelector(ISlashingJudge.PubkeyIsNotOperators.selector, operators[0].account));
        vital.slashConflictingBlocks(key, a, b);
    }

    function test_Slash_OnlyByTheJudge() public {
        vm.expectRevert(IAvsSlasher.OnlyTaskManager.selector);
        manager.slash(operators[0].account, 0, 1e18, "because");
    }

    function statementOn(uint64 number, bytes32 outputRoot, uint64 origin, bytes32 originHash)
        private
        returns (BlockStatement memory said)
    {
        said = statement(number, outputRoot);
        said.l1OriginNumber = origin;
        said.l1OriginHash = originHash;
    }

    function _expectNoConflict(OperatorKey memory key, SignedBlock memory a, SignedBlock memory b) private {
        vm.expectRevert(IVitalAttestation.NoConflict.selector);
        vital.slashConflictingBlocks(key, a, b);
    }
}
