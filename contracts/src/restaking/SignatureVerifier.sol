// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {ISignatureUtils} from "./interfaces/ISignatureUtils.sol";

/// EIP-712 signatures under the domain that operators' tools know: name "EigenLayer", chain and contract, no version. It is
/// computed at each use, so it is right behind a proxy and after a fork of the chain.
abstract contract SignatureVerifier {
    bytes32 public constant DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,uint256 chainId,address verifyingContract)");

    function domainSeparator() public view virtual returns (bytes32) {
        return keccak256(abi.encode(DOMAIN_TYPEHASH, keccak256("EigenLayer"), block.chainid, address(this)));
    }

    function _digest(bytes32 structHash) internal view returns (bytes32) {
        return keccak256(abi.encodePacked("\x19\x01", domainSeparator(), structHash));
    }

    /// Reverts unless `signer` signed `digest`; accounts with code decide by ERC-1271.
    function _requireSignature(address signer, bytes32 digest, bytes memory signature, uint256 expiry) internal view {
        if (expiry < block.timestamp) revert ISignatureUtils.SignatureExpired();
        if (!SignatureChecker.isValidSignatureNow(signer, digest, signature)) revert ISignatureUtils.InvalidSignature();
    }
}
