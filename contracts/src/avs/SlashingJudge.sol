// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDelegationManager} from "../restaking/interfaces/IDelegationManager.sol";
import {BLSSignatureChecker} from "./BLSSignatureChecker.sol";
import {IBLSApkRegistry} from "./IBLSApkRegistry.sol";
import {IRegistryCoordinator} from "./IRegistryCoordinator.sol";
import {IStakeRegistry} from "./IStakeRegistry.sol";
import {IAvsSlasher} from "./SlashingServiceManager.sol";
import {BN254} from "./lib/BN254.sol";
import {QuorumBits} from "./lib/QuorumBits.sol";

/// An operator's BLS key as it is registered: the coordinates of both groups, which belong together.
struct OperatorKey {
    address operator;
    BN254.G1Point pubkeyG1;
    BN254.G2Point pubkeyG2;
}

interface ISlashingJudge {
    error PubkeyIsNotOperators(address operator);
    error SignatureIsNotOperators(address operator);
    /// In none of the quorums that were asked did the operator serve and still has stake that can be slashed.
    error NothingToSlash(address operator);
    /// The slash itself is fine; send it with more gas.
    error NotEnoughGasToRefreshStake();
}

/// What contracts that judge operators by their signatures have in common. Holds no storage of its own.
abstract contract SlashingJudge is BLSSignatureChecker, ISlashingJudge {
    using BN254 for BN254.G1Point;

    IAvsSlasher public immutable serviceManager;

    constructor(
        IRegistryCoordinator registryCoordinator_,
        IStakeRegistry stakeRegistry_,
        IBLSApkRegistry blsApkRegistry_,
        IDelegationManager delegation_,
        IAvsSlasher serviceManager_
    ) BLSSignatureChecker(registryCoordinator_, stakeRegistry_, blsApkRegistry_, delegation_) {
        serviceManager = serviceManager_;
    }

    /// @return operatorId of the operator whose key this is
    function _checkKey(address operator, BN254.G1Point memory pubkeyG1) internal view returns (bytes32 operatorId) {
        operatorId = pubkeyG1.hashG1Point();
        if (blsApkRegistry.operatorToPubkeyHash(operator) != operatorId) revert PubkeyIsNotOperators(operator);
    }

    function _checkSignature(
        address operator,
        bytes32 digest,
        BN254.G1Point memory pubkeyG1,
        BN254.G2Point memory pubkeyG2,
        BN254.G1Point memory signature
    ) internal view {
        (, bool valid) = trySignatureAndApkVerification(digest, pubkeyG1, pubkeyG2, signature);
        if (!valid) revert SignatureIsNotOperators(operator);
    }

    /// Those of the quorums that an operator was in at a block; nobody answers for others.
    function _servedQuorums(bytes32 operatorId, uint192 quorums, uint32 blockNumber) internal view returns (uint192) {
        bytes32[] memory ids = new bytes32[](1);
        ids[0] = operatorId;
        uint32 index = registryCoordinator.getQuorumBitmapIndicesAtBlockNumber(blockNumber, ids)[0];
        return registryCoordinator.getQuorumBitmapAtBlockNumberByIndex(operatorId, blockNumber, index) & quorums;
    }

    /// Slashes what the operator has in these quorums; its next signature weighs what is left.
    function _slash(address operator, uint192 quorums, uint256 wad, string memory description) internal {
        uint32[] memory ids = QuorumBits.toIds(quorums);
        bool slashed = false;
        for (uint256 i = 0; i < ids.length; i++) {
            if (serviceManager.slash(operator, ids[i], wad, description)) slashed = true;
        }
        if (!slashed) revert NothingToSlash(operator);
    }

    /// So that the operator's next signature weighs what is left. A pause of updates must not stop a slash, and who makes this
    /// fail gains nothing: anybody may call `updateOperators` right after.
    function _refreshStake(address operator) internal {
        address[] memory operators = new address[](1);
        operators[0] = operator;
        uint256 gasBefore = gasleft();
        try registryCoordinator.updateOperators(operators) {}
        catch {
            // Each frame keeps a 64th of its gas from the one that runs out of it. Otherwise a node's estimate would be just
            // enough to get here without the refresh.
            if (gasleft() < gasBefore / 8) revert NotEnoughGasToRefreshStake();
        }
    }
}
