// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IBLSSignatureChecker} from "../avs/IBLSSignatureChecker.sol";
import {OperatorKey} from "../avs/SlashingJudge.sol";
import {BN254} from "../avs/lib/BN254.sol";
import {IOriginRegistry} from "../rollup/IOriginRegistry.sol";
import {IPackAttestation} from "../rollup/IPackAttestation.sol";
import {Pack} from "../rollup/IRollup.sol";

/// That a block and all of its ancestors follow the rules of a rollup; what operators of VITAL sign of a proof of validity.
/// @param revertEpoch the rollup's when it was signed
/// @param l1OriginHash a statement speaks of the L1 that has this hash at that number, and of no other
/// @param referenceBlock L1 block whose stakes count; operators take the origin's number
struct BlockStatement {
    address rollup;
    uint64 revertEpoch;
    uint64 number;
    bytes32 blockHash;
    bytes32 outputRoot;
    uint64 l1OriginNumber;
    bytes32 l1OriginHash;
    uint32 referenceBlock;
}

/// A statement about a block with one operator's signature.
struct SignedBlock {
    BlockStatement statement;
    BN254.G1Point signature;
}

/// A pack with one operator's signature of it.
struct SignedPack {
    address rollup;
    uint64 revertEpoch;
    uint32 referenceBlock;
    Pack pack;
    BN254.G1Point signature;
}

/// Certificates of VITAL: which blocks and packs of rollups its operators vouch for, and what those lose who vouch for two
/// that exclude each other, or for a pack that fell in a dispute.
interface IVitalAttestation is IPackAttestation {
    /// A certified pack is void: those who signed it can be slashed. `record` is its signatory record's hash.
    event PackRejected(address indexed rollup, uint64 indexed packIndex, bytes32 packHash, bytes32 record);
    /// @param offence the key of what it was slashed for, once; see `isSlashed`
    event SignerSlashed(address indexed rollup, address indexed operator, bytes32 offence, string reason, uint256 wad);

    /// Not a rollup of `factory`: nobody's oath holds there.
    error UnknownRollup(address rollup);
    error CertificateTooOld(uint32 referenceBlock, uint256 oldest);
    error ThresholdNotReached(uint8 quorumNumber, uint96 signed, uint96 total);
    error PackNotRejected(address rollup, uint64 packIndex, bytes32 packHash, bytes32 record);
    /// It is among those who did not sign.
    error DidNotSign(bytes32 operatorId);
    error SlashedAlready(address operator, bytes32 offence);
    /// The two statements are of different rollups, epochs or blocks, or say the same.
    error NoConflict();
    error BlockNotInPack(uint64 number);
    /// The L1 does not have, or does not know any more, the origin that a statement speaks of: reorganisations slash nobody.
    error OriginNotCanonical(uint64 number, bytes32 hash);

    /// What operators sign of a block; BN254, hashed to the curve by try-and-increment.
    function blockDigest(BlockStatement calldata statement) external view returns (bytes32);

    /// What operators sign of a pack: its hash covers range, output roots, origin, inbox position and frames.
    function packDigest(address rollup, uint64 revertEpoch, bytes32 packHash, uint32 referenceBlock)
        external
        view
        returns (bytes32);

    /// Reverts unless every quorum's threshold of the stake at the reference block signed.
    /// @return signatoryRecordHash keccak256(abi.encodePacked(referenceBlock, ids of those who did not))
    function checkBlock(
        BlockStatement calldata statement,
        IBLSSignatureChecker.NonSignerStakesAndSignature calldata params
    )
        external
        view
        returns (bytes32 signatoryRecordHash, IBLSSignatureChecker.QuorumStakeTotals memory totals);

    /// Slashes one operator that signed a pack which fell. Anybody may call it, once for each operator and pack.
    /// @param referenceBlock with `nonSignerIds`, the preimage of the pack's signatory record
    function slashSigner(
        address rollup,
        uint64 packIndex,
        bytes32 packHash,
        uint32 referenceBlock,
        bytes32[] calldata nonSignerIds,
        address operator
    ) external;

    /// Slashes an operator that signed two output roots for one block of one epoch, with both origins on the L1.
    function slashConflictingBlocks(OperatorKey calldata key, SignedBlock calldata a, SignedBlock calldata b) external;

    /// As above, by two packs that both have the block.
    function slashConflictingPacks(
        OperatorKey calldata key,
        SignedPack calldata a,
        SignedPack calldata b,
        uint64 number
    ) external;

    /// As above, by a statement about a block and a pack that has it.
    function slashBlockAgainstPack(OperatorKey calldata key, SignedBlock calldata a, SignedPack calldata b) external;

    /// Part of all that the operator has allocated to the quorums, 1e18 = all of it.
    function SLASH_WAD() external view returns (uint256);
    /// Blocks after its reference block for which a certificate of a pack is taken. Stake must stay slashable for longer than
    /// this, a challenge window and a dispute (docs/decisions/0047).
    function maxCertificateAge() external view returns (uint32);
    /// Whose rollups operators may vouch for.
    function factory() external view returns (address);
    /// Remembers hashes of L1 blocks that the L1 itself forgets.
    function origins() external view returns (IOriginRegistry);
    /// One byte each.
    function quorumNumbers() external view returns (bytes memory);
    /// Percent of each quorum's stake.
    function thresholdPercentage() external view returns (uint8);
    function isRejected(address rollup, uint64 packIndex, bytes32 packHash, bytes32 record)
        external
        view
        returns (bool);
    function isSlashed(address operator, bytes32 offence) external view returns (bool);
}
