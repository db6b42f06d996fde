// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDelegationManager} from "../restaking/interfaces/IDelegationManager.sol";
import {IBLSApkRegistry} from "./IBLSApkRegistry.sol";
import {IRegistryCoordinator} from "./IRegistryCoordinator.sol";
import {IStakeRegistry} from "./IStakeRegistry.sol";
import {BN254} from "./lib/BN254.sol";

/// Checks that the operators of quorums, but for a list of those who did not, signed a hash; by their stakes at a block.
interface IBLSSignatureChecker {
    /// Everything about non-signers is in the order of `nonSignerPubkeys`, whose hashes strictly ascend; everything about
    /// quorums in that of the quorum numbers. Indices point to the registries' histories (`OperatorStateRetriever` finds them).
    /// @param nonSignerQuorumBitmapIndices one per non-signer
    /// @param quorumApks aggregate key of each quorum, signers and others
    /// @param apkG2 aggregate key of the signers; who is in two of the quorums counts twice
    /// @param sigma aggregate signature, as above
    /// @param nonSignerStakeIndices per quorum, one for each non-signer that is in the quorum
    struct NonSignerStakesAndSignature {
        uint32[] nonSignerQuorumBitmapIndices;
        BN254.G1Point[] nonSignerPubkeys;
        BN254.G1Point[] quorumApks;
        BN254.G2Point apkG2;
        BN254.G1Point sigma;
        uint32[] quorumApkIndices;
        uint32[] totalStakeIndices;
        uint32[][] nonSignerStakeIndices;
    }

    struct QuorumStakeTotals {
        uint96[] signedStakeForQuorum;
        uint96[] totalStakeForQuorum;
    }

    event StaleStakesForbiddenUpdate(bool value);

    error OnlyCoordinatorOwner();
    error EmptyQuorums();
    error InputLengthMismatch();
    /// Stakes of the current block can still change.
    error InvalidReferenceBlock();
    error NonSignersNotAscending();
    /// A non-signer that was in none of the quorums.
    error NonSignerNotInQuorums(bytes32 operatorId);
    error StaleStakes(uint8 quorumNumber);
    error WrongQuorumApk(uint8 quorumNumber);
    error NobodySigned();
    /// A point is not on its curve.
    error InvalidSignaturePoints();
    error InvalidAggregateSignature();
    /// Too little gas for an honest verdict.
    error NotEnoughGasForPairing();

    /// @param msgHash what the operators signed. It is not hashed again: it must come from a hash that signs nothing else.
    /// @param quorumNumbers strictly ascending
    /// @param referenceBlockNumber before the current block
    /// @return signed and total stake of each quorum; the caller compares them with its threshold
    /// @return keccak256(abi.encodePacked(referenceBlockNumber, ids of the non-signers))
    function checkSignatures(
        bytes32 msgHash,
        bytes calldata quorumNumbers,
        uint32 referenceBlockNumber,
        NonSignerStakesAndSignature memory params
    ) external view returns (QuorumStakeTotals memory, bytes32);

    /// Whether `sigma` signs `msgHash` under `apk`, and `apkG2` has the same secret as `apk`.
    /// @return pairingSuccessful false if a point of G2 is invalid
    /// @return signatureIsValid
    function trySignatureAndApkVerification(
        bytes32 msgHash,
        BN254.G1Point memory apk,
        BN254.G2Point memory apkG2,
        BN254.G1Point memory sigma
    ) external view returns (bool pairingSuccessful, bool signatureIsValid);

    /// Owner of the coordinator only: whether quorums must have been updated as a whole within the core's withdrawal delay
    /// before the reference block.
    function setStaleStakesForbidden(bool value) external;

    function staleStakesForbidden() external view returns (bool);

    function registryCoordinator() external view returns (IRegistryCoordinator);

    function stakeRegistry() external view returns (IStakeRegistry);

    function blsApkRegistry() external view returns (IBLSApkRegistry);

    function delegation() external view returns (IDelegationManager);
}
