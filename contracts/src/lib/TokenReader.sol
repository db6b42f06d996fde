// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC2981} from "@openzeppelin/contracts/interfaces/IERC2981.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {BoundedCall} from "./BoundedCall.sol";

interface IOwned {
    function owner() external view returns (address);
}

/// Asks a token that nobody vouches for what it says of itself. What it does not say is empty or zero.
library TokenReader {
    uint256 private constant ROYALTY_BASE = 10_000;

    /// `name()`, which ERC-20, ERC-721 and many ERC-1155 have.
    function nameOf(address token, uint256 gasLimit, uint256 maxLength)
        internal
        view
        returns (bool known, bytes memory name)
    {
        return BoundedCall.readString(token, abi.encodeCall(IERC20Metadata.name, ()), gasLimit, maxLength);
    }

    function symbolOf(address token, uint256 gasLimit, uint256 maxLength)
        internal
        view
        returns (bool known, bytes memory symbol)
    {
        return BoundedCall.readString(token, abi.encodeCall(IERC20Metadata.symbol, ()), gasLimit, maxLength);
    }

    function decimalsOf(address token, uint256 gasLimit) internal view returns (bool known, uint8 decimals) {
        uint256 word;
        (known, word) = BoundedCall.readWord(token, abi.encodeCall(IERC20Metadata.decimals, ()), gasLimit);
        if (word > type(uint8).max) return (false, 0);
        decimals = uint8(word);
    }

    function ownerOf(address target, uint256 gasLimit) internal view returns (address owner) {
        (, owner) = BoundedCall.readAddress(target, abi.encodeCall(IOwned.owner, ()), gasLimit);
    }

    /// A collection's royalty (ERC-2981); of collections with royalties by token, that of token 0.
    /// `bps` is in hundredths of a percent of the sale price.
    function royaltyOf(address token, uint256 gasLimit) internal view returns (address receiver, uint16 bps) {
        (bool success, bytes memory data) =
            BoundedCall.read(token, abi.encodeCall(IERC2981.royaltyInfo, (0, ROYALTY_BASE)), gasLimit, 64);
        if (!success || data.length < 64) return (address(0), 0);
        (uint256 word, uint256 amount) = abi.decode(data, (uint256, uint256));
        if (word >> 160 != 0 || amount > ROYALTY_BASE) return (address(0), 0);
        return (address(uint160(word)), uint16(amount));
    }
}
