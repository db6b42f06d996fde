// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDelegationManager} from "../restaking/interfaces/IDelegationManager.sol";
import {IBLSApkRegistry} from "./IBLSApkRegistry.sol";
import {IBLSSignatureChecker} from "./IBLSSignatureChecker.sol";
import {IRegistryCoordinator} from "./IRegistryCoordinator.sol";
import {IStakeRegistry} from "./IStakeRegistry.sol";
import {BN254} from "./lib/BN254.sol";
import {QuorumBits} from "./lib/QuorumBits.sol";

/// Usable alone or as the base of a task manager.
contract BLSSignatureChecker is IBLSSignatureChecker {
    using BN254 for BN254.G1Point;

    /// Gas for the precompile that checks two pairings, which costs 113,000 (EIP-1108). Twice that, so that a later price
    /// does not stop every AVS; a bound at all, because invalid input takes everything.
    uint256 private constant PAIRING_GAS = 226_000;

    /// @inheritdoc IBLSSignatureChecker
    IRegistryCoordinator public immutable registryCoordinator;
    /// @inheritdoc IBLSSignatureChecker
    IStakeRegistry public immutable stakeRegistry;
    /// @inheritdoc IBLSSignatureChecker
    IBLSApkRegistry public immutable blsApkRegistry;
    /// @inheritdoc IBLSSignatureChecker
    IDelegationManager public immutable delegation;

    /// @inheritdoc IBLSSignatureChecker
    bool public staleStakesForbidden;

    /// @param stakeRegistry_ and the others: those of the coordinator, passed so that proxies without code can be named
    constructor(
        IRegistryCoordinator registryCoordinator_,
        IStakeRegistry stakeRegistry_,
        IBLSApkRegistry blsApkRegistry_,
        IDelegationManager delegation_
    ) {
        registryCoordinator = registryCoordinator_;
        stakeRegistry = stakeRegistry_;
        blsApkRegistry = blsApkRegistry_;
        delegation = delegation_;
    }

    /// @inheritdoc IBLSSignatureChecker
    function setStaleStakesForbidden(bool value) external {
        if (msg.sender != registryCoordinator.owner()) revert OnlyCoordinatorOwner();
        staleStakesForbidden = value;
        emit StaleStakesForbiddenUpdate(value);
    }

    /// @inheritdoc IBLSSignatureChecker
    function checkSignatures(
        bytes32 msgHash,
        bytes calldata quorumNumbers,
        uint32 referenceBlockNumber,
        NonSignerStakesAndSignature memory params
    ) public view returns (QuorumStakeTotals memory totals, bytes32 signatoryRecordHash) {
        _checkLengths(quorumNumbers.length, params);
        // Only the past is fixed: what holds at the current block can change until its end.
        if (referenceBlockNumber >= uint32(block.number)) revert InvalidReferenceBlock();

        // INVARIANT: `apk` is the sum of the keys of exactly those operators whose stake stays in `signedStakeForQuorum`,
        // once per quorum. The same bitmap decides about an operator's key and about its stake.
        uint192[] memory bitmaps;
        bytes32[] memory ids;
        BN254.G1Point memory apk;
        (apk, bitmaps, ids) = _nonSigners(quorumNumbers, referenceBlockNumber, params);
        apk = apk.negate();
        totals.totalStakeForQuorum = new uint96[](quorumNumbers.length);
        totals.signedStakeForQuorum = new uint96[](quorumNumbers.length);
        for (uint256 i = 0; i < quorumNumbers.length; i++) {
            uint8 quorumNumber = uint8(quorumNumbers[i]);
            _checkQuorum(quorumNumber, referenceBlockNumber, params.quorumApks[i], params.quorumApkIndices[i]);
            apk = apk.plus(params.quorumApks[i]);
            uint96 total = stakeRegistry.getTotalStakeAtBlockNumberFromIndex(
                quorumNumber, referenceBlockNumber, params.totalStakeIndices[i]
            );
            totals.totalStakeForQuorum[i] = total;
            totals.signedStakeForQuorum[i] =
                total - _unsignedStake(quorumNumber, referenceBlockNumber, bitmaps, ids, params.nonSignerStakeIndices[i]);
        }
        _checkAggregate(msgHash, apk, params);
        signatoryRecordHash = keccak256(abi.encodePacked(referenceBlockNumber, ids));
    }

    /// @inheritdoc IBLSSignatureChecker
    function trySignatureAndApkVerification(
        bytes32 msgHash,
        BN254.G1Point memory apk,
        BN254.G2Point memory apkG2,
        BN254.G1Point memory sigma
    ) public view returns (bool pairingSuccessful, bool signatureIsValid) {
        // Both statements, e(sigma, g2) = e(H(m), apkG2) and e(apk, g2) = e(g1, apkG2), in one check: their sum with a
        // factor that is fixed only once everything else is.
        uint256 gamma = uint256(
            keccak256(abi.encodePacked(msgHash, apk.X, apk.Y, apkG2.X, apkG2.Y, sigma.X, sigma.Y))
        ) % BN254.FR_MODULUS;
        BN254.G1Point memory left = sigma.plus(apk.scalar_mul(gamma));
        BN254.G1Point memory right = BN254.hashToG1(msgHash).plus(BN254.generatorG1().scalar_mul(gamma));
        // Less would reach the precompile, and a caller who sends little could turn "valid" into "invalid".
        if (gasleft() * 63 / 64 < PAIRING_GAS + 5_000) revert NotEnoughGasForPairing();
        return BN254.safePairing(left, BN254.negGeneratorG2(), right, apkG2, PAIRING_GAS);
    }

    function _checkLengths(uint256 quorums, NonSignerStakesAndSignature memory params) private pure {
        if (quorums == 0) revert EmptyQuorums();
        if (
            params.quorumApks.length != quorums || params.quorumApkIndices.length != quorums
                || params.totalStakeIndices.length != quorums || params.nonSignerStakeIndices.length != quorums
                || params.nonSignerPubkeys.length != params.nonSignerQuorumBitmapIndices.length
        ) revert InputLengthMismatch();
    }

    /// @return sum of the non-signers' keys, each as often as it is part of the quorums' aggregates
    /// @return bitmaps of the quorums that each was in
    /// @return ids of the non-signers
    function _nonSigners(
        bytes calldata quorumNumbers,
        uint32 referenceBlockNumber,
        NonSignerStakesAndSignature memory params
    ) private view returns (BN254.G1Point memory sum, uint192[] memory bitmaps, bytes32[] memory ids) {
        uint192 quorums = QuorumBits.toBitmap(quorumNumbers, registryCoordinator.quorumCount());
        uint256 count = params.nonSignerPubkeys.length;
        bitmaps = new uint192[](count);
        ids = new bytes32[](count);
        for (uint256 i = 0; i < count; i++) {
            bytes32 id = params.nonSignerPubkeys[i].hashG1Point();
            // Ascending, so nobody comes twice.
            if (i > 0 && id <= ids[i - 1]) revert NonSignersNotAscending();
            ids[i] = id;
            bitmaps[i] = registryCoordinator.getQuorumBitmapAtBlockNumberByIndex(
                id, referenceBlockNumber, params.nonSignerQuorumBitmapIndices[i]
            ) & quorums;
            if (bitmaps[i] == 0) revert NonSignerNotInQuorums(id);
            sum = sum.plus(params.nonSignerPubkeys[i].scalar_mul_tiny(QuorumBits.count(bitmaps[i])));
        }
    }

    function _checkQuorum(
        uint8 quorumNumber,
        uint32 referenceBlockNumber,
        BN254.G1Point memory quorumApk,
        uint32 apkIndex
    ) private view {
        if (staleStakesForbidden) {
            uint256 updatedAt = registryCoordinator.quorumUpdateBlockNumber(quorumNumber);
            if (updatedAt + delegation.minWithdrawalDelayBlocks() <= referenceBlockNumber) {
                revert StaleStakes(quorumNumber);
            }
        }
        bytes24 apkHash = blsApkRegistry.getApkHashAtBlockNumberAndIndex(quorumNumber, referenceBlockNumber, apkIndex);
        if (bytes24(quorumApk.hashG1Point()) != apkHash) revert WrongQuorumApk(quorumNumber);
    }

    /// Stake of the non-signers in one quorum; the indices must be for exactly those who were in it.
    function _unsignedStake(
        uint8 quorumNumber,
        uint32 referenceBlockNumber,
        uint192[] memory bitmaps,
        bytes32[] memory ids,
        uint32[] memory stakeIndices
    ) private view returns (uint96 unsigned) {
        uint256 used = 0;
        for (uint256 j = 0; j < ids.length; j++) {
            if (!QuorumBits.isSet(bitmaps[j], quorumNumber)) continue;
            if (used == stakeIndices.length) revert InputLengthMismatch();
            unsigned += stakeRegistry.getStakeAtBlockNumberAndIndex(
                quorumNumber, referenceBlockNumber, ids[j], stakeIndices[used++]
            );
        }
        if (used != stakeIndices.length) revert InputLengthMismatch();
    }

    function _checkAggregate(bytes32 msgHash, BN254.G1Point memory apk, NonSignerStakesAndSignature memory params)
        private
        view
    {
        // The point at infinity "signs" everything; it is the sum of no keys.
        if (apk.isInfinity()) revert NobodySigned();
        (bool success, bool valid) = trySignatureAndApkVerification(msgHash, apk, params.apkG2, params.sigma);
        if (!success) revert InvalidSignaturePoints();
        if (!valid) revert InvalidAggregateSignature();
    }
}
