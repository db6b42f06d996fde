// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IInbox} from "../../rollup/IInbox.sol";
import {IOriginRegistry} from "../../rollup/IOriginRegistry.sol";
import {IRollup, Output} from "../../rollup/IRollup.sol";
import {Challenge, ClaimKind} from "../IChallengeManager.sol";
import {Kinds} from "../Words.sol";
import {IValidityRegistry} from "./IValidityRegistry.sol";
import {IValidityVerifier} from "./IValidityVerifier.sol";

/// What a succinct proof shows of a block: that some messages and some origin lead to the claimed output, which names both. That
/// these are the L1's is checked here.
library ValidityClaims {
    uint256 private constant OUTPUT_VERSION = 1;

    /// The rollup takes no proofs, or nobody registered its key, or this is no claim about a block.
    error NotProvable();
    error WrongOutput();
    /// The messages that the output says were consumed are not those of the L1 up to its origin.
    error WrongMessages(uint64 position);
    error WrongOrigin(uint64 number);
    error InvalidProof();

    /// @return keyHash of the key under which the proof holds
    function check(
        Challenge storage target,
        Output calldata output,
        bytes calldata proof,
        address origins,
        address registry
    ) internal view returns (bytes32 keyHash) {
        IRollup rollup = IRollup(target.rollup);
        keyHash = rollup.validityKey();
        IValidityVerifier verifier = IValidityRegistry(registry).verifierOf(keyHash);
        if (target.kind != ClaimKind.Block || address(verifier) == address(0)) revert NotProvable();
        bytes32 claimed = target.claimed;
        bytes32 outputRoot = keccak256(abi.encode(OUTPUT_VERSION, output));
        if (keccak256(abi.encode(Kinds.DONE, outputRoot)) != claimed) revert WrongOutput();
        uint64 origin = output.l1OriginNumber;
        if (output.l1OriginHash == 0 || IOriginRegistry(origins).hashOf(origin) != output.l1OriginHash) {
            revert WrongOrigin(origin);
        }
        _checkMessages(IInbox(rollup.inbox()), output);
        bytes32 statement = keccak256(abi.encode(rollup.rulesHash(), target.initial, claimed));
        if (!verifier.verify(statement, proof)) revert InvalidProof();
    }

    /// All messages up to the origin were consumed, and none of later L1 blocks.
    function _checkMessages(IInbox inbox, Output calldata output) private view {
        uint64 position = output.inboxPosition;
        bool isOurs = position <= inbox.messageCount() && inbox.accumulatorAt(position) == output.inboxAccumulator;
        bool isLate = position > 0 && inbox.l1BlockOf(position - 1) > output.l1OriginNumber;
        bool leavesOut = position < inbox.messageCount() && inbox.l1BlockOf(position) <= output.l1OriginNumber;
        if (!isOurs || isLate || leavesOut) revert WrongMessages(position);
    }
}
