// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IRewardsCoordinator} from "../restaking/interfaces/IRewardsCoordinator.sol";
import {ISignatureUtils} from "../restaking/interfaces/ISignatureUtils.sol";
import {IStrategy} from "../restaking/interfaces/IStrategy.sol";

/// What every AVS shows to tools.
interface IServiceManagerUI {
    /// Owner only. The JSON at the URI has name, website, description, logo and twitter.
    function updateAVSMetadataURI(string memory metadataURI) external;

    /// Registry only: passes the operator's signature on to AVSDirectory.
    function registerOperatorToAVS(
        address operator,
        ISignatureUtils.SignatureWithSaltAndExpiry memory operatorSignature
    ) external;

    /// Registry only.
    function deregisterOperatorFromAVS(address operator) external;

    /// Strategies of the quorums that an operator is in; one that several quorums count appears several times.
    function getOperatorRestakedStrategies(address operator) external view returns (address[] memory);

    /// Strategies of all quorums, as above.
    function getRestakeableStrategies() external view returns (address[] memory);

    function avsDirectory() external view returns (address);
}

/// The AVS's account in the core: all that the core lets only the AVS do goes through it.
interface IServiceManager is IServiceManagerUI {
    event RewardsInitiatorUpdated(address prevRewardsInitiator, address newRewardsInitiator);

    error OnlyRegistryCoordinator();
    error OnlyStakeRegistry();
    error OnlyRewardsInitiator();

    /// Rewards initiator only, who must have approved the tokens to this contract.
    function createAVSRewardsSubmission(IRewardsCoordinator.RewardsSubmission[] calldata rewardsSubmissions) external;

    /// As `createAVSRewardsSubmission`, with amounts per operator.
    function createOperatorDirectedAVSRewardsSubmission(
        IRewardsCoordinator.OperatorDirectedRewardsSubmission[] calldata rewardsSubmissions
    ) external;

    function rewardsInitiator() external view returns (address);

    /// Owner only.
    function setRewardsInitiator(address newRewardsInitiator) external;
}

/// Keeps the operator sets of an AVS like its quorums: set N is quorum N.
interface IOperatorSetManager {
    /// Registry coordinator only.
    function createOperatorSet(uint32 operatorSetId, IStrategy[] memory strategies) external;

    /// Registry coordinator only; AVSDirectory must show the operator as registered.
    function registerOperatorToOperatorSets(address operator, uint32[] memory operatorSetIds) external;

    /// Registry coordinator only; sets that the operator already left are passed over.
    function deregisterOperatorFromOperatorSets(address operator, uint32[] memory operatorSetIds) external;

    /// Stake registry only.
    function addStrategiesToOperatorSet(uint32 operatorSetId, IStrategy[] memory strategies) external;

    /// Stake registry only.
    function removeStrategiesFromOperatorSet(uint32 operatorSetId, IStrategy[] memory strategies) external;
}
