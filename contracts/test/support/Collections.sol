// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {ERC2981} from "@openzeppelin/contracts/token/common/ERC2981.sol";
import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";

/// A well-behaved collection of a layer.
contract LayerNft is ERC721, ERC2981, Ownable {
    string private _base = "ipfs://lava/";
    mapping(uint256 => string) private _own;

    constructor(address owner_, address receiver_) ERC721("Lava", "LAV") Ownable(owner_) {
        if (receiver_ != address(0)) _setDefaultRoyalty(receiver_, 500);
    }

    function mint(address to, uint256 tokenId) external {
        _mint(to, tokenId);
    }

    function burn(uint256 tokenId) external {
        _burn(tokenId);
    }

    function setUri(uint256 tokenId, string calldata uri) external {
        _own[tokenId] = uri;
    }

    function tokenURI(uint256 tokenId) public view override returns (string memory) {
        return bytes(_own[tokenId]).length > 0 ? _own[tokenId] : super.tokenURI(tokenId);
    }

    function supportsInterface(bytes4 id) public view override(ERC721, ERC2981) returns (bool) {
        return super.supportsInterface(id);
    }

    function _baseURI() internal view override returns (string memory) {
        return _base;
    }
}

/// Answers nothing honestly: each function misbehaves in its own way.
contract HostileNft {
    function ownerOf(uint256 tokenId) external pure returns (address) {
        if (tokenId == 1) while (true) {}
        if (tokenId == 2) revert("no");
        if (tokenId == 3) assembly { return(0, 5) }
        if (tokenId == 4) assembly {
            mstore(0, not(0))
            return(0, 32)
        }
        if (tokenId == 5) return address(0);
        return address(0xA11CE);
    }

    function tokenURI(uint256 tokenId) external pure returns (string memory) {
        if (tokenId == 10) while (true) {}
        if (tokenId == 11) revert("no");
        if (tokenId == 12) assembly { return(0, 3) }
        // Offset far away.
        if (tokenId == 13) assembly {
            mstore(0, not(0))
            mstore(0x20, not(0))
            return(0, 64)
        }
        // Length that is not there.
        if (tokenId == 14) assembly {
            mstore(0, 0x20)
            mstore(0x20, 5000)
            return(0, 64)
        }
        // A bomb: much return data.
        if (tokenId == 15) assembly {
            mstore(0, 0x20)
            mstore(0x20, 200000)
            return(0, 210000)
        }
        return "fine";
    }

    function name() external pure returns (string memory) {
        while (true) {}
        return "";
    }

    function symbol() external pure returns (uint256) {
        return 7;
    }

    function owner() external pure {
        assembly { invalid() }
    }

    function royaltyInfo(uint256, uint256) external pure returns (uint256, uint256) {
        return (type(uint256).max, type(uint256).max);
    }
}

/// A contract that holds assets; `owner` may be zero.
contract Vault {
    address public owner;

    constructor(address owner_) payable {
        owner = owner_;
    }
}

/// A contract that holds assets and knows no owner.
contract Orphan {
    constructor() payable {}
}
