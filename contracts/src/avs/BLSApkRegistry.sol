// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IBLSApkRegistry} from "./IBLSApkRegistry.sol";
import {BN254} from "./lib/BN254.sol";
import {BlockHistory} from "./lib/BlockHistory.sol";

/// Behind a proxy; has no initializer, because the coordinator is fixed in its code.
contract BLSApkRegistry is IBLSApkRegistry {
    using BN254 for BN254.G1Point;
    using BlockHistory for BlockHistory.Entry[];

    address public immutable registryCoordinator;

    /// @inheritdoc IBLSApkRegistry
    mapping(address operator => bytes32) public operatorToPubkeyHash;
    /// @inheritdoc IBLSApkRegistry
    mapping(bytes32 pubkeyHash => address operator) public pubkeyHashToOperator;
    /// @inheritdoc IBLSApkRegistry
    mapping(address operator => BN254.G1Point) public operatorToPubkey;
    /// @inheritdoc IBLSApkRegistry
    // INVARIANT: the sum of the keys of the quorum's operators.
    mapping(uint8 quorumNumber => BN254.G1Point) public currentApk;
    mapping(uint8 quorumNumber => BlockHistory.Entry[]) private _apkHashes;

    modifier onlyRegistryCoordinator() {
        if (msg.sender != registryCoordinator) revert OnlyRegistryCoordinator();
        _;
    }

    constructor(address registryCoordinator_) {
        registryCoordinator = registryCoordinator_;
    }

    /// @inheritdoc IBLSApkRegistry
    function registerOperator(address operator, bytes calldata quorumNumbers) external onlyRegistryCoordinator {
        (BN254.G1Point memory pubkey, bytes32 operatorId) = getRegisteredPubkey(operator);
        _addToApks(quorumNumbers, pubkey);
        emit OperatorAddedToQuorums(operator, operatorId, quorumNumbers);
    }

    /// @inheritdoc IBLSApkRegistry
    function deregisterOperator(address operator, bytes calldata quorumNumbers) external onlyRegistryCoordinator {
        (BN254.G1Point memory pubkey, bytes32 operatorId) = getRegisteredPubkey(operator);
        _addToApks(quorumNumbers, pubkey.negate());
        emit OperatorRemovedFromQuorums(operator, operatorId, quorumNumbers);
    }

    /// @inheritdoc IBLSApkRegistry
    function initializeQuorum(uint8 quorumNumber) external onlyRegistryCoordinator {
        if (_apkHashes[quorumNumber].length != 0) revert QuorumAlreadyExists(quorumNumber);
        _apkHashes[quorumNumber].write(0);
    }

    /// @inheritdoc IBLSApkRegistry
    function registerBLSPublicKey(
        address operator,
        PubkeyRegistrationParams calldata params,
        BN254.G1Point calldata pubkeyRegistrationMessageHash
    ) external onlyRegistryCoordinator returns (bytes32 operatorId) {
        BN254.G1Point memory pubkey = params.pubkeyG1;
        operatorId = pubkey.hashG1Point();
        if (pubkey.isInfinity()) revert ZeroPubkey();
        if (operatorToPubkeyHash[operator] != 0) revert OperatorHasPubkey(operator);
        if (pubkeyHashToOperator[operatorId] != address(0)) {
            revert PubkeyTaken(operatorId, pubkeyHashToOperator[operatorId]);
        }
        _checkPossession(params, pubkeyRegistrationMessageHash);

        operatorToPubkey[operator] = pubkey;
        operatorToPubkeyHash[operator] = operatorId;
        pubkeyHashToOperator[operatorId] = operator;
        emit NewPubkeyRegistration(operator, pubkey, params.pubkeyG2);
    }

    /// @inheritdoc IBLSApkRegistry
    function getRegisteredPubkey(address operator) public view returns (BN254.G1Point memory, bytes32) {
        bytes32 pubkeyHash = operatorToPubkeyHash[operator];
        if (pubkeyHash == 0) revert OperatorHasNoPubkey(operator);
        return (operatorToPubkey[operator], pubkeyHash);
    }

    /// @inheritdoc IBLSApkRegistry
    function getApk(uint8 quorumNumber) external view returns (BN254.G1Point memory) {
        return currentApk[quorumNumber];
    }

    /// @inheritdoc IBLSApkRegistry
    function apkHistory(uint8 quorumNumber, uint256 index) external view returns (bytes24, uint32, uint32) {
        BlockHistory.Entry memory entry = _apkHashes[quorumNumber][index];
        return (bytes24(entry.value), entry.from, entry.next);
    }

    /// @inheritdoc IBLSApkRegistry
    function getApkHistoryLength(uint8 quorumNumber) external view returns (uint32) {
        return uint32(_apkHashes[quorumNumber].length);
    }

    /// @inheritdoc IBLSApkRegistry
    function getApkIndicesAtBlockNumber(bytes calldata quorumNumbers, uint256 blockNumber)
        external
        view
        returns (uint32[] memory indices)
    {
        indices = new uint32[](quorumNumbers.length);
        for (uint256 i = 0; i < quorumNumbers.length; i++) {
            indices[i] = _apkHashes[uint8(quorumNumbers[i])].indexAt(uint32(blockNumber));
        }
    }

    /// @inheritdoc IBLSApkRegistry
    function getApkUpdateAtIndex(uint8 quorumNumber, uint256 index) external view returns (ApkUpdate memory) {
        BlockHistory.Entry memory entry = _apkHashes[quorumNumber][index];
        return ApkUpdate({
            apkHash: bytes24(entry.value),
            updateBlockNumber: entry.from,
            nextUpdateBlockNumber: entry.next
        });
    }

    /// @inheritdoc IBLSApkRegistry
    function getApkHashAtBlockNumberAndIndex(uint8 quorumNumber, uint32 blockNumber, uint256 index)
        external
        view
        returns (bytes24)
    {
        return bytes24(_apkHashes[quorumNumber].checkedAt(blockNumber, index));
    }

    /// @inheritdoc IBLSApkRegistry
    function getOperatorFromPubkeyHash(bytes32 pubkeyHash) external view returns (address) {
        return pubkeyHashToOperator[pubkeyHash];
    }

    /// @inheritdoc IBLSApkRegistry
    function getOperatorId(address operator) external view returns (bytes32) {
        return operatorToPubkeyHash[operator];
    }

    function _addToApks(bytes calldata quorumNumbers, BN254.G1Point memory point) private {
        for (uint256 i = 0; i < quorumNumbers.length; i++) {
            uint8 quorumNumber = uint8(quorumNumbers[i]);
            if (_apkHashes[quorumNumber].length == 0) revert QuorumDoesNotExist(quorumNumber);
            BN254.G1Point memory apk = currentApk[quorumNumber].plus(point);
            currentApk[quorumNumber] = apk;
            _apkHashes[quorumNumber].write(uint192(bytes24(apk.hashG1Point())));
        }
    }

    /// One pairing for both statements, that the signature is the key's and that the keys in both groups belong together:
    /// they are added up with a factor that depends on all of them.
    function _checkPossession(PubkeyRegistrationParams calldata params, BN254.G1Point calldata message) private view {
        BN254.G1Point memory signature = params.pubkeyRegistrationSignature;
        BN254.G1Point memory pubkey = params.pubkeyG1;
        BN254.G2Point memory pubkeyG2 = params.pubkeyG2;
        uint256 gamma = uint256(
            keccak256(
                abi.encode(
                    signature.X, signature.Y, pubkey.X, pubkey.Y, pubkeyG2.X, pubkeyG2.Y, message.X, message.Y
                )
            )
        ) % BN254.FR_MODULUS;
        bool valid = BN254.pairing(
            signature.plus(pubkey.scalar_mul(gamma)),
            BN254.negGeneratorG2(),
            BN254.G1Point(message.X, message.Y).plus(BN254.generatorG1().scalar_mul(gamma)),
            pubkeyG2
        );
        if (!valid) revert InvalidPossessionProof();
    }
}
