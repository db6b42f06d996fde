// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// Forms of the signatures that the restaking contracts take; accounts with code answer by ERC-1271.
interface ISignatureUtils {
    /// @param expiry seconds since the epoch; valid up to and including this time
    struct SignatureWithExpiry {
        bytes signature;
        uint256 expiry;
    }

    /// @param salt chosen by the signer; each (signer, salt) counts once
    struct SignatureWithSaltAndExpiry {
        bytes signature;
        bytes32 salt;
        uint256 expiry;
    }

    error InvalidSignature();
    error SignatureExpired();
}
