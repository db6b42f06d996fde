// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC2981} from "@openzeppelin/contracts/interfaces/IERC2981.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {IERC721Metadata} from "@openzeppelin/contracts/token/ERC721/extensions/IERC721Metadata.sol";
import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";
import {BoundedCall} from "../lib/BoundedCall.sol";
import {Beneficiary} from "./Beneficiary.sol";

/// Reads an ERC-721 collection that nobody vouches for.
library CollectionReader {
    uint256 internal constant READ_GAS = 500_000;
    uint256 internal constant URI_GAS = 2_000_000;
    uint256 internal constant MAX_NAME_LENGTH = 256;
    /// Longest token URI that goes to the L1 as it is, bytes.
    uint256 internal constant MAX_URI_LENGTH = 2_048;
    /// Longest token URI that can be read at all: room for images in data URIs.
    uint256 internal constant MAX_READ_LENGTH = 131_072;
    uint256 private constant ROYALTY_BASE = 10_000;

    function ownerOf(address token, uint256 tokenId) internal view returns (bool known, address owner) {
        return BoundedCall.readAddress(token, abi.encodeCall(IERC721.ownerOf, (tokenId)), READ_GAS);
    }

    /// The URI as it goes to the L1: empty when the token has none, named by its hash when it is too long.
    function uriOf(address token, uint256 tokenId) internal view returns (bytes memory uri) {
        (, uri) = BoundedCall.readString(
            token, abi.encodeCall(IERC721Metadata.tokenURI, (tokenId)), URI_GAS, MAX_READ_LENGTH
        );
        if (uri.length > MAX_URI_LENGTH) {
            // Without 0x, as the names of hashes in URNs are written.
            bytes memory digits = bytes(Strings.toHexString(uint256(keccak256(uri)), 32));
            assembly ("memory-safe") {
                let length := sub(mload(digits), 2)
                digits := add(digits, 2)
                mstore(digits, length)
            }
            uri = bytes.concat("urn:keccak256:", digits);
        }
    }

    /// Payload of a Collection message. A royalty receiver that is a contract here is nobody on the L1: the owner takes over.
    /// @param owner account on the L1, or zero
    function metadata(address token, address owner, string memory uriPrefix, string memory uriSuffix)
        internal
        view
        returns (bytes memory payload)
    {
        (, bytes memory name) =
            BoundedCall.readString(token, abi.encodeCall(IERC721Metadata.name, ()), READ_GAS, MAX_NAME_LENGTH);
        (, bytes memory symbol) =
            BoundedCall.readString(token, abi.encodeCall(IERC721Metadata.symbol, ()), READ_GAS, MAX_NAME_LENGTH);
        (address receiver, uint16 bps) = _royalty(token);
        if (!Beneficiary.isExternallyOwned(receiver)) receiver = owner;
        return abi.encode(token, name, symbol, owner, receiver, bps, uriPrefix, uriSuffix);
    }

    /// The collection's royalty; of collections with royalties by token, that of token 0.
    function _royalty(address token) private view returns (address receiver, uint16 bps) {
        (bool success, bytes memory data) =
            BoundedCall.read(token, abi.encodeCall(IERC2981.royaltyInfo, (0, ROYALTY_BASE)), READ_GAS, 64);
        if (!success || data.length < 64) return (address(0), 0);
        (uint256 word, uint256 amount) = abi.decode(data, (uint256, uint256));
        if (word >> 160 != 0 || amount > ROYALTY_BASE) return (address(0), 0);
        return (address(uint160(word)), uint16(amount));
    }
}
